//! One conversation: its head, its messages, and the forms of what one can do with it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Permission;
use domain::channels::{Identifier, TextUnit};
use domain::conversations::{Outcome, WindowOfReply};
use domain::ids::{ConversationId, MessageId};
use domain::limits::{FIND_CHARACTERS, REPLY_CHARACTERS};
use serde::Deserialize;
use usecases::Failure;
use usecases::conversations::{
    ConversationView, Listed, LogLine, MessageView, MessagesPage, Page, ReadMark, Written as Kept,
    list_colleagues, list_written, mark_read, mark_seen, read_conversation, read_lines, read_message,
    read_messages, read_these,
};
use usecases::templates::has_templates;

use super::find::{self, Finding, Looked, Looking};
use super::form::{Draft, Written};
use super::list::ShownList;
use super::listing::Listing;
use super::log::{Logged, log};
use super::templates::{self, TemplateSection};
use super::{Done, place, unread};
use crate::components::composer::{Canned, Composer, Length, More, Purpose, Quoting};
use crate::components::conversation_row::author_of;
use crate::components::message::Quoted;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Visit, id_in_path};
use crate::words::{Moment, Moments, Words};

/// Messages on a page.
const PAGE_SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "pages/conversations/show.html", blocks = ["standing", "clocks", "facts", "messages"])]
struct ConversationPage {
    shell: Shell,
    w: Words,
    id: String,
    /// Where what changes of it is asked for.
    part: String,
    /// The list that it stands beside.
    list: ShownList,
    /// The list by itself.
    back: String,
    /// Where its forms go, before the part that names the act and `query`.
    action: String,
    /// The list in the address, with its mark, or nothing.
    query: String,
    /// The page with the newest messages.
    newest: String,
    /// Whether these are the newest messages: the log then opens at its end.
    is_newest: bool,
    notice: Option<Notice>,
    author: String,
    mark: &'static str,
    channel: &'static str,
    state: &'static str,
    outcome: Option<&'static str>,
    team: String,
    assignee: Option<String>,
    waiting: Option<(Moment, String)>,
    /// Who has it, in a sentence.
    owner: String,
    begun: Moment,
    window: String,
    /// Until when an answer can leave freely.
    open_until: Option<String>,
    /// What the author is called on the channel: the kind in words, and the value.
    identifiers: Vec<(&'static str, String)>,
    history: Vec<Past>,
    log: Vec<Logged>,
    /// Where the first message is that the visitor has not read.
    to_unread: Option<String>,
    finding: Option<Finding>,
    /// The list beside it, as fields of a form that asks for this address.
    list_fields: Vec<(String, String)>,
    /// Characters that one can look for.
    find_most: usize,
    /// That more happened than the lines that stand there.
    more_lines: Option<String>,
    earlier: Option<String>,
    later: Option<String>,
    reply: Option<Composer>,
    note: Option<Composer>,
    template: Option<TemplateSection>,
    /// What colleagues have written and not sent.
    others: Vec<Others>,
    /// What is written in when the page comes: "antwoord", "notitie" or "sjabloon".
    opened: &'static str,
    /// Oneself, when one may take it.
    take: Option<String>,
    assigning: Option<Assigning>,
    /// The outcomes to close with: value and words.
    outcomes: Vec<(&'static str, &'static str)>,
    reopening: bool,
    version: i64,
    /// The last message of ours.
    last_out: String,
}

/// What a colleague has written and not sent.
struct Others {
    user: String,
    name: String,
    purpose: &'static str,
    /// Whose it is and when it was changed, in a sentence.
    said: String,
    text: String,
}

/// What stands in the forms, and what colleagues have in theirs.
struct Drafts {
    reply: Written,
    note: Written,
    others: Vec<Others>,
}

impl Drafts {
    /// What was refused just now stands in its form; else what the visitor wrote before.
    fn of(visit: &Visit, all: Vec<Kept>, draft: &Draft) -> Self {
        let (w, moments, me) = (visit.words, visit.moments(), visit.ctx.actor.user());
        let mut drafts = Self {
            reply: draft.reply.clone(),
            note: draft.note.clone(),
            others: Vec::new(),
        };
        for kept in all {
            let (form, purpose) = match kept.purpose.as_str() {
                "note" => (&mut drafts.note, "notitie"),
                _ => (&mut drafts.reply, "antwoord"),
            };
            let at = moments.moment(kept.updated_at).words;
            if Some(kept.user) != me {
                let (user, said) = (kept.user.to_string(), w.draft_of(&kept.name, &at));
                drafts.others.push(Others { user, name: kept.name, purpose, said, text: kept.text });
            } else if form.text.is_empty() && form.error.is_none() {
                form.text = kept.text;
                form.quotes = form.quotes.or(kept.reply_to);
                form.kept = Some(w.draft_kept(&at));
            }
        }
        drafts
    }
}

/// Another conversation with the same author.
struct Past {
    address: String,
    mark: &'static str,
    words: String,
    at: Moment,
    short: String,
}

/// The forms of a change of owner.
struct Assigning {
    give_back: bool,
    /// To whom it can be given: id, name, whether they have it.
    colleagues: Vec<(String, String, bool)>,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
    #[serde(default)]
    voor: String,
    #[serde(default)]
    na: String,
    #[serde(default)]
    sjabloon: String,
    #[serde(default)]
    sjabloon_zoek: String,
    #[serde(default)]
    antwoord_op: String,
    #[serde(default)]
    vorige: String,
    #[serde(default)]
    bij: String,
    /// What is looked for in it, and before which message.
    #[serde(default)]
    zoek: String,
    #[serde(default)]
    tot: String,
    /// Until where the visitor had read it, when they came to what is new.
    #[serde(default)]
    gelezen: String,
}

/// `GET /gesprekken/{id}`. A place that does not exist is the newest messages.
pub(crate) async fn show(
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let id = id_in_path(&id)?;
    let looking = Looking { typed: &asked.zoek, until: &asked.tot, at: &asked.bij };
    let finding = match find::look(&visit, id, &looking).await? {
        Looked::GoTo(address) => return Ok(Redirect::to(&address).into_response()),
        Looked::Found(finding) => Some(*finding),
        Looked::Not => None,
    };
    let mut read_until = None;
    if is_looked_at(&headers) {
        seen(&visit, id).await?;
        read_until = read(&visit, id).await?;
    }
    let read_until = unread::of_address(&asked.gelezen).or(read_until);
    let before = place::find(&visit.ctx, id, &asked.voor).await?.map(Page::Before);
    let after = place::find(&visit.ctx, id, &asked.na).await?.map(|place| Page::After(Some(place)));
    let around = place::find(&visit.ctx, id, &asked.bij).await?.map(Page::Around);
    let draft = Draft {
        notice: Done::of(&asked.gedaan).map(|done| told(&visit, done, &asked.vorige)),
        page: around.or(before).or(after).unwrap_or(Page::Newest),
        read_until,
        finding,
        opened: (!asked.sjabloon.is_empty() || !asked.sjabloon_zoek.is_empty()).then_some("sjabloon"),
        chosen: templates::named(&asked.sjabloon, &asked.sjabloon_zoek),
        reply: Written { quotes: asked.antwoord_op.parse().ok(), ..Written::default() },
        ..Draft::default()
    };
    conversation_page(&visit, id, draft).await
}

/// Tells the resident that somebody looks. Where that cannot be written down now, as on a full disk, the page is shown all
/// the same (B4).
async fn seen(visit: &Visit, id: ConversationId) -> Result<(), Trouble> {
    match mark_seen(&visit.ctx, id).await {
        Err(Failure::Store(error)) if error.is_temporary() => Ok(()),
        marked => marked.map_err(Trouble::from),
    }
}

/// Notes that the visitor has it before them; returns until where they had read it. As above.
async fn read(visit: &Visit, id: ConversationId) -> Result<Option<ReadMark>, Trouble> {
    match mark_read(&visit.ctx, id).await {
        Err(Failure::Store(error)) if error.is_temporary() => Ok(None),
        marked => marked.map_err(Trouble::from),
    }
}

/// Whether a person looks at the page: not a browser that only looks ahead, and not a link on somebody else's page, by which
/// others could make us tell residents that they were read (X5).
fn is_looked_at(headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let ahead = ["sec-purpose", "purpose"].iter().any(|name| says(name).contains("prefetch"));
    let from_elsewhere = !matches!(says("sec-fetch-site"), "" | "none" | "same-origin");
    !ahead && !from_elsewhere
}

/// What was done, with the way back to the conversation where it was another one.
fn told(visit: &Visit, done: Done, other: &str) -> Notice {
    let w = visit.words;
    let notice = Notice::done(said(w, done));
    match other.parse::<ConversationId>() {
        Ok(other) => {
            let address = visit.listing.address(&format!("/gesprekken/{other}"));
            notice.at(address, w.done_back_to_it())
        }
        Err(_) => notice,
    }
}

fn said(w: Words, done: Done) -> &'static str {
    match done {
        Done::Reply => w.done_reply(),
        Done::Note => w.done_note(),
        Done::Assignment => w.done_assignment(),
        Done::Closure => w.done_closure(),
        Done::Reopening => w.done_reopening(),
        Done::Left => w.done_resolution_left(),
        Done::Reaction => w.done_reaction(),
        Done::Resent => w.done_resolution_resent(),
        Done::Template => w.done_template(),
        Done::TemplatesAsked => w.done_templates_asked(),
        Done::Draft => w.done_draft(),
        Done::TakenOver => w.done_taken_over(),
        Done::TakenBack => w.done_taken_back(),
        Done::RepliedAndClosed => w.done_replied_and_closed(),
        Done::RepliedNotClosed => w.done_replied_not_closed(),
        Done::Fetching => w.done_fetching(),
    }
}

/// The page of a conversation as it is now, with what somebody wrote and could not send.
pub(super) async fn conversation_page(
    visit: &Visit,
    id: ConversationId,
    draft: Draft,
) -> Result<Response, Trouble> {
    let (status, list) = (draft.status, ShownList::of(visit, Some(id)).await?);
    Ok(page(status, &fill(visit, id, draft, list).await?))
}

/// Messages that can be asked for by name.
const NAMED: usize = 20;

/// What the address of a part asks for.
#[derive(Deserialize)]
pub(crate) struct AskedPart {
    /// Ids of messages that changed, with commas between; the newest messages where there are none.
    #[serde(default)]
    berichten: String,
}

/// `GET /gesprekken/{id}/deel`: what changes of a conversation while it is open, as the page itself has it.
pub(crate) async fn part(
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<AskedPart>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let id = id_in_path(&id)?;
    let only: Vec<MessageId> =
        asked.berichten.split(',').take(NAMED).filter_map(|id| id.parse().ok()).collect();
    // Our script says when somebody has the page before them.
    if headers.contains_key("x-gehoor-looked-at") && is_looked_at(&headers) {
        read(&visit, id).await?;
    }
    let filled = fill(&visit, id, Draft { only, ..Draft::default() }, ShownList::none(&visit)).await?;
    Ok(page(StatusCode::OK, &ConversationPart { page: filled }))
}

/// What of a conversation is brought up to date.
#[derive(Template)]
#[template(path = "pages/conversations/part.html")]
struct ConversationPart {
    page: ConversationPage,
}

async fn fill(
    visit: &Visit,
    id: ConversationId,
    draft: Draft,
    list: ShownList,
) -> Result<ConversationPage, Trouble> {
    let (w, moments) = (visit.words, visit.moments());
    let view = read_conversation(&visit.ctx, id).await?;
    let (found, (lines, more_lines)) = said_in_it(visit, id, &draft).await?;
    let to_unread = unread::way(visit, id, draft.read_until, &found).await?;
    let conversation = &view.listed.conversation;
    let active = conversation.state.is_active();
    let (listing, author, path) =
        (visit.listing.clone(), author_of(w, &view.listed), format!("/gesprekken/{id}"));
    let address = listing.address(&path);
    let (earlier, later) = paging(&listing, &path, &found);
    let opened = draft.opened;
    let may_close = visit.may(Permission::Close);
    let (take, assigning) = if active { assigning(visit, &view).await? } else { (None, None) };
    let template = template_section(visit, &view, &path, &draft).await?;
    let written = Drafts::of(visit, list_written(&visit.ctx, id).await?, &draft);
    let mut reply = reply(visit, &view, &address, written.reply).await?;
    let mut note = visit.may(Permission::Note).then(|| note(visit, id, written.note, reply.is_some()));
    complete((&mut reply, &mut note), template.is_some(), draft.canned.clone());
    let query = address.strip_prefix(&path).unwrap_or_default().to_owned();
    Ok(ConversationPage {
        shell: Shell::around(w, author.clone(), &visit.user, &address).conversation(),
        id: id.to_string(),
        part: listing.address(&format!("{path}/deel")),
        list,
        back: listing.address("/gesprekken"),
        query,
        newest: address.clone(),
        is_newest: found.later.is_none(),
        mark: w.channel_mark(&view.listed.channel),
        owner: owner(visit, &view),
        begun: moments.moment(view.listed.created_at),
        open_until: match view.reply_window {
            WindowOfReply::OpenUntil(until) => Some(moments.until(until)),
            _ => None,
        },
        identifiers: identifiers(w, &view),
        history: history(w, &moments, &view),
        w,
        channel: w.channel(&view.listed.channel),
        state: w.state(conversation.state),
        outcome: conversation.outcome.map(|outcome| w.outcome(outcome)),
        team: view.listed.team_name.clone(),
        assignee: view.listed.assignee_name.clone(),
        waiting: conversation.waiting_since_at.map(|since| (moments.moment(since), moments.waits(since))),
        window: window(w, &moments, &view),
        log: log(visit, &moments, (&found, &lines), &draft, &view),
        more_lines: more_lines.then(|| w.line_more(&w.number(lines.len() as u64))),
        earlier,
        later,
        to_unread,
        list_fields: listing.fields(),
        finding: draft.finding,
        find_most: FIND_CHARACTERS,
        opened: open_form(opened, reply.is_some(), template.is_some()),
        others: written.others,
        reply,
        note,
        template,
        take,
        assigning,
        outcomes: if active && may_close { outcomes(w) } else { Vec::new() },
        reopening: !active && may_close,
        version: conversation.version,
        notice: draft.notice,
        author,
        action: path,
        last_out: view.last_out.map(|id| id.to_string()).unwrap_or_default(),
    })
}

/// A page of messages with what happened between them, or only the messages that were asked for.
async fn said_in_it(
    visit: &Visit,
    id: ConversationId,
    draft: &Draft,
) -> Result<(MessagesPage, (Vec<LogLine>, bool)), Trouble> {
    if !draft.only.is_empty() {
        return Ok((read_these(&visit.ctx, id, &draft.only).await?, (Vec::new(), false)));
    }
    let found = read_messages(&visit.ctx, id, draft.page.clone(), PAGE_SIZE).await?;
    let lines = read_lines(&visit.ctx, id, found.stretch).await?;
    Ok((found, lines))
}

/// What stands in the forms besides what is written: the way to the template on the page, and the canned texts that
/// somebody asked for.
fn complete(
    (reply, note): (&mut Option<Composer>, &mut Option<Composer>),
    has_template: bool,
    canned: Option<(Purpose, Canned)>,
) {
    if has_template {
        let forms = reply.iter_mut().chain(note.iter_mut());
        forms.for_each(|form| form.templates = Some("#sjabloon".to_owned()));
    }
    if let Some((purpose, canned)) = canned {
        let form = if purpose == Purpose::Reply { reply } else { note };
        form.iter_mut().for_each(|form| form.canned = Some(canned.clone()));
    }
}

/// What is written in when the page comes: what was asked for, as far as it is there, else what is usual.
fn open_form(asked: Option<&'static str>, has_reply: bool, has_template: bool) -> &'static str {
    match asked.filter(|one| *one != "sjabloon" || has_template) {
        Some(asked) => asked,
        None if has_reply => "antwoord",
        None if has_template => "sjabloon",
        None => "notitie",
    }
}

/// The form of a template, where nothing else can leave or somebody chose to.
async fn template_section(
    visit: &Visit,
    view: &ConversationView,
    path: &str,
    draft: &Draft,
) -> Result<Option<TemplateSection>, Trouble> {
    let can = takes_templates(visit, view);
    let only_template = matches!(view.reply_window, WindowOfReply::Closed(_));
    if !can || (!only_template && draft.chosen.is_none()) {
        return Ok(None);
    }
    Ok(Some(templates::section(visit, view, path, draft.chosen.clone(), !only_template).await?))
}

/// Whether a template can leave in this conversation, and this visitor may send it.
fn takes_templates(visit: &Visit, view: &ConversationView) -> bool {
    view.listed.conversation.state.is_active()
        && visit.may(Permission::Reply)
        && view.capabilities.as_ref().is_some_and(has_templates)
}

fn outcomes(w: Words) -> Vec<(&'static str, &'static str)> {
    Outcome::ALL.iter().map(|outcome| (outcome.as_str(), w.outcome(*outcome))).collect()
}

fn paging(listing: &Listing, path: &str, found: &MessagesPage) -> (Option<String>, Option<String>) {
    let first = found.items.first().filter(|_| found.earlier.is_some());
    let last = found.items.last().filter(|_| found.later.is_some());
    let address = |way: &str, seen: &MessageView| {
        listing.address(&format!("{path}?{way}={}", place::text(&seen.message)))
    };
    (first.map(|seen| address("voor", seen)), last.map(|seen| address("na", seen)))
}

/// Who has it, as a sentence.
fn owner(visit: &Visit, view: &ConversationView) -> String {
    let w = visit.words;
    match (&view.listed.assignee_name, view.listed.conversation.assignee) {
        (_, Some(user)) if visit.ctx.actor.user() == Some(user) => w.owner_you().to_owned(),
        (Some(name), _) => w.owner_other(name),
        _ => w.owner_nobody().to_owned(),
    }
}

/// What the author is called on the channel, as far as it says something to people.
fn identifiers(w: Words, view: &ConversationView) -> Vec<(&'static str, String)> {
    let channel = &view.listed.channel;
    let named = |one: &Identifier| {
        let words = w.looked_up(channel, &format!("identifier-{}", one.kind))?;
        Some((words, one.value.clone()))
    };
    view.identifiers.iter().filter_map(named).collect()
}

fn history(w: Words, moments: &Moments, view: &ConversationView) -> Vec<Past> {
    let past = |listed: &Listed| Past {
        address: format!("/gesprekken/{}", listed.conversation.id),
        mark: w.channel_mark(&listed.channel),
        words: w.context_past(w.state(listed.conversation.state)),
        at: moments.moment(listed.created_at),
        short: moments.short(listed.created_at),
    };
    view.history.iter().map(past).collect()
}

fn window(w: Words, moments: &Moments, view: &ConversationView) -> String {
    let channel = w.channel(&view.listed.channel);
    let Some(capabilities) = &view.capabilities else {
        return w.window_no_channel().to_owned();
    };
    let hours = (capabilities.reply_window_seconds.unwrap_or_default() / 3600).to_string();
    match view.reply_window {
        WindowOfReply::Unlimited => w.window_unlimited(channel),
        WindowOfReply::OpenUntil(until) => w.window_open(channel, &moments.until(until)),
        WindowOfReply::Closed(Some(_)) => w.window_closed(channel, &hours),
        WindowOfReply::Closed(None) => w.window_never_opened(channel),
    }
}

/// The form to answer. It is there when an answer can leave, and when somebody's text must not be lost.
async fn reply(
    visit: &Visit,
    view: &ConversationView,
    address: &str,
    written: Written,
) -> Result<Option<Composer>, Trouble> {
    let Some(capabilities) = &view.capabilities else { return Ok(None) };
    let is_kept = !written.text.is_empty() && visit.may(Permission::Reply);
    if !can_answer(visit, view) && !is_kept {
        return Ok(None);
    }
    let w = visit.words;
    let channel = w.channel(&view.listed.channel);
    Ok(Some(Composer {
        w,
        purpose: Purpose::Reply,
        action: visit.listing.address(&format!("/gesprekken/{}/antwoorden", view.listed.conversation.id)),
        length: Length::of(w, capabilities.text_unit, capabilities.text_max),
        limit: w.reply_limit(channel, &w.number(capabilities.text_max), w.unit(capabilities.text_unit)),
        key: visit.form_key(),
        seen: Some(view.last_out.map(|id| id.to_string()).unwrap_or_default()),
        quoting: quoting(visit, view, address, written.quotes).await?,
        text: written.text,
        kept: written.kept,
        error: written.error,
        keeping: visit.listing.address(&format!("/gesprekken/{}/concept", view.listed.conversation.id)),
        texts: texts_at(visit, view.listed.conversation.id, "antwoord"),
        canned: None,
        closing: visit.may(Permission::Close).then_some(view.listed.conversation.version),
        more: Some(More {
            uploads: format!("/gesprekken/{}/bijlagen", view.listed.conversation.id),
            ..written.more.allowed_by(capabilities, w.charge(channel, view.charge.as_ref()))
        }),
        beside_note: visit.may(Permission::Note),
        beside_reply: true,
        templates: takes_templates(visit, view)
            .then(|| format!("{}#sjabloon", with_query(address, "sjabloon=kies"))),
    }))
}

/// An address with one more field in its query.
fn with_query(address: &str, field: &str) -> String {
    let joins = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joins}{field}")
}

/// Where the canned texts are.
fn texts_at(visit: &Visit, id: ConversationId, purpose: &str) -> String {
    visit.listing.address(&format!("/gesprekken/{id}/standaardteksten?soort={purpose}"))
}

/// Whether an answer can leave now, and this visitor may write it.
pub(super) fn can_answer(visit: &Visit, view: &ConversationView) -> bool {
    visit.may(Permission::Reply)
        && !matches!(view.reply_window, WindowOfReply::Closed(_))
        && view.listed.conversation.state.is_active()
}

/// The message that the answer quotes; an id that names none of this conversation quotes nothing.
async fn quoting(
    visit: &Visit,
    view: &ConversationView,
    address: &str,
    quotes: Option<MessageId>,
) -> Result<Option<Quoting>, Trouble> {
    let Some(id) = quotes else { return Ok(None) };
    let found = match read_message(&visit.ctx, id).await {
        Ok(found) => found.message,
        Err(Failure::NotFound) => return Ok(None),
        Err(failure) => return Err(failure.into()),
    };
    let is_here = found.conversation == view.listed.conversation.id && found.provider_id.is_some();
    Ok(is_here.then(|| Quoting {
        id: id.to_string(),
        words: Quoted::words(visit.words, &found),
        without: format!("{address}#antwoord"),
    }))
}

fn note(visit: &Visit, id: ConversationId, written: Written, beside_reply: bool) -> Composer {
    let w = visit.words;
    Composer {
        w,
        purpose: Purpose::Note,
        action: visit.listing.address(&format!("/gesprekken/{id}/notities")),
        length: Length::of(w, TextUnit::Characters, REPLY_CHARACTERS),
        limit: w.note_limit(&w.number(REPLY_CHARACTERS)),
        key: visit.form_key(),
        seen: None,
        quoting: None,
        text: written.text,
        kept: written.kept,
        error: written.error,
        keeping: visit.listing.address(&format!("/gesprekken/{id}/concept")),
        texts: texts_at(visit, id, "notitie"),
        canned: None,
        closing: None,
        more: None,
        beside_note: true,
        beside_reply,
        templates: None,
    }
}

/// Oneself where one may take it, and the forms to give it to somebody.
async fn assigning(
    visit: &Visit,
    view: &ConversationView,
) -> Result<(Option<String>, Option<Assigning>), Trouble> {
    let (conversation, me) = (&view.listed.conversation, visit.ctx.actor.user());
    if !visit.may(Permission::Claim) {
        return Ok((None, None));
    }
    let members = list_colleagues(&visit.ctx, conversation.id).await?;
    let mine = conversation.assignee == me;
    let can_take = members.iter().any(|(id, _)| Some(*id) == me) && !mine;
    let others = visit.may(Permission::Assign);
    let colleagues = if others { members } else { Vec::new() };
    let named = |(id, name)| (format!("{id}"), name, conversation.assignee == Some(id));
    let forms = Assigning {
        give_back: conversation.assignee.is_some() && (mine || others),
        colleagues: colleagues.into_iter().map(named).collect(),
    };
    let has_forms = forms.give_back || !forms.colleagues.is_empty();
    Ok((me.filter(|_| can_take).map(|me| me.to_string()), has_forms.then_some(forms)))
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            status: StatusCode::OK,
            notice: None,
            reply: Written::default(),
            note: Written::default(),
            confirmation: None,
            chosen: None,
            canned: None,
            page: Page::Newest,
            read_until: None,
            finding: None,
            only: Vec::new(),
            opened: None,
        }
    }
}
