//! The platform's own words, as they stand in its JSON. Unknown fields are allowed and a missing one is empty.
//!
//! What is a list on the wire stays a slice of it until its turn comes: one entry that is no longer understood must not
//! take the others with it.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference, read 2026-10-11;
//! the changelog of 2026-08-11 for `previous_user_id`.

mod answers;

use serde::Deserialize;
use serde_json::value::RawValue;

pub(super) use answers::{NotSent, Sent, Uploaded};

pub(super) use crate::lenient::Word;
use crate::lenient::{flag, or_default, or_none, readable};

/// A list whose entries are read one by one.
pub(super) type Pieces<'a> = Vec<&'a RawValue>;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Envelope<'a> {
    pub(super) object: Word,
    #[serde(borrow)]
    pub(super) entry: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry<'a> {
    pub(super) id: Word,
    pub(super) time: Word,
    #[serde(borrow)]
    pub(super) changes: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Change<'a> {
    pub(super) field: Word,
    #[serde(borrow)]
    pub(super) value: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Value<'a> {
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) contacts: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) messages: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) message_echoes: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) statuses: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) errors: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Metadata {
    pub(super) phone_number_id: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Contact {
    #[serde(deserialize_with = "or_default")]
    pub(super) profile: Profile,
    pub(super) wa_id: Word,
    pub(super) user_id: Word,
    pub(super) parent_user_id: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Profile {
    pub(super) name: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Message<'a> {
    pub(super) id: Word,
    pub(super) from: Word,
    pub(super) from_user_id: Word,
    pub(super) from_parent_user_id: Word,
    /// To whom, in an echo of what we wrote elsewhere.
    pub(super) to: Word,
    pub(super) to_user_id: Word,
    pub(super) to_parent_user_id: Word,
    pub(super) timestamp: Word,
    #[serde(rename = "type")]
    pub(super) kind: Word,
    pub(super) group_id: Word,
    pub(super) biz_opaque_callback_data: Word,
    pub(super) context: Option<Context>,
    pub(super) text: Option<Text>,
    pub(super) image: Option<Media>,
    pub(super) video: Option<Media>,
    pub(super) audio: Option<Media>,
    pub(super) document: Option<Media>,
    pub(super) sticker: Option<Media>,
    pub(super) location: Option<Location>,
    #[serde(deserialize_with = "readable")]
    pub(super) contacts: Vec<SharedContact>,
    pub(super) interactive: Option<Interactive>,
    pub(super) button: Option<Button>,
    pub(super) order: Option<Order>,
    pub(super) unsupported: Option<Typed>,
    pub(super) reaction: Option<Reaction>,
    #[serde(borrow)]
    pub(super) edit: Option<Edit<'a>>,
    pub(super) revoke: Option<Revoke>,
    pub(super) system: Option<System>,
    pub(super) referral: Option<Referral>,
    #[serde(deserialize_with = "readable")]
    pub(super) errors: Vec<Fault>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Context {
    pub(super) id: Word,
    #[serde(deserialize_with = "or_default")]
    pub(super) forwarded: bool,
    #[serde(deserialize_with = "or_default")]
    pub(super) frequently_forwarded: bool,
    #[serde(deserialize_with = "or_default")]
    pub(super) referred_product: ReferredProduct,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReferredProduct {
    pub(super) catalog_id: Word,
    pub(super) product_retailer_id: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Referral {
    pub(super) source_type: Word,
    pub(super) source_id: Word,
    pub(super) source_url: Word,
    pub(super) headline: Word,
    pub(super) body: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Text {
    pub(super) body: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Media {
    pub(super) id: Word,
    pub(super) mime_type: Word,
    /// In base64.
    pub(super) sha256: Word,
    pub(super) filename: Word,
    pub(super) caption: Word,
    #[serde(deserialize_with = "or_default")]
    pub(super) voice: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Location {
    pub(super) latitude: Word,
    pub(super) longitude: Word,
    pub(super) name: Word,
    pub(super) address: Word,
    pub(super) url: Word,
    #[serde(deserialize_with = "or_default")]
    pub(super) live: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SharedContact {
    #[serde(deserialize_with = "or_default")]
    pub(super) name: ContactName,
    #[serde(deserialize_with = "readable")]
    pub(super) phones: Vec<ContactPhone>,
    #[serde(deserialize_with = "readable")]
    pub(super) emails: Vec<ContactEmail>,
    #[serde(deserialize_with = "readable")]
    pub(super) addresses: Vec<ContactAddress>,
    #[serde(deserialize_with = "readable")]
    pub(super) urls: Vec<ContactUrl>,
    #[serde(deserialize_with = "or_default")]
    pub(super) org: ContactOrganisation,
    pub(super) birthday: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactName {
    pub(super) formatted_name: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactPhone {
    pub(super) phone: Word,
    #[serde(rename = "type")]
    pub(super) kind: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactEmail {
    pub(super) email: Word,
    #[serde(rename = "type")]
    pub(super) kind: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactUrl {
    pub(super) url: Word,
    #[serde(rename = "type")]
    pub(super) kind: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactAddress {
    pub(super) street: Word,
    pub(super) zip: Word,
    pub(super) city: Word,
    pub(super) state: Word,
    pub(super) country: Word,
    #[serde(rename = "type")]
    pub(super) kind: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ContactOrganisation {
    pub(super) company: Word,
    pub(super) department: Word,
    pub(super) title: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Interactive {
    #[serde(rename = "type")]
    pub(super) kind: Word,
    #[serde(deserialize_with = "or_default")]
    pub(super) button_reply: Choice,
    #[serde(deserialize_with = "or_default")]
    pub(super) list_reply: Choice,
    #[serde(deserialize_with = "or_default")]
    pub(super) nfm_reply: FormReply,
}

/// A form ("flow") that was filled in; the answers are JSON in a text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FormReply {
    pub(super) name: Word,
    pub(super) body: Word,
    pub(super) response_json: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    pub(super) id: Word,
    pub(super) title: Word,
    pub(super) description: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Button {
    pub(super) text: Word,
    pub(super) payload: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Order {
    pub(super) text: Word,
    pub(super) catalog_id: Word,
    #[serde(deserialize_with = "readable")]
    pub(super) product_items: Vec<OrderItem>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct OrderItem {
    pub(super) product_retailer_id: Word,
    pub(super) quantity: Word,
    pub(super) item_price: Word,
    pub(super) currency: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    #[serde(rename = "type")]
    pub(super) kind: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reaction {
    pub(super) message_id: Word,
    /// Missing or empty when the reaction is taken back; both were seen.
    pub(super) emoji: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Edit<'a> {
    pub(super) original_message_id: Word,
    /// A message of its own; read when its turn comes, so that an edit in an edit in an edit is no recursion.
    #[serde(borrow)]
    pub(super) message: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Revoke {
    pub(super) original_message_id: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct System {
    #[serde(rename = "type")]
    pub(super) kind: Word,
    pub(super) wa_id: Word,
    pub(super) new_wa_id: Word,
    pub(super) user_id: Word,
    pub(super) previous_user_id: Word,
    pub(super) parent_user_id: Word,
    pub(super) previous_parent_user_id: Word,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Status {
    pub(super) id: Word,
    pub(super) status: Word,
    #[serde(rename = "type")]
    pub(super) kind: Word,
    pub(super) timestamp: Word,
    pub(super) recipient_type: Word,
    pub(super) recipient_participant_id: Word,
    pub(super) recipient_participant_user_id: Word,
    pub(super) biz_opaque_callback_data: Word,
    #[serde(deserialize_with = "readable")]
    pub(super) errors: Vec<Fault>,
    #[serde(deserialize_with = "or_none")]
    pub(super) pricing: Option<Pricing>,
}

/// What a message costs, in a status. Each field is missing in some version of the platform.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Pricing {
    #[serde(deserialize_with = "flag")]
    pub(super) billable: Option<bool>,
    pub(super) category: Word,
    pub(super) pricing_model: Word,
    #[serde(rename = "type")]
    pub(super) kind: Word,
}

/// An error, in a status, on its own, or in the answer to a send.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fault {
    pub(super) code: Word,
    pub(super) title: Word,
    pub(super) message: Word,
    #[serde(deserialize_with = "or_default")]
    pub(super) error_data: FaultDetails,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct FaultDetails {
    pub(super) details: Word,
}
