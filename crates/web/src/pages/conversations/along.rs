//! What goes along with an answer, between the form and the use case: read from the fields, put back into them, and each
//! refusal beside the field that it is about.

use domain::conversations::ReplyRefused;
use domain::ids::AttachmentId;
use domain::messages::{Choice, ContactCard, Coordinates, GeoPlace, Labelled, Options};
use usecases::conversations::Along;
use usecases::drafts::{UploadRefused, list_drafts};

use super::form::plain_lines;
use crate::components::composer::{KeptFile, More};
use crate::errors::Trouble;
use crate::requests::{Composed, Visit};
use crate::words::Words;

/// What goes along, with what stands in the form about it.
pub(super) struct Filled {
    pub(super) along: Along,
    pub(super) more: More,
    /// Something in the form cannot be read, so that nothing is sent.
    pub(super) is_wrong: bool,
}

/// Reads the fields of what goes along.
pub(super) async fn read(visit: &Visit, form: &mut Composed) -> Result<Filled, Trouble> {
    let w = visit.words;
    let mut more = More {
        choices: plain_lines(&form.take("keuzes")?),
        opener: form.take("keuze_opener")?.trim().to_owned(),
        north: form.take("plek_noord")?.trim().to_owned(),
        east: form.take("plek_oost")?.trim().to_owned(),
        place_name: form.take("plek_naam")?.trim().to_owned(),
        place_address: form.take("plek_adres")?.trim().to_owned(),
        card_name: form.take("kaart_naam")?.trim().to_owned(),
        card_organisation: form.take("kaart_organisatie")?.trim().to_owned(),
        card_phone: form.take("kaart_telefoon")?.trim().to_owned(),
        card_email: form.take("kaart_mail")?.trim().to_owned(),
        ..More::default()
    };
    // A browser that sends no files names the one that was chosen; what it held did not come.
    let named_only = form.take_all("bestand").iter().any(|name| !name.is_empty());
    let kept = form
        .take_all("bijlage")
        .iter()
        .map(|id| id.parse())
        .collect::<Result<Vec<AttachmentId>, _>>();
    let mut files = kept.map_err(|_| Trouble::BadRequest)?;
    files.extend(form.files.iter().map(|(_, id)| *id));
    more.files = shown(visit, &files).await?;
    if let Some((name, why)) = form.refused.first() {
        more.files_error = Some(said(w, name, *why));
    } else if named_only {
        more.files_error = Some(w.file_refused_gone().to_owned());
    }
    let place = place(&more);
    if place.is_err() {
        more.place_error = Some(w.along_place().to_owned());
    }
    let is_wrong = more.files_error.is_some() || place.is_err();
    let along = Along {
        files,
        options: options(&more),
        place: place.unwrap_or_default(),
        contacts: card(&more).into_iter().collect(),
        template: None,
        in_pieces: form.take("in_delen")? == "ja",
    };
    Ok(Filled { along, more, is_wrong })
}

async fn shown(visit: &Visit, files: &[AttachmentId]) -> Result<Vec<KeptFile>, Trouble> {
    let found = list_drafts(&visit.ctx, files).await?;
    let kept = found.into_iter().map(|draft| KeptFile {
        id: draft.id.to_string(),
        name: draft.file_name.unwrap_or_default(),
        size: draft.bytes.div_ceil(1000).to_string(),
    });
    Ok(kept.collect())
}

/// Why a file was not taken, in words.
pub(super) fn said(w: Words, name: &str, why: UploadRefused) -> String {
    let name = domain::limits::cut(name, 100);
    match why {
        UploadRefused::TooLarge => w.upload_too_large(name),
        UploadRefused::Forbidden(_) => w.upload_forbidden(name),
        UploadRefused::TooMany => w.upload_too_many(name),
        UploadRefused::BrokenOff => w.upload_broken(name),
        UploadRefused::NoRoom => w.upload_no_room(name),
        UploadRefused::TooLargeToRewrite => w.upload_too_large_to_rewrite(name),
        UploadRefused::PlaceUnsure => w.upload_place_unsure(name),
        UploadRefused::NotJudged => w.upload_not_judged(name),
    }
}

fn options(more: &More) -> Option<Options> {
    let lines = more.choices.lines().map(str::trim).filter(|line| !line.is_empty());
    let choices: Vec<Choice> = lines
        .map(|line| {
            let (title, description) =
                line.split_once('|').map_or((line, None), |(title, rest)| (title, Some(rest)));
            Choice {
                id: String::new(),
                title: title.trim().to_owned(),
                description: description.map(|words| words.trim().to_owned()),
            }
        })
        .collect();
    let opener = Some(more.opener.clone()).filter(|opener| !opener.is_empty());
    (!choices.is_empty() || opener.is_some()).then_some(Options { opener, choices })
}

fn place(more: &More) -> Result<Option<GeoPlace>, ()> {
    let filled = [&more.north, &more.east, &more.place_name, &more.place_address];
    if filled.iter().all(|field| field.is_empty()) {
        return Ok(None);
    }
    let degrees = |text: &str| text.replace(',', ".").parse::<f64>().map_err(|_| ());
    let at = Coordinates::from_degrees(degrees(&more.north)?, degrees(&more.east)?).ok_or(())?;
    let words = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let (name, address) = (words(&more.place_name), words(&more.place_address));
    Ok(Some(GeoPlace { at: Some(at), name, address, ..GeoPlace::default() }))
}

fn card(more: &More) -> Option<ContactCard> {
    let filled = [&more.card_name, &more.card_organisation, &more.card_phone, &more.card_email];
    if filled.iter().all(|field| field.is_empty()) {
        return None;
    }
    let labelled = |value: &String| {
        let one = Some(value.clone()).filter(|value| !value.is_empty());
        one.map(|value| Labelled { value, label: None }).into_iter().collect()
    };
    Some(ContactCard {
        name: more.card_name.clone(),
        organisation: Some(more.card_organisation.clone()).filter(|text| !text.is_empty()),
        phones: labelled(&more.card_phone),
        emails: labelled(&more.card_email),
        ..ContactCard::default()
    })
}

/// Puts a refusal beside its field; `None` when it is about the text.
pub(super) fn put(w: Words, channel: &str, more: &mut More, refused: &ReplyRefused) -> Option<String> {
    match refused {
        ReplyRefused::File { reason, .. } => {
            let why = match *reason {
                "size" => w.file_refused_size(channel),
                "count" => w.file_refused_count().to_owned(),
                "gone" => w.file_refused_gone().to_owned(),
                "empty" => w.file_refused_empty().to_owned(),
                _ => w.file_refused_type(channel),
            };
            more.files_error = Some(why.clone());
            Some(why)
        }
        ReplyRefused::Along { what } => {
            let why = along(w, channel, what);
            let field = match *what {
                "place" | "place_without_point" => &mut more.place_error,
                "contacts" | "contact_without_name" | "too_many_contacts" | "line_too_long" => {
                    &mut more.card_error
                }
                _ => &mut more.choices_error,
            };
            *field = Some(why.clone());
            Some(why)
        }
        _ => None,
    }
}

/// What is wrong with what goes along, in words.
pub(super) fn along(w: Words, channel: &str, what: &str) -> String {
    match what {
        "options" => return w.along_options(channel),
        "options_without_text" => w.along_options_without_text(),
        "options_text_too_long" => w.along_options_text_too_long(),
        "too_many_buttons" => w.along_too_many_buttons(),
        "too_many_choices" => w.along_too_many_choices(),
        "choice_empty" | "no_choices" => w.along_choice_empty(),
        "choice_too_long" => w.along_choice_too_long(),
        "button_too_long" => w.along_button_too_long(),
        "button_with_description" => w.along_button_with_description(),
        "choice_description_too_long" => w.along_choice_description_too_long(),
        "choices_alike" => w.along_choices_alike(),
        "opener_too_long" => w.along_opener_too_long(),
        "place" | "place_without_point" => w.along_place(),
        "contacts" | "contact_without_name" | "line_too_long" => w.along_contact(),
        "too_many_contacts" => w.along_too_many_contacts(),
        "template" | "template_with_more" | "template_header" => w.along_template(),
        "reaction" => w.along_reaction(),
        _ => return w.along_other(channel),
    }
    .to_owned()
}
