//! The list of canned texts.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::TeamId;
use serde::Deserialize;
use usecases::canned_texts::{KeptText, list_canned_texts};

use super::HERE;
use super::form::teams_of;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/administration/texts/list.html")]
struct TextsPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    texts: Vec<Row>,
}

struct Row {
    address: String,
    name: String,
    shortcut: String,
    team: String,
    channel: &'static str,
    begins: String,
}

/// What the address says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
}

/// `GET /beheer/standaardteksten`
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let w = visit.words;
    let notice = match asked.gedaan.as_str() {
        "nieuw" => Some(Notice::done(w.texts_done_added())),
        "bewaard" => Some(Notice::done(w.texts_done_saved())),
        "weg" => Some(Notice::done(w.texts_done_removed())),
        _ => None,
    };
    let teams: BTreeMap<TeamId, String> = teams_of(&visit).await?.into_iter().collect();
    let found = list_canned_texts(&visit.ctx).await?;
    let texts = found.into_iter().map(|kept| row(w, &teams, kept)).collect();
    let shell = Shell::around(w, w.texts_title(), &visit.user, HERE);
    Ok(page(StatusCode::OK, &TextsPage { shell, w, notice, texts }))
}

fn row(w: Words, teams: &BTreeMap<TeamId, String>, kept: KeptText) -> Row {
    let text = kept.text;
    let begins = domain::limits::cut(&text.text, 120);
    Row {
        address: format!("{HERE}/{}", text.id),
        shortcut: format!("/{}", text.shortcut),
        team: match &text.team {
            Some(id) => teams.get(id).cloned().unwrap_or_else(|| id.to_string()),
            None => w.texts_everybody().to_owned(),
        },
        channel: text
            .channel
            .as_ref()
            .map_or(w.texts_every_channel(), |channel| w.channel(channel.as_str())),
        begins: if begins.len() < text.text.len() {
            format!("{begins}…")
        } else {
            begins.to_owned()
        },
        name: text.name,
    }
}
