//! May this message be sent to this person now, what does it cost, and will it arrive?

use jiff::Timestamp;

use super::super::super::Shared;
use super::super::super::meta::GraphError;
use super::super::accepted::{Price, QuickReply};
use super::super::codes::{refusal, refusal_because};
use super::super::number::{Number, Relation};
use super::super::sends::{Kind, MediaRef, MessageAsk, Recipient};
use super::super::{WhatsAppState, ids, media, templates};

/// A message that may be sent.
#[derive(Debug)]
pub(super) struct Admitted {
    /// The recipient's number.
    pub(super) phone: String,
    /// The business-scoped id, when the recipient was named by it.
    pub(super) user_id: Option<String>,
    /// What the recipient reads.
    pub(super) text: String,
    /// The buttons of a template that answer by themselves.
    pub(super) quick_replies: Vec<QuickReply>,
    pub(super) media: Vec<(Kind, MediaRef)>,
    pub(super) price: Price,
    /// It is accepted and will not arrive, for this reason.
    pub(super) fails_with: Option<u32>,
}

/// What the platform knows of sender and recipient.
struct Known {
    phone: String,
    on_whatsapp: bool,
    relation: Relation,
    waba_id: String,
    per_second: usize,
    billed: bool,
}

/// Looks at account, recipient, window, template, files and limits, in this order.
pub(super) fn admit(shared: &Shared, number_id: &str, ask: &MessageAsk) -> Result<Admitted, GraphError> {
    let now = shared.clock.now();
    let known = shared.read(|state| known(&state.whatsapp, number_id, ask))?;
    let user_id = match &ask.recipient {
        Recipient::UserId(user_id) => Some(user_id.clone()),
        Recipient::Phone(_) => None,
    };
    let (mut text, mut files) = (ask.content.text.clone(), ask.content.media.clone());
    let (mut category, mut quick_replies) = (None, Vec::new());
    if ask.content.kind == Kind::Template {
        let rendered = templates::checked(shared, &known.waba_id, &ask.content.object)?;
        if rendered.category == "authentication" && user_id.is_some() {
            return Err(refusal(131_062));
        }
        (text, files, category) = (rendered.text, rendered.media, Some(rendered.category));
        quick_replies = rendered.quick_replies;
    } else if known.on_whatsapp && !known.relation.window_open(now) {
        return Err(refusal(131_047));
    }
    let misfit = misfit(shared, number_id, &files, now)?;
    shared.limits.admit(number_id, known.per_second, &known.phone, now)?;
    let unwanted = category.as_deref() == Some("marketing") && known.relation.no_marketing;
    let fails_with = if !known.on_whatsapp || known.relation.blocked {
        // A number without WhatsApp is accepted all the same: the sender learns it from a status.
        Some(131_026)
    } else if unwanted {
        Some(131_050)
    } else {
        misfit
    };
    let price = price(&known, category, now);
    Ok(Admitted {
        phone: known.phone,
        user_id,
        text,
        quick_replies,
        media: files,
        price,
        fails_with,
    })
}

fn known(state: &WhatsAppState, number_id: &str, ask: &MessageAsk) -> Result<Known, GraphError> {
    let number: &Number = state
        .numbers
        .get(number_id)
        .ok_or_else(|| GraphError::no_such_object("post", number_id))?;
    let settings = &number.settings;
    if let Some(code) = state.locked_with(&settings.waba_id) {
        return Err(refusal(code));
    }
    let phone = match &ask.recipient {
        Recipient::Phone(phone) => phone.clone(),
        Recipient::UserId(user_id) => {
            let named = state.by_user_id.get(user_id);
            let named = named.filter(|phone| ids::user_id(&settings.waba_id, phone) == *user_id);
            named.cloned().ok_or_else(|| refusal(131_026))?
        }
    };
    if phone == settings.display_digits() {
        return Err(refusal(131_021));
    }
    Ok(Known {
        on_whatsapp: state.residents.contains_key(&phone),
        relation: number.relation(&phone),
        waba_id: settings.waba_id.clone(),
        per_second: settings.messages_per_second,
        billed: settings.service_messages_billed,
        phone,
    })
}

/// A file must be there; one of the wrong kind is found out later.
fn misfit(
    shared: &Shared,
    number_id: &str,
    files: &[(Kind, MediaRef)],
    now: Timestamp,
) -> Result<Option<u32>, GraphError> {
    let mut misfit = None;
    for (kind, file) in files {
        let MediaRef::Id(id) = file else { continue };
        let mime_type = shared.read(|state| {
            let file = state.whatsapp.shelf.file(id, now).filter(|file| file.number_id == number_id)?;
            Some(file.mime_type.clone())
        });
        let mime_type = mime_type.ok_or_else(|| {
            refusal_because(131_009, format!("Media with id {id} does not exist or its time is over"))
        })?;
        if !media::fits(&mime_type, *kind) {
            misfit = Some(131_053);
        }
    }
    Ok(misfit)
}

fn price(known: &Known, category: Option<String>, now: Timestamp) -> Price {
    if let Some(until) = known.relation.free_until.filter(|until| *until > now) {
        return Price {
            category: "referral_conversion".to_owned(),
            kind: "free_entry_point".to_owned(),
            free_until: Some(until),
        };
    }
    let category = category.unwrap_or_else(|| "service".to_owned());
    let in_window = known.relation.window_open(now) && matches!(category.as_str(), "service" | "utility");
    let kind = if in_window && !known.billed { "free_customer_service" } else { "regular" };
    Price { category, kind: kind.to_owned(), free_until: None }
}
