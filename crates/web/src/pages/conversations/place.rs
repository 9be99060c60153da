//! Where a page of messages begins, as it stands in an address: our own id of a message. The platform's id, by which
//! messages of one moment are ordered, stays out of addresses: WhatsApp's holds the resident's phone number.

use domain::ids::ConversationId;
use usecases::Ctx;
use usecases::conversations::{Message, Place, place_of_message};

use crate::errors::Trouble;

/// The place of a message, for an address.
pub(super) fn text(message: &Message) -> String {
    message.id.to_string()
}

/// The place that an address names; `None` when there is none such.
pub(super) async fn find(
    ctx: &Ctx,
    conversation: ConversationId,
    text: &str,
) -> Result<Option<Place>, Trouble> {
    let Ok(id) = text.parse() else { return Ok(None) };
    Ok(place_of_message(ctx, conversation, id).await?)
}
