//! One message: who wrote it, when, what it says, and what became of it on its way.

mod delivery;
#[cfg(test)]
pub(crate) mod examples;

use std::collections::BTreeMap;

use askama::Template;
use domain::messages::{DeliveryStatus, Direction, MessageKind};
use usecases::conversations::{Message, MessageEvent, MessageView, OurReaction, Plain};

use crate::components::attachment::ShownAttachment;
use crate::components::held::Held;
use crate::pages::conversations::Listing;
use crate::words::{Moment, Moments, Words};
pub(crate) use delivery::{Confirmation, outcome, why};
use delivery::{Delivery, Fate, Rights, fate_of_part};

/// Whether the visitor may decide what becomes of a send, and what they were just asked to confirm.
pub(crate) struct Deciding {
    /// May decide.
    pub(crate) allowed: bool,
    /// The part for which a warning has to be confirmed.
    pub(crate) confirmation: Option<Confirmation>,
    /// The key of the forms to react with; `None` where nobody can.
    pub(crate) reacting: Option<String>,
    /// What the channel is called.
    pub(crate) channel: &'static str,
    /// Whether an answer can quote a message.
    pub(crate) quoting: bool,
    /// Whether an answer that has not left can be taken back.
    pub(crate) taking_back: bool,
    /// The list beside the conversation, which stays in the address.
    pub(crate) listing: Listing,
}

/// What one can react with.
const EMOJIS: [&str; 6] = ["👍", "❤️", "🙏", "😊", "✅", "👀"];

/// The forms to react to a message of the resident with.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reacting {
    action: String,
    key: String,
    /// Ours can be taken back.
    ours: bool,
}

/// A message as another one quotes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quoted {
    /// Who wrote it, and how it begins; `None` when it is not here.
    pub(crate) words: Option<(String, String)>,
    /// Where it stands, on this page or another; nothing where it is not here.
    pub(crate) address: String,
}

impl Quoted {
    /// How a message looks in a quote: who wrote it, and how it begins.
    pub(crate) fn words(w: Words, message: &Message) -> (String, String) {
        let said = match current_text(message) {
            _ if message.deleted_at.is_some() => w.quote_deleted().to_owned(),
            Some(text) => shortened(&text),
            None => w.kind(message.kind).to_owned(),
        };
        (writer(w, message), said)
    }
}

/// The beginning of a text, on one line.
fn shortened(text: &str) -> String {
    const CHARACTERS: usize = 160;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short = domain::limits::cut(&line, CHARACTERS);
    if short.len() < line.len() { format!("{short}…") } else { line }
}

/// A message.
#[derive(Debug, Clone, Template)]
#[template(path = "components/message/message.html")]
pub(crate) struct ShownMessage {
    w: Words,
    /// The heading of its day, when it is the first of it.
    pub(crate) day: Option<String>,
    /// The line above it, where it is the first of what is new for the visitor.
    pub(crate) new: Option<NewLine>,
    anchor: String,
    side: Direction,
    writer: String,
    time: Moment,
    /// What kind it is, when it is more than text.
    kind: Option<&'static str>,
    /// The platform's word for a kind that we do not know.
    platform_word: Option<String>,
    public: bool,
    /// What it answers.
    quotes: Option<Quoted>,
    /// Where the form to answer it stands; `None` where it cannot be quoted.
    answering: Option<String>,
    text: Option<String>,
    /// The text in pieces, and whether each is what somebody looked for; empty when nobody did.
    pieces: Vec<(String, bool)>,
    /// It is the one that somebody looks at, of those in which that stands.
    pub(crate) is_found: bool,
    held: Vec<Held>,
    attachments: Vec<ShownAttachment>,
    edited: Option<Past>,
    deleted: Option<Past>,
    remarks: Vec<String>,
    delivery: Option<Delivery>,
    /// Our reaction in words, and what became of it.
    ours: Option<(String, Fate)>,
    reacting: Option<Reacting>,
    /// Where it is taken back, while nothing of it has left.
    taking_back: Option<String>,
}

/// A line above what is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewLine {
    /// Since when it is new, or that it came late.
    pub(crate) words: String,
    /// It is the first on the page, which links lead to.
    pub(crate) is_first: bool,
}

/// What a message said before.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Past {
    fact: String,
    summary: &'static str,
    texts: Vec<String>,
}

impl ShownMessage {
    /// A message of a conversation, with what the visitor may decide about it.
    pub(crate) fn of(w: Words, moments: &Moments, seen: &MessageView, deciding: &Deciding) -> Self {
        let message = &seen.message;
        let unknown = matches!(message.kind, MessageKind::Unknown | MessageKind::Unsupported);
        let rights = Rights {
            deciding,
            conversation: message.conversation,
            channel: deciding.channel,
            listing: deciding.listing.clone(),
        };
        Self {
            w,
            day: None,
            new: None,
            anchor: format!("b-{}", message.id),
            side: message.direction,
            writer: writer(w, message),
            time: moments.clock(message.sent_at),
            kind: (message.kind != MessageKind::Text).then(|| w.kind(message.kind)),
            platform_word: message.platform_kind.clone().filter(|_| unknown),
            public: message.public,
            quotes: message.reply_to.as_ref().map(|_| Quoted { words: None, address: String::new() }),
            answering: answering(message, deciding),
            text: current_text(message).filter(|_| !message.extras.iter().any(Held::says_it_all)),
            pieces: Vec::new(),
            is_found: false,
            held: if message.deleted_at.is_some() {
                Vec::new()
            } else {
                Held::all_of(w, &message.extras)
            },
            attachments: attachments(w, seen),
            edited: edited(w, moments, seen),
            deleted: deleted(w, moments, message),
            remarks: remarks(w, &seen.events),
            ours: seen.our_reaction.as_ref().map(|ours| our_reaction(w, ours, &rights)),
            reacting: reacting(seen, deciding),
            taking_back: taking_back(message, deciding),
            delivery: Delivery::of(w, seen, &rights),
        }
    }

    /// Says what it answers. `is_here`: whether that stands on this page.
    pub(crate) fn quote(&mut self, quoted: &Message, is_here: bool) {
        self.quotes = Some(Quoted {
            words: Some(Quoted::words(self.w, quoted)),
            address: if is_here {
                format!("#b-{}", quoted.id)
            } else {
                format!("/gesprekken/{}?bij={}#b-{}", quoted.conversation, quoted.id, quoted.id)
            },
        });
    }

    /// Marks what somebody looks for in its text.
    pub(crate) fn mark(&mut self, sought: &Plain) {
        let Some(text) = &self.text else { return };
        let mut from = 0;
        for place in sought.places(text) {
            self.pieces.push((text[from..place.start].to_owned(), false));
            self.pieces.push((text[place.clone()].to_owned(), true));
            from = place.end;
        }
        if from > 0 {
            self.pieces.push((text[from..].to_owned(), false));
        }
    }

    fn direction(&self) -> &'static str {
        match self.side {
            Direction::In => self.w.message_in(),
            Direction::Out => self.w.message_out(),
            Direction::Note => self.w.message_note(),
        }
    }

    /// What became of it, where that changes how it looks.
    fn tone(&self) -> Option<&'static str> {
        let tone = self.delivery.as_ref()?.fate.tone;
        matches!(tone, "failed" | "unknown" | "gone").then_some(tone)
    }

    fn modifier(&self) -> &'static str {
        match self.side {
            Direction::In => "in",
            Direction::Out => "out",
            Direction::Note => "note",
        }
    }
}

fn our_reaction(w: Words, ours: &OurReaction, rights: &Rights<'_>) -> (String, Fate) {
    let words = match &ours.emoji {
        Some(emoji) => w.reaction_ours(domain::limits::cut(emoji, 40)),
        None => w.reaction_ours_gone().to_owned(),
    };
    (words, fate_of_part(w, &ours.part, rights))
}

/// Where one answers a message with a quote of it; the platform must have given it an id.
fn answering(message: &Message, deciding: &Deciding) -> Option<String> {
    let can = deciding.quoting
        && message.direction != Direction::Note
        && message.provider_id.is_some()
        && message.deleted_at.is_none();
    let address = format!("/gesprekken/{}?antwoord_op={}", message.conversation, message.id);
    can.then(|| format!("{}#antwoord", deciding.listing.address(&address)))
}

fn taking_back(message: &Message, deciding: &Deciding) -> Option<String> {
    let waits = deciding.taking_back && message.delivery == Some(DeliveryStatus::Queued);
    let address = format!("/gesprekken/{}/berichten/{}/terugname", message.conversation, message.id);
    waits.then(|| deciding.listing.address(&address))
}

fn reacting(seen: &MessageView, deciding: &Deciding) -> Option<Reacting> {
    let message = &seen.message;
    let can =
        message.direction == Direction::In && message.provider_id.is_some() && message.deleted_at.is_none();
    let key = deciding.reacting.clone().filter(|_| can)?;
    let action = format!("/gesprekken/{}/berichten/{}/reactie", message.conversation, message.id);
    let action = deciding.listing.address(&action);
    let ours = seen.our_reaction.as_ref().is_some_and(|ours| ours.emoji.is_some());
    Some(Reacting { action, key, ours })
}

fn writer(w: Words, message: &Message) -> String {
    match (&message.writer_name, message.direction) {
        (Some(name), _) if !name.trim().is_empty() => name.clone(),
        (_, Direction::In) => w.author_unknown().to_owned(),
        (_, Direction::Out) if message.user.is_none() => w.message_writer_elsewhere().to_owned(),
        _ => w.message_writer_unknown().to_owned(),
    }
}

/// Its files; none once its author deleted it.
fn attachments(w: Words, seen: &MessageView) -> Vec<ShownAttachment> {
    let shown = if seen.message.deleted_at.is_some() {
        &[]
    } else {
        seen.attachments.as_slice()
    };
    shown
        .iter()
        .map(|attachment| ShownAttachment::of(w, attachment, seen.message.kind))
        .collect()
}

/// What it says now; nothing once its author deleted it.
fn current_text(message: &Message) -> Option<String> {
    if message.deleted_at.is_some() {
        return None;
    }
    let text = if message.edited_at.is_some() { &message.edited_text } else { &message.text };
    text.clone().filter(|text| !text.is_empty())
}

fn edited(w: Words, moments: &Moments, seen: &MessageView) -> Option<Past> {
    let at = seen.message.edited_at?;
    let mut texts: Vec<String> = seen.message.text.iter().cloned().collect();
    let edits = seen
        .events
        .iter()
        .filter(|event| event.kind == "edit")
        .filter_map(|event| event.detail.clone());
    texts.extend(edits);
    // The last edit is what it says now.
    if texts.last() == seen.message.edited_text.as_ref() {
        texts.pop();
    }
    let fact = w.message_edited(&moments.moment(at).words);
    Some(Past { fact, summary: w.message_edited_was(), texts })
}

fn deleted(w: Words, moments: &Moments, message: &Message) -> Option<Past> {
    let at = message.deleted_at?;
    let was = message.edited_text.as_ref().or(message.text.as_ref()).cloned();
    let fact = w.message_deleted(&moments.moment(at).words);
    Some(Past {
        fact,
        summary: w.message_deleted_was(),
        texts: was.into_iter().collect(),
    })
}

/// Reactions as they are now, and what the platform did besides.
fn remarks(w: Words, events: &[MessageEvent]) -> Vec<String> {
    let mut reactions = BTreeMap::new();
    for event in events.iter().filter(|event| event.kind == "reaction") {
        let whose = (event.by_us, event.author, event.target.as_str());
        reactions.insert(whose, event.detail.as_deref().filter(|emoji| !emoji.is_empty()));
    }
    let reaction = |((by_us, ..), emoji): ((bool, _, _), Option<&str>)| match emoji {
        Some(emoji) if by_us => w.reaction_ours(domain::limits::cut(emoji, 40)),
        Some(emoji) => w.message_reaction(domain::limits::cut(emoji, 40)),
        None if by_us => w.reaction_ours_gone().to_owned(),
        None => w.message_reaction_removed().to_owned(),
    };
    let mut remarks: Vec<String> = reactions.into_iter().map(reaction).collect();
    if events.iter().any(|event| event.kind == "second_content") {
        remarks.push(w.message_second_content().to_owned());
    }
    remarks
}
