//! Two that prove to be one: what belongs to the one moves to the other. Who is one is decided in
//! [`domain::authors`], what becomes of two conversations in [`domain::conversations`].

use domain::conversations::{Conversation, Counterpart};
use domain::ids::{AuthorId, ChannelAccountId, ConversationId};

use super::{conversation, log_line, read_mark, written};
use crate::door::{Reads, statements, vals};
use crate::{StoreError, Tx};

statements! {
    /// What the list shows of both: the first topic and kind, the higher urgency, the earlier moment.
    TAKE_MARKS = "UPDATE conversation SET topic = COALESCE(topic, (SELECT o.topic FROM conversation o \
                  WHERE o.municipality_id = $1 AND o.id = $3)), kind = COALESCE(kind, (SELECT o.kind \
                  FROM conversation o WHERE o.municipality_id = $1 AND o.id = $3)), urgency = (SELECT max(o.urgency) \
                  FROM conversation o WHERE o.municipality_id = $1 AND o.id IN ($2, $3)), due_at = (SELECT \
                  min(o.due_at) FROM conversation o WHERE o.municipality_id = $1 AND o.id IN ($2, $3)) \
                  WHERE municipality_id = $1 AND id = $2" => [];
    REMOVE = "DELETE FROM conversation WHERE municipality_id = $1 AND id = $2 AND version = $3" => [];
    FOLLOW = "UPDATE conversation SET previous_id = CASE WHEN id = $5 THEN NULL ELSE $5 END \
              WHERE municipality_id = $1 AND channel_account_id = $2 AND counterpart IN ($3, $4) \
              AND previous_id = $6" => [];
    MOVE_CONVERSATIONS = "UPDATE conversation SET counterpart = $4, version = version + 1 WHERE municipality_id = $1 \
                AND channel_account_id = $2 AND counterpart = $3" => [];
    SET_PREVIOUS = "UPDATE conversation SET previous_id = $3 WHERE municipality_id = $1 AND id = $2 \
                    AND previous_id IS NULL" => [];
    /// Also the parts that left long ago: the message names them.
    MOVE_PARTS = "UPDATE outbox_part SET conversation_id = $3 WHERE municipality_id = $1 AND message_id IN (\
                SELECT m.id FROM message m WHERE m.municipality_id = $1 AND m.conversation_id = $2)" => [];
    MOVE_FILES = "UPDATE attachment SET conversation_id = $3 WHERE municipality_id = $1 AND conversation_id = $2" => [];
    /// What came in there comes in behind what came in here.
    MOVE_CONTENT = "UPDATE message SET conversation_id = $3, arrival = arrival + $4 \
                    WHERE municipality_id = $1 AND conversation_id = $2" => [];
    MOVE_SEARCHED = "UPDATE message_search SET conversation_id = $3 WHERE municipality_id = $1 AND conversation_id = $2" => [];
    /// The name that was chosen last stays.
    RENAME_AS = "UPDATE author SET display_name = o.display_name, named_at = o.named_at FROM author o \
                 WHERE author.municipality_id = $1 AND author.id = $2 AND o.municipality_id = $1 AND o.id = $3 \
                 AND o.named_at > COALESCE(author.named_at, 0)" => [];
    MOVE_NAMES = "UPDATE author_identifier SET author_id = $2 WHERE municipality_id = $1 AND author_id = $3" => [];
    MOVE_MESSAGES = "UPDATE message SET author_id = $2 WHERE municipality_id = $1 AND author_id = $3" => [];
    MOVE_EVENTS = "UPDATE message_event SET author_id = $2 WHERE municipality_id = $1 AND author_id = $3" => [];
    DELETE = "DELETE FROM author WHERE municipality_id = $1 AND id = $2" => [];
}

/// Puts everything of `gone` into `kept`, which is written as it is given, and ends `gone`; `false` when somebody
/// changed one of them since it was read, and then nothing of this may be committed.
///
/// # Errors
/// When the store does not answer.
pub async fn absorb_conversation(
    tx: &mut Tx,
    kept: &Conversation,
    gone: &Conversation,
) -> Result<bool, StoreError> {
    let municipality = &kept.municipality;
    tx.exec(&TAKE_MARKS, vals![municipality, kept.id, gone.id]).await?;
    if tx.exec(&REMOVE, vals![municipality, gone.id, gone.version]).await? == 0 {
        return Ok(false);
    }
    if !conversation::update(tx, kept).await? {
        return Ok(false);
    }
    written::absorb(tx, kept.id, gone.id).await?;
    let arrivals = kept.arrivals - gone.arrivals;
    read_mark::absorb(tx, (kept.id, arrivals), gone.id).await?;
    log_line::absorb(tx, kept.id, gone.id).await?;
    for statement in [&MOVE_PARTS, &MOVE_FILES, &MOVE_SEARCHED] {
        tx.exec(statement, vals![municipality, gone.id, kept.id]).await?;
    }
    tx.exec(&MOVE_CONTENT, vals![municipality, gone.id, kept.id, arrivals]).await?;
    let keys = (kept.counterpart.key(), gone.counterpart.key());
    let values = vals![municipality, &kept.channel_account, keys.0, keys.1, kept.id, gone.id];
    tx.exec(&FOLLOW, values).await?;
    Ok(true)
}

/// All conversations with `from` are with `to` from now on.
///
/// # Errors
/// When the store does not answer.
pub async fn move_conversations(
    tx: &mut Tx,
    account: &ChannelAccountId,
    from: &Counterpart,
    to: &Counterpart,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&MOVE_CONVERSATIONS, vals![&municipality, account, from.key(), to.key()])
        .await
        .map(|_| ())
}

/// The conversation follows `previous`, if it follows none yet.
///
/// # Errors
/// When the store does not answer.
pub async fn set_previous(
    tx: &mut Tx,
    id: ConversationId,
    previous: ConversationId,
) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    tx.exec(&SET_PREVIOUS, vals![&municipality, id, previous]).await.map(|_| ())
}

/// Ends `joined`, who proved to be `author`: names, messages and events are `author`'s from now on.
///
/// # Errors
/// When the store does not answer.
pub async fn end_author(tx: &mut Tx, author: AuthorId, joined: AuthorId) -> Result<(), StoreError> {
    let municipality = tx.scope().municipality().clone();
    for statement in [&RENAME_AS, &MOVE_NAMES, &MOVE_MESSAGES, &MOVE_EVENTS] {
        tx.exec(statement, vals![&municipality, author, joined]).await?;
    }
    tx.exec(&DELETE, vals![&municipality, joined]).await.map(|_| ())
}
