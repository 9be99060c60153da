//! What a message holds besides text and files: a place, a card, a choice, a form and the like.

#[cfg(test)]
pub(crate) mod examples;

use askama::Template;
use domain::messages::{Coordinates, Extra, Labelled};

use crate::words::Words;

/// One thing that a message holds.
#[derive(Debug, Clone, Template)]
#[template(path = "components/held/held.html")]
pub(crate) struct Held {
    w: Words,
    /// What it is, in a word or a sentence.
    title: String,
    /// What belongs to it, a line each: what it is called (may be empty) and what it says.
    lines: Vec<(String, String)>,
    point: Option<Point>,
    /// A remark about it.
    remark: Option<&'static str>,
}

/// A point on the map as words, and a page that shows it.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    /// Degrees north.
    pub(crate) latitude: String,
    /// Degrees east.
    pub(crate) longitude: String,
    /// Where a map of it is. Followed only when somebody presses it.
    pub(crate) map: String,
}

impl Point {
    /// A point, with five digits: about a metre.
    pub(crate) fn of(at: Coordinates) -> Self {
        let (latitude, longitude) = (format!("{:.5}", at.latitude()), format!("{:.5}", at.longitude()));
        let map = format!(
            "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=18/{latitude}/{longitude}"
        );
        Self { latitude, longitude, map }
    }
}

impl Held {
    /// Everything that a message holds, in its order.
    pub(crate) fn all_of(w: Words, extras: &[Extra]) -> Vec<Self> {
        extras.iter().map(|extra| Self::of(w, extra)).collect()
    }

    fn titled(w: Words, title: impl Into<String>) -> Self {
        Self {
            w,
            title: title.into(),
            lines: Vec::new(),
            point: None,
            remark: None,
        }
    }

    fn of(w: Words, extra: &Extra) -> Self {
        let titled = |title: &str| Self::titled(w, title);
        match extra {
            Extra::Place(place) => Self {
                lines: unnamed([&place.name, &place.address, &place.url]),
                point: place.at.map(Point::of),
                remark: match (place.at, place.live) {
                    (None, _) => Some(w.place_nowhere()),
                    (_, true) => Some(w.place_live()),
                    _ => None,
                },
                ..titled(w.place_name())
            },
            Extra::Contact(card) => {
                let name = if card.name.is_empty() { w.contact_unnamed() } else { &card.name };
                let mut lines = vec![(String::new(), name.to_owned())];
                lines.extend(unnamed([&card.organisation, &card.birthday]));
                let ways = [&card.phones, &card.emails, &card.addresses, &card.urls];
                lines.extend(ways.into_iter().flatten().map(labelled));
                Self { lines, ..titled(w.contact_name()) }
            }
            Extra::Choice(choice) => {
                let title = if choice.title.is_empty() { &choice.id } else { &choice.title };
                Self {
                    lines: unnamed([&Some(title.clone()), &choice.description]),
                    ..titled(w.choice_name())
                }
            }
            Extra::Form(form) => Self {
                lines: form.fields.clone(),
                remark: form.fields.is_empty().then(|| w.form_empty()),
                ..titled(w.form_name())
            },
            Extra::Order(order) => {
                let line = |item: &domain::messages::OrderItem| match &item.price {
                    Some(price) => {
                        let price = format!("{price} {}", item.currency.as_deref().unwrap_or_default());
                        w.order_line_price(&item.quantity, price.trim(), &item.product)
                    }
                    None => w.order_line(&item.quantity, &item.product),
                };
                let lines = order.items.iter().map(|item| (String::new(), line(item))).collect();
                Self { lines, ..titled(w.order_name()) }
            }
            Extra::Referral(referral) => Self {
                lines: unnamed([&referral.headline, &referral.body, &referral.url]),
                ..titled(w.referral_name())
            },
            Extra::Forwarded(forwarded) if forwarded.often => titled(w.forwarded_often()),
            Extra::Forwarded(_) => titled(w.forwarded_once()),
            Extra::Product(product) => Self::titled(w, w.product_name(&product.id)),
            Extra::Trouble(trouble) => Self::titled(w, w.trouble_name(&trouble.reason)),
            Extra::Options(options) => {
                let choices = options
                    .choices
                    .iter()
                    .map(|choice| (choice.title.clone(), choice.description.clone().unwrap_or_default()));
                let opener = options.opener.clone().map(|opener| (String::new(), opener));
                Self {
                    lines: opener.into_iter().chain(choices).collect(),
                    ..titled(w.options_name())
                }
            }
            Extra::Template(template) => Self {
                lines: template.parameters.iter().map(|one| (String::new(), one.clone())).collect(),
                ..Self::titled(w, w.template_name(&template.language, &template.name))
            },
        }
    }

    /// Whether the text of the message says the same in one piece, and need not be shown beside it.
    pub(crate) fn says_it_all(extra: &Extra) -> bool {
        match extra {
            Extra::Place(_) | Extra::Contact(_) | Extra::Choice(_) => true,
            // What could not be read as fields may still stand in the text.
            Extra::Form(form) => !form.fields.is_empty(),
            _ => false,
        }
    }
}

fn unnamed<'l>(lines: impl IntoIterator<Item = &'l Option<String>>) -> Vec<(String, String)> {
    lines.into_iter().flatten().map(|line| (String::new(), line.clone())).collect()
}

fn labelled(one: &Labelled) -> (String, String) {
    (one.label.clone().unwrap_or_default(), one.value.clone())
}

#[cfg(test)]
mod tests {
    use domain::messages::Form;

    use super::*;

    #[test]
    fn the_text_of_a_form_of_which_no_field_could_be_read_is_shown() {
        let read = Form {
            name: None,
            fields: vec![("straat".to_owned(), "Kerkstraat".to_owned())],
        };
        assert!(Held::says_it_all(&Extra::Form(read)));
        assert!(!Held::says_it_all(&Extra::Form(Form::default())));
    }

    #[test]
    fn a_point_is_shown_to_about_a_metre_on_every_side_of_the_world() {
        let at = Coordinates::from_degrees(-33.856_784, 151.215_297).expect("a point");
        let point = Point::of(at);
        assert_eq!((point.latitude.as_str(), point.longitude.as_str()), ("-33.85678", "151.21530"));
        assert!(point.map.starts_with("https://www.openstreetmap.org/?mlat=-33.85678&mlon=151.21530#"));
    }
}
