//! What goes along with a reply, as a client sends it.

use std::collections::BTreeMap;

use domain::ids::AttachmentId;
use domain::messages::{Choice, ContactCard, Coordinates, GeoPlace, Labelled, Options};
use serde::{Deserialize, Serialize};
use usecases::conversations::{Along, ChosenTemplate};
use utoipa::ToSchema;

use crate::rest::fields::{Fields, FromFields};

/// What goes along with a reply (wat met een antwoord meegaat).
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlongRequest {
    /// Ids that `POST /attachments` gave to this same token, in the order in which the files are sent.
    #[schema(value_type = Option<Vec<String>>, max_items = 30)]
    attachments: Vec<AttachmentId>,
    /// Buttons, or with an `opener` a list, to choose from.
    options: Option<OptionsRequest>,
    /// A place on the map.
    place: Option<PlaceRequest>,
    /// Cards of people.
    #[schema(value_type = Option<Vec<ContactRequest>>, max_items = 10)]
    contacts: Vec<ContactRequest>,
    /// A template, which goes instead of a text; the only thing that the platform takes when the reply window is closed.
    template: Option<TemplateRequest>,
    /// Whether a text that is longer than the channel takes goes out in several numbered messages.
    in_pieces: Option<bool>,
}

/// Buttons or a list (knoppen of een lijst).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OptionsRequest {
    /// The word that opens a list; without it the choices are buttons.
    opener: Option<String>,
    /// What can be chosen.
    choices: Vec<ChoiceRequest>,
}

/// Something to choose (keuze).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ChoiceRequest {
    /// Comes back when it is chosen; its number when it is left out.
    #[serde(default)]
    #[schema(required = false)]
    id: String,
    /// The words on it.
    title: String,
    /// A line below them, in a list.
    description: Option<String>,
}

/// A place on the map (plek), WGS 84.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PlaceRequest {
    /// Degrees north.
    #[schema(minimum = -90, maximum = 90)]
    latitude: f64,
    /// Degrees east.
    #[schema(minimum = -180, maximum = 180)]
    longitude: f64,
    /// What it is called.
    name: Option<String>,
    /// Its address.
    address: Option<String>,
}

/// Somebody's card (contact).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ContactRequest {
    /// The whole name.
    name: String,
    /// Where they work.
    organisation: Option<String>,
    /// Telephone numbers.
    #[serde(default)]
    #[schema(required = false)]
    phones: Vec<String>,
    /// E-mail addresses.
    #[serde(default)]
    #[schema(required = false)]
    emails: Vec<String>,
}

/// A template, filled in (sjabloon).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TemplateRequest {
    /// Its name.
    name: String,
    /// Its language, as the platform writes it.
    language: String,
    /// What is filled in, by the keys of its placeholders: `body.1`, `header.1`, `button0.1`.
    #[serde(default)]
    #[schema(required = false)]
    values: BTreeMap<String, String>,
    /// The fingerprint of the template that was looked at: another one by now is refused.
    fingerprint: Option<String>,
}

impl FromFields for AlongRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let attachments = fields.maybe_object::<Vec<AttachmentId>>("attachments", "a list of ids of files");
        let options = fields.maybe_object("options", "choices, each with a title, and perhaps an opener");
        let place =
            fields.maybe_object("place", "a latitude and a longitude, and perhaps a name and an address");
        let contacts = fields.maybe_object("contacts", "a list of cards, each with a name");
        let template = fields.maybe_object("template", "a name, a language and values");
        let in_pieces = fields.maybe_flag("inPieces");
        Some(Self {
            attachments: attachments?.unwrap_or_default(),
            options: options?,
            place: place?,
            contacts: contacts?.unwrap_or_default(),
            template: template?,
            in_pieces: in_pieces?,
        })
    }
}

impl AlongRequest {
    /// In the use case's words. A place that is nowhere on Earth is refused there.
    pub(super) fn into_along(self) -> Along {
        Along {
            files: self.attachments,
            options: self.options.map(|options| Options {
                opener: options.opener,
                choices: options.choices.into_iter().map(choice).collect(),
            }),
            place: self.place.map(|place| GeoPlace {
                at: Coordinates::from_degrees(place.latitude, place.longitude),
                name: place.name,
                address: place.address,
                ..GeoPlace::default()
            }),
            contacts: self.contacts.into_iter().map(card).collect(),
            template: self.template.map(|template| ChosenTemplate {
                name: template.name,
                language: template.language,
                values: template.values,
                seen: template.fingerprint,
            }),
            in_pieces: self.in_pieces == Some(true),
        }
    }
}

fn choice(asked: ChoiceRequest) -> Choice {
    Choice {
        id: asked.id,
        title: asked.title,
        description: asked.description,
    }
}

fn card(asked: ContactRequest) -> ContactCard {
    let labelled =
        |values: Vec<String>| values.into_iter().map(|value| Labelled { value, label: None }).collect();
    ContactCard {
        name: asked.name,
        organisation: asked.organisation,
        phones: labelled(asked.phones),
        emails: labelled(asked.emails),
        ..ContactCard::default()
    }
}
