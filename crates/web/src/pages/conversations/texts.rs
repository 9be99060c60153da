//! Canned texts in a conversation: what can be said in it, and the page again with the one that was chosen. With script the
//! list stands under the text while somebody types; this is the same by forms alone.

use askama::Template;
use axum::extract::{Path, Query, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::ids::ConversationId;
use serde::Deserialize;
use usecases::canned_texts::{OfferedText, offer_canned_texts};
use usecases::conversations::{KeepDraft, Purpose as Kept, keep_draft};
use usecases::{Failure, RequestKey};

use super::along;
use super::drafts::by_script;
use super::form::{Draft, Written, plain_lines};
use super::show::conversation_page;
use crate::components::composer::{Canned, Purpose};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::page;
use crate::requests::{Composed, Visit, id_in_path};

/// Texts that the page lists at once; who has more searches.
const LISTED: usize = 60;

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    soort: String,
}

impl Asked {
    fn purpose(&self) -> Result<Purpose, Trouble> {
        match self.soort.as_str() {
            "" | "antwoord" => Ok(Purpose::Reply),
            "notitie" => Ok(Purpose::Note),
            _ => Err(Trouble::BadRequest),
        }
    }
}

/// The texts for our script: it finds them by what stands in their attributes.
#[derive(Template)]
#[template(path = "pages/conversations/texts.html")]
struct Texts {
    texts: Vec<OfferedText>,
}

/// `GET /gesprekken/{id}/standaardteksten`: the texts for our script; for anybody else the conversation with the list open.
pub(crate) async fn list(
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let (purpose, texts) = (asked.purpose()?, offer_canned_texts(&visit.ctx, id).await?);
    if by_script(&headers) {
        return Ok(page(StatusCode::OK, &Texts { texts }));
    }
    let draft = Draft {
        canned: Some((purpose, found(texts, ""))),
        opened: Some(purpose.place()),
        ..Draft::default()
    };
    conversation_page(&visit, id, draft).await
}

/// `POST /gesprekken/{id}/standaardteksten`: what stands in the form comes back, with the list or with the chosen text.
pub(crate) async fn choose(
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    request: Request,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let purpose = asked.purpose()?;
    let offered = offer_canned_texts(&visit.ctx, id).await?;
    let mut form = Composed::read(&visit.ctx, request).await?;
    let text = plain_lines(&form.must("tekst")?);
    let filled = fill(&visit, id, purpose, (offered, &text), &mut form).await;
    conversation_page(&visit, id, filled.map_err(|trouble| trouble.keeping(&text))?)
        .await
        .map_err(|trouble| trouble.keeping(&text))
}

async fn fill(
    visit: &Visit,
    id: ConversationId,
    purpose: Purpose,
    (offered, text): (Vec<OfferedText>, &str),
    form: &mut Composed,
) -> Result<Draft, Trouble> {
    let w = visit.words;
    let (chosen, sought) = (form.take("standaardtekst")?, form.take("standaard_zoek")?);
    let key = form.must("sleutel")?;
    let quotes = form.take("antwoord_op")?.parse().ok();
    // What is said of the conversation is said anew.
    for name in ["gezien", "versie", "daarna"] {
        form.take(name)?;
    }
    let more = match purpose {
        Purpose::Reply => along::read(visit, form).await?.more,
        Purpose::Note => crate::components::composer::More::default(),
    };
    form.finish()?;
    let mut draft = Draft { opened: Some(purpose.place()), ..Draft::default() };
    let mut written = Written { text: text.to_owned(), quotes, more, ..Written::default() };
    if chosen.is_empty() {
        draft.canned = Some((purpose, found(offered, sought.trim())));
    } else if let Some(one) = offered.into_iter().find(|one| one.id.to_string() == chosen) {
        written.text = joined(text, &one.text);
        keep(visit, id, purpose, (&written, &key)).await?;
        let place = format!("#{}-tekst", purpose.place());
        draft.notice = Some(Notice::done(w.canned_added()).at(place, w.canned_to_text()));
    } else {
        draft.notice = Some(Notice::refused(w.conflict_title(), w.canned_gone()));
        draft.status = StatusCode::CONFLICT;
    }
    match purpose {
        Purpose::Reply => draft.reply = written,
        Purpose::Note => draft.note = written,
    }
    Ok(draft)
}

/// What somebody had, and the chosen text below it.
fn joined(text: &str, chosen: &str) -> String {
    match text.trim_end() {
        "" => chosen.to_owned(),
        before => format!("{before}\n\n{chosen}"),
    }
}

/// Kept as a draft right away: who chose a text has written something.
async fn keep(
    visit: &Visit,
    id: ConversationId,
    purpose: Purpose,
    (written, key): (&Written, &str),
) -> Result<(), Trouble> {
    let (purpose, what) = match purpose {
        Purpose::Reply => (Kept::Reply, format!("reply {id}")),
        Purpose::Note => (Kept::Note, format!("note {id}")),
    };
    let keeping = KeepDraft {
        conversation: id,
        purpose,
        text: written.text.clone(),
        reply_to: written.quotes,
        form_key: RequestKey::new(key, &what, &[]).key,
    };
    match keep_draft(&visit.ctx, keeping).await {
        // The text stands in the form all the same.
        Err(Failure::Store(error)) if error.is_temporary() => Ok(()),
        kept => kept.map(|_| ()).map_err(Trouble::from),
    }
}

/// The texts in which all the words of `sought` stand.
fn found(offered: Vec<OfferedText>, sought: &str) -> Canned {
    let words: Vec<String> = sought.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let fits = |one: &OfferedText| {
        let all = format!("{} /{} {}", one.name, one.shortcut, one.text).to_lowercase();
        words.iter().all(|word| all.contains(word.as_str()))
    };
    Canned {
        any: !offered.is_empty(),
        list: offered.into_iter().filter(fits).take(LISTED).collect(),
        sought: domain::limits::cut(sought, 100).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_chosen_text_stands_below_what_was_there() {
        assert_eq!(joined("", "Dag"), "Dag");
        assert_eq!(joined(" \n", "Dag"), "Dag");
        assert_eq!(joined("Beste Yusuf,\n", "Dag"), "Beste Yusuf,\n\nDag");
    }
}
