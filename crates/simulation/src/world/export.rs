//! The state of a municipality in a form in which two runs can be compared byte for byte (A4, R7).

use std::sync::Arc;

use domain::access::Scope;
use domain::conversations::Counterpart;
use domain::ids::{AuthorId, ConversationId};
use serde_json::{Value, json};
use store::tables::{author, delivery};
use usecases::Installation;
use usecases::conversations::{ExportedConversation, MessageView, export_conversations};

pub(super) async fn canonical(installation: &Arc<Installation>, municipality: &str) -> String {
    let ctx = installation.system(&municipality.parse().expect("a short name"), "test");
    let mut exported: Vec<ExportedConversation> = Vec::new();
    loop {
        let after = exported.last().map(|one| one.listed.conversation.id);
        let page = export_conversations(&ctx, after).await.expect("the store answers");
        if page.is_empty() {
            break;
        }
        exported.extend(page);
    }
    let scope = Scope::whole(municipality.parse().expect("a short name"));
    let mut lines = Vec::new();
    for one in &exported {
        lines.push(conversation(installation, &scope, one, &exported).await.to_string());
    }
    lines.sort();
    lines.join("\n")
}

/// The platform's id of the first message: a name for a conversation that no run chooses differently.
fn name_of(id: ConversationId, exported: &[ExportedConversation]) -> Option<String> {
    let found = exported.iter().find(|one| one.listed.conversation.id == id)?;
    let mut ids = found.messages.iter().filter_map(|view| view.message.provider_id.as_ref());
    ids.next().map(ToString::to_string)
}

async fn conversation(
    installation: &Arc<Installation>,
    scope: &Scope,
    one: &ExportedConversation,
    all: &[ExportedConversation],
) -> Value {
    let known = &one.listed.conversation;
    let with = match &known.counterpart {
        Counterpart::Author(id) => json!(names_of(installation, scope, *id).await),
        Counterpart::Thread(thread) => json!(thread.as_str()),
    };
    let mut messages = Vec::new();
    for view in &one.messages {
        messages.push(message(installation, scope, view).await);
    }
    // Those of one moment stand in the order of the platform's ids.
    messages
        .sort_by_key(|message| (message["sentAt"].as_str().map(str::to_owned), message["id"].to_string()));
    json!({
        "account": known.channel_account.as_str(),
        "with": with,
        "name": one.listed.author_name,
        "state": known.state.as_str(),
        "outcome": known.outcome.map(domain::conversations::Outcome::as_str),
        "team": known.team.as_str(),
        "owner": one.listed.assignee_name,
        "waitingSince": known.waiting_since_at.map(|at| at.to_string()),
        "lastInbound": known.last_inbound_at.map(|at| at.to_string()),
        "lastActivity": known.last_activity_at.to_string(),
        "closedAt": known.closed_at.map(|at| at.to_string()),
        "follows": known.previous.and_then(|id| name_of(id, all)),
        "messages": messages,
    })
}

/// All names of an author, sorted.
async fn names_of(installation: &Arc<Installation>, scope: &Scope, id: AuthorId) -> Vec<String> {
    let mut reader = installation.store.read(scope);
    let names = author::identifiers(&mut reader, id).await.expect("the store answers");
    let mut names: Vec<String> = names.iter().map(|name| format!("{}:{}", name.kind, name.value)).collect();
    names.sort();
    names
}

async fn message(installation: &Arc<Installation>, scope: &Scope, view: &MessageView) -> Value {
    let message = &view.message;
    let mut reports = Vec::new();
    if let Some(id) = &message.provider_id {
        let mut reader = installation.store.read(scope);
        let told = delivery::of_message(&mut reader, &message.channel_account, id.as_str()).await;
        reports.extend(told.expect("the store answers").iter().map(|report| {
            format!("{} {} {}", report.at, report.status, report.failure.as_deref().unwrap_or_default())
        }));
        reports.sort();
    }
    let mut events = Vec::new();
    for event in &view.events {
        let by = match event.author {
            Some(author) => names_of(installation, scope, author).await,
            None => Vec::new(),
        };
        let what = (&event.kind, event.provider_id.as_str(), &event.detail);
        events.push(json!([event.at.to_string(), event.target.as_str(), what, by, event.by_us]));
    }
    let parts = view
        .parts
        .iter()
        .map(|part| json!([part.state.as_str(), part.delivery.as_str(), part.provider_id, part.failure]));
    let files = view
        .attachments
        .iter()
        .map(|file| json!([file.reference, file.stated_type, file.file_name, file.stated_sha256]));
    json!({
        "id": message.provider_id.as_ref().map(|id| id.as_str()),
        "direction": message.direction.as_str(),
        "kind": message.kind.as_str(),
        "platformKind": message.platform_kind,
        "text": message.text,
        "extras": message.extras,
        "files": files.collect::<Vec<_>>(),
        "by": message.writer_name,
        "sentAt": message.sent_at.to_string(),
        "delivery": message.delivery.map(domain::messages::DeliveryStatus::as_str),
        "failure": message.failure,
        "replyTo": message.reply_to.as_ref().map(|id| id.as_str()),
        "edited": message.edited_text,
        "editedAt": message.edited_at.map(|at| at.to_string()),
        "deletedAt": message.deleted_at.map(|at| at.to_string()),
        "public": message.public,
        "events": events,
        "parts": parts.collect::<Vec<_>>(),
        "reports": reports,
    })
}
