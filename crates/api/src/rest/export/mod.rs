//! Everything a municipality owns, as lines of JSON.
//!
//! Two forms. The plain one has our ids and is streamed page by page in the order of the conversations' ids, so that it
//! has any size. The canonical one (`canonical`) leaves out what differs between two runs over the same events, so that
//! they can be compared byte for byte (RELIABILITY A4, R7).

mod canonical;

use axum::Extension;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::ids::ConversationId;
use futures_util::{Stream, StreamExt, stream};
use http::header;
use serde::Serialize;
use usecases::Ctx;
use usecases::conversations::{ExportedConversation, export_conversations};
use utoipa::{IntoParams, ToSchema};

use super::errors::{Problem, ProblemDetails};
use super::fields::{Fields, FromFields, Params, one_of};
use super::wire::{self, words};

/// Which form.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Export {
    /// `plain`, or `canonical` to compare two runs.
    #[param(inline, value_type = words::ExportForm, required = false)]
    form: Form,
}

/// The forms of the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// With our ids, of any size.
    Plain,
    /// To compare two runs.
    Canonical,
}

impl Form {
    /// Both.
    pub(super) const ALL: [Self; 2] = [Self::Plain, Self::Canonical];

    /// The word in the address.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Canonical => "canonical",
        }
    }
}

impl FromFields for Export {
    fn read(fields: &mut Fields) -> Option<Self> {
        let read = |text: &str| Form::ALL.into_iter().find(|form| form.as_str() == text);
        let form = fields.maybe_word("form", &one_of(Form::ALL.map(Form::as_str)), read);
        Some(Self { form: form?.unwrap_or(Form::Plain) })
    }
}

/// A line of the plain export: a conversation, followed by its messages in resident order.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub(super) enum ExportLine {
    /// A conversation.
    Conversation(wire::Conversation),
    /// A message of the conversation before it.
    Message(ExportedMessage),
}

/// A message with the conversation that it stands in.
#[derive(Serialize, ToSchema)]
pub(super) struct ExportedMessage {
    /// The conversation.
    #[schema(format = "uuid")]
    conversation: String,
    #[serde(flatten)]
    message: wire::Message,
}

/// Everything that the municipality owns (uitvoer).
///
/// One JSON object per line (NDJSON), in a stable order: a conversation, then its messages. `form=canonical` has the
/// platforms' ids instead of ours, is sorted, and leaves out versions and every moment of our own clock, so that two runs
/// over the same events give the same bytes; it is put together in memory and refused where that would be too much. An
/// export that breaks off ends without the end of the chunked body. It stands in the audit log.
#[utoipa::path(
    get,
    path = "/export",
    operation_id = "exportEverything",
    tag = "export",
    params(Export),
    responses(
        (status = 200, description = "Lines of JSON", body = ExportLine, content_type = "application/x-ndjson"),
        (
            status = 409,
            description = "The municipality owns too much for the canonical form (`not-in-this-state`)",
            body = ProblemDetails,
            content_type = "application/problem+json"
        )
    )
)]
pub(super) async fn export(
    Extension(ctx): Extension<Ctx>,
    Params(asked): Params<Export>,
) -> Result<Response, Problem> {
    let body = match asked.form {
        Form::Plain => {
            // The first page is read before the answer begins, so that a refusal still has its status.
            let first = export_conversations(&ctx, None).await?;
            Body::from_stream(plain(ctx, first))
        }
        Form::Canonical => Body::from_stream(canonical::lines(&ctx).await?),
    };
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}

/// One piece of the body per conversation; ends with an error, and so without a proper end, when the store fails.
fn plain(ctx: Ctx, first: Vec<ExportedConversation>) -> impl Stream<Item = Result<Bytes, Problem>> + Send {
    let pages = stream::try_unfold((ctx, first), async |(ctx, page)| {
        let Some(last) = page.last() else { return Ok(None) };
        let after = last.listed.conversation.id;
        let pieces: Vec<_> = page.iter().map(|exported| Ok(Bytes::from(written(&ctx, exported)))).collect();
        let next = next_page(&ctx, after).await?;
        Ok::<_, Problem>(Some((stream::iter(pieces), (ctx, next))))
    });
    pages.flat_map(|page| match page {
        Ok(pieces) => pieces.left_stream(),
        Err(problem) => stream::iter([Err(problem)]).right_stream(),
    })
}

async fn next_page(ctx: &Ctx, after: ConversationId) -> Result<Vec<ExportedConversation>, Problem> {
    Ok(export_conversations(ctx, Some(after)).await?)
}

fn written(ctx: &Ctx, exported: &ExportedConversation) -> Vec<u8> {
    let mut lines = Vec::new();
    let id = exported.listed.conversation.id.to_string();
    add_line(&mut lines, &ExportLine::Conversation(wire::Conversation::of(ctx, &exported.listed)));
    for view in &exported.messages {
        let message = ExportedMessage { conversation: id.clone(), message: wire::Message::of(view) };
        add_line(&mut lines, &ExportLine::Message(message));
    }
    lines
}

fn add_line(lines: &mut Vec<u8>, line: &impl Serialize) {
    // Writing into memory fails only for a map with odd keys, of which there is none here.
    if serde_json::to_writer(&mut *lines, line).is_ok() {
        lines.push(b'\n');
    }
}
