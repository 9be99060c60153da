//! What a message holds besides its text and its files: a place, people's cards, a choice from what we offered, a form.
//!
//! The words are ours; a connector fills them from its platform's, and what we send is described by the same ones. They
//! are stored with the message as JSON: a field is only ever added, with a default.

use serde::{Deserialize, Serialize};

use super::MessageKind;
use crate::templates::Spot;

/// One of the things that a message can hold besides its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Extra {
    /// A place on the map.
    Place(GeoPlace),
    /// Somebody's card.
    Contact(ContactCard),
    /// What was chosen from buttons or a list of ours.
    Choice(Choice),
    /// A form that was filled in.
    Form(Form),
    /// Goods that were ordered.
    Order(Order),
    /// The advertisement or link that the talk began with.
    Referral(Referral),
    /// It was passed on from another talk.
    Forwarded(Forwarded),
    /// The article that it is about.
    Product(Product),
    /// What the platform could not pass on, and why.
    Trouble(Trouble),
    /// Buttons or a list that we offered.
    Options(Options),
    /// A template of ours, as it was filled in.
    Template(FilledTemplate),
}

/// A point on Earth, in millionths of a degree (about 11 cm), WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coordinates {
    /// North of the equator, −90,000,000 to 90,000,000.
    pub latitude_e6: i32,
    /// East of Greenwich, −180,000,000 to 180,000,000.
    pub longitude_e6: i32,
}

impl Coordinates {
    /// From degrees; `None` where there is no such place on Earth.
    #[must_use]
    pub fn from_degrees(latitude: f64, longitude: f64) -> Option<Self> {
        let possible = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
        #[expect(clippy::cast_possible_truncation, reason = "at most 180 million, checked above")]
        let millionths = |degrees: f64| (degrees * 1_000_000.0).round() as i32;
        possible.then(|| Self {
            latitude_e6: millionths(latitude),
            longitude_e6: millionths(longitude),
        })
    }

    /// Degrees north.
    #[must_use]
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude_e6) / 1_000_000.0
    }

    /// Degrees east.
    #[must_use]
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude_e6) / 1_000_000.0
    }
}

/// A place that somebody shared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GeoPlace {
    /// Where; `None` where the platform named no possible point.
    pub at: Option<Coordinates>,
    /// What it is called, "Station Zwanendam".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its address, in one line or several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// A page about it: shown as text, never fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether it moves along with whoever shares it.
    pub live: bool,
}

/// A card with ways to reach somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactCard {
    /// The whole name.
    pub name: String,
    /// Where they work, and as what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Telephone numbers, as they were typed.
    pub phones: Vec<Labelled>,
    /// E-mail addresses.
    pub emails: Vec<Labelled>,
    /// Postal addresses, each in one line.
    pub addresses: Vec<Labelled>,
    /// Web addresses.
    pub urls: Vec<Labelled>,
    /// The day of birth as the platform writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<String>,
}

/// A value and what it is: "WORK" and a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Labelled {
    /// The value.
    pub value: String,
    /// The platform's word for what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// What somebody chose.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// Our own id of the choice, as we sent it.
    pub id: String,
    /// The words on it.
    pub title: String,
    /// The line below them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A form that was filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Form {
    /// Its name on the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Names and answers, in the form's order. Nested answers have dotted names.
    pub fields: Vec<(String, String)>,
}

/// Goods that were ordered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Order {
    /// The catalogue on the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<String>,
    /// What, and how many.
    pub items: Vec<OrderItem>,
}

/// One line of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderItem {
    /// The article.
    pub product: String,
    /// How many, as the platform writes it.
    pub quantity: String,
    /// The price of one, as the platform writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// The currency's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// The advertisement or link that a talk began with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Referral {
    /// The platform's word for what it is: "ad", "post".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its id on the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its address: shown as text, never fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// It was passed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Forwarded {
    /// Many times: a chain letter more often than a report.
    pub often: bool,
}

/// An article of a catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Product {
    /// The catalogue on the platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<String>,
    /// The article.
    pub id: String,
}

/// What the platform could not pass on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trouble {
    /// The platform's number for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// Its words.
    pub reason: String,
}

/// Buttons or a list that a resident may choose from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// What opens the list; `None` for buttons, which stand there at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opener: Option<String>,
    /// What can be chosen, in order.
    pub choices: Vec<Choice>,
}

/// A template as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FilledTemplate {
    /// Its name.
    pub name: String,
    /// Its language, as the platform writes it: "nl".
    pub language: String,
    /// What was filled in, in the order of the placeholders.
    pub parameters: Vec<String>,
    /// The same with where each stands.
    pub filled: Vec<FilledPlaceholder>,
    /// The kind of file that stands above the text; the message's only file is that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<MessageKind>,
}

/// A place in a template, filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilledPlaceholder {
    /// Where it stands.
    pub spot: Spot,
    /// Its name between the braces.
    pub name: String,
    /// What was filled in.
    pub value: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_somewhere_on_earth() {
        let at = Coordinates::from_degrees(52.518_537, -4.471_5).expect("in the North Sea");
        assert_eq!((at.latitude_e6, at.longitude_e6), (52_518_537, -4_471_500));
        assert!((at.latitude() - 52.518_537).abs() < 1e-9);
        for (latitude, longitude) in [(90.1, 0.0), (0.0, -180.1), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(Coordinates::from_degrees(latitude, longitude), None, "{latitude} {longitude}");
        }
    }

    #[test]
    fn what_an_older_version_stored_is_still_read() {
        let old = r#"{"type":"place","at":{"latitude_e6":52518537,"longitude_e6":4471500}}"#;
        let Extra::Place(place) = serde_json::from_str(old).expect("readable") else {
            unreachable!("it is a place")
        };
        assert_eq!((place.name, place.live), (None, false));
        let newer = r#"{"type":"choice","id":"ja","title":"Ja","colour":"green"}"#;
        let expected = Extra::Choice(Choice {
            id: "ja".to_owned(),
            title: "Ja".to_owned(),
            description: None,
        });
        assert_eq!(serde_json::from_str::<Extra>(newer).expect("readable"), expected);
    }
}
