//! Fields with a fixed set of words. The sets are the domain's own lists, so that the description cannot fall behind.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::{RefOr, schema};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($($name:ident = $words:expr, $description:literal;)*) => {$(
        #[doc = $description]
        pub(in crate::rest) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                one_of($words, $description)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

words! {
    AttachmentState = named(&domain::attachments::AttachmentState::ALL, |word| word.as_str()),
        "Where a file stands: `kept` is here (stand van de bijlage).";
    AttachmentTrouble = named(&domain::attachments::AttachmentTrouble::ALL, |word| word.as_str()),
        "Why a file is not here, or is only ever saved: `not_shown`, `place_unsure` (wat er met de bijlage is).";
    ConversationState = named(domain::conversations::ConversationState::ALL, |word| word.as_str()),
        "Where a conversation stands (stand van het gesprek).";
    DeliveryStatus = named(domain::messages::DeliveryStatus::ALL, |word| word.as_str()),
        "How far a message of ours came (bezorgstatus): the highest that is known. `unknown` is perhaps sent, and never \
         repeated by the machine.";
    Direction = named(domain::messages::Direction::ALL, |word| word.as_str()),
        "`in` from a resident, `out` from us, `note` between colleagues (richting).";
    ExportForm = named(&crate::rest::export::Form::ALL, |word| word.as_str()),
        "Which form an export has: `plain` with our ids, or `canonical` to compare two runs (vorm van de uitvoer).";
    MessageKind = named(domain::messages::MessageKind::ALL, |word| word.as_str()),
        "What kind of message it is (soort bericht). `unknown` is a kind that this release does not know.";
    Outcome = named(domain::conversations::Outcome::ALL, |word| word.as_str()),
        "What came of a conversation (uitkomst).";
    PartState = named(domain::outbox::PartState::ALL, |word| word.as_str()),
        "Where a part of a message stands on its way out (stand in de uitbak).";
    HealthTopic = named(domain::channels::HealthTopic::ALL, |word| word.as_str()),
        "What a state of a channel account is about (onderwerp).";
    RawEventState = named(&super::raw_event::STATES, |word| word.as_str()),
        "Where a delivery of a platform stands: `quarantined` waits for a person (stand van de ruwe gebeurtenis).";
    Resolution = named(domain::outbox::Resolution::ALL, |word| word.as_str()),
        "What a person decides: `resend` sends it again, `leave` leaves it as it is (besluit).";
    Severity = named(domain::channels::Severity::ALL, |word| word.as_str()),
        "How much it matters: `alarm` needs a person now (ernst).";
}

fn named<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(name).collect()
}

fn one_of(words: Vec<&'static str>, description: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(schema::SchemaType::Type(Type::String))
        .enum_values(Some(words))
        .description(Some(description))
        .into()
}
