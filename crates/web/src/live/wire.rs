//! How events are written: server-sent events as in the HTML standard, one JSON object of ids and facts each.

use std::fmt::Write as _;

use domain::happenings::Happened;
use domain::presence::Doing;
use serde::Serialize;
use usecases::live::{Entry, LiveEvent, Person};

/// What happened, as a page gets it. `kind` is the journal's word for it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fact {
    position: i64,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// How far a message came, or how a file is.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// Who has the conversation now; `null` when nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<Option<String>>,
    /// The conversation that became part of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<String>,
}

#[derive(Serialize)]
struct InConversation<'a> {
    conversation: String,
    people: Vec<Seen<'a>>,
}

#[derive(Serialize)]
struct Seen<'a> {
    user: String,
    name: &'a str,
    doing: &'static str,
}

/// Writes an event.
pub(super) fn write(into: &mut String, event: &LiveEvent) {
    match event {
        LiveEvent::Happened(entry) => into.push_str(entry.written(happened)),
        LiveEvent::Refresh { position } => block(into, "vernieuw", Some(*position), "{}"),
        LiveEvent::Beat { position } => block(into, "hartslag", Some(*position), "{}"),
        LiveEvent::LoggedOut => block(into, "uitgelogd", None, "{}"),
        LiveEvent::Present { conversation, people } => {
            let people = people.iter().map(seen).collect();
            let told = InConversation { conversation: conversation.to_string(), people };
            block(into, "aanwezig", None, &json(&told));
        }
    }
}

/// How long a browser waits before it comes back, in milliseconds.
pub(super) fn write_retry(into: &mut String, millis: u32) {
    let _ = write!(into, "retry: {millis}\n\n");
}

fn block(into: &mut String, event: &str, id: Option<i64>, data: &str) {
    let _ = writeln!(into, "event: {event}");
    if let Some(id) = id {
        let _ = writeln!(into, "id: {id}");
    }
    let _ = write!(into, "data: {data}\n\n");
}

fn json(told: &impl Serialize) -> String {
    // Strings, numbers and lists of them: there is nothing that could not be written.
    serde_json::to_string(told).unwrap_or_else(|_| "{}".to_owned())
}

fn seen(person: &Person) -> Seen<'_> {
    let doing = match person.doing {
        Doing::Looks => "kijkt",
        Doing::Types => "typt",
    };
    Seen { user: person.user.to_string(), name: &person.name, doing }
}

fn happened(entry: &Entry) -> String {
    let mut block_of = String::new();
    block(&mut block_of, "gebeurd", Some(entry.position), &json(&fact(entry)));
    block_of
}

fn fact(entry: &Entry) -> Fact {
    let about = |kind| Fact {
        position: entry.position,
        kind,
        conversation: entry.happened.conversation().map(|id| id.to_string()),
        ..Fact::default()
    };
    let of =
        |kind, message: &domain::ids::MessageId| Fact { message: Some(message.to_string()), ..about(kind) };
    match &entry.happened {
        Happened::ConversationStarted { .. } => about("conversation_started"),
        Happened::ConversationReopened { .. } => about("conversation_reopened"),
        Happened::ConversationClosed { .. } => about("conversation_closed"),
        Happened::MessageReceived { message, .. } => of("message_received", message),
        Happened::EchoReceived { message, .. } => of("echo_received", message),
        Happened::MessageChanged { message, .. } => of("message_changed", message),
        Happened::ReplyQueued { message, .. } => of("reply_queued", message),
        Happened::NoteWritten { message, .. } => of("note_written", message),
        Happened::DeliveryChanged { message, status, .. } => Fact {
            state: Some(status.as_str()),
            ..of("delivery_changed", message)
        },
        Happened::AttachmentChanged { message, .. } => of("attachment_changed", message),
        Happened::UnknownResolved { message, .. } => of("unknown_resolved", message),
        Happened::Assigned { assignee, .. } => Fact {
            assignee: Some(assignee.map(|user| user.to_string())),
            ..about("assigned")
        },
        Happened::IdentityChanged { .. } => about("identity_changed"),
        Happened::ConversationsJoined { joined, .. } => Fact {
            joined: Some(joined.to_string()),
            ..about("conversations_joined")
        },
        // What concerns no conversation is told to nobody; should it come here, it says no more than that.
        _ => about("other"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_ends_with_an_empty_line_and_an_event_without_a_place_leaves_the_last_one() {
        let mut written = String::new();
        write_retry(&mut written, 1200);
        write(&mut written, &LiveEvent::Refresh { position: 7 });
        write(&mut written, &LiveEvent::LoggedOut);
        assert_eq!(
            written,
            "retry: 1200\n\nevent: vernieuw\nid: 7\ndata: {}\n\nevent: uitgelogd\ndata: {}\n\n"
        );
    }
}
