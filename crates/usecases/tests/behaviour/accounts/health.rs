//! What the platform tells and what we find: since when, for whom, until when.

use domain::channels::{Answer, Hold, RetryAfter, Severity};
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::World;
use usecases::accounts::{SeeAlarm, list_account_health, list_alarms, read_account_health, round, see_alarm};

/// A notice about the account of `wa-main`, told at `time` in seconds.
async fn tells(world: &World, time: i64, field: &str, value: &Value) {
    let settings = world.number("wa-main").settings;
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": settings.waba_id, "time": time, "changes": [{"field": field, "value": value}]}]});
    let request = simulation::world::webhook::signed(&settings.app_secret, body.to_string().into_bytes());
    world.knock("wa-main", &request).await.expect("it is signed");
    world.read_all().await;
}

/// What is the matter with `wa-main`, for a colleague: words with how bad they are.
async fn matters(world: &World, who: &str) -> Vec<String> {
    let id = "wa-main".parse().expect("a short name");
    let health = read_account_health(&world.ctx(who).await, &id).await.expect("it is theirs");
    let shown = |state: &domain::channels::HealthState| format!("{} {}", state.event.word, state.severity);
    health.states.iter().map(shown).collect()
}

/// The alarms of `wa-main`; the town's second number belongs to the same business and has some of them as well.
async fn alarms(world: &World, who: &str) -> Vec<(String, bool)> {
    let all = list_alarms(&world.ctx(who).await).await.expect("the store answers");
    let ours = all.into_iter().filter(|alarm| alarm.channel_account.to_string() == "wa-main");
    ours.map(|alarm| (alarm.event.word, alarm.seen)).collect()
}

fn refused_token(word: &'static str) -> Answer {
    Answer::Retry {
        after: RetryAfter::Seconds(300),
        hold: Hold::Broken { word },
        reason: "WhatsApp error 190".to_owned(),
    }
}

both_databases! {
    async fn what_the_platform_told_last_by_its_own_clock_counts(world: World) {
        let now = world.now().as_second();
        let ban = |state: &str| json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state}});
        tells(&world, now - 100, "account_update", &ban("REINSTATE")).await;
        tells(&world, now - 200, "account_update", &ban("DISABLE")).await;
        assert_eq!(matters(&world, "Noor").await, ["reinstated good"]);
        assert!(alarms(&world, "Noor").await.is_empty());
        tells(&world, now - 50, "account_update", &ban("DISABLE")).await;
        assert_eq!(matters(&world, "Noor").await, ["banned alarm"]);
        assert_eq!(alarms(&world, "Noor").await, [("banned".to_owned(), false)]);
        // The same notice again is the same event.
        tells(&world, now - 50, "account_update", &ban("DISABLE")).await;
        let id = "wa-main".parse().expect("a short name");
        let health = read_account_health(&world.ctx("Noor").await, &id).await.expect("it is theirs");
        assert_eq!(health.history.len(), 3);
        assert_eq!(health.states[0].since.as_second(), now - 50);
    }

    async fn a_restriction_ends_by_itself(world: World) {
        let now = world.now().as_second();
        let kind = "RESTRICTED_CUSTOMER_INITIATED_MESSAGING";
        let restriction = json!({"event": "ACCOUNT_RESTRICTION",
            "restriction_info": [{"restriction_type": kind, "expiration": now + 3600}]});
        tells(&world, now, "account_update", &restriction).await;
        assert_eq!(alarms(&world, "Noor").await.len(), 1);
        world.seconds_later(3600);
        assert!(alarms(&world, "Noor").await.is_empty());
        assert_eq!(matters(&world, "Noor").await, ["restricted-answers good"]);
    }

    async fn a_notice_from_the_future_does_not_silence_what_comes_later(world: World) {
        let now = world.now().as_second();
        tells(&world, now + 10_000_000, "account_review_update", &json!({"decision": "APPROVED"})).await;
        world.hours_later(1);
        tells(&world, now + 3600, "account_review_update", &json!({"decision": "REJECTED"})).await;
        assert_eq!(matters(&world, "Noor").await, ["review-refused alarm"]);
    }

    /// P14: a dead token is seen at once, messages keep coming in, and its end is seen as well.
    async fn a_refused_token_is_an_alarm_until_something_leaves_again(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag Yusuf").await;
        world.send_all(|_| refused_token("token")).await;
        assert_eq!(alarms(&world, "Noor").await, [("token".to_owned(), false)]);
        assert_eq!(alarms(&world, "Ingrid").await, [("token".to_owned(), false)]);
        // Nobody's of another team, and of nobody who sees no accounts.
        assert!(alarms(&world, "Joris").await.is_empty());
        assert!(alarms(&world, "Bram").await.is_empty());
        let sanne = world.resident("Sanne").writes("Is er iemand?").await;
        assert_eq!(world.agent("Noor").await.reads(&sanne).await.len(), 1);
        let id = "wa-main".parse().expect("a short name");
        let health = read_account_health(&world.ctx("Noor").await, &id).await.expect("it is theirs");
        assert_eq!(health.figures.waiting, 1);
        assert!(health.hold.is_some());
        assert_eq!(health.severity, Severity::Alarm);
        usecases::outbox::release_account(&world.ctx("Ingrid").await, &id).await.expect("it can be released");
        world.seconds_later(60);
        assert_eq!(world.send_all(|_| Answer::Delivered { provider_id: None }).await, 1);
        assert!(alarms(&world, "Noor").await.is_empty());
        assert_eq!(matters(&world, "Noor").await, ["works good"]);
    }

    async fn whoever_has_seen_an_alarm_is_left_alone_until_it_changes(world: World) {
        let now = world.now().as_second();
        tells(&world, now - 50, "account_review_update", &json!({"decision": "REJECTED"})).await;
        let see = |word: &str| SeeAlarm {
            channel_account: "wa-main".parse().expect("a short name"),
            topic: domain::channels::HealthTopic::Review,
            word: word.to_owned(),
        };
        let noor = world.ctx("Noor").await;
        assert!(see_alarm(&noor, see("something-else")).await.is_err());
        assert!(see_alarm(&world.ctx("Joris").await, see("review-refused")).await.is_err());
        see_alarm(&noor, see("review-refused")).await.expect("it is theirs");
        assert_eq!(alarms(&world, "Noor").await, [("review-refused".to_owned(), true)]);
        assert_eq!(alarms(&world, "Fatima").await, [("review-refused".to_owned(), false)]);
        let id = "wa-main".parse().expect("a short name");
        let seen = read_account_health(&world.ctx("Fatima").await, &id).await.expect("it is theirs").seen;
        assert_eq!(seen.iter().map(|seen| seen.name.as_str()).collect::<Vec<_>>(), ["Noor Bakker"]);
        tells(&world, now - 40, "account_review_update", &json!({"decision": "APPROVED"})).await;
        tells(&world, now - 30, "account_review_update", &json!({"decision": "REJECTED"})).await;
        assert_eq!(alarms(&world, "Noor").await, [("review-refused".to_owned(), false)]);
    }

    async fn what_no_event_tells_is_found_by_looking(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag").await;
        round(&world.installation).await.expect("the store answers");
        assert!(matters(&world, "Noor").await.is_empty());
        world.seconds_later(1000);
        round(&world.installation).await.expect("the store answers");
        assert_eq!(matters(&world, "Noor").await, ["behind alarm"]);
        world.send_all(|_| Answer::Unknown { reason: "lost".to_owned() }).await;
        world.seconds_later(1);
        round(&world.installation).await.expect("the store answers");
        assert_eq!(matters(&world, "Noor").await, ["unknown-sends warning", "works good"]);
        // Nothing new is written when nothing changed.
        let id = "wa-main".parse().expect("a short name");
        let before = read_account_health(&world.ctx("Noor").await, &id).await.expect("it is theirs").history.len();
        world.seconds_later(60);
        round(&world.installation).await.expect("the store answers");
        let after = read_account_health(&world.ctx("Noor").await, &id).await.expect("it is theirs").history.len();
        assert_eq!(before, after);
    }

    async fn a_platform_that_falls_silent_is_noticed_and_its_return_as_well(world: World) {
        for _ in 0..6 {
            for hour in 9..18 {
                world.at(&format!("{hour:02}:00")).resident("Yusuf").writes("Hallo").await;
            }
            world.hours_later(10);
            round(&world.installation).await.expect("the store answers");
            assert!(alarms(&world, "Noor").await.is_empty());
        }
        world.hours_later(30);
        round(&world.installation).await.expect("the store answers");
        assert_eq!(alarms(&world, "Noor").await, [("silent".to_owned(), false)]);
        world.resident("Yusuf").writes("Daar ben ik weer").await;
        assert!(alarms(&world, "Noor").await.is_empty());
        assert_eq!(matters(&world, "Noor").await, ["heard good"]);
    }

    async fn a_team_sees_its_own_accounts_and_an_administrator_all(world: World) {
        let accounts = async |who: &str| match list_account_health(&world.ctx(who).await).await {
            Ok(all) => all.len(),
            Err(_) => usize::MAX,
        };
        let all = accounts("Ingrid").await;
        assert!(all >= 1);
        let (noor, joris) = (accounts("Noor").await, accounts("Joris").await);
        assert!(noor >= 1 && noor <= all, "{noor} of {all}");
        assert!(joris <= all - noor, "{joris} and {noor} of {all}");
        assert_eq!(accounts("Bram").await, usize::MAX);
    }
}
