//! What failed after the platform had taken it: told truly, with the same consequence for the account as an answer to a
//! send, counted for the resident, and sent again by a person only (2.5, 2.6, C9).

use domain::channels::{Answer, ProviderId};
use domain::conversations::ConversationState;
use domain::ids::ChannelAccountId;
use domain::messages::DeliveryStatus::{Delivered, Failed, Queued, Unknown};
use domain::outbox::{PartState, Resolution};
use jiff::{SignedDuration, Timestamp};
use simulation::both_databases;
use simulation::world::webhook::Webhook;
use simulation::world::{Talk, World};
use usecases::Failure;
use usecases::accounts::{list_alarms, read_account_health};
use usecases::outbox::{Part, Resolve, ResolveRefused, list_undecided, release_account, resolve_unknown};

fn main_number() -> ChannelAccountId {
    "wa-main".parse().expect("a short name")
}

/// Yusuf wrote at nine, and Noor answered ten minutes later; the platform took it as `wamid.OUT`.
async fn answered(world: &World) -> Talk {
    let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
    world.at("09:10").agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
    assert_eq!(world.send_all(|_| taken("wamid.OUT")).await, 1);
    talk
}

fn taken(wamid: &str) -> Answer {
    Answer::Delivered { provider_id: ProviderId::new(wamid).ok() }
}

/// The platform tells that `wamid.OUT` failed at this moment, for the reason that has this number.
async fn fails(world: &World, talk: &Talk, code: i64, at: Timestamp) {
    let number = world.number("wa-main").settings;
    let report = Webhook::about(&number).failed("wamid.OUT", (code, &talk.phone), at);
    world.deliver("wa-main", &report).await;
    world.read_all().await;
}

async fn part(world: &World, talk: &Talk) -> Part {
    world.agent("Noor").await.parts(talk).await.pop().expect("a part")
}

async fn decides(world: &World, part: &Part, resolution: Resolution) -> Result<(), Failure<ResolveRefused>> {
    let resolve = Resolve {
        part: part.id,
        conversation: None,
        resolution,
        despite_warning: false,
    };
    resolve_unknown(&world.ctx("Noor").await, resolve).await
}

/// The state of a conversation, and since when the resident waits.
async fn wait(world: &World, talk: &Talk) -> (ConversationState, Option<Timestamp>) {
    let seen = world.agent("Noor").await.sees(talk).await.listed.conversation;
    (seen.state, seen.waiting_since_at)
}

async fn undecided(world: &World) -> usize {
    list_undecided(&world.ctx("Noor").await, None, 100).await.expect("may").len()
}

/// The alarms of Noor, and whether `wa-main` waits until a person acts.
async fn trouble(world: &World) -> (Vec<String>, Option<bool>) {
    let alarms = list_alarms(&world.ctx("Noor").await).await.expect("the store answers");
    let health = read_account_health(&world.ctx("Noor").await, &main_number()).await.expect("it is theirs");
    (
        alarms.into_iter().map(|alarm| alarm.event.word).collect(),
        health.hold.map(|hold| hold.until_person),
    )
}

both_databases! {
    /// 2.5: nobody tries it again, so a person can, and once.
    async fn what_failed_after_it_was_taken_can_be_sent_again_by_a_person_only(world: World) {
        for code in [131_000, 131_026] {
            let talk = world.resident(&format!("Resident {code}")).writes("De lantaarn is kapot").await;
            world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
            let wamid = format!("wamid.{code}");
            world.send_all(|_| taken(&wamid)).await;
            let report = Webhook::about(&world.number("wa-main").settings).failed(&wamid, (code, &talk.phone), world.now());
            world.deliver("wa-main", &report).await;
            world.read_all().await;
            let failed = part(&world, &talk).await;
            assert_eq!((failed.state, failed.delivery), (PartState::Accepted, Failed), "{code}");
            assert_eq!(world.send_all(|_| taken("wamid.AGAIN")).await, 0, "the machine never repeats it");
            decides(&world, &failed, Resolution::Resend).await.expect("a person can");
            let twice = decides(&world, &failed, Resolution::Resend).await;
            assert!(matches!(twice, Err(Failure::Refused(ResolveRefused::Known))), "{twice:?}");
            let again = format!("wamid.{code}-again");
            assert_eq!(world.send_all(|_| taken(&again)).await, 1);
            assert_eq!(part(&world, &talk).await.resends, Some(failed.id));
        }
    }

    /// 2.5: a delivery that is told after the failure ends the matter, whether the platform had taken it or not.
    async fn what_proves_to_be_delivered_offers_no_resend(world: World) {
        let talk = answered(&world).await;
        fails(&world, &talk, 131_026, world.now()).await;
        let number = world.number("wa-main").settings;
        let report = Webhook::about(&number).status("wamid.OUT", ("delivered", &talk.phone), world.now(), None);
        world.deliver("wa-main", &report).await;
        world.read_all().await;
        let now = part(&world, &talk).await;
        assert_eq!((now.state, now.delivery), (PartState::Accepted, Delivered));
        let again = decides(&world, &now, Resolution::Resend).await;
        assert!(matches!(again, Err(Failure::Refused(ResolveRefused::Known))), "{again:?}");
        assert_eq!((undecided(&world).await, wait(&world, &talk).await.1), (0, None));
    }

    async fn what_was_refused_and_is_delivered_all_the_same_offers_no_resend(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        world.send_all(|_| Answer::Refused { reason: domain::channels::RefusalReason::Other, detail: None }).await;
        let refused = part(&world, &talk).await;
        assert_eq!(refused.state, PartState::Failed);
        let tracker = refused.id.to_string();
        let report = Webhook::about(&world.number("wa-main").settings)
            .status("wamid.OUT", ("delivered", &talk.phone), world.now(), Some(&tracker));
        world.deliver("wa-main", &report).await;
        world.read_all().await;
        let now = part(&world, &talk).await;
        assert_eq!((now.state, now.delivery), (PartState::Accepted, Delivered));
        assert!(decides(&world, &now, Resolution::Resend).await.is_err());
        assert_eq!(world.conversation_of("wa-main", "wamid.OUT").await, Some(talk.conversation));
    }

    /// The platform wants no second try within a day, however it told; a person is warned, with the moment.
    async fn what_a_platform_limits_for_a_day_is_sent_again_only_after_a_warning(world: World) {
        let talk = answered(&world).await;
        fails(&world, &talk, 131_049, world.now()).await;
        let failed = part(&world, &talk).await;
        let left_at = failed.in_flight_at.expect("it left");
        let early = decides(&world, &failed, Resolution::Resend).await;
        let Err(Failure::Refused(ResolveRefused::TooSoon { until })) = early else { unreachable!("{early:?}") };
        assert_eq!(until, left_at + SignedDuration::from_hours(24));
        let sure = Resolve { part: failed.id, conversation: None, resolution: Resolution::Resend, despite_warning: true };
        resolve_unknown(&world.ctx("Noor").await, sure).await.expect("a person can");
        let limited = Answer::Refused {
            reason: domain::channels::RefusalReason::Limited,
            detail: Some("130472 the resident is part of an experiment".to_owned()),
        };
        world.send_all(|_| limited.clone()).await;
        let again = decides(&world, &part(&world, &talk).await, Resolution::Resend).await;
        assert!(matches!(again, Err(Failure::Refused(ResolveRefused::TooSoon { .. }))), "{again:?}");
    }

    /// A stop for everybody because of one resident's country would let anybody silence the account.
    async fn a_country_that_we_may_not_write_to_stops_nobody_else(world: World) {
        let talk = answered(&world).await;
        fails(&world, &talk, 130_497, world.now()).await;
        assert_eq!(trouble(&world).await, (vec![], None));
        assert_eq!(part(&world, &talk).await.delivery, Failed);
    }

    /// C9: what stops an account in the answer to a send stops it in a report as well, so that not every message that
    /// waits fails one by one.
    async fn a_report_that_the_account_is_in_trouble_stops_it_and_raises_the_alarm(world: World) {
        for (code, word, until_person) in [
            (131_048, "spam", true), (131_031, "locked", true), (368, "policy", true),
            (190, "token", false), (131_042, "payment", false),
        ] {
            let world = another(&world).await;
            let talk = answered(&world).await;
            world.agent("Noor").await.replies(&talk, "En dit ook nog.").await;
            assert_eq!(trouble(&world).await, (vec![], None));
            fails(&world, &talk, code, world.now()).await;
            assert_eq!(trouble(&world).await, (vec![word.to_owned()], Some(until_person)), "{code}");
            assert_eq!(world.send_all(|_| taken("wamid.NEXT")).await, 0, "{code}: what waits is kept");
        }
    }

    /// C9: what passes holds the account for a moment and is no alarm.
    async fn a_report_that_the_platform_is_busy_raises_no_alarm(world: World) {
        let talk = answered(&world).await;
        fails(&world, &talk, 130_429, world.now()).await;
        assert_eq!(trouble(&world).await, (vec![], Some(false)));
        let other = another(&world).await;
        let talk = answered(&other).await;
        fails(&other, &talk, 131_026, other.now()).await;
        assert_eq!(trouble(&other).await, (vec![], None), "one resident's trouble is not the account's");
    }

    /// 2.1: platforms deliver again for a week, and somebody may have mended it since.
    async fn an_old_report_stops_nothing(world: World) {
        let talk = answered(&world).await;
        fails(&world, &talk, 131_048, world.now() - SignedDuration::from_hours(7 * 24)).await;
        assert_eq!(part(&world, &talk).await.delivery, Failed);
        assert_eq!(trouble(&world).await, (vec![], None));
    }

    async fn what_is_told_of_the_time_before_somebody_released_the_account_stops_nothing(world: World) {
        let talk = answered(&world).await;
        let before = world.now();
        fails(&world, &talk, 131_048, before).await;
        assert_eq!(trouble(&world).await.1, Some(true));
        world.seconds_later(600);
        release_account(&world.ctx("Ingrid").await, &main_number()).await.expect("she may");
        let number = world.number("wa-main").settings;
        for (wamid, at, expected) in [("wamid.B", before, None), ("wamid.C", world.now() + SignedDuration::from_secs(2), Some(true))] {
            world.deliver("wa-main", &Webhook::about(&number).failed(wamid, (131_048, &talk.phone), at)).await;
            world.read_all().await;
            assert_eq!(trouble(&world).await.1, expected, "{wamid}");
        }
    }

    /// The resident's clock runs from their own message, as if nothing had been answered.
    async fn a_failed_answer_does_not_stop_the_residents_clock(world: World) {
        let talk = answered(&world).await;
        let wrote_at = world.agent("Noor").await.reads(&talk).await[0].message.sent_at;
        assert_eq!(wait(&world, &talk).await, (ConversationState::WaitingForResident, None));
        world.at("11:00");
        fails(&world, &talk, 131_026, world.now()).await;
        assert_eq!(wait(&world, &talk).await, (ConversationState::Open, Some(wrote_at)));
        let last = world.agent("Noor").await.sees(&talk).await.listed.last_message;
        assert_eq!(last.and_then(|last| last.delivery), Some(Failed), "the row shows it");
        assert_eq!(undecided(&world).await, 1);
        // Sent again, it counts as an answer until it fails as well.
        decides(&world, &part(&world, &talk).await, Resolution::Resend).await.expect("a person can");
        assert_eq!(wait(&world, &talk).await, (ConversationState::WaitingForResident, None));
        assert_eq!(undecided(&world).await, 0);
    }

    async fn an_answer_that_fails_because_the_window_closed_does_not_stop_the_clock(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        let wrote_at = world.now();
        world.hours_later(23).agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
        world.hours_later(2);
        assert_eq!(world.send_all(|_| taken("wamid.OUT")).await, 0);
        assert_eq!(part(&world, &talk).await.delivery, Failed);
        assert_eq!(wait(&world, &talk).await, (ConversationState::Open, Some(wrote_at)));
    }

    /// 2.6: `unknown` keeps the clocks running, and evidence stops them.
    async fn an_uncertain_answer_keeps_the_clock_running_until_it_is_known_or_left(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        let wrote_at = world.now();
        let noor = world.at("09:10").agent("Noor").await;
        noor.replies(&talk, "Wij gaan kijken.").await;
        world.send_all(|_| Answer::Unknown { reason: "lost".to_owned() }).await;
        assert_eq!(wait(&world, &talk).await, (ConversationState::Open, Some(wrote_at)));
        let tracker = part(&world, &talk).await.id.to_string();
        let report = Webhook::about(&world.number("wa-main").settings)
            .status("wamid.OUT", ("sent", &talk.phone), world.now(), Some(&tracker));
        world.deliver("wa-main", &report).await;
        world.read_all().await;
        assert_eq!(wait(&world, &talk).await, (ConversationState::WaitingForResident, None));
        // What a person leaves as it is counts as said.
        world.seconds_later(60);
        let again = world.resident("Yusuf").writes("Hallo?").await;
        noor.replies(&again, "Wij komen eraan.").await;
        world.send_all(|_| Answer::Unknown { reason: "lost".to_owned() }).await;
        assert_eq!(wait(&world, &talk).await.1, Some(world.now()));
        decides(&world, &part(&world, &talk).await, Resolution::Leave).await.expect("a person can");
        assert_eq!(wait(&world, &talk).await, (ConversationState::WaitingForResident, None));
    }

    async fn a_failed_send_is_listed_until_a_person_decided_or_a_later_answer_went_out(world: World) {
        let talk = answered(&world).await;
        fails(&world, &talk, 131_026, world.now()).await;
        let noor = world.agent("Noor").await;
        world.seconds_later(60);
        noor.replies(&talk, "Nog een keer geprobeerd.").await;
        assert_eq!(undecided(&world).await, 1, "it waits, and may fail as well");
        world.send_all(|_| taken("wamid.LATER")).await;
        assert_eq!(undecided(&world).await, 0);
        assert_eq!(wait(&world, &talk).await, (ConversationState::WaitingForResident, None));
        let other = world.resident("Hanna").writes("Hallo").await;
        noor.replies(&other, "Dag Hanna").await;
        world.send_all(|_| Answer::Unknown { reason: "lost".to_owned() }).await;
        assert_eq!(undecided(&world).await, 1);
        decides(&world, &part(&world, &other).await, Resolution::Leave).await.expect("a person can");
        assert_eq!(undecided(&world).await, 0);
        assert_eq!(part(&world, &other).await.delivery, Unknown);
    }

    /// What the resident wrote after the answer that failed is not earlier than what it answered.
    async fn the_wait_counts_from_the_oldest_message_without_an_answer(world: World) {
        let talk = answered(&world).await;
        let wrote_at = world.agent("Noor").await.reads(&talk).await[0].message.sent_at;
        world.at("10:00").resident("Yusuf").writes("Hallo?").await;
        assert_eq!(wait(&world, &talk).await.1, Some(world.now()));
        fails(&world, &talk, 131_026, world.now()).await;
        assert_eq!(wait(&world, &talk).await, (ConversationState::Open, Some(wrote_at)));
        world.at("10:05").agent("Noor").await.replies(&talk, "Daar zijn we.").await;
        assert_eq!(part(&world, &talk).await.delivery, Queued);
        assert_eq!(wait(&world, &talk).await.1, None);
    }
}

async fn another(world: &World) -> World {
    use simulation::world::TestEngine;
    let engine = match world.engine() {
        TestEngine::Sqlite { .. } => TestEngine::sqlite(),
        TestEngine::Postgres { .. } => TestEngine::postgres().expect("there was a server a moment ago"),
    };
    World::open(engine, crate::connectors()).await
}
