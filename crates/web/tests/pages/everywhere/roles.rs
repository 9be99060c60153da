//! Who gets where (RELIABILITY X1): every address × everybody, as the published rights table says.

use domain::channels::Answer;
use domain::lists::{ListQuery, Whose};
use simulation::both_databases;
use simulation::town;
use simulation::world::{Talk, World};
use usecases::canned_texts::list_canned_texts;
use usecases::lists::{SaveList, save_list};

use crate::administration::raw_events::unreadable;
use crate::site::{Browser, Shown, Site};

/// The fields of a form.
type Fields = &'static [(&'static str, &'static str)];

/// Every address with what is sent there and who gets through. `*` is everybody who is logged in, `-` also nobody.
///
/// Milan is a helper, Fatima a team leader, Lotte an editor, Bram an analyst, Esther an account manager, Karim a
/// privacy officer, Ingrid an administrator without a team, Joris an agent of another team.
const TABLE: &[(&str, &str, Fields, &str)] = &[
    ("GET", "/", &[], "*"),
    ("GET", "/assets/{file}", &[], "-"),
    ("GET", "/beheer/controlelog", &[], "Karim Ingrid"),
    ("GET", "/beheer/gebruikers", &[], "Ingrid"),
    ("POST", "/beheer/gebruikers", &[], "Ingrid"),
    ("GET", "/beheer/gebruikers/nieuw", &[], "Ingrid"),
    ("GET", "/beheer/gebruikers/{id}", &[], "Ingrid"),
    (
        "POST",
        "/beheer/gebruikers/{id}",
        &[("naam", "Daan"), ("rol", "agent"), ("versie", "0")],
        "Ingrid",
    ),
    ("POST", "/beheer/gebruikers/{id}/blokkering", &[("versie", "0")], "Ingrid"),
    ("POST", "/beheer/gebruikers/{id}/sessies/beeindiging", &[], "Ingrid"),
    // Daan has none, for whoever may take it away.
    ("POST", "/beheer/gebruikers/{id}/tweede-stap/verwijdering", &[], "; Ingrid"),
    ("POST", "/beheer/gebruikers/{id}/uitnodiging", &[], "Ingrid"),
    ("POST", "/beheer/gebruikers/{id}/vrijgave", &[("versie", "0")], "Ingrid"),
    ("GET", "/beheer/huisstijl", &[], "Ingrid"),
    ("POST", "/beheer/huisstijl", &[], "Ingrid"),
    ("GET", "/beheer/kanalen", &[], "Noor Daan Joris Milan Fatima Ingrid"),
    ("POST", "/beheer/kanalen", &[], "Ingrid"),
    ("GET", "/beheer/kanalen/nieuw", &[], "Ingrid"),
    ("GET", "/beheer/kanalen/{id}", &[], "Noor Daan Milan Fatima Ingrid; Joris"),
    ("GET", "/beheer/kanalen/{id}/controle", &[], "Ingrid"),
    ("POST", "/beheer/kanalen/{id}/controle", &[], "Ingrid"),
    ("POST", "/beheer/kanalen/{id}/controle/{check}", &[], "Ingrid"),
    // There is no such alarm, for whoever may see one.
    (
        "POST",
        "/beheer/kanalen/{id}/gezien",
        &[("onderwerp", "review"), ("wat", "review-refused")],
        "; Noor Daan Joris Milan Fatima Ingrid",
    ),
    ("GET", "/beheer/kanalen/{id}/instellingen", &[], "Ingrid"),
    ("POST", "/beheer/kanalen/{id}/instellingen", &[], "Ingrid"),
    ("POST", "/beheer/kanalen/{id}/testbericht", &[], "Ingrid"),
    ("POST", "/beheer/kanalen/{id}/verwijdering", &[], "Ingrid"),
    ("POST", "/beheer/kanalen/{id}/vrijgave", &[], "Ingrid"),
    ("GET", "/beheer/ontvangst", &[], "Fatima Ingrid"),
    ("POST", "/beheer/ontvangst/{id}/herhaling", &[], "Fatima Ingrid"),
    ("GET", "/beheer/standaardteksten", &[], "Fatima Ingrid"),
    (
        "POST",
        "/beheer/standaardteksten",
        &[("naam", ""), ("afkorting", "x"), ("tekst", "Hallo")],
        "Fatima Ingrid",
    ),
    ("GET", "/beheer/standaardteksten/nieuw", &[], "Fatima Ingrid"),
    ("GET", "/beheer/standaardteksten/{id}", &[], "Fatima Ingrid"),
    (
        "POST",
        "/beheer/standaardteksten/{id}",
        &[("naam", ""), ("afkorting", "x"), ("tekst", "Hallo"), ("versie", "0")],
        "Fatima Ingrid",
    ),
    ("POST", "/beheer/standaardteksten/{id}/verwijdering", &[("versie", "0")], "Fatima Ingrid"),
    ("GET", "/beheer/teams", &[], "Ingrid"),
    ("POST", "/beheer/teams", &[("naam", "")], "Ingrid"),
    ("GET", "/beheer/teams/{id}", &[], "Ingrid"),
    ("POST", "/beheer/teams/{id}", &[("naam", "Burgerzaken"), ("versie", "0")], "Ingrid"),
    ("GET", "/beheer/verzendingen", &[], "Noor Daan Joris Fatima Ingrid"),
    ("GET", "/bijlagen/{id}", &[], "Noor Daan Milan Fatima; Joris Ingrid"),
    ("POST", "/bijlagen/{id}/herhaling", &[], "Noor Daan Milan Fatima; Joris Ingrid"),
    ("GET", "/bijlagen/{id}/klein", &[], "Noor Daan Milan Fatima; Joris Ingrid"),
    ("GET", "/gesprekken", &[], "Noor Daan Joris Milan Fatima Ingrid"),
    ("GET", "/gesprekken/lijsten", &[], "Noor Daan Joris Milan Fatima Ingrid"),
    ("POST", "/gesprekken/lijsten", &[("naam", "")], "Noor Daan Joris Milan Fatima Ingrid"),
    // A list of team Webcare: a helper sees it, and does not change it.
    (
        "POST",
        "/gesprekken/lijsten/{id}/naam",
        &[("versie", "0"), ("naam", "Anders")],
        "Noor Daan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/lijsten/{id}/plaats",
        &[("versie", "0"), ("richting", "omhoog")],
        "Noor Daan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/lijsten/{id}/verwijdering",
        &[("versie", "0")],
        "Noor Daan Fatima; Joris Ingrid",
    ),
    ("GET", "/gesprekken/rijen", &[], "Noor Daan Joris Milan Fatima Ingrid"),
    ("GET", "/gesprekken/{id}", &[], "Noor Daan Milan Fatima; Joris Ingrid"),
    (
        "POST",
        "/gesprekken/{id}/aanwezigheid",
        &[("doet", "kijkt")],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/{id}/antwoorden",
        &[("sleutel", "x"), ("gezien", ""), ("tekst", "Hallo")],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/{id}/berichten/{message}/reactie",
        &[("sleutel", "x"), ("emoji", "👍")],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    // It is the resident's: there is nothing of ours to take back.
    (
        "POST",
        "/gesprekken/{id}/berichten/{message}/terugname",
        &[],
        "; Noor Daan Joris Milan Fatima Ingrid",
    ),
    ("POST", "/gesprekken/{id}/bijlagen", &[], "Noor Daan Milan Fatima; Joris Ingrid"),
    (
        "POST",
        "/gesprekken/{id}/bijlagen/{attachment}/verwijdering",
        &[],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/{id}/concept",
        &[("soort", "antwoord"), ("tekst", "Hallo")],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/{id}/concept/overname",
        &[("soort", "antwoord"), ("van", "0190ffff-ffff-7000-8000-000000000001")],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    ("GET", "/gesprekken/{id}/deel", &[], "Noor Daan Milan Fatima; Joris Ingrid"),
    (
        "POST",
        "/gesprekken/{id}/heropening",
        &[("versie", "1")],
        "Noor Daan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/{id}/notities",
        &[("sleutel", "x"), ("tekst", "Hallo")],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/{id}/onderdelen/{part}/uitkomst",
        &[("uitkomst", "laat")],
        "Noor Daan Fatima; Joris Ingrid",
    ),
    ("POST", "/gesprekken/{id}/sjablonen", &[], "Noor Daan Milan Fatima; Joris Ingrid"),
    (
        "POST",
        "/gesprekken/{id}/sjabloon",
        &[("sleutel", "x"), ("gezien", ""), ("naam", "geen"), ("taal", "nl"), ("afdruk", "")],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/{id}/sluiting",
        &[("uitkomst", "spam"), ("versie", "0")],
        "Noor Daan Fatima; Joris Ingrid",
    ),
    ("GET", "/gesprekken/{id}/standaardteksten", &[], "Noor Daan Milan Fatima; Joris Ingrid"),
    (
        "POST",
        "/gesprekken/{id}/standaardteksten",
        &[("sleutel", "x"), ("tekst", "Hallo"), ("standaardtekst", "")],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    (
        "POST",
        "/gesprekken/{id}/toewijzing",
        &[("wie", ""), ("versie", "0")],
        "Noor Daan Milan Fatima; Joris Ingrid",
    ),
    ("GET", "/handleiding", &[], "*"),
    ("GET", "/handleiding/{chapter}", &[], "*"),
    ("GET", "/huisstijl/{file}", &[], "-"),
    ("GET", "/inloggen", &[], "-"),
    ("POST", "/inloggen", &[("email", "x"), ("wachtwoord", "x")], "-"),
    ("GET", "/inloggen/code", &[], "-"),
    ("POST", "/inloggen/code", &[("code", "123456")], "-"),
    ("GET", "/live", &[], "Noor Daan Joris Milan Fatima Ingrid"),
    ("GET", "/profiel", &[], "*"),
    ("POST", "/profiel/sessies/andere", &[], "*"),
    ("POST", "/profiel/sessies/beeindiging", &[], "*"),
    // The id is of nobody's session.
    (
        "POST",
        "/profiel/sessies/{id}/beeindiging",
        &[],
        "; Noor Daan Joris Milan Fatima Lotte Bram Esther Karim Ingrid",
    ),
    ("POST", "/profiel/toetsen", &[("uit", "true")], "*"),
    ("GET", "/profiel/tweede-stap", &[], "*"),
    ("POST", "/profiel/tweede-stap", &[], "*"),
    ("POST", "/profiel/tweede-stap/bevestiging", &[("code", "geen")], "*"),
    ("POST", "/profiel/tweede-stap/herstelcodes", &[("wachtwoord", "x"), ("code", "x")], "*"),
    ("GET", "/profiel/tweede-stap/qr", &[], "*"),
    ("POST", "/profiel/tweede-stap/verwijdering", &[("wachtwoord", "x"), ("code", "x")], "*"),
    ("GET", "/profiel/wachtwoord", &[], "*"),
    ("POST", "/profiel/wachtwoord", &[("huidig", "x"), ("nieuw", "x")], "*"),
    ("POST", "/profiel/weergave", &[("kleuren", "donker")], "*"),
    ("POST", "/taal", &[("taal", "nl")], "-"),
    ("POST", "/uitloggen", &[], "*"),
    ("GET", "/wachtwoord-vergeten", &[], "-"),
    ("POST", "/wachtwoord-vergeten", &[("email", "x")], "-"),
    ("GET", "/wachtwoord/{token}", &[], "-"),
    ("POST", "/wachtwoord/{token}", &[("wachtwoord", "de zwaan zwemt")], "-"),
    ("GET", "/zoeken", &[], "Noor Daan Joris Milan Fatima Ingrid"),
];

/// What there is to be reached in Zwanendam.
struct There {
    talk: Talk,
    kept: String,
    failed: String,
    part: String,
    message: String,
    raw: String,
    asset: String,
    colleague: String,
    list: String,
    text: String,
}

/// The ids of the message that is uncertain and of its part.
pub async fn uncertain(world: &World, colleague: &str, talk: &Talk) -> (String, String) {
    let messages = world.agent(colleague).await.reads(talk).await;
    let sent = messages.iter().find(|seen| !seen.parts.is_empty()).expect("something was sent");
    (sent.message.id.to_string(), sent.parts[0].id.to_string())
}

async fn furnish(site: &Site<'_>) -> There {
    let world = site.world;
    let talk = world.resident("Yusuf").writes("Hallo").await;
    world.agent("Noor").await.replies(&talk, "Dag").await;
    world.send_all(|_| Answer::Unknown { reason: "lost".to_owned() }).await;
    let part = uncertain(world, "Noor", &talk).await.1;
    let kept = world.file_kept(&talk, b"content").await.to_string();
    let failed = world.file_failed(&talk).await.to_string();
    unreadable(world, "wa-main").await;
    let page = site.logged_in("Fatima").await.get("/beheer/ontvangst").await;
    let raw = page.form("/herhaling").action.split('/').nth(3).expect("an id").to_owned();
    let asset = page
        .html
        .split("href=\"/assets/")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a file");
    let save = SaveList {
        name: "Van het team".to_owned(),
        whose: Whose::Team("webcare".parse().expect("a name")),
        query: ListQuery::default(),
    };
    let list = save_list(&world.ctx("Noor").await, save).await.expect("saved");
    let texts = list_canned_texts(&world.agent("Fatima").await.ctx).await.expect("she may");
    let text = texts[0].text.id.to_string();
    let messages = world.agent("Noor").await.reads(&talk).await;
    let theirs = messages.iter().find(|seen| seen.message.delivery.is_none()).expect("the resident wrote");
    let message = theirs.message.id.to_string();
    There {
        talk,
        kept,
        failed,
        part,
        message,
        raw,
        asset: asset.to_owned(),
        colleague: world.agent("Daan").await.id().to_string(),
        list: list.to_string(),
        text,
    }
}

impl There {
    fn path(&self, pattern: &str) -> String {
        let id = if pattern.starts_with("/beheer/kanalen") {
            "wa-main".to_owned()
        } else if pattern.starts_with("/beheer/gebruikers") {
            self.colleague.clone()
        } else if pattern.starts_with("/beheer/standaardteksten") {
            self.text.clone()
        } else if pattern.starts_with("/beheer/teams") {
            "burgerzaken".to_owned()
        } else if pattern.starts_with("/beheer") {
            self.raw.clone()
        } else if pattern.starts_with("/gesprekken/lijsten") {
            self.list.clone()
        } else if pattern.starts_with("/bijlagen") {
            if pattern.ends_with("/herhaling") {
                self.failed.clone()
            } else {
                self.kept.clone()
            }
        } else {
            self.talk.conversation.to_string()
        };
        let file = if pattern.starts_with("/huisstijl") {
            "14606e_-.css"
        } else {
            self.asset.as_str()
        };
        pattern
            .replace("{id}", &id)
            .replace("{part}", &self.part)
            .replace("{attachment}", &self.kept)
            .replace("{message}", &self.message)
            .replace("{chapter}", "toetsen")
            .replace("{check}", "subscription")
            .replace("{token}", &"0".repeat(64))
            .replace("{file}", file)
    }
}

async fn knock(browser: &Browser<'_>, method: &str, path: &str, fields: &[(&str, &str)]) -> Shown {
    if method == "GET" {
        browser.get(path).await
    } else {
        browser.post(path, fields).await
    }
}

fn outcome(shown: &Shown) -> &'static str {
    match shown.status.as_u16() {
        401 if shown.text().contains("U bent uitgelogd") => "log in first",
        403 => "forbidden",
        404 => "not found",
        303 if shown.location().starts_with("/inloggen") && !shown.location().contains("gedaan") => {
            "log in first"
        }
        500.. => "broken",
        _ => "through",
    }
}

fn expected(first_name: &str, who: &str) -> &'static str {
    let (through, not_found) = who.split_once(';').unwrap_or((who, ""));
    if through.trim() == "*"
        || through.trim() == "-"
        || through.split_whitespace().any(|one| one == first_name)
    {
        "through"
    } else if not_found.split_whitespace().any(|one| one == first_name) {
        "not found"
    } else {
        "forbidden"
    }
}

#[test]
fn every_address_stands_in_this_table_and_no_other() {
    let here: Vec<_> = TABLE.iter().map(|(method, path, ..)| (*method, *path)).collect();
    let there: Vec<_> = web::routes().iter().map(|route| (route.method, route.path)).collect();
    assert_eq!(here, there);
}

both_databases! {
    /// X1.
    async fn everybody_gets_where_the_rights_table_says_and_nowhere_else(world: World) {
        let site = Site::of(&world);
        let there = furnish(&site).await;
        for user in town::log_ins().iter().filter(|user| user.municipality == "zwanendam") {
            let mut browser = site.logged_in(user.first_name).await;
            for (method, path, fields, who) in TABLE {
                let shown = knock(&browser, method, &there.path(path), fields).await;
                let expected = expected(user.first_name, who);
                assert_eq!(outcome(&shown), expected, "{} {method} {path}: {}", user.first_name, shown.text());
                if path.ends_with("beeindiging") || *path == "/uitloggen" {
                    browser = site.logged_in(user.first_name).await;
                }
            }
        }
    }

    /// X2: every address that names something, with ids of Zwanendam, in the hands of everybody of Lindeveld.
    async fn nobody_of_another_municipality_gets_through_anywhere(world: World) {
        let site = Site::of(&world);
        let there = furnish(&site).await;
        let before = world.canonical_export("zwanendam").await;
        // Of these the whole installation has the same.
        let shared = ["/assets", "/handleiding", "/huisstijl", "/wachtwoord"];
        let naming = || TABLE.iter().filter(|(_, path, ..)| path.contains('{') && !shared.iter().any(|one| path.starts_with(one)));
        assert!(naming().count() > 20, "the table names nearly everything by id");
        let mut not_found = 0;
        for user in town::log_ins().iter().filter(|user| user.municipality == "lindeveld") {
            let browser = site.logged_in(user.first_name).await;
            for (method, path, fields, _) in naming() {
                let shown = knock(&browser, method, &there.path(path), fields).await;
                let outcome = outcome(&shown);
                // A form without its fields is refused before anybody looks whose account it is about.
                let refused = matches!(outcome, "not found" | "forbidden") || shown.status == 400;
                assert!(refused, "{} {method} {path}: {outcome}: {}", user.first_name, shown.text());
                not_found += usize::from(outcome == "not found");
                assert!(!shown.html.contains("Yusuf"), "{} {method} {path}", user.first_name);
            }
        }
        assert!(not_found > 30, "most is refused because it is not there, not for want of a right: {not_found}");
        assert_eq!(world.canonical_export("zwanendam").await, before);
    }

    /// X1: nobody, somebody who logged out, somebody who was disabled.
    async fn nobody_gets_in_without_a_live_session(world: World) {
        let site = Site::of(&world);
        let there = furnish(&site).await;
        let gone = site.logged_in("Noor").await;
        gone.post("/uitloggen", &[]).await.is(303);
        let mut forged = site.browser();
        forged.cookies.push(format!("gehoor={}", "0".repeat(64)));
        for browser in [site.browser(), gone, forged] {
            for (method, path, fields, who) in TABLE {
                let shown = knock(&browser, method, &there.path(path), fields).await;
                let expected = if *who == "-" { "through" } else { "log in first" };
                assert_eq!(outcome(&shown), expected, "{method} {path}: {}", shown.text());
            }
        }
    }
}
