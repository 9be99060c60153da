//! Values that go into a statement. A missing text and a missing number differ: PostgreSQL wants to know which.

use jiff::Timestamp;

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Val {
    /// A text.
    Text(Option<String>),
    /// A whole number; moments are microseconds.
    Int(Option<i64>),
    /// Yes or no.
    Bool(Option<bool>),
    /// Bytes.
    Blob(Option<Vec<u8>>),
}

impl Val {
    /// A text as both engines can hold it: PostgreSQL knows no U+0000, and what one of them keeps the other keeps, too.
    /// Without this, a platform's odd id would be an error of the database on one of them only (A8).
    pub(crate) fn holdable(text: Option<String>) -> Option<String> {
        text.map(|text| if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text })
    }
}

macro_rules! val_from {
    ($($type:ty => |$value:ident| $val:expr;)*) => {$(
        impl From<$type> for Val {
            fn from($value: $type) -> Self { $val }
        }
    )*};
}

val_from! {
    &str => |text| Val::Text(Some(text.to_owned()));
    String => |text| Val::Text(Some(text));
    &String => |text| Val::Text(Some(text.clone()));
    Option<&str> => |text| Val::Text(text.map(str::to_owned));
    Option<String> => |text| Val::Text(text);
    i64 => |number| Val::Int(Some(number));
    u32 => |number| Val::Int(Some(i64::from(number)));
    Option<i64> => |number| Val::Int(number);
    bool => |yes| Val::Bool(Some(yes));
    Vec<u8> => |bytes| Val::Blob(Some(bytes));
    &[u8] => |bytes| Val::Blob(Some(bytes.to_vec()));
    Timestamp => |at| Val::Int(Some(domain::time::micros(at)));
    Option<Timestamp> => |at| Val::Int(at.map(domain::time::micros));
}

macro_rules! val_from_id {
    ($($type:ty),* $(,)?) => {$(
        impl From<$type> for Val {
            fn from(id: $type) -> Self { Val::Text(Some(id.to_string())) }
        }
        impl From<&$type> for Val {
            fn from(id: &$type) -> Self { Val::Text(Some(id.to_string())) }
        }
        impl From<Option<$type>> for Val {
            fn from(id: Option<$type>) -> Self { Val::Text(id.map(|id| id.to_string())) }
        }
    )*};
}

val_from_id!(
    domain::channels::ChannelName,
    domain::channels::ProviderId,
    domain::conversations::ConversationState,
    domain::conversations::Outcome,
    domain::ids::AttachmentId,
    domain::ids::AuthorId,
    domain::ids::CannedTextId,
    domain::ids::ChannelAccountId,
    domain::ids::ConversationId,
    domain::ids::EventId,
    domain::ids::JobId,
    domain::ids::MailId,
    domain::ids::MessageId,
    domain::ids::MunicipalityId,
    domain::ids::PartId,
    domain::ids::RawEventId,
    domain::ids::SavedListId,
    domain::ids::SessionId,
    domain::ids::TeamId,
    domain::ids::TokenId,
    domain::ids::UserId,
    domain::access::Device,
    domain::access::Role,
    domain::messages::DeliveryStatus,
    domain::messages::Direction,
    domain::messages::MessageKind,
    domain::municipality::SecondFactor,
    domain::outbox::PartState,
    domain::outbox::Purpose,
    domain::presence::Doing,
);

/// The parameters of a statement, each turned into a [`Val`].
macro_rules! vals {
    ($($value:expr),* $(,)?) => { vec![$($crate::door::Val::from($value)),*] };
}
pub(crate) use vals;
