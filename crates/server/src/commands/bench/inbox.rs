//! `gehoor bench inbox`: the lists of a town with so many conversations, as the pages ask for them, beside a query of the
//! same rows that knows no order: the least that a list could cost.

use std::path::Path;
use std::time::Instant;

use clap::Args;
use domain::access::{Actor, Role};
use domain::conversations::ConversationState;
use domain::ids::{ConversationId, MunicipalityId, UserId};
use domain::lists::{Filters, ListQuery, Order, Owner, StandardList};
use usecases::conversations::{
    ConversationFilter, Page, count_list, count_open, list_by, list_conversations, list_these,
    read_conversation, read_messages,
};
use usecases::{Ctx, Failure};

use super::disk::syncs_per_second;
use super::ingest::build_town;
use super::search::{PER_CONVERSATION, fill, millis, print};
use crate::config::Config;
use crate::{say, wiring};

/// How long the lists and a conversation take among so many, beside the least that a list could cost.
#[derive(Args)]
#[command(
    after_help = "Example:\n  gehoor bench inbox\n  gehoor bench inbox --messages 10000000   # 1 million conversations: hours to fill\n  gehoor bench inbox --database postgres://localhost/bench"
)]
pub struct InboxBench {
    /// Messages, ten to a conversation
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
    /// Looks of each kind
    #[arg(long, default_value_t = 200)]
    looks: u32,
    /// Measure on this PostgreSQL database instead of files, in a schema of its own that is removed afterwards
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// Measures and prints.
pub async fn run(bench: InboxBench, config: &Config) -> Result<(), String> {
    let database = bench.database.clone();
    super::aside(config, database, async |config, directory| measure(&bench, config, directory).await).await
}

async fn measure(bench: &InboxBench, config: &Config, directory: &Path) -> Result<(), String> {
    let installation = wiring::open(config).await?;
    build_town(&installation, "http://127.0.0.1:9").await?;
    say::result(format!(
        "engine {}, {} messages in {} conversations, one in ten of them open",
        installation.store.engine_name(),
        bench.messages,
        bench.messages / PER_CONVERSATION
    ));
    say::result(format!("disk before: {:.0} fsync/s", syncs_per_second(directory)?));
    fill(bench.messages, &installation).await?;
    let ctx = installation.acting(reader()?);
    let ids = first_ids(&ctx).await?;
    let nobodys = ListQuery { list: StandardList::Nobodys, ..ListQuery::default() };
    let mut all = Vec::new();
    all.append(
        &mut times(bench, "what is open, longest waiting first", async || {
            list_by(&ctx, &ListQuery::default(), None, 50).await.map(|_| ())
        })
        .await?,
    );
    all.append(
        &mut times(bench, "what nobody has", async || list_by(&ctx, &nobodys, None, 50).await.map(|_| ()))
            .await?,
    );
    narrowed(bench, &ctx).await?;
    let closed = ConversationFilter {
        state: Some(ConversationState::Closed),
        ..ConversationFilter::default()
    };
    all.append(
        &mut times(bench, "what is closed, newest first", async || {
            list_conversations(&ctx, &closed, None, 50).await.map(|_| ())
        })
        .await?,
    );
    let rare = ConversationFilter {
        state: Some(ConversationState::Snoozed),
        ..ConversationFilter::default()
    };
    all.append(
        &mut times(bench, "a state that none has", async || {
            list_conversations(&ctx, &rare, None, 50).await.map(|_| ())
        })
        .await?,
    );
    let any = ConversationFilter::default();
    all.append(
        &mut times(bench, "everything, newest first", async || {
            list_conversations(&ctx, &any, None, 50).await.map(|_| ())
        })
        .await?,
    );
    all.append(&mut times(bench, "how much is open", async || count_open(&ctx).await.map(|_| ())).await?);
    print("list", "all of these (to reach: p99 15 ms)", &mut all);
    let one = *ids.first().ok_or("the town is empty")?;
    times(bench, "a conversation with its messages", async || {
        read_conversation(&ctx, one).await?;
        read_messages(&ctx, one, Page::Newest, 50).await.map(|_| ())
    })
    .await?;
    times(bench, "baseline: the same fifty rows by their ids", async || {
        list_these(&ctx, &ids).await.map(|_| ())
    })
    .await?;
    say::result(format!("disk after: {:.0} fsync/s", syncs_per_second(directory)?));
    installation.store.close().await;
    Ok(())
}

/// Lists of which few or many are left out.
async fn narrowed(bench: &InboxBench, ctx: &Ctx) -> Result<(), String> {
    let filters = Filters { owner: Some(Owner::Me), ..Filters::default() };
    let none = ListQuery { filters, ..ListQuery::default() };
    times(bench, "a filter that nothing fits, with its count", async || {
        count_list(ctx, &none).await?;
        list_by(ctx, &none, None, 50).await.map(|_| ())
    })
    .await?;
    let unread = ListQuery {
        list: StandardList::All,
        order: Some(Order::Begun),
        filters: Filters { unread: true, ..Filters::default() },
    };
    times(bench, "what is unread of everything, the oldest first", async || {
        list_by(ctx, &unread, None, 50).await.map(|_| ())
    })
    .await
    .map(|_| ())
}

async fn first_ids(ctx: &Ctx) -> Result<Vec<ConversationId>, String> {
    let found = list_conversations(ctx, &ConversationFilter::default(), None, 50).await;
    let found = found.map_err(|failure| failure.to_string())?;
    Ok(found.items.iter().map(|one| one.conversation.id).collect())
}

pub(super) fn reader() -> Result<Actor, String> {
    let name = |_| "the town has no name".to_owned();
    Ok(Actor::User {
        municipality: "zwanendam".parse::<MunicipalityId>().map_err(name)?,
        id: UserId(uuid::Uuid::nil()),
        role: Role::TeamLead,
        teams: vec!["webcare".parse().map_err(|_| "a team has no name".to_owned())?],
    })
}

/// How long each of so many looks took, in milliseconds.
async fn times(
    bench: &InboxBench,
    what: &str,
    look: impl AsyncFn() -> Result<(), Failure>,
) -> Result<Vec<f64>, String> {
    let mut times = Vec::new();
    for _ in 0..bench.looks {
        let begun = Instant::now();
        look().await.map_err(|failure| failure.to_string())?;
        times.push(millis(begun));
    }
    print("list", what, &mut times);
    Ok(times)
}
