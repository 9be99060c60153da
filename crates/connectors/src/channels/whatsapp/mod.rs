//! WhatsApp, through Meta's Cloud API.
//!
//! Read in this order: `wire` has the platform's words, `split` tells the accounts of a delivery apart, `parse` turns
//! its entries into ours (`content` what a message says, `notices` and `health` what concerns the account), `compose`
//! writes a reply, uploads and sends it and reads the answer (`errors` is the table of the platform's codes), `checks`
//! asks whether an account works, `pace` says how fast it may send. What the channel cannot do, and why,
//! stands in the README.

mod checks;
mod compose;
mod content;
mod errors;
mod health;
mod held;
mod media;
mod notices;
mod pace;
mod parse;
mod settings;
mod split;
mod templates;
mod wire;

use std::collections::BTreeMap;

use domain::channels::{
    AccountAccess, Addressed, After, Authentic, Capabilities, ChannelName, Check, Connector, Evidence, Fetch,
    Fetched, Finding, Forged, Handshake, HttpRequest, HttpResponse, Idempotency, Item, Malformed, Outbound,
    Outgoing, Pace, PartDraft, PartInFlight, ProviderId, RawEvent, RawRequest, Recipient, Secrets, SendKind,
    SettingField, TemplateList, TextUnit, Unreadable, Unsendable,
};
use domain::messages::Charge;
use domain::templates::TemplateCategory;
use jiff::Timestamp;
use serde_json::Value;

use crate::{handshake, signature};

/// The connector.
#[derive(Debug, Clone, Copy)]
pub struct WhatsApp;

impl Connector for WhatsApp {
    fn channel(&self) -> ChannelName {
        ChannelName::new("whatsapp").expect("the name is short and plain")
    }

    fn settings(&self) -> &'static [SettingField] {
        settings::FIELDS
    }

    fn default_base_url(&self) -> &'static str {
        "https://graph.facebook.com"
    }

    fn charge(
        &self,
        template: Option<TemplateCategory>,
        settings: &BTreeMap<String, String>,
    ) -> Option<Charge> {
        Some(settings::charge(template, settings))
    }

    fn pace(&self, settings: &BTreeMap<String, String>) -> Pace {
        pace::of(settings)
    }

    fn business_id(&self, settings: &BTreeMap<String, String>) -> Option<String> {
        settings::value(settings, settings::WABA_ID).map(str::to_owned)
    }

    fn native_id(&self, settings: &BTreeMap<String, String>) -> Option<String> {
        settings::value(settings, settings::PHONE_NUMBER_ID).map(str::to_owned)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            sends: SendKind::ALL,
            text_max: compose::TEXT_MAX,
            text_unit: TextUnit::Characters,
            private: true,
            public: false,
            reply_to: true,
            reply_window_seconds: Some(24 * 3600),
            idempotency: Idempotency::None,
            evidence: Evidence::ReportWithin(600),
            billed: true,
        }
    }

    fn handshake(&self, request: &RawRequest, secrets: &Secrets) -> Handshake {
        handshake::hub_challenge(&request.query, secrets.all(settings::VERIFY_TOKEN))
    }

    fn verify(&self, request: &RawRequest, secrets: &Secrets) -> Result<Authentic, Forged> {
        signature::verify(request, secrets.all(settings::APP_SECRET))
    }

    fn split(&self, body: &[u8]) -> Result<Vec<Addressed>, Malformed> {
        split::by_account(body).map_err(|reason| Malformed { reason })
    }

    fn parse(&self, raw: &RawEvent) -> Result<Vec<Item>, Unreadable> {
        parse::items(&raw.body, raw.received_at).map_err(|reason| Unreadable { reason })
    }

    fn compose(&self, reply: &Outbound) -> Result<Vec<PartDraft>, Unsendable> {
        compose::parts(reply)
    }

    fn request(&self, part: &PartInFlight, account: &AccountAccess) -> Outgoing {
        compose::request(part, account)
    }

    fn after(&self, part: &PartInFlight, response: &HttpResponse) -> After {
        compose::after(part, response)
    }

    fn react(
        &self,
        to: &Recipient,
        target: &ProviderId,
        emoji: Option<&str>,
    ) -> Result<PartDraft, Unsendable> {
        compose::reaction(to, target, emoji)
    }

    fn seen(&self, message: &ProviderId, settings: &BTreeMap<String, String>) -> Option<PartDraft> {
        let wanted = settings::value(settings, settings::READ_RECEIPTS) != Some("no");
        wanted.then(|| compose::seen(message))
    }

    fn templates(&self, account: &AccountAccess, cursor: Option<&str>) -> Option<HttpRequest> {
        templates::question(account, cursor)
    }

    fn templates_read(&self, response: &HttpResponse) -> Result<TemplateList, String> {
        templates::answer(response)
    }

    fn changes_templates(&self, notice: &str) -> bool {
        notice.starts_with("message_template_") || notice == "template_category_update"
    }

    fn fetch(&self, reference: &Value, memory: &Value, account: &AccountAccess) -> Option<Fetch> {
        media::fetch(reference, memory, account)
    }

    fn fetched(&self, _reference: &Value, memory: &Value, response: &HttpResponse) -> Fetched {
        media::fetched(memory, response)
    }

    fn is_well_formed(&self, name: &str, value: &str) -> bool {
        settings::is_well_formed(name, value)
    }

    fn checks(&self, account: &AccountAccess, callback: &str) -> Vec<Check> {
        checks::all(account, callback)
    }

    fn checked(&self, check: &str, response: &HttpResponse, callback: &str, now: Timestamp) -> Finding {
        checks::checked(check, response, callback, now)
    }

    fn handshake_request(&self, callback: &str, secrets: &Secrets, challenge: &str) -> Option<HttpRequest> {
        checks::handshake(callback, secrets, challenge)
    }

    fn check_words(&self) -> &'static [&'static str] {
        checks::WORDS
    }

    fn health_words(&self) -> &'static [&'static str] {
        health::WORDS
    }

    fn phone_identifier(&self) -> Option<&'static str> {
        Some("phone")
    }
}
