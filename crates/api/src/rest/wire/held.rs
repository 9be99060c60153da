//! What a message holds besides text: its files, and places, cards, choices and the like.

use domain::messages as domain_messages;
use serde::Serialize;
use usecases::conversations as cases;
use utoipa::ToSchema;

use super::words;

/// A file of a message (bijlage).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Attachment {
    /// Our id.
    #[schema(format = "uuid")]
    pub id: String,
    #[schema(value_type = words::AttachmentState)]
    pub state: &'static str,
    /// Why it is not here.
    #[schema(value_type = Option<words::AttachmentTrouble>)]
    pub trouble: Option<&'static str>,
    /// Its name, made safe.
    pub file_name: Option<String>,
    /// The type of its content; while it is not here, the one that the platform stated.
    pub media_type: Option<String>,
    /// Its size in bytes.
    pub bytes: Option<u64>,
    /// The width of an image, in pixels.
    pub width: Option<u32>,
    /// The height of an image, in pixels.
    pub height: Option<u32>,
    /// Where it was taken, as the image said of itself.
    pub taken_at: Option<Point>,
    /// Where its content is, once it is here.
    pub content_url: Option<String>,
}

/// A point on the map (punt), WGS 84.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Point {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}

impl Point {
    fn of(at: domain_messages::Coordinates) -> Self {
        Self { latitude: at.latitude(), longitude: at.longitude() }
    }
}

impl Attachment {
    pub(in crate::rest) fn of(attachment: &cases::Attachment) -> Self {
        let here = attachment.state == domain::attachments::AttachmentState::Kept;
        Self {
            id: attachment.id.to_string(),
            state: attachment.state.as_str(),
            trouble: attachment.trouble.map(domain::attachments::AttachmentTrouble::as_str),
            file_name: attachment.file_name.clone(),
            media_type: attachment.media_type.clone().or_else(|| attachment.stated_type.clone()),
            bytes: attachment.bytes,
            width: attachment.size.map(|(width, _)| width),
            height: attachment.size.map(|(_, height)| height),
            taken_at: attachment.taken_at.map(Point::of),
            content_url: here.then(|| format!("/api/v1/attachments/{}/content", attachment.id)),
        }
    }
}

/// One of the things that a message holds besides text and files (inhoud): `type` says which, and which fields are set.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Extra {
    /// `place`, `contact`, `choice`, `form`, `order`, `referral`, `forwarded`, `product`, `trouble`, `options` or
    /// `template`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Of a `place`: where. `null` where the platform named no possible point.
    pub at: Option<Point>,
    /// Its name: of a place, a card, a form, a template.
    pub name: Option<String>,
    /// Its id: of a choice (as we offered it), a product, an advertisement.
    pub id: Option<String>,
    /// The words on it: of a choice, an advertisement; the opener of a list; the reason of a `trouble`.
    pub title: Option<String>,
    /// More about it: the address of a place, the line below a choice, the text of an advertisement, the language of a
    /// template.
    pub description: Option<String>,
    /// An address on the web. Never fetched by Gehoor.
    pub url: Option<String>,
    /// Whether a place moves along, or a message was forwarded often.
    pub flag: bool,
    /// What belongs to it, in order: answers of a form, ways to reach somebody, lines of an order, choices that were
    /// offered, parameters of a template.
    pub entries: Vec<Entry>,
}

/// A named value in an [`Extra`] (regel).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::rest) struct Entry {
    /// What it is: the question of a form, `phone`, `email`, `address`, `url`, an article, a choice's id.
    pub name: String,
    /// What it says.
    pub value: String,
    /// More about it: the platform's label, a price with its currency, the line below a choice.
    pub detail: Option<String>,
}

fn entry(name: impl Into<String>, value: impl Into<String>, detail: Option<String>) -> Entry {
    Entry { name: name.into(), value: value.into(), detail }
}

impl Extra {
    pub(in crate::rest) fn of(extra: &domain_messages::Extra) -> Self {
        use domain_messages::Extra as Held;
        match extra {
            Held::Place(place) => Self {
                kind: "place",
                at: place.at.map(Point::of),
                name: place.name.clone(),
                description: place.address.clone(),
                url: place.url.clone(),
                flag: place.live,
                ..Self::default()
            },
            Held::Contact(card) => Self {
                kind: "contact",
                name: Some(card.name.clone()),
                description: card.organisation.clone(),
                entries: ways(card),
                ..Self::default()
            },
            Held::Choice(choice) => Self {
                kind: "choice",
                id: Some(choice.id.clone()),
                title: Some(choice.title.clone()),
                description: choice.description.clone(),
                ..Self::default()
            },
            Held::Form(form) => Self {
                kind: "form",
                name: form.name.clone(),
                entries: form.fields.iter().map(|(name, value)| entry(name, value, None)).collect(),
                ..Self::default()
            },
            Held::Order(order) => Self {
                kind: "order",
                id: order.catalogue.clone(),
                entries: order.items.iter().map(ordered).collect(),
                ..Self::default()
            },
            Held::Referral(referral) => Self {
                kind: "referral",
                id: referral.id.clone(),
                title: referral.headline.clone(),
                description: referral.body.clone(),
                url: referral.url.clone(),
                ..Self::default()
            },
            Held::Forwarded(forwarded) => {
                Self { kind: "forwarded", flag: forwarded.often, ..Self::default() }
            }
            Held::Product(product) => Self {
                kind: "product",
                id: Some(product.id.clone()),
                ..Self::default()
            },
            Held::Trouble(trouble) => Self {
                kind: "trouble",
                id: trouble.code.map(|code| code.to_string()),
                title: Some(trouble.reason.clone()),
                ..Self::default()
            },
            Held::Options(options) => offered(options),
            Held::Template(template) => Self {
                kind: "template",
                name: Some(template.name.clone()),
                description: Some(template.language.clone()),
                entries: (1..)
                    .zip(&template.parameters)
                    .map(|(n, one)| entry(format!("{n}"), one, None))
                    .collect(),
                ..Self::default()
            },
        }
    }
}

fn offered(options: &domain_messages::Options) -> Extra {
    let each = options.choices.iter();
    Extra {
        kind: "options",
        title: options.opener.clone(),
        entries: each.map(|choice| entry(&choice.id, &choice.title, choice.description.clone())).collect(),
        ..Extra::default()
    }
}

fn ways(card: &domain_messages::ContactCard) -> Vec<Entry> {
    let ways = [
        ("phone", &card.phones),
        ("email", &card.emails),
        ("address", &card.addresses),
        ("url", &card.urls),
    ];
    let each = ways
        .into_iter()
        .flat_map(|(name, list)| list.iter().map(move |one| entry(name, &one.value, one.label.clone())));
    let birthday = card.birthday.iter().map(|day| entry("birthday", day, None));
    each.chain(birthday).collect()
}

fn ordered(item: &domain_messages::OrderItem) -> Entry {
    let price = item
        .price
        .as_ref()
        .map(|price| format!("{price} {}", item.currency.as_deref().unwrap_or_default()).trim().to_owned());
    entry(&item.product, &item.quantity, price)
}
