//! Who may not look any more is told nothing (E3).

use domain::access::Role;
use domain::channels::SecretValue;
use simulation::both_databases;
use simulation::town;
use simulation::world::{Talk, World};
use usecases::configuration::{AddUser, add_user, apply_declaration};

use super::{Stream, follow, note};
use crate::site::{Browser, Site};

/// Somebody listens, heard something, and then `ends` happens; what is told afterwards, up to the end of the stream.
async fn told_after(
    world: &World,
    talk: &Talk,
    browser: &Browser<'_>,
    ends: impl AsyncFnOnce(),
) -> Vec<String> {
    let daan = world.ctx("Daan").await;
    let mut stream: Stream = follow(browser, "", None).await;
    assert_eq!(stream.next().await.expect("it begins").event, "hartslag");
    note(&daan, talk.conversation, &format!("before {:?}", browser.cookies)).await;
    assert_eq!(stream.happens().await.data["kind"], "note_written", "it could have been told");
    ends().await;
    note(&daan, talk.conversation, &format!("after {:?}", browser.cookies)).await;
    stream.until_the_end().await
}

/// Makes Noor somebody else.
async fn noor_becomes(world: &World, role: Role, password: &str) {
    let user = AddUser {
        municipality: "zwanendam".parse().expect("a name"),
        email: "noor@zwanendam.example".to_owned(),
        name: "Noor Bakker".to_owned(),
        role,
        teams: vec!["webcare".parse().expect("a name")],
        password: SecretValue::new(password.to_owned()),
    };
    add_user(&world.installation, user).await.expect("added");
}

both_databases! {
    async fn whoever_logs_out_is_told_so_and_nothing_more(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let other = {
            let mut browser = site.browser();
            browser.log_in("noor@zwanendam.example", "de-zwaan-zwemt-om-zes").await;
            browser
        };
        let mut stays = follow(&other, "", None).await;
        let told = told_after(&world, &talk, &noor, async || drop(noor.post("/uitloggen", &[]).await)).await;
        assert_eq!(told, ["uitgelogd"]);
        // Another session of hers goes on, until she ends all.
        assert_eq!(stays.happens().await.data["kind"], "note_written");
        assert_eq!(stays.happens().await.data["kind"], "note_written");
        let told = told_after(&world, &talk, &other, async || {
            other.post("/profiel/sessies/beeindiging", &[]).await.is(303);
        })
        .await;
        assert_eq!(told, ["uitgelogd"]);
        let next = noor.answer("/live", &[]).await;
        assert_eq!(next.status(), 303);
    }

    async fn who_is_disabled_hears_nothing_more(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let told = told_after(&world, &talk, &noor, async || {
            let mut rest = town::municipalities("http://127.0.0.1:9").pop().expect("Zwanendam");
            rest.users.retain(|user| !user.email.starts_with("noor@"));
            rest.users.iter_mut().for_each(|user| user.password = None);
            apply_declaration(&world.installation, rest, true).await.expect("applied");
        })
        .await;
        assert_eq!(told, ["uitgelogd"]);
    }

    /// Whoever gets a role that reads no conversations hears nothing more of them.
    async fn who_gets_another_role_hears_what_belongs_to_it(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let told = told_after(&world, &talk, &noor, async || {
            noor_becomes(&world, Role::Analyst, "de-zwaan-zwemt-om-zes").await;
        })
        .await;
        assert!(told == ["uitgelogd"] || told == ["vernieuw"], "{told:?}");
    }

    async fn who_gets_another_password_is_logged_out_everywhere(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let noor = site.logged_in("Noor").await;
        let told = told_after(&world, &talk, &noor, async || {
            noor_becomes(&world, Role::Agent, "een-ander-wachtwoord-voor-noor").await;
        })
        .await;
        assert_eq!(told, ["uitgelogd"]);
    }

    async fn who_leaves_a_team_hears_nothing_of_it(world: World) {
        let site = Site::of(&world);
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let fatima = site.logged_in("Fatima").await;
        let mut stream = follow(&fatima, "", None).await;
        assert_eq!(stream.next().await.expect("it begins").event, "hartslag");
        let daan = world.ctx("Daan").await;
        note(&daan, talk.conversation, "before").await;
        assert_eq!(stream.happens().await.data["kind"], "note_written");
        let mut rest = town::municipalities("http://127.0.0.1:9").pop().expect("Zwanendam");
        rest.users.retain(|user| user.email.starts_with("fatima@"));
        rest.users[0].teams = vec!["burgerzaken".parse().expect("a name")];
        rest.users[0].password = None;
        apply_declaration(&world.installation, rest, false).await.expect("applied");
        note(&daan, talk.conversation, "after").await;
        assert_eq!(stream.next_news().await.expect("something comes").event, "vernieuw");
        note(&daan, talk.conversation, "long after").await;
        let other = world.resident("Hanna").to("wa-tweede").writes("Paspoort").await;
        let told = stream.happens().await;
        assert_eq!(told.data["conversation"], other.conversation.to_string(), "{told:?}");
    }

    /// What a command beside the server does is no commit of this node.
    async fn what_is_ended_beside_the_server_is_noticed(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let mut stream = follow(&noor, "", None).await;
        assert_eq!(stream.next().await.expect("it begins").event, "hartslag");
        assert_eq!(world.ends_sessions_beside(&world.ctx("Noor").await).await, 1);
        let began = tokio::time::Instant::now();
        assert_eq!(stream.until_the_end().await, ["uitgelogd"]);
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    }

    /// A page that is only open is no use of a session: it ends as it would without.
    async fn a_session_that_nobody_uses_ends_although_its_page_is_open(world: World) {
        let site = Site::of(&world);
        let noor = site.logged_in("Noor").await;
        let mut stream = follow(&noor, "", None).await;
        assert_eq!(stream.next().await.expect("it begins").event, "hartslag");
        world.hours_later(5);
        assert_eq!(stream.until_the_end().await, ["uitgelogd"]);
    }
}
