//! The outbox: claimed in order, by one sender at a time, and never sent twice (RELIABILITY 2.6).

use domain::channels::{PaceOf, Step, StepKind};
use domain::ids::{ConversationId, MessageId, PartId};
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;
use futures_util::future::join_all;
use store::tables::account;
use store::tables::outbox::{self, NewPart, Part};
use store::{Store, StoreError, Tx};

use crate::support::{Database, both_databases, next_id, scope};

fn part(conversation: ConversationId, message: MessageId, ordinal: u32, account: &str) -> NewPart {
    NewPart {
        id: PartId(next_id()),
        message,
        conversation,
        channel_account: account.parse().expect("a short name"),
        ordinal,
        steps: vec![Step {
            name: "send".to_owned(),
            kind: StepKind::Effect,
            carries_file: false,
            data: serde_json::json!({"to": "1"}),
        }],
        resends: None,
        purpose: domain::outbox::Purpose::Message,
        expires_at: None,
        hold_seconds: 0,
    }
}

async fn queue(store: &Store, parts: Vec<NewPart>) {
    let act = async move |tx: &mut Tx| {
        for part in &parts {
            outbox::queue(tx, part).await?;
        }
        Ok::<_, StoreError>(())
    };
    store.write(&scope(), act).await.expect("queued");
}

async fn claim(store: &Store, limit: u32, seconds: u32) -> Vec<Part> {
    store
        .write(&scope(), async move |tx: &mut Tx| outbox::claim(tx, limit, seconds).await)
        .await
        .expect("answers")
}

async fn fly(store: &Store, part: &Part) -> bool {
    let part = part.clone();
    store
        .write(&scope(), async move |tx: &mut Tx| outbox::enter_flight(tx, &part, 25).await)
        .await
        .expect("answers")
}

async fn end(store: &Store, part: &Part, state: PartState) -> bool {
    let part = part.clone();
    let act = async move |tx: &mut Tx| {
        outbox::end(tx, &part, (state, state.delivery()), Some("wamid.1"), None).await
    };
    store.write(&scope(), act).await.expect("answers")
}

async fn now(store: &Store, id: PartId) -> Part {
    outbox::by_id(&mut store.read(&scope()), id).await.expect("answers").expect("it is there")
}

fn ids(parts: &[Part]) -> Vec<PartId> {
    parts.iter().map(|part| part.id).collect()
}

both_databases! {
    /// C3, 2.6: within a conversation one after the other, conversations beside each other.
    async fn a_conversation_is_sent_in_order_and_waits_for_no_other(database: &Database) {
        let store = database.open().await;
        let (one, two) = (ConversationId(next_id()), ConversationId(next_id()));
        let (first, second, other) = (MessageId(next_id()), MessageId(next_id()), MessageId(next_id()));
        let parts = vec![
            part(one, first, 0, "wa-main"), part(one, first, 1, "wa-main"), part(one, second, 0, "wa-main"),
            part(two, other, 0, "wa-main"),
        ];
        let [a, b, c, d] = [0, 1, 2, 3].map(|index: usize| parts[index].id);
        queue(&store, parts).await;
        let claimed = claim(&store, 10, 30).await;
        assert_eq!(ids(&claimed), [a, d]);
        assert!(claim(&store, 10, 30).await.is_empty(), "what is under way holds back what follows");
        assert!(fly(&store, &claimed[0]).await && end(&store, &claimed[0], PartState::Accepted).await);
        let claimed = claim(&store, 10, 30).await;
        assert_eq!(ids(&claimed), [b]);
        assert!(fly(&store, &claimed[0]).await && end(&store, &claimed[0], PartState::Unknown).await);
        // DESIGN 5: an unknown part holds back the later parts of its own message and nothing else.
        assert_eq!(ids(&claim(&store, 10, 30).await), [c]);
    }

    /// DESIGN 5.
    async fn an_unknown_part_holds_back_the_rest_of_its_own_message(database: &Database) {
        let store = database.open().await;
        let (conversation, message) = (ConversationId(next_id()), MessageId(next_id()));
        queue(&store, vec![part(conversation, message, 0, "wa-main"), part(conversation, message, 1, "wa-main")]).await;
        let first = claim(&store, 10, 30).await.remove(0);
        assert!(fly(&store, &first).await && end(&store, &first, PartState::Unknown).await);
        assert!(claim(&store, 10, 30).await.is_empty());
        assert!(end(&store, &first, PartState::Cancelled).await, "a person left it");
        assert_eq!(claim(&store, 10, 30).await.len(), 1);
    }

    /// C3: an account that has to wait holds up no other.
    async fn an_account_on_hold_sends_nothing_and_holds_up_no_other(database: &Database) {
        let store = database.open().await;
        let parts = vec![
            part(ConversationId(next_id()), MessageId(next_id()), 0, "wa-main"),
            part(ConversationId(next_id()), MessageId(next_id()), 0, "wa-tweede"),
        ];
        let (held, free) = (parts[0].id, parts[1].id);
        queue(&store, parts).await;
        let main: domain::ids::ChannelAccountId = "wa-main".parse().expect("a short name");
        let holding = main.clone();
        let hold = async move |tx: &mut Tx| account::hold(tx, &holding, 3600, "too many messages").await;
        store.write(&scope(), hold).await.expect("held");
        // A shorter wait that is named later does not shorten the longer one.
        let holding = main.clone();
        let shorter = async move |tx: &mut Tx| account::hold(tx, &holding, 1, "again").await;
        store.write(&scope(), shorter).await.expect("held");
        assert_eq!(ids(&claim(&store, 10, 30).await), [free]);
        let holds = account::holds(&mut store.read(&scope())).await.expect("answers");
        assert_eq!(holds.len(), 1);
        let seconds = domain::time::seconds_between(holds[0].since_at, holds[0].until_at);
        assert!((3599..=3601).contains(&seconds), "{seconds}");
        let release = async move |tx: &mut Tx| account::release(tx, &main).await;
        assert!(store.write(&scope(), release).await.expect("answers"));
        assert_eq!(ids(&claim(&store, 10, 30).await), [held]);
    }

    /// C6: a sender that wakes after its lease changes nothing, and sends nothing.
    async fn a_sender_that_was_overtaken_neither_sends_nor_records(database: &Database) {
        let store = database.open().await;
        queue(&store, vec![part(ConversationId(next_id()), MessageId(next_id()), 0, "wa-main")]).await;
        let asleep = claim(&store, 1, 0).await.remove(0);
        assert!(!fly(&store, &asleep).await, "its lease is over");
        let back = asleep.clone();
        let again = async move |tx: &mut Tx| outbox::again(tx, &back, back.state, 0, None).await;
        assert!(store.write(&scope(), again).await.expect("answers"), "the sweeper puts it back");
        let awake = claim(&store, 1, 30).await.remove(0);
        assert!(awake.fence > asleep.fence);
        for stale in [fly(&store, &asleep).await, end(&store, &asleep, PartState::Failed).await] {
            assert!(!stale);
        }
        assert!(fly(&store, &awake).await);
        assert!(!fly(&store, &awake).await, "in flight once");
        assert!(!end(&store, &asleep, PartState::Unknown).await);
        assert!(end(&store, &awake, PartState::Accepted).await);
        let ended = now(&store, awake.id).await;
        assert_eq!((ended.state, ended.delivery), (PartState::Accepted, DeliveryStatus::Accepted));
        assert_eq!(ended.provider_id.as_deref(), Some("wamid.1"));
        assert!(!end(&store, &awake, PartState::Failed).await, "what is accepted stays accepted");
    }

    /// C5's core: many senders at once, each part with one of them.
    async fn each_part_is_claimed_by_one_sender(database: &Database) {
        let store = database.open().await;
        let account = |number: usize| format!("wa-{}", number % 20);
        let new = |number| part(ConversationId(next_id()), MessageId(next_id()), 0, &account(number));
        queue(&store, (0..60).map(new).collect()).await;
        let claimed = join_all((0..12).map(|_| claim(&store, 8, 30))).await;
        let mut all: Vec<_> = claimed.iter().flat_map(|some| ids(some)).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
        assert_eq!(count + claim(&store, 100, 30).await.len(), 60);
    }

    /// C9: a dead token is offered three times, not five hundred; and whoever is slow takes nobody's turn.
    async fn of_one_account_three_are_under_way_at_the_most(database: &Database) {
        let store = database.open().await;
        let new = |account: &str| part(ConversationId(next_id()), MessageId(next_id()), 0, account);
        queue(&store, (0..150).map(|_| new("wa-main")).collect()).await;
        queue(&store, vec![new("wa-tweede")]).await;
        let first = claim(&store, 32, 30).await;
        assert_eq!(first.len(), 3);
        let second = claim(&store, 32, 30).await;
        let accounts: Vec<_> = second.iter().map(|part| part.channel_account.as_str()).collect();
        assert_eq!(accounts, ["wa-tweede"], "the other account's part stands behind a hundred and fifty");
        assert!(fly(&store, &first[0]).await && end(&store, &first[0], PartState::Accepted).await);
        assert_eq!(claim(&store, 32, 30).await.len(), 1);
    }

    /// What was put off because its account had sent enough goes before what was queued later; and a moment that only a
    /// clock that was put back can have written keeps nobody waiting.
    async fn what_a_full_account_put_off_keeps_its_place(database: &Database) {
        let store = database.open().await;
        let new = || part(ConversationId(next_id()), MessageId(next_id()), 0, "wa-main");
        queue(&store, (0..5).map(|_| new()).collect()).await;
        let put_off = async |parts: &[Part], seconds: i64| {
            let parts = parts.to_vec();
            let act = async move |tx: &mut Tx| {
                let at = outbox::now(tx).await? + jiff::SignedDuration::from_secs(seconds);
                for part in &parts {
                    assert!(outbox::put_off(tx, part, at, PaceOf::Account, None).await?);
                }
                Ok::<_, StoreError>(())
            };
            store.write(&scope(), act).await.expect("answers");
        };
        let mut under_way = claim(&store, 32, 30).await;
        let first = ids(&under_way);
        put_off(&under_way, -1).await;
        queue(&store, (0..5).map(|_| new()).collect()).await;
        for seconds in [-1, 3600] {
            under_way = claim(&store, 32, 30).await;
            assert_eq!(ids(&under_way), first, "full until {seconds} s from now");
            put_off(&under_way, seconds).await;
        }
        under_way = claim(&store, 32, 30).await;
        assert_eq!(ids(&under_way), first);
        put_off(&under_way, 30).await;
        assert!(claim(&store, 32, 30).await.is_empty(), "the account is full");
    }

    /// Two large files at most: a text answer never waits behind three of them, nor behind a hundred and fifty.
    async fn uploads_leave_a_turn_to_what_is_short(database: &Database) {
        let store = database.open().await;
        let text = || part(ConversationId(next_id()), MessageId(next_id()), 0, "wa-main");
        let upload = || {
            let mut part = text();
            let file = Step { name: "upload".to_owned(), kind: StepKind::Safe, carries_file: true, data: serde_json::Value::Null };
            part.steps.insert(0, file);
            part
        };
        let uploads: Vec<NewPart> = (0..150).map(|_| upload()).collect();
        let (first, second, third) = (uploads[0].id, uploads[1].id, uploads[2].id);
        let texts = vec![text(), text()];
        let (short, next_short) = (texts[0].id, texts[1].id);
        queue(&store, uploads).await;
        queue(&store, texts).await;
        let under_way = claim(&store, 32, 30).await;
        assert_eq!(ids(&under_way), [first, second], "the third turn is kept");
        assert_eq!(ids(&claim(&store, 32, 30).await), [short]);
        assert!(claim(&store, 32, 30).await.is_empty(), "three are under way");
        // The file is there: what is left of the part is short, and it may go before the other files.
        assert!(fly(&store, &under_way[0]).await);
        let uploaded = under_way[0].clone();
        let step = async move |tx: &mut Tx| outbox::next_step(tx, &uploaded, &serde_json::json!({"media": "1"})).await;
        assert!(store.write(&scope(), step).await.expect("answers"));
        assert_eq!(ids(&claim(&store, 32, 30).await), [first], "its message, not the next file");
        let second = now(&store, second).await;
        assert!(fly(&store, &second).await && end(&store, &second, PartState::Failed).await);
        assert_eq!(ids(&claim(&store, 32, 30).await), [third], "a file may go again");
        assert_eq!(now(&store, next_short).await.state, PartState::Queued);
        // What has to begin again is an upload once more.
        let first = now(&store, first).await;
        assert!(fly(&store, &first).await);
        let again = async move |tx: &mut Tx| outbox::restart(tx, &first, &serde_json::Value::Null, "it is gone").await;
        assert!(store.write(&scope(), again).await.expect("answers"));
        let claimed = claim(&store, 32, 30).await;
        assert!(claimed.len() == 1 && claimed[0].steps[0].carries_file, "one place is left, for the second file");
        let short = now(&store, short).await;
        assert!(fly(&store, &short).await && end(&store, &short, PartState::Accepted).await);
        assert_eq!(ids(&claim(&store, 32, 30).await), [next_short]);
    }

    /// C3: what was claimed before the platform asked to wait does not leave after it.
    async fn a_claimed_part_does_not_leave_when_its_account_has_to_wait(database: &Database) {
        let store = database.open().await;
        queue(&store, vec![part(ConversationId(next_id()), MessageId(next_id()), 0, "wa-main")]).await;
        let claimed = claim(&store, 1, 30).await.remove(0);
        let hold = async |tx: &mut Tx| {
            account::hold(tx, &"wa-main".parse().expect("a short name"), 3600, "too many messages").await
        };
        store.write(&scope(), hold).await.expect("held");
        assert!(!fly(&store, &claimed).await);
    }

    /// What is due later is not claimed now.
    async fn a_part_waits_until_it_is_due(database: &Database) {
        let store = database.open().await;
        queue(&store, vec![part(ConversationId(next_id()), MessageId(next_id()), 0, "wa-main")]).await;
        let claimed = claim(&store, 1, 30).await.remove(0);
        let later = async move |tx: &mut Tx| outbox::again(tx, &claimed, claimed.state, 3600, Some("busy")).await;
        assert!(store.write(&scope(), later).await.expect("answers"));
        assert!(claim(&store, 1, 30).await.is_empty());
        let expired = async |tx: &mut Tx| outbox::expired(tx, 86_400).await;
        assert!(store.write(&scope(), expired).await.expect("answers").is_empty(), "it has no lease");
    }
}
