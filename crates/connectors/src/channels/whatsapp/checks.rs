//! Checking an account with the platform: the number, the token, and whether the platform tells us of what happens.
//!
//! The words of a finding are those of `health`; what they mean to an administrator stands in `words/`.
//!
//! Sources: developers.facebook.com/documentation/business-messaging/whatsapp (phone numbers, subscribed_apps) and
//! developers.facebook.com/docs/graph-api/reference/debug_token, read 2026-10-11.

use domain::channels::{AccountAccess, Check, Finding, HttpRequest, HttpResponse, Secrets, Severity};
use domain::time::{plus_seconds, seconds_between};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::settings::{business_address, number_address, object_address, path_segment};
use super::{errors, settings};
use crate::text;

const NUMBER: &str = "number";
const TOKEN: &str = "token";
const SUBSCRIPTION: &str = "subscription";

/// Every word of a check; name and explanation of each stand in `words/` behind `check-`.
pub(super) const WORDS: &[&str] = &[NUMBER, SUBSCRIPTION, TOKEN];

/// What a token must allow.
const SCOPES: [&str; 2] = ["whatsapp_business_management", "whatsapp_business_messaging"];
/// Seconds before its end from which a token is warned of: time enough to ask for another.
const EXPIRES_SOON: i64 = 30 * 24 * 3600;
/// Longest address that the platform takes for deliveries.
const CALLBACK_CHARACTERS: usize = 200;
const DETAIL_CHARACTERS: usize = 200;

/// What to ask about an account. `callback`: where the platform must deliver; may be empty where that is not known.
pub(super) fn all(account: &AccountAccess, callback: &str) -> Vec<Check> {
    vec![number(account), token(account), subscription(account, callback)]
}

fn number(account: &AccountAccess) -> Check {
    let url = format!(
        "{}?fields=display_phone_number,verified_name,quality_rating,throughput",
        number_address(account)
    );
    Check { word: NUMBER, ask: Ok(get(account, url)), mend: None }
}

fn token(account: &AccountAccess) -> Check {
    let token = account.secrets.newest(settings::ACCESS_TOKEN).map(|token| path_segment(token.reveal()));
    let url = format!("{}?input_token={}", object_address(account, "debug_token"), token.unwrap_or_default());
    Check { word: TOKEN, ask: Ok(get(account, url)), mend: None }
}

fn subscription(account: &AccountAccess, callback: &str) -> Check {
    if settings::value(&account.settings, settings::WABA_ID).is_none() {
        let finding = Finding::wrong(Severity::Warning, "waba-missing", "");
        return Check { word: SUBSCRIPTION, ask: Err(finding), mend: None };
    }
    let url = format!("{}/subscribed_apps", business_address(account));
    let verify_token = account.secrets.newest(settings::VERIFY_TOKEN);
    let body = match verify_token {
        Some(verify_token) if !callback.is_empty() && callback.len() <= CALLBACK_CHARACTERS => {
            json!({"override_callback_uri": callback, "verify_token": verify_token.reveal()})
        }
        _ => json!({}),
    };
    let mend = HttpRequest {
        method: "POST",
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_string().into_bytes(),
        ..get(account, url.clone())
    };
    Check {
        word: SUBSCRIPTION,
        ask: Ok(get(account, url)),
        mend: Some(mend),
    }
}

fn get(account: &AccountAccess, url: String) -> HttpRequest {
    HttpRequest {
        method: "GET",
        url,
        headers: Vec::new(),
        bearer: account.secrets.newest(settings::ACCESS_TOKEN).cloned(),
        body: Vec::new(),
        form: None,
    }
}

/// What an answer shows.
pub(super) fn checked(check: &str, response: &HttpResponse, callback: &str, now: Timestamp) -> Finding {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    if response.status != 200 {
        let finding = refused(response.status, &body);
        // A token that is refused says nothing about whether deliveries come; the other checks raise the alarm for it.
        let severity = if check == SUBSCRIPTION { Severity::Warning } else { finding.severity };
        return Finding { severity, ..finding };
    }
    match check {
        NUMBER => seen_number(&body),
        TOKEN => seen_token(&body, now),
        _ => seen_subscription(&body, callback),
    }
}

/// The platform's own error, named by its code; its words may quote the token, so they are left out.
fn refused(status: u16, body: &Value) -> Finding {
    match body.pointer("/error/code").and_then(Value::as_i64) {
        Some(code) => {
            let word = errors::trouble(code).unwrap_or("refuses");
            Finding::wrong(Severity::Alarm, word, format!("code {code}"))
        }
        None => Finding::wrong(Severity::Alarm, "no-answer", format!("HTTP {status}")),
    }
}

fn seen_number(body: &Value) -> Finding {
    let said = |field: &str| text::word(body.get(field).and_then(Value::as_str).unwrap_or("?"), 80);
    let throughput = body.pointer("/throughput/level").and_then(Value::as_str);
    let detail = [said("verified_name"), said("display_phone_number"), said("quality_rating")]
        .into_iter()
        // How much it may send, STANDARD or HIGH: whoever set another number of messages a second sees it here.
        .chain(throughput.map(|level| text::word(level, 80)))
        .collect::<Vec<_>>()
        .join(", ");
    // Who can look at the number has a token that is taken, with the right to this number.
    Finding {
        disproves: &["token", "permission"],
        ..Finding::good("answers", detail)
    }
}

fn seen_token(body: &Value, now: Timestamp) -> Finding {
    let token = body.get("data").unwrap_or(&Value::Null);
    if token.get("is_valid").and_then(Value::as_bool) != Some(true) {
        return Finding::wrong(Severity::Alarm, "token", "");
    }
    let scopes = token.get("scopes").and_then(Value::as_array);
    let has = |scope: &str| scopes.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(scope)));
    let missing: Vec<&str> = SCOPES.into_iter().filter(|scope| !has(scope)).collect();
    if !missing.is_empty() {
        return Finding::wrong(Severity::Alarm, "scope-missing", missing.join(", "));
    }
    // Zero says that it never ends.
    let end = token.get("expires_at").and_then(Value::as_i64).filter(|end| *end > 0);
    match end.and_then(|end| Timestamp::from_second(end).ok()) {
        Some(end) if end <= plus_seconds(now, EXPIRES_SOON) => {
            let days = seconds_between(now, end).max(0) / 86_400;
            Finding::wrong(
                Severity::Warning,
                "expires-soon",
                format!("{} ({days} d)", end.strftime("%Y-%m-%d")),
            )
        }
        Some(end) => Finding::good("token-valid", end.strftime("%Y-%m-%d").to_string()),
        None => Finding::good("token-valid", SCOPES.join(", ")),
    }
}

fn seen_subscription(body: &Value, callback: &str) -> Finding {
    let apps = body.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if apps.is_empty() {
        return Finding::wrong(Severity::Alarm, "not-subscribed", "");
    }
    let address = |app: &Value| {
        app.get("override_callback_uri")
            .and_then(Value::as_str)
            .map(|uri| text::word(uri, DETAIL_CHARACTERS))
    };
    let addresses: Vec<String> = apps.iter().filter_map(address).collect();
    if !callback.is_empty() && !addresses.is_empty() && !addresses.iter().any(|one| one == callback) {
        return Finding::wrong(Severity::Warning, "other-address", addresses.join(", "));
    }
    // Which app is ours nobody tells here: a person who reads the names knows a former supplier's.
    let name = |app: &Value| {
        let name = app.pointer("/whatsapp_business_api_data/name").and_then(Value::as_str)?;
        Some(text::word(name, DETAIL_CHARACTERS))
    };
    let names: Vec<String> = apps.iter().filter_map(name).collect();
    Finding::good("subscribed", names.into_iter().chain(addresses).collect::<Vec<_>>().join(", "))
}

/// The platform's question whether an address is ours.
pub(super) fn handshake(callback: &str, secrets: &Secrets, challenge: &str) -> Option<HttpRequest> {
    let token = secrets.newest(settings::VERIFY_TOKEN)?;
    let query = format!(
        "hub.mode=subscribe&hub.challenge={}&hub.verify_token={}",
        path_segment(challenge),
        path_segment(token.reveal())
    );
    Some(HttpRequest {
        method: "GET",
        url: format!("{callback}?{query}"),
        headers: Vec::new(),
        bearer: None,
        body: Vec::new(),
        form: None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::channels::{Headers, SecretValue};

    use super::*;

    const CALLBACK: &str = "https://gehoor.example/hooks/wa-main";

    fn account(settings: &[(&str, &str)]) -> AccountAccess {
        let mut secrets = Secrets::none();
        secrets.add(settings::ACCESS_TOKEN, SecretValue::new("EAA&geheim".to_owned()));
        secrets.add(settings::VERIFY_TOKEN, SecretValue::new("woord en meer".to_owned()));
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let settings: BTreeMap<String, String> = settings.iter().map(pair).collect();
        AccountAccess {
            base_url: "https://graph.example".to_owned(),
            settings,
            secrets,
        }
    }

    fn seen(check: &str, status: u16, body: &Value) -> String {
        let response = HttpResponse {
            status,
            headers: Headers::default(),
            body: body.to_string().into_bytes(),
        };
        let now = Timestamp::from_second(1_800_000_000).unwrap_or_default();
        let finding = checked(check, &response, CALLBACK, now);
        format!("{} {} {}", finding.severity, finding.word, finding.detail)
    }

    #[test]
    fn what_is_asked_goes_to_the_number_the_token_and_the_account_behind_it() {
        let checks = all(&account(&[("phone_number_id", "1065"), ("waba_id", "2099")]), CALLBACK);
        let asked: Vec<String> = checks
            .iter()
            .filter_map(|check| check.ask.as_ref().ok())
            .map(|ask| ask.url.clone())
            .collect();
        assert_eq!(
            asked,
            [
                "https://graph.example/v26.0/1065?fields=display_phone_number,verified_name,quality_rating,throughput",
                "https://graph.example/v26.0/debug_token?input_token=EAA%26geheim",
                "https://graph.example/v26.0/2099/subscribed_apps",
            ]
        );
        let mend = checks.last().and_then(|check| check.mend.clone());
        let body = mend.and_then(|mend| String::from_utf8(mend.body).ok()).unwrap_or_default();
        assert_eq!(
            body,
            json!({"override_callback_uri": CALLBACK, "verify_token": "woord en meer"}).to_string()
        );
    }

    #[test]
    fn without_the_id_of_the_business_account_nothing_can_be_asked_about_deliveries() {
        let checks = all(&account(&[("phone_number_id", "1065")]), CALLBACK);
        let found = checks.last().and_then(|check| check.ask.clone().err());
        assert_eq!(found.map(|finding| finding.word), Some("waba-missing"));
    }

    #[test]
    fn each_answer_says_what_is_the_matter() {
        let mut name =
            json!({"verified_name": "Zwanendam", "display_phone_number": "+31 6", "quality_rating": "GREEN"});
        assert_eq!(seen(NUMBER, 200, &name), "good answers Zwanendam, +31 6, GREEN");
        name["throughput"] = json!({"level": "HIGH"});
        assert_eq!(seen(NUMBER, 200, &name), "good answers Zwanendam, +31 6, GREEN, HIGH");
        assert_eq!(seen(NUMBER, 401, &json!({"error": {"code": 190}})), "alarm token code 190");
        assert_eq!(seen(NUMBER, 400, &json!({"error": {"code": 100}})), "alarm refuses code 100");
        assert_eq!(seen(NUMBER, 502, &json!("<html>")), "alarm no-answer HTTP 502");
        let token = |end: i64, scopes: &[&str]| json!({"data": {"is_valid": true, "expires_at": end, "scopes": scopes}});
        assert_eq!(seen(TOKEN, 200, &token(0, &SCOPES)), format!("good token-valid {}", SCOPES.join(", ")));
        assert_eq!(seen(TOKEN, 200, &token(1_900_000_000, &SCOPES)), "good token-valid 2030-03-17");
        assert_eq!(seen(TOKEN, 200, &token(1_800_172_800, &SCOPES)), "warning expires-soon 2027-01-17 (2 d)");
        assert_eq!(
            seen(TOKEN, 200, &token(0, &SCOPES[..1])),
            "alarm scope-missing whatsapp_business_messaging"
        );
        assert_eq!(seen(TOKEN, 200, &json!({"data": {"is_valid": false}})), "alarm token ");
        assert_eq!(seen(SUBSCRIPTION, 401, &json!({"error": {"code": 190}})), "warning token code 190");
        assert_eq!(seen(SUBSCRIPTION, 200, &json!({"data": []})), "alarm not-subscribed ");
        assert_eq!(seen(SUBSCRIPTION, 200, &json!({"data": [{"id": "1"}]})), "good subscribed ");
        let elsewhere = json!({"data": [{"override_callback_uri": "https://elsewhere.example/"}]});
        assert_eq!(seen(SUBSCRIPTION, 200, &elsewhere), "warning other-address https://elsewhere.example/");
        let ours = json!({"data": [{"override_callback_uri": CALLBACK,
            "whatsapp_business_api_data": {"name": "Gehoor"}}]});
        assert_eq!(seen(SUBSCRIPTION, 200, &ours), format!("good subscribed Gehoor, {CALLBACK}"));
    }

    #[test]
    fn our_own_question_is_one_that_we_answer() {
        let account = account(&[]);
        let asked = handshake(CALLBACK, &account.secrets, "c-1").map(|request| request.url);
        let query = asked.as_deref().and_then(|url| url.split_once('?')).map(|(_, query)| query);
        let live = account.secrets.all(settings::VERIFY_TOKEN);
        let answer = crate::handshake::hub_challenge(query.unwrap_or_default(), live);
        assert_eq!(answer, domain::channels::Handshake::Answer("c-1".to_owned()));
    }
}
