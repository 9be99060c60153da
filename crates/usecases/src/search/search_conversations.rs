//! Search over conversations. Nothing that somebody types is an error; what is far too long is refused.

use std::fmt;
use std::str::FromStr;

use analysis::search::{Document, Excerpt, Filters, Query, Statistics, VERSION, excerpt, parse};
use domain::access::Permission;
use domain::ids::{ConversationId, MessageId};
use domain::messages::{Direction, MessageKind};
use domain::search::QUERY_CHARACTERS;
use jiff::Timestamp;
use store::Reader;
use store::tables::conversation::{self, Listed};
use store::tables::search::{self, Limits};

use super::look::{Asked, Match, Pool};
use super::meaning;
use crate::conversations::log_view;
use crate::{Ctx, Failure, StoreError};

/// Conversations on a page by age.
const PAGE: usize = 20;
/// Conversations on a page by fit: of the messages that are ranked, all that matter.
const BEST: usize = 50;
/// Messages of a conversation that are shown.
const SHOWN: usize = 3;
/// Characters of a message that are shown.
const EXCERPT: usize = 240;

/// A search.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// What somebody typed.
    pub typed: String,
    /// In which order.
    pub order: Order,
    /// Where the page before this one ended.
    pub before: Option<Place>,
}

/// Where a search goes on: a place in the order of the index, and how it was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    number: i64,
    whole_words: bool,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.number, if self.whole_words { "w" } else { "" })
    }
}

impl FromStr for Place {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_suffix('w').unwrap_or(text).parse()?;
        Ok(Self { number, whole_words: text.ends_with('w') })
    }
}

/// An order of what was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// What was said last comes first.
    #[default]
    Newest,
    /// What fits best comes first, of the newest that fit.
    Best,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct SearchPage {
    /// How the query was understood.
    pub query: Query,
    /// The conversations, in their order.
    pub items: Vec<Found>,
    /// Where to go on; `None` when everything was looked at.
    pub next: Option<Place>,
    /// Only whole words were looked for: too many begin like the last one.
    pub whole_words: bool,
    /// No message has all of the words: these have some.
    pub partly: bool,
    /// Not everything is indexed yet.
    pub incomplete: bool,
    /// When nothing was found: the filters without one of which there would be something.
    pub to_drop: Vec<Filter>,
}

/// A conversation that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The conversation as a list shows it.
    pub listed: Listed,
    /// Its messages that fit, at most three.
    pub messages: Vec<FoundMessage>,
    /// How many more of it were found.
    pub more: usize,
}

/// A message that was found.
#[derive(Debug, Clone)]
pub struct FoundMessage {
    /// The message.
    pub id: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// What kind it is.
    pub kind: MessageKind,
    /// Who wrote it.
    pub writer: String,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// The piece of it that is shown.
    pub excerpt: Excerpt,
}

/// A filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Filter {
    Writer,
    Channel,
    Team,
    Owner,
    Status,
    Since,
    Until,
}

/// A search that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SearchRefused {
    /// The query is too long.
    #[error("the query has {characters} characters, a search takes {max}", max = QUERY_CHARACTERS)]
    TooLong {
        /// What it has.
        characters: usize,
    },
}

/// Conversations of the actor's teams in which a message fits the query.
///
/// # Errors
/// `NotAllowed`, `Refused` when the query is too long, `Store`.
pub async fn search_conversations(ctx: &Ctx, search: &Search) -> Result<SearchPage, Failure<SearchRefused>> {
    ctx.actor.may(Permission::ReadConversations)?;
    let query = parse(&search.typed)
        .map_err(|long| Failure::Refused(SearchRefused::TooLong { characters: long.characters }))?;
    let mut reader = ctx.store().read(&ctx.scope());
    let progress = search::progress(&mut reader).await?;
    let incomplete =
        progress.is_some_and(|progress| progress.analysis != VERSION || progress.finished_at.is_none());
    let mut page = SearchPage {
        query,
        items: Vec::new(),
        next: None,
        whole_words: false,
        partly: false,
        incomplete,
        to_drop: Vec::new(),
    };
    if page.query.is_empty() {
        return Ok(page);
    }
    look(ctx, &mut reader, search, &mut page).await?;
    if page.items.is_empty() && page.next.is_none() {
        page.to_drop = to_drop(ctx, &mut reader, &page.query).await?;
    }
    log_view(ctx, "search").await.map_err(|failure| failure.map(|never| match never {}))?;
    Ok(page)
}

/// First what has all of the words; when there is nothing, what has some of them.
async fn look(
    ctx: &Ctx,
    reader: &mut Reader<'_>,
    search: &Search,
    page: &mut SearchPage,
) -> Result<(), StoreError> {
    let Some(limits) = meaning::limits(ctx, reader, &page.query.filters).await? else {
        return Ok(());
    };
    let open = Asked { query: &page.query, limits: &limits, partly: false };
    page.whole_words = match search.before {
        Some(place) => place.whole_words,
        None => open.drowns(reader).await?,
    };
    let query = if page.whole_words { page.query.of_whole_words() } else { page.query.clone() };
    for partly in [false, true] {
        let asked = Asked { query: &query, limits: &limits, partly };
        let (items, next) = found(reader, &asked, search).await?;
        let next = next.map(|number| Place { number, whole_words: page.whole_words });
        // Another page of all the words goes on with all the words, whether or not it has something.
        let enough = !items.is_empty() || next.is_some() || (search.before.is_some() && !partly);
        let more_words = page.query.sought.len() > 1;
        if enough || partly || !more_words {
            (page.items, page.next) = (items, next);
            page.partly = partly && !page.items.is_empty();
            return Ok(());
        }
    }
    Ok(())
}

type Page = (Vec<Found>, Option<i64>);

async fn found(reader: &mut Reader<'_>, asked: &Asked<'_>, search: &Search) -> Result<Page, StoreError> {
    // By fit, the pool is read as a whole; some of its words are always ranked by fit.
    let by_fit = search.order == Order::Best || asked.partly;
    let (size, enough) = if by_fit { (BEST, usize::MAX) } else { (PAGE, PAGE + 1) };
    let before = search.before.map(|place| place.number);
    let Pool { matches, looked_until } = asked.pool(reader, before, enough).await?;
    let mut groups = grouped(matches);
    if let Some(before) = before {
        let found: Vec<ConversationId> = groups.iter().map(|group| group.conversation).collect();
        let shown = asked.were_shown(reader, &found, before).await?;
        groups.retain(|group| !shown.contains(&group.conversation));
    }
    if by_fit {
        rank(asked.query, &mut groups);
    }
    let next = if by_fit {
        looked_until
    } else {
        // The first that does not fit on the page is where the next one begins.
        groups.get(size).map(|group| group.newest.saturating_add(1)).or(looked_until)
    };
    groups.truncate(size);
    Ok((shown(reader, groups).await?, next))
}

/// What fits of one conversation.
struct Group {
    conversation: ConversationId,
    newest: i64,
    matches: Vec<Match>,
}

/// By conversation, the one with the newest message first.
fn grouped(matches: Vec<Match>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for one in matches {
        match groups.iter_mut().find(|group| group.conversation == one.said.conversation) {
            Some(group) => group.matches.push(one),
            None => groups.push(Group {
                conversation: one.said.conversation,
                newest: one.number,
                matches: vec![one],
            }),
        }
    }
    groups
}

/// What fits best first; in each conversation, too. Of equals the newest.
fn rank(query: &Query, groups: &mut Vec<Group>) {
    let documents: Vec<Vec<Document>> = groups
        .iter()
        .map(|group| group.matches.iter().map(|one| Document::of(&one.searched)).collect())
        .collect();
    let among = Statistics::over(documents.iter().flatten());
    let mut scored: Vec<(f64, Group)> = Vec::with_capacity(groups.len());
    for (mut group, documents) in groups.drain(..).zip(&documents) {
        let mut matches: Vec<(f64, Match)> = documents
            .iter()
            .map(|document| document.score(query, &among))
            .zip(group.matches.drain(..))
            .collect();
        matches.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        let best = matches.first().map_or(0.0, |(score, _)| *score);
        group.matches = matches.into_iter().map(|(_, one)| one).collect();
        scored.push((best, group));
    }
    scored.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(b.newest.cmp(&a.newest)));
    groups.extend(scored.into_iter().map(|(_, group)| group));
}

async fn shown(reader: &mut Reader<'_>, groups: Vec<Group>) -> Result<Vec<Found>, StoreError> {
    let ids: Vec<ConversationId> = groups.iter().map(|group| group.conversation).collect();
    let mut listed = conversation::find_all_listed(reader, &ids).await?;
    let mut items = Vec::with_capacity(groups.len());
    for group in groups {
        // Handed over to another team a moment ago: it is not there any more.
        let Some(place) = listed.iter().position(|one| one.conversation.id == group.conversation) else {
            continue;
        };
        let more = group.matches.len().saturating_sub(SHOWN);
        let messages = group.matches.into_iter().take(SHOWN).map(|one| FoundMessage {
            id: one.said.id,
            direction: one.said.direction,
            kind: one.said.kind,
            excerpt: excerpt(&one.said.text, &one.hits, EXCERPT),
            writer: one.said.writer,
            sent_at: one.said.sent_at,
        });
        items.push(Found {
            messages: messages.collect(),
            listed: listed.swap_remove(place),
            more,
        });
    }
    Ok(items)
}

/// The filters without one of which something would be found, by what the actor can see.
async fn to_drop(ctx: &Ctx, reader: &mut Reader<'_>, query: &Query) -> Result<Vec<Filter>, StoreError> {
    let mut to_drop = Vec::new();
    for filter in set(&query.filters) {
        let without = Query { filters: without(&query.filters, filter), ..query.clone() };
        if without.is_empty() {
            continue;
        }
        let limits: Option<Limits> = meaning::limits(ctx, reader, &without.filters).await?;
        if let Some(limits) = limits {
            let asked = Asked { query: &without, limits: &limits, partly: false };
            if !asked.pool(reader, None, 1).await?.matches.is_empty() {
                to_drop.push(filter);
            }
        }
    }
    Ok(to_drop)
}

fn set(filters: &Filters) -> Vec<Filter> {
    let all = [
        (!filters.writer.is_empty(), Filter::Writer),
        (filters.channel.is_some(), Filter::Channel),
        (filters.team.is_some(), Filter::Team),
        (filters.owner.is_some(), Filter::Owner),
        (filters.status.is_some(), Filter::Status),
        (filters.since.is_some(), Filter::Since),
        (filters.until.is_some(), Filter::Until),
    ];
    all.into_iter().filter(|(set, _)| *set).map(|(_, filter)| filter).collect()
}

fn without(filters: &Filters, filter: Filter) -> Filters {
    let mut filters = filters.clone();
    match filter {
        Filter::Writer => filters.writer.clear(),
        Filter::Channel => filters.channel = None,
        Filter::Team => filters.team = None,
        Filter::Owner => filters.owner = None,
        Filter::Status => filters.status = None,
        Filter::Since => filters.since = None,
        Filter::Until => filters.until = None,
    }
    filters
}
