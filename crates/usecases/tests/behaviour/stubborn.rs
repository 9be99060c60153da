//! A connector that understands everything but what is marked, until that is mended: a parser with a bug, and its
//! repair in the next release.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use domain::channels::{
    AccountAccess, Addressed, After, Authentic, Capabilities, ChannelName, Check, Connector, Finding, Forged,
    Handshake, HttpRequest, HttpResponse, Inbound, Item, Malformed, Outbound, Outgoing, PartDraft,
    PartInFlight, RawEvent, RawRequest, Secrets, SettingField, Unreadable, Unsendable,
};
use jiff::Timestamp;

/// What a text begins with that is not understood.
pub const MARK: &str = "MARKED-";

static MENDED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// From now on this text is understood.
pub fn mend(text: &str) {
    MENDED.lock().expect("nobody panicked with it").insert(text.to_owned());
}

/// A connector around another.
pub struct Stubborn<C>(pub C);

fn understood(item: Item) -> Item {
    let marked = match &item.what {
        Ok(Inbound::Message(message)) => message.text.as_deref().filter(|text| text.starts_with(MARK)),
        _ => None,
    };
    match marked {
        Some(text) if !MENDED.lock().expect("nobody panicked with it").contains(text) => {
            Item { index: item.index, what: Err("a bug of ours".to_owned()) }
        }
        _ => item,
    }
}

impl<C: Connector> Connector for Stubborn<C> {
    fn parse(&self, raw: &RawEvent) -> Result<Vec<Item>, Unreadable> {
        Ok(self.0.parse(raw)?.into_iter().map(understood).collect())
    }

    fn channel(&self) -> ChannelName {
        self.0.channel()
    }

    fn settings(&self) -> &'static [SettingField] {
        self.0.settings()
    }

    fn default_base_url(&self) -> &'static str {
        self.0.default_base_url()
    }

    fn native_id(&self, settings: &BTreeMap<String, String>) -> Option<String> {
        self.0.native_id(settings)
    }

    fn business_id(&self, settings: &BTreeMap<String, String>) -> Option<String> {
        self.0.business_id(settings)
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn handshake(&self, request: &RawRequest, secrets: &Secrets) -> Handshake {
        self.0.handshake(request, secrets)
    }

    fn verify(&self, request: &RawRequest, secrets: &Secrets) -> Result<Authentic, Forged> {
        self.0.verify(request, secrets)
    }

    fn split(&self, body: &[u8]) -> Result<Vec<Addressed>, Malformed> {
        self.0.split(body)
    }

    fn compose(&self, reply: &Outbound) -> Result<Vec<PartDraft>, Unsendable> {
        self.0.compose(reply)
    }

    fn request(&self, part: &PartInFlight, account: &AccountAccess) -> Outgoing {
        self.0.request(part, account)
    }

    fn after(&self, part: &PartInFlight, response: &HttpResponse) -> After {
        self.0.after(part, response)
    }

    fn is_well_formed(&self, name: &str, value: &str) -> bool {
        self.0.is_well_formed(name, value)
    }

    fn checks(&self, account: &AccountAccess, callback: &str) -> Vec<Check> {
        self.0.checks(account, callback)
    }

    fn checked(&self, check: &str, response: &HttpResponse, callback: &str, now: Timestamp) -> Finding {
        self.0.checked(check, response, callback, now)
    }

    fn handshake_request(&self, callback: &str, secrets: &Secrets, challenge: &str) -> Option<HttpRequest> {
        self.0.handshake_request(callback, secrets, challenge)
    }

    fn phone_identifier(&self) -> Option<&'static str> {
        self.0.phone_identifier()
    }
}
