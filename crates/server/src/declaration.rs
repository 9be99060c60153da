//! The configuration file of a municipality: read with its secrets, written back with their names.

use std::collections::BTreeMap;
use std::path::Path;

use domain::channels::{ChannelName, SecretValue};
use domain::look::{LOGO_BYTES, Logo};
use domain::municipality::{Municipality, SecondFactor};
use serde::{Deserialize, Serialize};
use usecases::canned_texts::SaveText;
use usecases::configuration::{
    Declaration, DeclaredAccount, DeclaredLook, DeclaredTeam, DeclaredUser, ExportedConfiguration,
};

use crate::config::in_line;

/// The file's form. An unknown key is an error that names file and line.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    municipality: MunicipalityPart,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    team: Vec<TeamPart>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    user: Vec<UserPart>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    channel_account: Vec<AccountPart>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    canned_text: Vec<TextPart>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct MunicipalityPart {
    id: String,
    name: String,
    #[serde(default = "amsterdam")]
    time_zone: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hosts: Vec<String>,
    #[serde(default, skip_serializing_if = "is_optional")]
    second_factor: SecondFactor,
    /// The one colour from which the others are derived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    brand: Option<String>,
    /// The file of its logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
}

fn is_optional(second_factor: &SecondFactor) -> bool {
    *second_factor == SecondFactor::Optional
}

fn amsterdam() -> String {
    "Europe/Amsterdam".to_owned()
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct TeamPart {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct UserPart {
    email: String,
    name: String,
    role: String,
    #[serde(default)]
    teams: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password_file: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct AccountPart {
    id: String,
    channel: String,
    team: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base_url: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<String, String>,
    /// `NAME_file` names a file, `NAME_env` a variable of the environment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    secrets: BTreeMap<String, String>,
}

/// A canned text, known by its shortcut.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct TextPart {
    shortcut: String,
    name: String,
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    team: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
}

/// Reads a file with its secrets. Paths in it are relative to it.
///
/// # Errors
/// One line that names the file, and the line where it can.
pub fn read(path: &Path) -> Result<Declaration, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<Declaration, String> {
    let file: File = toml::from_str(text).map_err(|error| in_line(path, text, &error))?;
    let in_file = |error: String| format!("{}: {error}", path.display());
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    declaration(file, folder).map_err(in_file)
}

fn declaration(file: File, folder: &Path) -> Result<Declaration, String> {
    let part = file.municipality;
    let look = look(&part, folder)?;
    let municipality = Municipality {
        id: part.id.parse().map_err(|error| format!("municipality \"{}\": {error}", part.id))?,
        name: part.name,
        time_zone: part.time_zone,
        hosts: part.hosts,
        second_factor: part.second_factor,
    };
    let team = |part: TeamPart| {
        let id = part.id.parse().map_err(|error| format!("team \"{}\": {error}", part.id))?;
        Ok::<_, String>(DeclaredTeam { id, name: part.name })
    };
    Ok(Declaration {
        municipality,
        look,
        teams: file.team.into_iter().map(team).collect::<Result<_, _>>()?,
        users: file.user.into_iter().map(|part| user(part, folder)).collect::<Result<_, _>>()?,
        channel_accounts: file
            .channel_account
            .into_iter()
            .map(|part| account(part, folder))
            .collect::<Result<_, _>>()?,
        canned_texts: file.canned_text.into_iter().map(canned_text).collect::<Result<_, _>>()?,
    })
}

fn look(part: &MunicipalityPart, folder: &Path) -> Result<DeclaredLook, String> {
    let about = format!("municipality \"{}\"", part.id);
    let brand = part.brand.as_deref().map(str::parse).transpose();
    let brand = brand.map_err(|error| format!("{about}: brand: {error}"))?;
    let logo = part.logo.as_deref().map(|name| logo_file(&about, folder, name)).transpose()?;
    Ok(DeclaredLook { brand, logo })
}

fn logo_file(about: &str, folder: &Path, name: &str) -> Result<Logo, String> {
    use std::io::Read;
    let path = folder.join(name);
    let failed = |error: String| format!("{about}: logo {}: {error}", path.display());
    let file = std::fs::File::open(&path).map_err(|error| failed(error.to_string()))?;
    let mut content = Vec::new();
    // One byte more than there may be says that there is too much.
    let most = LOGO_BYTES as u64 + 1;
    file.take(most).read_to_end(&mut content).map_err(|error| failed(error.to_string()))?;
    Logo::of(&content).map_err(|refused| failed(refused.to_string()))
}

fn user(part: UserPart, folder: &Path) -> Result<DeclaredUser, String> {
    let about = format!("user {}", part.email);
    let role = part.role.parse().map_err(|error| format!("{about}: {error}"))?;
    let teams = part
        .teams
        .iter()
        .map(|team| team.parse().map_err(|error| format!("{about}: team \"{team}\": {error}")));
    let teams = teams.collect::<Result<_, _>>()?;
    let password = part
        .password_file
        .map(|name| secret_file(&about, "password_file", folder, &name))
        .transpose()?;
    Ok(DeclaredUser { email: part.email, name: part.name, role, teams, password })
}

fn account(part: AccountPart, folder: &Path) -> Result<DeclaredAccount, String> {
    let about = format!("channel account {}", part.id);
    let channel = ChannelName::new(&part.channel)
        .ok_or_else(|| format!("{about}: \"{}\" is no channel", part.channel))?;
    let mut secrets = Vec::new();
    for (key, value) in part.secrets {
        if let Some(name) = key.strip_suffix("_file") {
            secrets.push((name.to_owned(), secret_file(&about, &key, folder, &value)?));
        } else if let Some(name) = key.strip_suffix("_env") {
            secrets.push((name.to_owned(), secret_variable(&about, &value)?));
        } else {
            return Err(format!(
                "{about}: secrets are named {key}_file or {key}_env, never written in this file"
            ));
        }
    }
    Ok(DeclaredAccount {
        id: part.id.parse().map_err(|error| format!("{about}: {error}"))?,
        channel,
        team: part.team.parse().map_err(|error| format!("{about}: team \"{}\": {error}", part.team))?,
        base_url: part.base_url,
        settings: part.settings,
        secrets,
    })
}

fn canned_text(part: TextPart) -> Result<SaveText, String> {
    let about = format!("canned text {}", part.shortcut);
    let team = part
        .team
        .map(|team| team.parse().map_err(|error| format!("{about}: team \"{team}\": {error}")));
    Ok(SaveText {
        name: part.name,
        shortcut: part.shortcut,
        text: part.text,
        team: team.transpose()?,
        channel: part.channel,
    })
}

fn secret_file(about: &str, key: &str, folder: &Path, name: &str) -> Result<SecretValue, String> {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("{about}: {key} {}: {error}", path.display()))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(format!("{about}: {key} {} is empty", path.display()));
    }
    Ok(SecretValue::new(text.to_owned()))
}

#[expect(clippy::disallowed_methods, reason = "the file names the variable that holds a secret")]
fn secret_variable(about: &str, name: &str) -> Result<SecretValue, String> {
    match std::env::var(name) {
        Ok(value) if !value.is_empty() => Ok(SecretValue::new(value)),
        _ => Err(format!("{about}: the variable {name} is not set")),
    }
}

/// Writes a municipality's configuration in the same form. Of secrets, only the names: put the files back before
/// applying it elsewhere.
///
/// # Errors
/// When it cannot be written as TOML, which would be a bug.
pub fn write(exported: &ExportedConfiguration) -> Result<String, String> {
    let municipality = &exported.municipality;
    let file = File {
        municipality: MunicipalityPart {
            id: municipality.id.to_string(),
            name: municipality.name.clone(),
            time_zone: municipality.time_zone.clone(),
            hosts: municipality.hosts.clone(),
            second_factor: municipality.second_factor,
            brand: exported.look.brand.map(|brand| brand.to_string()),
            logo: exported
                .look
                .logo
                .as_ref()
                .map(|logo| format!("logo/{}.{}", municipality.id, logo.kind.as_str())),
        },
        team: exported
            .teams
            .iter()
            .map(|team| TeamPart { id: team.id.to_string(), name: team.name.clone() })
            .collect(),
        user: exported
            .users
            .iter()
            .map(|(user, teams)| UserPart {
                email: user.email.clone(),
                name: user.name.clone(),
                role: user.role.to_string(),
                teams: teams.iter().map(ToString::to_string).collect(),
                password_file: user.password_hash.as_ref().map(|_| format!("secrets/{}", user.email)),
            })
            .collect(),
        channel_account: exported
            .channel_accounts
            .iter()
            .map(|(account, secrets)| AccountPart {
                id: account.id.to_string(),
                channel: account.channel.to_string(),
                team: account.team.to_string(),
                base_url: account.base_url.clone(),
                settings: account.settings.clone(),
                secrets: secrets
                    .iter()
                    .map(|name| (format!("{name}_file"), format!("secrets/{}.{name}", account.id)))
                    .collect(),
            })
            .collect(),
        canned_text: exported
            .canned_texts
            .iter()
            .map(|text| TextPart {
                shortcut: text.shortcut.to_string(),
                name: text.name.clone(),
                text: text.text.clone(),
                team: text.team.as_ref().map(ToString::to_string),
                channel: text.channel.as_ref().map(ToString::to_string),
            })
            .collect(),
    };
    toml::to_string(&file).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWN: &str = "[municipality]\nid = \"zwanendam\"\nname = \"Gemeente Zwanendam\"\n\n[[team]]\nid = \"webcare\"\n\
                        name = \"Webcare\"\n";

    #[test]
    fn an_unknown_key_is_an_error_with_file_and_line_and_nothing_is_read() {
        let text = format!("{TOWN}colour = \"blue\"\n");
        let error = parse(Path::new("city.toml"), &text).expect_err("an unknown key");
        assert!(error.starts_with("city.toml:8: unknown field `colour`"), "{error}");
    }

    #[test]
    fn a_secret_in_the_file_itself_is_refused() {
        let account = "[[channel_account]]\nid = \"wa-main\"\nchannel = \"whatsapp\"\nteam = \"webcare\"\n\
                       secrets = { app_secret = \"geheim\" }\n";
        let error =
            parse(Path::new("city.toml"), &format!("{TOWN}{account}")).expect_err("a secret in the file");
        assert!(error.contains("app_secret_file") && !error.contains("geheim"), "{error}");
    }

    #[test]
    fn a_second_step_is_required_where_the_file_says_so_and_nothing_else_is_guessed() {
        let with = |line: &str| TOWN.replacen("\n\n[[team]]", &format!("\n{line}\n\n[[team]]"), 1);
        let read = |text: &str| parse(Path::new("city.toml"), text);
        let required = read(&with("second_factor = \"required\"")).expect("a good file");
        assert_eq!(required.municipality.second_factor, SecondFactor::Required);
        assert_eq!(read(TOWN).expect("a good file").municipality.second_factor, SecondFactor::Optional);
        let error = read(&with("second_factor = \"yes\"")).expect_err("no such word");
        assert!(error.starts_with("city.toml:4:") && error.contains("required"), "{error}");
    }

    #[test]
    fn a_colour_and_a_logo_are_read_and_what_is_none_is_refused_with_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("city.toml");
        let with = |line: &str| TOWN.replacen("\n\n[[team]]", &format!("\n{line}\n\n[[team]]"), 1);
        let logo = "<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg>";
        std::fs::write(folder.path().join("logo.svg"), logo).expect("written");
        std::fs::write(folder.path().join("bad.svg"), "<svg viewBox=\"0 0 1 1\"><script/></svg>")
            .expect("written");
        let read = parse(&path, &with("brand = \"#14606E\"\nlogo = \"logo.svg\"")).expect("a good file");
        assert_eq!(read.look.brand.map(|brand| brand.to_string()).as_deref(), Some("#14606e"));
        assert!(read.look.logo.is_some());
        for (line, reason) in [
            ("brand = \"red\"", "municipality \"zwanendam\": brand: a colour is written as #rrggbb"),
            ("logo = \"bad.svg\"", "bad.svg: \"script\" cannot be in a logo"),
            ("logo = \"none.svg\"", "none.svg: No such file"),
        ] {
            let error = parse(&path, &with(line)).expect_err("refused");
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn a_municipality_without_a_time_zone_is_dutch() {
        let read = parse(Path::new("city.toml"), TOWN).expect("a good file");
        assert_eq!(read.municipality.time_zone, "Europe/Amsterdam");
        assert_eq!(read.teams.len(), 1);
    }
}
