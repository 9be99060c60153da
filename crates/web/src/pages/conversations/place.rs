//! Where a page of messages begins, as it stands in an address.
//!
//! A moment and our own id of a message. The platform's id, by which messages of one moment are ordered, stays out of
//! addresses: WhatsApp's holds the resident's phone number.

use domain::ids::{ConversationId, MessageId};
use domain::time::{from_micros, micros};
use jiff::Timestamp;
use usecases::Ctx;
use usecases::conversations::{Message, Page, Place, read_messages};

use crate::errors::Trouble;

/// Pages of messages of one moment that are looked through for the one that is named.
const LOOK_THROUGH: usize = 100;

/// The place of a message, for an address.
pub(super) fn text(message: &Message) -> String {
    format!("{}~{}", micros(message.sent_at), message.id)
}

/// The place that an address names; `None` when there is none such.
pub(super) async fn find(
    ctx: &Ctx,
    conversation: ConversationId,
    text: &str,
) -> Result<Option<Place>, Trouble> {
    let Some((at, id)) = parse(text) else { return Ok(None) };
    // Everything sorts after the empty text, so this is just before the messages of that moment.
    let mut from = Some((at, String::new()));
    for _ in 0..LOOK_THROUGH {
        let page = read_messages(ctx, conversation, Page::After(from), 100).await?;
        for seen in &page.items {
            if seen.message.sent_at != at {
                return Ok(None);
            }
            if seen.message.id == id {
                return Ok(Some((at, seen.message.tie.clone())));
            }
        }
        from = page.later;
        if from.is_none() {
            break;
        }
    }
    Ok(None)
}

fn parse(text: &str) -> Option<(Timestamp, MessageId)> {
    let (at, id) = text.split_once('~')?;
    Some((from_micros(at.parse().ok()?), id.parse().ok()?))
}
