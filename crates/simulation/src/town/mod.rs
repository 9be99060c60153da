//! Zwanendam and Lindeveld as data: what `gehoor demo` applies, whom it lets log in, and which numbers the simulated
//! platform has. The test world is made of the same two municipalities, so that a name means the same everywhere.
//!
//! The secrets here open nothing but the simulation. To add a colleague: a line in [`ZWANENDAM`] or [`LINDEVELD`].

mod texts;

use std::collections::BTreeMap;

use domain::access::Role;
use domain::channels::{ChannelName, SecretValue};
use domain::look::Logo;
use domain::municipality::Municipality;
use usecases::configuration::{Declaration, DeclaredAccount, DeclaredLook, DeclaredTeam, DeclaredUser};

use crate::platforms::{NumberSettings, StatusPace};

/// Somebody who can log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownUser {
    /// Short name of the municipality.
    pub municipality: &'static str,
    /// First name: how tests and the manual speak of this person.
    pub first_name: &'static str,
    /// Name on screen.
    pub name: &'static str,
    /// E-mail address, with which they log in.
    pub email: String,
    /// Role.
    pub role: Role,
    /// Short names of their teams.
    pub teams: &'static [&'static str],
    /// Password: a phrase, the same for everybody in a municipality, so that a visitor remembers it.
    pub password: &'static str,
}

/// A number of a municipality at the simulated platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownNumber {
    /// Short name of the municipality.
    pub municipality: &'static str,
    /// Short name of the channel account.
    pub account: &'static str,
    /// The team that its conversations go to.
    pub team: &'static str,
    /// The number, without the address that its webhooks go to.
    pub settings: NumberSettings,
}

impl TownNumber {
    /// The number, with its webhooks going to Gehoor at `public_url`.
    #[must_use]
    pub fn calling_back_to(&self, public_url: &str) -> NumberSettings {
        let callback_url = format!("{}/hooks/{}", public_url.trim_end_matches('/'), self.account);
        NumberSettings { callback_url, ..self.settings.clone() }
    }
}

struct Place {
    id: &'static str,
    name: &'static str,
    /// Its colour, and its logo as a file.
    brand: &'static str,
    logo: &'static [u8],
    teams: &'static [(&'static str, &'static str)],
    password: &'static str,
    people: &'static [Person],
    texts: &'static [texts::Text],
}

/// First name, name on screen, role, teams.
type Person = (&'static str, &'static str, Role, &'static [&'static str]);

const ZWANENDAM: Place = Place {
    id: "zwanendam",
    name: "Gemeente Zwanendam",
    brand: "#14606e",
    logo: include_bytes!("zwanendam.svg"),
    teams: &[("burgerzaken", "Burgerzaken"), ("webcare", "Webcare")],
    password: "de-zwaan-zwemt-om-zes",
    people: &[
        ("Noor", "Noor Bakker", Role::Agent, &["webcare"]),
        ("Daan", "Daan Visser", Role::Agent, &["webcare"]),
        ("Joris", "Joris Mulder", Role::Agent, &["burgerzaken"]),
        ("Milan", "Milan Kaya", Role::Helper, &["webcare"]),
        ("Fatima", "Fatima El Amrani", Role::TeamLead, &["burgerzaken", "webcare"]),
        ("Lotte", "Lotte de Wit", Role::Editor, &["webcare"]),
        ("Bram", "Bram Postma", Role::Analyst, &["webcare"]),
        ("Esther", "Esther Pinas", Role::AccountManager, &["webcare"]),
        ("Karim", "Karim Haddad", Role::PrivacyOfficer, &[]),
        ("Ingrid", "Ingrid van Dam", Role::Administrator, &[]),
    ],
    texts: texts::ZWANENDAM,
};

const LINDEVELD: Place = Place {
    id: "lindeveld",
    name: "Gemeente Lindeveld",
    // Far too light for text: what is derived from it is not.
    brand: "#8cc63f",
    logo: include_bytes!("lindeveld.svg"),
    teams: &[("webcare", "Webcare")],
    password: "onder-de-linde-is-het-koel",
    people: &[
        ("Femke", "Femke Hoekstra", Role::Agent, &["webcare"]),
        ("Ruben", "Ruben Kroon", Role::TeamLead, &["webcare"]),
        ("Anouk", "Anouk Willems", Role::Administrator, &["webcare"]),
    ],
    texts: texts::LINDEVELD,
};

const PLACES: [Place; 2] = [LINDEVELD, ZWANENDAM];

/// What both municipalities declare, with the platform's API at `base_url`.
#[must_use]
pub fn municipalities(base_url: &str) -> Vec<Declaration> {
    PLACES.iter().map(|place| declaration(place, base_url)).collect()
}

/// Everybody who can log in, by municipality.
#[must_use]
pub fn log_ins() -> Vec<TownUser> {
    PLACES
        .iter()
        .flat_map(|place| place.people.iter().map(|person| town_user(place, person)))
        .collect()
}

/// The numbers of both municipalities. Zwanendam's two belong to one app and share its secret.
#[must_use]
pub fn numbers() -> Vec<TownNumber> {
    vec![
        number(
            "lindeveld",
            "wa-lindeveld",
            "webcare",
            ("109876543210987", "108765432109876"),
            "+31 600 999 777",
        ),
        number(
            "zwanendam",
            "wa-main",
            "webcare",
            ("106540352242922", "102290129340398"),
            "+31 600 999 888",
        ),
        number(
            "zwanendam",
            "wa-tweede",
            "burgerzaken",
            ("106540352242933", "102290129340398"),
            "+31 600 999 889",
        ),
    ]
}

fn number(
    municipality: &'static str,
    account: &'static str,
    team: &'static str,
    (phone_number_id, waba_id): (&str, &str),
    display_phone_number: &str,
) -> TownNumber {
    let verified_name = PLACES
        .iter()
        .find(|place| place.id == municipality)
        .map_or(municipality, |place| place.name);
    let settings = NumberSettings {
        phone_number_id: phone_number_id.to_owned(),
        waba_id: waba_id.to_owned(),
        display_phone_number: display_phone_number.to_owned(),
        verified_name: verified_name.to_owned(),
        app_secret: format!("made-up-app-secret-of-{municipality}"),
        access_token: Some(format!("made-up-access-token-of-{account}")),
        verify_token: format!("made-up-verify-token-of-{account}"),
        callback_url: String::new(),
        // What a number has that is also in the app on a phone.
        messages_per_second: 20,
        status_pace: StatusPace::default(),
        coexistence: true,
        service_messages_billed: false,
    };
    TownNumber { municipality, account, team, settings }
}

fn declaration(place: &Place, base_url: &str) -> Declaration {
    let team = |&(id, name): &(&str, &str)| DeclaredTeam { id: known(id), name: name.to_owned() };
    let accounts = numbers().into_iter().filter(|number| number.municipality == place.id);
    Declaration {
        municipality: Municipality {
            id: known(place.id),
            name: place.name.to_owned(),
            time_zone: "Europe/Amsterdam".to_owned(),
            hosts: vec![format!("{}.localhost", place.id)],
            second_factor: domain::municipality::SecondFactor::Optional,
        },
        look: DeclaredLook {
            brand: Some(known(place.brand)),
            logo: Some(Logo::of(place.logo).expect("a harmless logo")),
        },
        teams: place.teams.iter().map(team).collect(),
        users: place.people.iter().map(|person| declared_user(&town_user(place, person))).collect(),
        channel_accounts: accounts.map(|number| declared_account(&number, base_url)).collect(),
        canned_texts: place.texts.iter().map(texts::declared).collect(),
    }
}

fn town_user(place: &Place, &(first_name, name, role, teams): &Person) -> TownUser {
    TownUser {
        municipality: place.id,
        first_name,
        name,
        email: format!("{}@{}.example", first_name.to_lowercase(), place.id),
        role,
        teams,
        password: place.password,
    }
}

fn declared_user(user: &TownUser) -> DeclaredUser {
    DeclaredUser {
        email: user.email.clone(),
        name: user.name.to_owned(),
        role: user.role,
        teams: user.teams.iter().map(|team| known(team)).collect(),
        password: Some(SecretValue::new(user.password.to_owned())),
    }
}

fn declared_account(number: &TownNumber, base_url: &str) -> DeclaredAccount {
    let NumberSettings {
        phone_number_id,
        waba_id,
        messages_per_second,
        app_secret,
        access_token,
        verify_token,
        ..
    } = number.settings.clone();
    let secret = |name: &str, value: String| (name.to_owned(), SecretValue::new(value));
    DeclaredAccount {
        id: known(number.account),
        channel: ChannelName::new("whatsapp").expect("a plain name"),
        team: known(number.team),
        base_url: Some(base_url.to_owned()),
        settings: BTreeMap::from([
            ("phone_number_id".to_owned(), phone_number_id),
            ("waba_id".to_owned(), waba_id),
            ("messages_per_second".to_owned(), messages_per_second.to_string()),
        ]),
        secrets: vec![
            secret("app_secret", app_secret),
            secret("access_token", access_token.unwrap_or_default()),
            secret("verify_token", verify_token),
        ],
    }
}

/// A short name that stands in this file.
fn known<Id: std::str::FromStr>(id: &str) -> Id {
    id.parse().ok().expect("the short names of the town are valid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_in_town_has_an_address_of_their_own_and_a_password_that_would_be_accepted() {
        let users = log_ins();
        let mut emails: Vec<&str> = users.iter().map(|user| user.email.as_str()).collect();
        emails.sort_unstable();
        emails.dedup();
        assert_eq!(emails.len(), users.len());
        for user in &users {
            assert_eq!(usecases::access::check_new_password(user.password, &user.email), Ok(()));
        }
    }

    #[test]
    fn every_role_is_played_by_somebody() {
        for role in Role::ALL {
            assert!(log_ins().iter().any(|user| user.role == role), "nobody is {role}");
        }
    }

    #[test]
    fn each_account_is_declared_with_the_number_and_secrets_that_the_platform_has() {
        let declared: Vec<DeclaredAccount> = municipalities("http://127.0.0.1:9100")
            .into_iter()
            .flat_map(|one| one.channel_accounts)
            .collect();
        assert_eq!(declared.len(), numbers().len());
        for number in numbers() {
            let account = declared.iter().find(|one| one.id.as_str() == number.account).expect("declared");
            assert_eq!(account.settings["phone_number_id"], number.settings.phone_number_id);
            assert!(
                account.secrets.contains(&(
                    "app_secret".to_owned(),
                    SecretValue::new(number.settings.app_secret.clone())
                ))
            );
            assert_eq!(
                number.calling_back_to("http://127.0.0.1:8080/").callback_url,
                format!("http://127.0.0.1:8080/hooks/{}", number.account)
            );
        }
    }
}
