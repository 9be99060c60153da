//! Files that the platform keeps for us: first the way to one is asked for, by its id; then the file, on that way.
//!
//! The way is valid for five minutes, and the file for seven days. Both requests need our token, which goes only to the
//! platform's own hosts: an address comes out of an answer, and an answer may be anybody's.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media (16 June 2026),
//! read 2026-10-11. The hosts: `lookaside.fbsbx.com` in that page's example; the others serve Meta's media elsewhere.

use domain::attachments::AttachmentTrouble;
use domain::channels::{AccountAccess, Answer, Fetch, Fetched, Hold, HttpRequest, HttpResponse, RetryAfter};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{errors, settings, wire};
use crate::{json, retry_after};

/// Hosts of the platform that give files, and everything below them.
const HOSTS: [&str; 3] = ["fbsbx.com", "whatsapp.net", "fbcdn.net"];
/// The platform's code for a token that has ended.
const TOKEN_ENDED: i64 = 190;
/// How often the way is asked for in one try: it can end between two requests, but hardly twice.
const ASKED_MAX: u32 = 3;

/// What a try remembers.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Memory {
    /// The way to the file, when it is known.
    url: Option<String>,
    /// How often it was asked for.
    asked: u32,
}

impl Memory {
    fn of(memory: &Value) -> Self {
        Self::deserialize(memory).unwrap_or_default()
    }

    fn written(&self) -> Value {
        serde_json::to_value(self).expect("a text and a number are always JSON")
    }
}

/// The next request; `None` when the reference is none, or the way leads elsewhere.
pub(super) fn fetch(reference: &Value, memory: &Value, account: &AccountAccess) -> Option<Fetch> {
    let memory = Memory::of(memory);
    let (url, brings_the_file) = match memory.url {
        Some(url) if is_of_the_platform(&url, &account.base_url) => (url, true),
        Some(_) => return None,
        None => {
            let id = reference.get("id").and_then(Value::as_str)?;
            (settings::object_address(account, id), false)
        }
    };
    let request = HttpRequest {
        method: "GET",
        url,
        headers: Vec::new(),
        bearer: account.secrets.newest(settings::ACCESS_TOKEN).cloned(),
        body: Vec::new(),
        form: None,
    };
    Some(Fetch { request, brings_the_file })
}

/// The way to a file.
#[derive(Deserialize)]
struct Way {
    #[serde(default)]
    url: wire::Word,
}

/// What follows on the answer.
pub(super) fn fetched(memory: &Value, response: &HttpResponse) -> Fetched {
    let memory = Memory::of(memory);
    match (response.status, &memory.url) {
        (200, Some(_)) => Fetched::Here,
        (200, None) => {
            let body = std::str::from_utf8(&response.body).unwrap_or_default();
            let way = json::read::<Way>(body).ok();
            match way.as_ref().and_then(|way| way.url.text()) {
                Some(url) => next(Some(url), memory.asked + 1),
                None => trouble(AttachmentTrouble::NotGiven, RetryAfter::Backoff),
            }
        }
        // The way has ended: it is asked for once more.
        (403 | 404, Some(_)) if memory.asked < ASKED_MAX => next(None, memory.asked),
        _ => refused(response),
    }
}

fn next(url: Option<&str>, asked: u32) -> Fetched {
    let memory = Memory { url: url.map(str::to_owned), asked }.written();
    Fetched::Next { memory }
}

const fn trouble(trouble: AttachmentTrouble, after: RetryAfter) -> Fetched {
    Fetched::Trouble { trouble, after }
}

/// What the platform's own error says of a file. One file that we may not have is no reason to stop the whole account:
/// only a token that has ended is.
fn refused(response: &HttpResponse) -> Fetched {
    let named = retry_after::named(&response.headers);
    let body = std::str::from_utf8(&response.body).unwrap_or_default();
    let code = json::read::<wire::NotSent>(body).ok().map(|not_sent| not_sent.error.code);
    match code.map(|code| errors::answer(code, response.status, named)) {
        Some(Answer::Retry { hold: Hold::Broken { word }, .. }) if code == Some(TOKEN_ENDED) => {
            Fetched::Broken { word }
        }
        // A permission is missing, for this file or for all: each file waits by itself.
        Some(Answer::Retry { hold: Hold::Broken { .. }, .. }) => {
            trouble(AttachmentTrouble::Credentials, named)
        }
        None if response.status == 401 => trouble(AttachmentTrouble::Credentials, named),
        // 100 as well: "does not exist, cannot be loaded due to missing permissions" says two things at once, and a file
        // is not given up while the platform may still have it.
        _ => trouble(AttachmentTrouble::NotGiven, named),
    }
}

/// Whether our token may go along to this address: to the host of the account's API, or to one that gives its files.
fn is_of_the_platform(url: &str, base_url: &str) -> bool {
    // Signs that one reader skips and another does not have no place in an address.
    let plain = url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '\\' | '@' | '|'));
    let host = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
        Some((scheme.to_ascii_lowercase(), host))
    };
    let Some((scheme, host_and_port)) = host(url).filter(|_| plain) else { return false };
    if host(base_url).is_some_and(|base| base == (scheme.clone(), host_and_port.clone())) {
        return true;
    }
    let named = host_and_port.strip_suffix(":443").unwrap_or(&host_and_port);
    scheme == "https"
        && HOSTS.iter().any(|known| {
            named.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
}

#[cfg(test)]
#[path = "media/tests.rs"]
mod tests;
