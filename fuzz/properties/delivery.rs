//! What must hold of whatever arrives at a webhook, for every connector: of any bytes, not only of those that a platform
//! would send. The fuzz targets ask it of what they make up, the conformance tests of fixtures and of the corpus.

use domain::attachments::{FILES_PER_MESSAGE, RemoteFile, safe_name};
use domain::channels::{
    AccountAccess, AccountNotice, Addressed, AuthorClaim, ChangedBy, Connector, DETAIL_CHARACTERS,
    DeliveryReport, HttpRequest, Identifier, Inbound, InboundMessage, Item, MessageChangeKind, Outbound,
    Outgoing, PartDraft, PartInFlight, ProviderId, RawEvent, Recipient, SUBJECT_CHARACTERS, SecretValue,
    Secrets,
};
use domain::ids::{MessageId, PartId, RawEventId};
use domain::limits::{
    INBOUND_CHARACTERS, ITEMS_PER_EVENT, NAME_CHARACTERS, NAMES_PER_CLAIM, PROVIDER_ID_BYTES,
};
use domain::messages::{Extra, Price};
use domain::time::{from_micros, micros};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// Characters of a platform's own words: a kind, a fact, the reason of a failure.
const WORDS_MAX: usize = 1_000;
/// Characters of a text in what a message holds besides its own.
const EXTRA_CHARACTERS: usize = 4_000;
/// Things that a message may hold besides text and files.
const EXTRAS_MAX: usize = 500;

/// Reads a body in every way in which it is read, and looks at whatever comes out.
pub fn holds(connector: &dyn Connector, body: &[u8]) {
    let whole = items(connector, body);
    whole.iter().flatten().for_each(|item| fits(connector, &item.what));
    let split = connector.split(body);
    if is_read_again(body) {
        assert_eq!(connector.split(body), split, "split twice, and not the same");
    }
    let Ok(parts) = split else { return };
    let whole = whole.expect("what can be split can be read");
    if parts.iter().any(|part| part.body == body) {
        assert_eq!(parts.len(), 1, "an account has the whole, and another one something of it");
        return;
    }
    let mut of_parts = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let others = parts.iter().skip(place + 1);
        let whom = |part: &Addressed| (part.native_id.clone(), part.business_id.clone());
        assert!(others.clone().all(|other| whom(other) != whom(part)), "an account has two parts");
        is_a_delivery_for_one_account(connector, part);
        of_parts.extend(items(connector, &part.body).expect("what was split can be read"));
    }
    // Every item belongs to exactly one account: none is lost, none is told to two municipalities.
    assert_eq!(sorted(&of_parts), sorted(&whole), "the parts do not hold what the whole holds");
}

/// What one account stores must be read the same when it is read again.
fn is_a_delivery_for_one_account(connector: &dyn Connector, part: &Addressed) {
    let again = connector.split(&part.body);
    assert_eq!(again.as_deref(), Ok(std::slice::from_ref(part)), "a part is no delivery of its own");
}

fn sorted(items: &[Item]) -> Vec<String> {
    let mut words: Vec<String> = items.iter().map(|item| format!("{:?}", item.what)).collect();
    words.sort_unstable();
    words
}

/// The items of a body, after making sure that they are the same at every reading.
fn items(connector: &dyn Connector, body: &[u8]) -> Option<Vec<Item>> {
    let read = |received_second: i64| connector.parse(&raw(body, received_second)).ok();
    let items = read(1_795_500_000);
    if is_read_again(body) {
        assert_eq!(read(1_795_500_000), items, "read twice, and not the same");
        let count = |items: &Option<Vec<Item>>| items.as_ref().map(Vec::len);
        assert_eq!(count(&read(1_795_600_000)), count(&items), "read later, and not as much");
    }
    let items = items?;
    assert!(items.len() <= ITEMS_PER_EVENT, "{} items", items.len());
    for (place, item) in (0_u32..).zip(&items) {
        assert_eq!(item.index, place, "items are counted from 0, without a gap");
    }
    Some(items)
}

/// What is large is read no differently, and only takes longer.
fn is_read_again(body: &[u8]) -> bool {
    body.len() <= 100_000
}

fn raw(body: &[u8], received_second: i64) -> RawEvent {
    RawEvent {
        id: RawEventId(Uuid::from_u128(1)),
        channel_account: "some-account".parse().expect("a valid id"),
        received_at: Timestamp::from_second(received_second).expect("a valid moment"),
        body: body.to_vec(),
    }
}

/// Whether what was understood can be stored, shown and worked with.
fn fits(connector: &dyn Connector, what: &Result<Inbound, String>) {
    match what {
        // Nothing of the body stands in a reason: our own words have nothing but plain letters.
        Err(reason) => assert!(reason.is_ascii() && is_line(reason, 300), "{reason:?}"),
        Ok(Inbound::Message(message)) => is_message(connector, message),
        Ok(Inbound::Echo(echo)) => {
            is_claim(&echo.to);
            is_moment(echo.sent_at);
            is_content(connector, &echo.platform_kind, echo.text.as_deref());
            are_held(connector, &echo.files, &echo.extras);
            is_tracker(echo.tracker.as_deref());
        }
        Ok(Inbound::Delivery(report)) => is_report(report),
        Ok(Inbound::Change(change)) => {
            if let ChangedBy::Author(author) = &change.by {
                is_claim(author);
            }
            is_moment(change.at);
            match &change.change {
                MessageChangeKind::Reacted(Some(emoji)) => assert!(is_line(emoji, 100), "{emoji:?}"),
                MessageChangeKind::Edited(Some(text)) => assert!(is_text(text, INBOUND_CHARACTERS)),
                MessageChangeKind::Reacted(None)
                | MessageChangeKind::Edited(None)
                | MessageChangeKind::Deleted => (),
            }
        }
        Ok(Inbound::Identity(change)) => {
            are_names(&change.before);
            are_names(&change.after);
            is_moment(change.at);
        }
        Ok(Inbound::Account(notice)) => is_notice(connector, notice),
        Ok(Inbound::Nothing { kind }) => assert!(is_line(kind, WORDS_MAX), "{kind:?}"),
    }
}

fn is_message(connector: &dyn Connector, message: &InboundMessage) {
    is_claim(&message.from);
    is_moment(message.sent_at);
    is_content(connector, &message.platform_kind, message.text.as_deref());
    are_held(connector, &message.files, &message.extras);
    can_be_answered(connector, message);
}

fn is_content(connector: &dyn Connector, platform_kind: &str, text: Option<&str>) {
    assert!(is_line(platform_kind, WORDS_MAX), "{}: {platform_kind:?}", connector.channel());
    assert!(text.is_none_or(|text| is_text(text, INBOUND_CHARACTERS)), "a text that cannot be kept");
}

/// Something is left of it, the database can hold it, and it is no longer than we said.
fn is_text(text: &str, characters: usize) -> bool {
    !text.is_empty() && !text.contains('\0') && text.chars().count() <= characters
}

/// The same on one line, which it can neither leave nor turn around.
fn is_line(text: &str, characters: usize) -> bool {
    let stays = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    is_text(text, characters) && text.chars().all(stays)
}

fn is_optional_line(text: Option<&str>, characters: usize) -> bool {
    text.is_none_or(|text| is_line(text, characters))
}

fn is_claim(claim: &AuthorClaim) {
    are_names(&claim.identifiers);
    let name = claim.display_name.as_deref();
    assert!(is_optional_line(name, NAME_CHARACTERS), "{name:?}");
}

fn are_names(names: &[Identifier]) {
    assert!((1..=NAMES_PER_CLAIM).contains(&names.len()), "{} names", names.len());
    for (place, name) in names.iter().enumerate() {
        assert!(name.value.len() <= PROVIDER_ID_BYTES, "a name of {} bytes", name.value.len());
        assert!(!name.value.trim().is_empty() && !name.value.contains(char::is_control), "{name:?}");
        for other in names.iter().skip(place + 1) {
            assert_ne!(name, other, "the same name twice");
            assert!(name.kind != other.kind || name.strength == other.strength, "{name:?} and {other:?}");
        }
    }
}

/// A moment is stored in microseconds, and comes back as it was.
fn is_moment(at: Timestamp) {
    assert_eq!(from_micros(micros(at)), at);
}

fn is_tracker(tracker: Option<&str>) {
    assert!(
        tracker.is_none_or(|tracker| tracker.len() <= PROVIDER_ID_BYTES),
        "a tracker that is too long"
    );
    assert!(tracker.is_none_or(|tracker| !tracker.contains(char::is_control)), "{tracker:?}");
}

fn is_report(report: &DeliveryReport) {
    is_tracker(report.tracker.as_deref());
    is_moment(report.at);
    let recipient = report.recipient.as_deref();
    assert!(recipient.is_none_or(|recipient| is_text(recipient, PROVIDER_ID_BYTES)), "{recipient:?}");
    assert!(is_optional_line(report.failure.as_deref(), WORDS_MAX), "{:?}", report.failure);
    if let Some(price) = &report.price {
        let stored = serde_json::to_string(price).expect("a price can be written");
        assert_eq!(serde_json::from_str::<Price>(&stored).ok().as_ref(), Some(price));
        are_plain(&serde_json::to_value(price).expect("a price can be written"));
    }
}

fn is_notice(connector: &dyn Connector, notice: &AccountNotice) {
    assert!(is_line(&notice.kind, WORDS_MAX), "{:?}", notice.kind);
    let is_detail = |detail: &str| detail.is_empty() || is_line(detail, DETAIL_CHARACTERS);
    assert!(is_detail(&notice.detail), "{:?}", notice.detail);
    let Some(health) = &notice.health else { return };
    assert!(connector.health_words().contains(&health.word.as_str()), "{} has no text", health.word);
    assert!(health.subject.is_empty() || is_line(&health.subject, SUBJECT_CHARACTERS), "{health:?}");
    assert!(is_detail(&health.detail), "{:?}", health.detail);
    is_moment(health.at);
    assert!(
        health.until.is_none_or(|until| until >= health.at),
        "it ends before it begins: {health:?}"
    );
}

/// Files and everything else that a message holds: each comes back from the database as it was, and a file can be asked
/// for without leaving the platform.
fn are_held(connector: &dyn Connector, files: &[RemoteFile], extras: &[Extra]) {
    assert!(files.len() <= FILES_PER_MESSAGE && extras.len() <= EXTRAS_MAX);
    for file in files {
        let stored = serde_json::to_string(file).expect("a file can be written down");
        assert_eq!(serde_json::from_str::<RemoteFile>(&stored).ok().as_ref(), Some(file));
        are_plain(&file.reference);
        assert!(is_optional_line(file.stated_type.as_deref(), WORDS_MAX), "{:?}", file.stated_type);
        let name = file.file_name.as_deref();
        assert_eq!(name.and_then(safe_name).as_deref(), name, "a name that is not safe yet");
        let is_digest = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        let digest = file.sha256.as_deref();
        assert!(
            digest.is_none_or(|digest| digest.len() == 64 && digest.chars().all(is_digest)),
            "{digest:?}"
        );
        // What the platform withholds is never asked for, so it need not name a way.
        if file.withheld.is_none() {
            let fetch = connector.fetch(&file.reference, &Value::Null, &account(connector));
            stays_on_the_platform(&fetch.expect("a file that was told can be asked for").request);
        }
    }
    let stored = serde_json::to_value(extras).expect("extras can be written down");
    are_plain(&stored);
    assert_eq!(serde_json::from_str::<Vec<Extra>>(&stored.to_string()).ok().as_deref(), Some(extras));
}

/// No text in a stored value is one that the database or a screen cannot bear.
fn are_plain(value: &Value) {
    match value {
        Value::String(text) => assert!(text.is_empty() || is_text(text, EXTRA_CHARACTERS)),
        Value::Array(list) => list.iter().for_each(are_plain),
        Value::Object(fields) => fields.values().for_each(are_plain),
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

/// Whoever wrote can be answered, or it is said beforehand that they cannot; what was written can be reacted to.
fn can_be_answered(connector: &dyn Connector, message: &InboundMessage) {
    let to = Recipient {
        identifiers: message.from.identifiers.clone(),
        place: message.place.clone(),
    };
    let reply = Outbound {
        message: MessageId(Uuid::from_u128(2)),
        to: to.clone(),
        text: "Wij kijken ernaar.".to_owned(),
        files: Vec::new(),
        extras: Vec::new(),
        reply_to: Some(message.provider_id.clone()),
    };
    let settings = account(connector).settings;
    let id: &ProviderId = &message.provider_id;
    let answers = connector.compose(&reply).into_iter().flatten();
    let reactions = [Some("👍"), None].into_iter().filter_map(|emoji| connector.react(&to, id, emoji).ok());
    answers
        .chain(reactions)
        .chain(connector.seen(id, &settings))
        .for_each(|part| can_be_sent(connector, part));
}

fn can_be_sent(connector: &dyn Connector, part: PartDraft) {
    assert!(!part.steps.is_empty(), "a part without a step");
    for step in part.steps {
        let stored = serde_json::to_string(&step).expect("a step can be written down");
        assert_eq!(serde_json::from_str(&stored).ok().as_ref(), Some(&step));
        let part = PartInFlight { id: PartId(Uuid::from_u128(3)), step, memory: Value::Null };
        match connector.request(&part, &account(connector)) {
            Outgoing::Http(request) => stays_on_the_platform(&request),
            Outgoing::Mail { to, .. } => assert!(!to.is_empty()),
        }
    }
}

const BASE_URL: &str = "https://platform.example";

fn account(connector: &dyn Connector) -> AccountAccess {
    let mut secrets = Secrets::none();
    for field in connector.settings().iter().filter(|field| field.secret) {
        secrets.add(field.name, SecretValue::new("een-geheim-van-zwanendam".to_owned()));
    }
    let settings = connector.settings().iter().filter(|field| !field.secret && field.required);
    AccountAccess {
        base_url: BASE_URL.to_owned(),
        settings: settings.map(|field| (field.name.to_owned(), "12345".to_owned())).collect(),
        secrets,
    }
}

/// Our credentials go along: whatever stands in the body, the request leads to the account's own platform, and to no
/// other place on it than was meant.
fn stays_on_the_platform(request: &HttpRequest) {
    let behind = request.url.strip_prefix(BASE_URL).and_then(|behind| behind.strip_prefix('/'));
    let behind = behind.expect("the request stays with the platform");
    assert!(behind.chars().all(|c| c.is_ascii_graphic() && c != '\\'), "{}", request.url);
    let path = behind.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let leads_up = |segment: &str| matches!(segment.replace("%2e", ".").as_str(), "" | "." | "..");
    assert!(!path.split('/').any(leads_up), "{}", request.url);
}
