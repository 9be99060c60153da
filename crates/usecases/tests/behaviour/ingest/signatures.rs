//! Who may tell us something: only the platform of the account, with the account's own secret (A1, T1).

use domain::channels::RawRequest;
use simulation::both_databases;
use simulation::platforms::signature;
use simulation::world::World;
use simulation::world::webhook::{Webhook, WithHeader, signed, unsigned};
use usecases::accounts::list_alarms;
use usecases::ingest::{Refusal, Taken};

const SIGNATURE: &str = "x-hub-signature-256";

fn from_yusuf(world: &World, account: &str) -> Webhook {
    world
        .resident("Yusuf")
        .to(account)
        .webhook("wamid.A1", "De lantaarn in de Kerkstraat is kapot")
}

async fn nothing_is_kept(world: &World) {
    for municipality in ["zwanendam", "lindeveld"] {
        let inbox = world.inbox(municipality).await;
        assert!(inbox.values().all(|count| *count == 0), "{municipality}: {inbox:?}");
    }
}

/// The accounts with an alarm that somebody sees.
async fn alarmed(world: &World, who: &str) -> Vec<String> {
    let alarms = list_alarms(&world.ctx(who).await).await.expect("the store answers");
    let mut accounts: Vec<String> = alarms.iter().map(|alarm| alarm.channel_account.to_string()).collect();
    accounts.sort();
    accounts
}

async fn is_refused(world: &World, what: &str, account: &str, request: RawRequest) {
    let answer = world.knock(account, &request).await;
    assert!(matches!(answer, Err(Refusal::Forged)), "{what}: {answer:?}");
    nothing_is_kept(world).await;
}

both_databases! {
    /// A1.
    async fn a_delivery_that_the_platform_did_not_sign_is_refused_and_leaves_nothing(world: World) {
        let webhook = from_yusuf(&world, "wa-main");
        let (body, secret) = (webhook.body(), world.number("wa-main").settings.app_secret);
        let right = signature(&secret, &body);
        let digits = right.strip_prefix("sha256=").expect("Meta writes sha256= before the digits");
        let with = |value: &str| unsigned(body.clone()).with_header(SIGNATURE, value);
        let mut bent = body.clone();
        bent.push(b' ');
        for (what, request) in [
            ("no signature", unsigned(body.clone())),
            ("another secret", signed("somebody-elses-secret", body.clone())),
            ("an empty secret", signed("", body.clone())),
            ("an empty header", with("")),
            ("only the word before the digits", with("sha256=")),
            ("the digits without the word", with(digits)),
            ("truncated", with(&right[..right.len() - 1])),
            ("half of it", with(&right[..right.len() / 2])),
            ("one digit too many", with(&format!("{right}0"))),
            ("in capitals behind another word", with(&format!("sha512={digits}"))),
            ("the SHA-1 header, which Meta has given up", unsigned(body.clone())
                .with_header("x-hub-signature", "sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")),
            ("a SHA-1 in the new header", with("sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12")),
            ("two headers, the right one first", with(&right).with_header(SIGNATURE, "sha256=00")),
            ("two headers, the right one last", with("sha256=00").with_header(SIGNATURE, &right)),
            ("the right header twice", with(&right).with_header(SIGNATURE, &right)),
            ("another body", unsigned(bent).with_header(SIGNATURE, &right)),
            ("in the query", RawRequest { query: format!("{SIGNATURE}={right}"), ..unsigned(body.clone()) }),
            ("the verify token as secret", signed(&world.number("wa-main").settings.verify_token, body.clone())),
        ] {
            is_refused(&world, what, "wa-main", request).await;
        }
        // The same body with its own signature is taken: the refusals above were about the signature.
        let taken = world.knock("wa-main", &signed(&secret, body)).await;
        assert!(matches!(taken, Ok(Taken { stored: 1, unknown_accounts: 0 })), "{taken:?}");
    }

    /// A1, T1.
    async fn one_municipality_cannot_speak_for_another(world: World) {
        let (zwanendam, lindeveld) = (from_yusuf(&world, "wa-main"), from_yusuf(&world, "wa-lindeveld"));
        let (own, foreign) = (zwanendam.request(), lindeveld.request());
        is_refused(&world, "Lindeveld's delivery at Zwanendam's address", "wa-main", foreign.clone()).await;
        is_refused(&world, "Zwanendam's delivery at Lindeveld's address", "wa-lindeveld", own).await;
        let secret = world.number("wa-main").settings.app_secret;
        let about_lindeveld = signed(&secret, lindeveld.body());
        is_refused(&world, "Zwanendam signs what concerns Lindeveld's number", "wa-main", about_lindeveld).await;
        // In one delivery with something of its own: nothing of it is taken.
        let mut both = zwanendam.json();
        let entries = both["entry"].as_array_mut().expect("entries");
        entries.extend(lindeveld.json()["entry"].as_array().expect("entries").clone());
        let both = signed(&secret, both.to_string().into_bytes());
        is_refused(&world, "a batch about both", "wa-main", both).await;
        assert!(world.knock("wa-lindeveld", &foreign).await.is_ok());
    }

    /// A1.
    async fn an_account_without_an_app_secret_cannot_be_declared(world: World) {
        use domain::channels::SecretValue;
        use usecases::configuration::{ApplyRefused, apply_declaration};
        for change in [None, Some(String::new())] {
            let mut declaration = simulation::town::municipalities("http://127.0.0.1:9").remove(0);
            declaration.users.clear();
            let account = declaration.channel_accounts.first_mut().expect("Lindeveld has a number");
            account.id = "wa-nieuw".parse().expect("a short name");
            account.settings.insert("phone_number_id".to_owned(), "99".to_owned());
            account.secrets.retain(|(name, _)| name != "app_secret");
            account.secrets.extend(change.map(|empty| ("app_secret".to_owned(), SecretValue::new(empty))));
            let refused = apply_declaration(&world.installation, declaration, false).await;
            let text = match refused {
                Err(ApplyRefused::Invalid { about, reason }) => format!("{about}: {reason}"),
                other => format!("{other:?}"),
            };
            assert!(text.contains("wa-nieuw") && text.contains("app_secret"), "{text}");
        }
    }

    /// A1, and the other half of it: numbers of one app share a secret, and each gets what concerns it.
    async fn two_numbers_of_one_app_may_share_an_address(world: World) {
        let second = from_yusuf(&world, "wa-tweede");
        let taken = world.knock("wa-main", &second.request()).await;
        assert!(matches!(taken, Ok(Taken { stored: 1, .. })), "{taken:?}");
        world.read_all().await;
        assert!(world.conversation_of("wa-tweede", "wamid.A1").await.is_some());
        assert!(world.conversation_of("wa-main", "wamid.A1").await.is_none());
        assert!(world.agent("Joris").await.tries_to_see(
            world.conversation_of("wa-tweede", "wamid.A1").await.expect("it is there")).await.is_ok());
    }

    /// P14: what Meta tells of a business account concerns all its numbers, whichever address it came to, and nobody else.
    async fn what_is_told_of_a_business_reaches_each_of_its_numbers(world: World) {
        let main = world.number("wa-main").settings;
        let ban = |business: &str| {
            let body = serde_json::json!({ "object": "whatsapp_business_account", "entry": [{ "id": business, "time": 1_772_438_400,
                "changes": [{ "field": "account_update", "value": { "event": "DISABLED_UPDATE",
                    "ban_info": { "waba_ban_state": "DISABLE", "waba_ban_date": "2026-03-01" } } }] }] });
            signed(&main.app_secret, body.to_string().into_bytes())
        };
        // Another municipality's business, signed with our secret; and a business that nobody has here.
        let foreign = world.number("wa-lindeveld").settings.waba_id;
        is_refused(&world, "a ban of Lindeveld", "wa-main", ban(&foreign)).await;
        let taken = world.knock("wa-main", &ban("1")).await;
        assert!(matches!(taken, Ok(Taken { stored: 0, unknown_accounts: 1 })), "{taken:?}");
        let taken = world.knock("wa-main", &ban(&main.waba_id)).await;
        assert!(matches!(taken, Ok(Taken { stored: 2, unknown_accounts: 0 })), "{taken:?}");
        world.read_all().await;
        assert_eq!(alarmed(&world, "Ingrid").await, ["wa-main", "wa-tweede"]);
        assert!(alarmed(&world, "Anouk").await.is_empty());
    }

    /// DESIGN 4: nothing else binds, and nothing is stored but the count.
    async fn what_concerns_a_number_that_nobody_has_here_is_acknowledged_and_not_kept(world: World) {
        let mut number = world.number("wa-main").settings;
        number.phone_number_id = "1".to_owned();
        let webhook = Webhook::about(&number).text(("31600000001", "Yusuf"), "wamid.X", world.now(), "Hallo");
        let taken = world.knock("wa-main", &webhook.request()).await;
        assert!(matches!(taken, Ok(Taken { stored: 0, unknown_accounts: 1 })), "{taken:?}");
        nothing_is_kept(&world).await;
    }

    /// A1: a secret that is being replaced stays valid beside its successor.
    async fn while_a_secret_is_replaced_both_are_valid(world: World) {
        let webhook = from_yusuf(&world, "wa-lindeveld");
        let mut declaration = simulation::town::municipalities("http://127.0.0.1:9").remove(0);
        declaration.users.clear();
        for (_, value) in declaration.channel_accounts.iter_mut().flat_map(|one| &mut one.secrets) {
            *value = domain::channels::SecretValue::new("the-next-secret".to_owned());
        }
        usecases::configuration::apply_declaration(&world.installation, declaration, false).await.expect("applied");
        assert!(world.knock("wa-lindeveld", &webhook.request()).await.is_ok());
        assert!(world.knock("wa-lindeveld", &signed("the-next-secret", webhook.body())).await.is_ok());
        let other = world.knock("wa-lindeveld", &signed("a-third-secret", webhook.body())).await;
        assert!(matches!(other, Err(Refusal::Forged)), "{other:?}");
    }
}
