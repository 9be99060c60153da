//! `gehoor bench search`: a town with so many messages, searched in many ways, beside a scan with LIKE over the same
//! messages. The messages are put there by the store's own functions, without the platforms' doors: it is not the intake
//! that is measured.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use analysis::search::{VERSION, terms};
use clap::Args;
use domain::access::{Actor, Role, Scope};
use domain::authors::named_by_message;
use domain::channels::{Identifier, Strength};
use domain::conversations::{Conversation, ConversationState, Counterpart};
use domain::ids::{AuthorId, ConversationId, MessageId, MunicipalityId, UserId};
use domain::messages::{Direction, MessageKind};
use domain::time::plus_seconds;
use jiff::Timestamp;
use simulation::residents::stories::Voices;
use store::tables::message::Message;
use store::tables::search::Said;
use store::tables::{author, conversation, message, search};
use store::{Reads, StoreError, Tx};
use usecases::search::{Order, Search, search_conversations};
use usecases::{Ctx, Installation};

use super::disk::{cpu_micros, syncs_per_second};
use super::ingest::build_town;
use crate::config::Config;
use crate::{say, wiring};

/// Messages of one conversation.
pub(super) const PER_CONVERSATION: u64 = 10;
/// Conversations of one author on an account.
const PER_AUTHOR: u64 = 10;
/// Conversations of one write.
const AT_ONCE: u64 = 50;
/// Seconds over which the messages are spread: three years.
const SPREAD_SECONDS: u64 = 3 * 365 * 86_400;

/// How long a search takes among so many messages, beside a scan over all of them.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor bench search\n  gehoor bench search --messages 10000000 --queries 400   # 1 million conversations: hours to fill, and tens of GB in TMPDIR\n  gehoor bench search --database postgres://localhost/bench"
)]
pub struct SearchBench {
    /// Messages, ten to a conversation
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
    /// Searches of each kind
    #[arg(long, default_value_t = 100)]
    queries: u32,
    /// Scans of each kind; far slower, so fewer
    #[arg(long, default_value_t = 5)]
    scans: u32,
    /// Measure on this PostgreSQL database instead of files, in a schema of its own that is removed afterwards
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Kinds of searches, and what is typed; `#` becomes another number each time.
const KINDS: &[(&str, &str, Order)] = &[
    ("a word of many messages", "lantaarn", Order::Newest),
    ("the same, best first", "lantaarn", Order::Best),
    ("a part of compounds", "straat verlichting", Order::Newest),
    ("two words", "kapotte lantaarn", Order::Best),
    ("a beginning", "kerkstr", Order::Newest),
    ("side by side", "\"lantaarn is\"", Order::Newest),
    ("a rare number", "zaak#", Order::Newest),
    ("a word and a rare number", "lantaarn zaak#", Order::Best),
    ("who wrote it", "van:inwoner# lantaarn", Order::Newest),
    ("of a team that has little", "lantaarn team:burgerzaken", Order::Newest),
    ("filters alone", "status:open voor:niemand", Order::Newest),
    ("nothing to be found", "zwembadkikker lantaarn", Order::Newest),
];

/// Measures and prints.
pub async fn run(bench: SearchBench, config: &Config) -> Result<(), String> {
    let database = bench.database.clone();
    super::aside(config, database, async |config, directory| measure(&bench, config, directory).await).await
}

async fn measure(bench: &SearchBench, config: &Config, directory: &Path) -> Result<(), String> {
    let installation = wiring::open(config).await?;
    build_town(&installation, "http://127.0.0.1:9").await?;
    let before = syncs_per_second(directory)?;
    say::result(format!(
        "engine {}, {} messages in {} conversations",
        installation.store.engine_name(),
        bench.messages,
        bench.messages / PER_CONVERSATION
    ));
    say::result(format!("disk before: {before:.0} fsync/s"));
    let (begun, cpu) = (Instant::now(), cpu_micros()?);
    fill(bench.messages, &installation).await?;
    say::result(format!(
        "filled in {:.0} s, {:.0} µs of CPU a message",
        begun.elapsed().as_secs_f64(),
        f64::from(u32::try_from((cpu_micros()? - cpu) / 1000).unwrap_or(u32::MAX)) * 1000.0
            / count(bench.messages)
    ));
    if let Some(data) = installation.store.directory() {
        let size = std::fs::metadata(data.join("gehoor.db")).map_err(|error| error.to_string())?.len();
        say::result(format!("database: {} MB", size / 1_000_000));
    }
    let ctx = installation.acting(searcher()?);
    let mut all = Vec::new();
    for (what, typed, order) in KINDS {
        let mut times = searches(bench, &ctx, typed, *order).await?;
        print("search", what, &mut times);
        all.append(&mut times);
    }
    print("search", "all of these (to reach: p99 60 ms)", &mut all);
    let mut scanned = Vec::new();
    for number in 0..bench.scans {
        let begun = Instant::now();
        let word = if number % 2 == 0 { "lantaarn" } else { "zwembadkikker" };
        search::scan(&installation.store, &ctx.scope(), word)
            .await
            .map_err(|error| error.to_string())?;
        scanned.push(millis(begun));
    }
    print("scan", "LIKE over all messages, newest first", &mut scanned);
    say::result(format!("disk after: {:.0} fsync/s", syncs_per_second(directory)?));
    installation.store.close().await;
    Ok(())
}

fn searcher() -> Result<Actor, String> {
    let team = |name: &str| name.parse().map_err(|_| "a team of the town has no name".to_owned());
    Ok(Actor::User {
        municipality: zwanendam()?,
        id: UserId(uuid::Uuid::nil()),
        role: Role::TeamLead,
        teams: vec![team("webcare")?, team("burgerzaken")?],
    })
}

fn zwanendam() -> Result<MunicipalityId, String> {
    "zwanendam".parse().map_err(|_| "the town has no name".to_owned())
}

async fn searches(bench: &SearchBench, ctx: &Ctx, typed: &str, order: Order) -> Result<Vec<f64>, String> {
    let mut times = Vec::new();
    for number in 0..u64::from(bench.queries) {
        // Spread over the messages, and the same in every run.
        let other = number.wrapping_mul(2_654_435_761) % (bench.messages / PER_CONVERSATION).max(1);
        let search = Search {
            typed: typed.replace('#', &other.to_string()),
            order,
            before: None,
        };
        let begun = Instant::now();
        search_conversations(ctx, &search).await.map_err(|failure| failure.to_string())?;
        times.push(millis(begun));
    }
    Ok(times)
}

pub(super) fn millis(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}

fn count(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX)).max(1.0)
}

pub(super) fn print(who: &str, what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
    let (p50, p99) = (at(50).copied().unwrap_or_default(), at(99).copied().unwrap_or_default());
    say::result(format!("{who}: p50 {p50:>8.1} ms, p99 {p99:>8.1} ms   {what}"));
}

/// The town's conversations, the oldest first.
pub(super) async fn fill(messages: u64, installation: &Arc<Installation>) -> Result<(), String> {
    let voices = Arc::new(Voices::embedded().map_err(|error| error.to_string())?);
    let scope = Scope::whole(zwanendam()?);
    let conversations = messages / PER_CONVERSATION;
    let begins = plus_seconds(installation.now(), -i64::try_from(SPREAD_SECONDS).unwrap_or(i64::MAX));
    let mut from = 0;
    while from < conversations {
        let until = (from + AT_ONCE).min(conversations);
        let (voices, ids) = (Arc::clone(&voices), Arc::clone(&installation.ids));
        installation
            .store
            .write(&scope, async move |tx: &mut Tx| {
                for number in from..until {
                    let seconds = number * SPREAD_SECONDS / conversations;
                    let at = plus_seconds(begins, i64::try_from(seconds).unwrap_or(i64::MAX));
                    let ours = Ours { ids: ids.as_ref(), voices: &voices, at };
                    talk(tx, &ours, number).await?;
                }
                Ok::<_, StoreError>(())
            })
            .await
            .map_err(|error| error.to_string())?;
        if (until / AT_ONCE).is_multiple_of(400) {
            tracing::info!(conversations = until, "Filled");
        }
        from = until;
    }
    Ok(())
}

/// What a conversation is made of.
struct Ours<'a> {
    ids: &'a dyn domain::ids::Ids,
    voices: &'a Voices,
    at: Timestamp,
}

async fn talk(tx: &mut Tx, ours: &Ours<'_>, number: u64) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    // One in fifty is of the other team.
    let (account, team) = if number % 50 == 7 {
        ("wa-tweede", "burgerzaken")
    } else {
        ("wa-main", "webcare")
    };
    let known = |_| StoreError::changed_meanwhile("the town's names");
    let (account, team) = (
        account.parse().map_err(known)?,
        team.parse().map_err(|_| StoreError::changed_meanwhile("the town's names"))?,
    );
    let person = number / PER_AUTHOR;
    let identifier = Identifier {
        kind: "phone".into(),
        value: format!("316{person:08}"),
        strength: Strength::Passing,
    };
    let named = named_by_message(&[identifier], ours.at);
    let name = format!("Inwoner{person} {}", ours.voices.names[index(person, ours.voices.names.len())]);
    let new = (ours.at, AuthorId(ours.ids.next()));
    let author = author::resolve(tx, &account, &named, (Some(&name), ours.at), new).await?.author;
    let id = ConversationId(ours.ids.next());
    let last = number % PER_AUTHOR == PER_AUTHOR - 1;
    let new = Conversation {
        municipality,
        id,
        channel_account: account.clone(),
        counterpart: Counterpart::Author(author),
        state: if last { ConversationState::Open } else { ConversationState::Closed },
        outcome: None,
        team,
        assignee: None,
        waiting_since_at: last.then_some(ours.at),
        last_inbound_at: Some(ours.at),
        last_activity_at: ours.at,
        arrivals: i64::try_from(PER_CONVERSATION).unwrap_or_default(),
        closed_at: (!last).then_some(ours.at),
        previous: None,
        version: 1,
    };
    conversation::insert(tx, &new, ours.at).await?;
    for turn in 0..PER_CONVERSATION {
        let said = said(ours, &new, number, turn);
        message::insert(tx, &said).await?;
        let indexed = Said {
            id: said.id,
            conversation: id,
            direction: said.direction,
            kind: said.kind,
            sent_at: said.sent_at,
            deleted: false,
            text: said.text.clone().unwrap_or_default(),
            writer: name.clone(),
            handles: String::new(),
        };
        search::put(tx, &indexed, &terms(&indexed.text, &[&indexed.writer]), VERSION).await?;
    }
    Ok(())
}

/// A message of a conversation.
fn said(ours: &Ours<'_>, conversation: &Conversation, number: u64, turn: u64) -> Message {
    Message {
        id: MessageId(ours.ids.next()),
        conversation: conversation.id,
        channel_account: conversation.channel_account.clone(),
        direction: if turn % 3 == 2 { Direction::Out } else { Direction::In },
        kind: MessageKind::Text,
        platform_kind: None,
        text: Some(text(ours.voices, number, turn)),
        extras: Vec::new(),
        provider_id: None,
        author: match &conversation.counterpart {
            Counterpart::Author(author) => Some(*author),
            Counterpart::Thread(_) => None,
        },
        user: None,
        sent_at: plus_seconds(ours.at, i64::try_from(turn * 40).unwrap_or_default()),
        received_at: ours.at,
        arrival: None,
        delivery: None,
        failure: None,
        reply_to: None,
        public: false,
        edited_text: None,
        edited_at: None,
        deleted_at: None,
        source: None,
        content_hash: None,
        tie: format!("{number}-{turn}"),
        writer_name: None,
    }
}

/// Something that a resident says: of a story, with a street and a number of its own.
fn text(voices: &Voices, number: u64, turn: u64) -> String {
    let story = &voices.stories[index(number.wrapping_mul(7919), voices.stories.len())];
    let said: Vec<&String> = story.opening.iter().chain(&story.details).chain(&story.thanks).collect();
    let line = said[index(turn, said.len())];
    match turn {
        0 => format!("{line} (zaak{number})"),
        1 => format!("{line} Kerkstraat {}", number % 400),
        _ => line.clone(),
    }
}

fn index(number: u64, of: usize) -> usize {
    usize::try_from(number % u64::try_from(of.max(1)).unwrap_or(1)).unwrap_or_default()
}
