//! What a connector understood, in words that can be read beside what the platform sent.

use domain::attachments::RemoteFile;
use domain::channels::{
    After, Answer, AuthorClaim, ChangedBy, Identifier, Inbound, Item, MessageChangeKind, Place, RetryAfter,
};
use domain::messages::{Extra, MessageKind, Price};

/// The items of one event, one paragraph each.
pub fn items(items: &[Item]) -> String {
    items.iter().map(|item| format!("{} {}\n", item.index, what(&item.what))).collect()
}

/// What follows on an answer, in one line.
pub fn after(after: &After) -> String {
    match after {
        After::NextStep { memory } => format!("next step, remembering {memory}"),
        After::Restart { memory, reason } => format!("begins again ({reason}), remembering {memory}"),
        After::Ended(Answer::Delivered { provider_id: Some(id) }) => format!("delivered as {id}"),
        After::Ended(Answer::Delivered { provider_id: None }) => "delivered without an id".to_owned(),
        After::Ended(Answer::Retry { after: RetryAfter::Seconds(seconds), hold, reason }) => {
            format!("retry in {seconds} s, holding the {hold:?}: {reason}")
        }
        After::Ended(Answer::Retry { after: RetryAfter::Backoff, hold, reason }) => {
            format!("retry with backoff, holding the {hold:?}: {reason}")
        }
        After::Ended(Answer::Retry { after: RetryAfter::Fourfold, hold, reason }) => {
            format!("retry in 1 s, then four times as long each time, holding the {hold:?}: {reason}")
        }
        After::Ended(Answer::Refused { reason, .. }) => format!("refused: {}", reason.as_str()),
        After::Ended(Answer::Unknown { reason }) => format!("unknown: {reason}"),
    }
}

fn what(what: &Result<Inbound, String>) -> String {
    match what {
        Err(reason) => format!("CANNOT BE READ: {reason}"),
        Ok(Inbound::Message(message)) => {
            let reply = message.reply_to.as_ref().map(|id| format!(" answering {id}")).unwrap_or_default();
            let head = format!("message {}{reply}, {}", message.provider_id, message.sent_at);
            let said = said(message.kind, &message.platform_kind, message.text.as_deref());
            let held = held(&message.files, &message.extras);
            format!("{head}{}\n  from {}\n  {said}{held}", place(&message.place), claim(&message.from))
        }
        Ok(Inbound::Echo(echo)) => {
            let tracker =
                echo.tracker.as_ref().map(|tracker| format!(", part {tracker}")).unwrap_or_default();
            let head = format!("written elsewhere {}{tracker}, {}", echo.provider_id, echo.sent_at);
            let said = said(echo.kind, &echo.platform_kind, echo.text.as_deref());
            let held = held(&echo.files, &echo.extras);
            format!("{head}{}\n  to {}\n  {said}{held}", place(&echo.place), claim(&echo.to))
        }
        Ok(Inbound::Delivery(report)) => {
            let price = |price: &Price| serde_json::to_string(price).expect("it can be stored");
            let optional = [
                report.price.as_ref().map(|told| format!(", priced {}", price(told))),
                report.tracker.as_ref().map(|tracker| format!(", part {tracker}")),
                report.recipient.as_ref().map(|recipient| format!(", for {recipient}")),
                report.failure.as_ref().map(|failure| format!("\n  because {failure}")),
            ];
            let more: String = optional.into_iter().flatten().collect();
            format!("report {} {}, {}{more}", report.provider_id, report.status, report.at)
        }
        Ok(Inbound::Change(change)) => {
            let done = match &change.change {
                MessageChangeKind::Reacted(Some(emoji)) => format!("reacted {emoji:?}"),
                MessageChangeKind::Reacted(None) => "took a reaction back".to_owned(),
                MessageChangeKind::Edited(text) => format!("now says {text:?}"),
                MessageChangeKind::Deleted => "deleted".to_owned(),
            };
            let (id, target, at) = (&change.provider_id, &change.target, change.at);
            format!("change {id} of {target}, {at}\n  by {}\n  {done}", by(&change.by))
        }
        Ok(Inbound::Identity(change)) => {
            let (before, after) = (names(&change.before), names(&change.after));
            format!("identity {}, {}\n  {before} is now {after}", change.provider_id, change.at)
        }
        Ok(Inbound::Account(notice)) => format!("account: {} ({})", notice.kind, notice.detail),
        Ok(Inbound::Nothing { kind }) => format!("nothing to see: {kind}"),
    }
}

/// Files and the rest, a line each.
fn held(files: &[RemoteFile], extras: &[Extra]) -> String {
    let files = files.iter().map(|file| {
        let words =
            [&file.stated_type, &file.file_name, &file.sha256].map(|word| word.as_deref().unwrap_or("?"));
        let withheld = file.withheld.map(|why| format!(", withheld: {why:?}")).unwrap_or_default();
        format!("\n  file {} {}{withheld}", file.reference, words.join(" "))
    });
    let extras = extras.iter().map(|extra| {
        let json = serde_json::to_string(extra).expect("it can be stored");
        assert_eq!(serde_json::from_str::<Extra>(&json).expect("it can be read back"), *extra);
        format!("\n  holds {json}")
    });
    files.chain(extras).collect()
}

fn place(place: &Place) -> String {
    match place {
        Place::Private => String::new(),
        Place::Group { group } => format!(", in group {group}"),
        Place::Public { thread, parent: None } => format!(", under {thread}"),
        Place::Public { thread, parent: Some(parent) } => format!(", under {thread}, below {parent}"),
    }
}

fn claim(claim: &AuthorClaim) -> String {
    let name = claim
        .display_name
        .as_ref()
        .map_or_else(|| "nameless".to_owned(), |name| format!("{name:?}"));
    format!("{name}, {}", names(&claim.identifiers))
}

fn by(who: &ChangedBy) -> String {
    match who {
        ChangedBy::Us => "us".to_owned(),
        ChangedBy::Author(author) => claim(author),
    }
}

fn names(identifiers: &[Identifier]) -> String {
    let named = identifiers.iter().map(|identifier| format!("{} {}", identifier.kind, identifier.value));
    named.collect::<Vec<_>>().join(", ")
}

fn said(kind: MessageKind, platform_kind: &str, text: Option<&str>) -> String {
    match text {
        Some(text) => format!("{kind} ({platform_kind}): {text:?}"),
        None => format!("{kind} ({platform_kind})"),
    }
}
