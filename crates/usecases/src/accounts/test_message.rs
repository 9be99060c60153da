//! A test message to a telephone of one's own: the whole way in and out, with nothing in it that goes another way than
//! the messages of residents.
//!
//! Most platforms let us answer only who wrote first. So the tester writes to the account, and the test answers.

use domain::access::Permission;
use domain::authors::{Had, Named};
use domain::channels::{ChannelName, Identifier, Strength};
use domain::conversations::{Counterpart, ReplyRefused};
use domain::ids::{ChannelAccountId, MessageId};
use domain::messages::DeliveryStatus;
use jiff::Timestamp;
use store::Tx;
use store::tables::{account, author, conversation, message};

use super::health::whole;
use crate::conversations::{Along, Reply, queue_reply};
use crate::{Ctx, Failure, RequestKey};

/// A test message.
#[derive(Debug, Clone)]
pub struct SendTestMessage {
    /// From which account.
    pub channel_account: ChannelAccountId,
    /// To which telephone, as people write a number.
    pub phone: String,
    /// What it says.
    pub text: String,
    /// The request's key.
    pub key: RequestKey,
}

/// Why no test message leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestRefused {
    /// The channel knows no telephone numbers.
    NoPhones,
    /// This is no telephone number.
    NotANumber,
    /// Nobody wrote from this number to the account yet.
    NotSeen,
    /// It cannot be sent, as an agent's answer could not.
    Refused(ReplyRefused),
}

/// How far a test message came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestMessage {
    /// When it was asked for.
    pub at: Timestamp,
    /// How far it came.
    pub delivery: DeliveryStatus,
    /// Why it did not, in the outbox's or the platform's words.
    pub failure: Option<String>,
}

/// Queues a test message in the conversation with this telephone; the outbox sends it.
///
/// # Errors
/// `NotAllowed`, `NotFound`, `KeyReused`, `Refused`, `Store`.
pub async fn send_test_message(ctx: &Ctx, send: SendTestMessage) -> Result<MessageId, Failure<TestRefused>> {
    ctx.actor.may(Permission::ManageSettings)?;
    let ctx = ctx.clone();
    let store = ctx.store().clone();
    store.write(&whole(&ctx), async move |tx: &mut Tx| queue(tx, &ctx, &send).await).await
}

async fn queue(tx: &mut Tx, ctx: &Ctx, send: &SendTestMessage) -> Result<MessageId, Failure<TestRefused>> {
    let found = account::find(tx, &send.channel_account).await?.ok_or(Failure::NotFound)?;
    let named = name(ctx, &found.account.channel, &send.phone).map_err(Failure::Refused)?;
    let author = author::find(tx, &send.channel_account, &[named]).await?;
    let author = author.ok_or(Failure::Refused(TestRefused::NotSeen))?;
    let counterpart = Counterpart::Author(author);
    let latest = conversation::latest_with(tx, &send.channel_account, &counterpart).await?;
    let latest = latest.ok_or(Failure::Refused(TestRefused::NotSeen))?;
    let reply = Reply {
        hold_seconds: 0,
        conversation: latest.id,
        text: send.text.clone(),
        reply_to: None,
        along: Along::default(),
        written_after: None,
        key: send.key.clone(),
    };
    queue_reply(tx, ctx, &reply).await.map_err(|failure| failure.map(TestRefused::Refused))
}

/// The name under which the channel knows a telephone. A number is often written with spaces, and `+` or `00` before the
/// country.
fn name(ctx: &Ctx, channel: &ChannelName, phone: &str) -> Result<Named, TestRefused> {
    let connector = ctx.installation.connector(channel);
    let kind = connector
        .and_then(|connector| connector.phone_identifier())
        .ok_or(TestRefused::NoPhones)?;
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let known = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')');
    let value = match digits.strip_prefix("00") {
        Some(international) => international.to_owned(),
        None => match digits.strip_prefix('0') {
            Some(national) => format!("31{national}"),
            None => digits,
        },
    };
    if !(8..=15).contains(&value.len()) || !phone.chars().all(known) {
        return Err(TestRefused::NotANumber);
    }
    let identifier = Identifier { kind: kind.into(), value, strength: Strength::Passing };
    Ok(Named { identifier, had: Had::Now, at: ctx.now() })
}

/// How far a test message of the actor's own came.
///
/// # Errors
/// `NotAllowed`, `NotFound` also for a message of somebody else, `Store`.
pub async fn read_test_message(
    ctx: &Ctx,
    account: &ChannelAccountId,
    id: MessageId,
) -> Result<TestMessage, Failure> {
    ctx.actor.may(Permission::ManageSettings)?;
    let found = message::by_id(&mut ctx.store().read(&whole(ctx)), id).await?;
    let own = found.filter(|message| {
        message.channel_account == *account && message.user.is_some() && message.user == ctx.actor.user()
    });
    let message = own.ok_or(Failure::NotFound)?;
    Ok(TestMessage {
        at: message.sent_at,
        delivery: message.delivery.ok_or(Failure::NotFound)?,
        failure: message.failure,
    })
}
