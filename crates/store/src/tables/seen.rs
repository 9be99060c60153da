//! Which message of a conversation its writer was last told was read.

use domain::ids::{ConversationId, MessageId};

use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    LAST = "SELECT message_id FROM seen_message WHERE municipality_id = $1 AND conversation_id = $2"
        => [message_id: Text];
    PUT = "INSERT INTO seen_message (municipality_id, conversation_id, message_id) VALUES ($1, $2, $3) \
           ON CONFLICT (municipality_id, conversation_id) DO UPDATE SET message_id = excluded.message_id \
           WHERE seen_message.message_id <> excluded.message_id" => [];
}

/// The message that was last told to be read.
///
/// # Errors
/// When the store does not answer.
pub async fn last(
    from: &mut impl Reads,
    conversation: ConversationId,
) -> Result<Option<MessageId>, StoreError> {
    let municipality = from.scope().municipality().clone();
    let row = from.opt(&LAST, vals![&municipality, conversation]).await?;
    row.map(|row| row.parse(0)).transpose()
}

/// Notes that this message is told to be read; `false` when it was told already.
///
/// # Errors
/// When the store does not answer.
pub async fn put(tx: &mut Tx, conversation: ConversationId, message: MessageId) -> Result<bool, StoreError> {
    let municipality = tx.scope().municipality().clone();
    Ok(tx.exec(&PUT, vals![&municipality, conversation, message]).await? > 0)
}
