//! The edge of every page: head, menu, language, and the place where the page itself goes.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use domain::access::{Actor, Permission};

use crate::assets;
use crate::components::banner::Banner;
use crate::requests::Visitor;
use crate::words::{Language, Words};

/// What stands around a page.
pub(crate) struct Shell {
    pub(crate) w: Words,
    /// The document's title, without the municipality.
    pub(crate) title: String,
    /// The municipality's name, once somebody is logged in.
    pub(crate) municipality: Option<String>,
    /// Who is logged in.
    pub(crate) user: Option<String>,
    pub(crate) menu: Vec<MenuLine>,
    /// What is wrong with the channels.
    pub(crate) banner: Option<Banner>,
    pub(crate) languages: Vec<LanguageChoice>,
    /// The page to come back to after choosing a language.
    pub(crate) here: String,
    pub(crate) stylesheet: String,
    pub(crate) icon: String,
}

/// One place in the menu.
pub(crate) struct MenuLine {
    pub(crate) address: &'static str,
    pub(crate) words: &'static str,
    pub(crate) current: bool,
}

/// A language to choose.
pub(crate) struct LanguageChoice {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) current: bool,
}

impl Shell {
    /// The edge of the page at `here`, a path of ours that can be looked at.
    pub(crate) fn around(w: Words, title: impl Into<String>, user: Option<&Visitor>, here: &str) -> Self {
        let choice = |language: Language| LanguageChoice {
            code: language.as_str(),
            name: w.language_name(language),
            current: language == w.language,
        };
        Self {
            w,
            title: title.into(),
            municipality: user.map(|user| user.municipality.name.clone()),
            user: user.map(|user| user.name.clone()),
            menu: user.map(|user| menu(w, &user.actor, here)).unwrap_or_default(),
            banner: user.and_then(|user| Banner::of(w, user.disk, &user.alarms)),
            languages: Language::ALL.into_iter().map(choice).collect(),
            here: here.to_owned(),
            stylesheet: assets::stylesheet_address(),
            icon: assets::icon_address(),
        }
    }

    /// What stands in the window's title.
    pub(crate) fn full_title(&self) -> String {
        let place = self.municipality.as_deref().unwrap_or("Gehoor");
        format!("{} · {place}", self.title)
    }
}

/// The places that this actor can go to; one alphabetical line each.
fn menu(w: Words, actor: &Actor, here: &str) -> Vec<MenuLine> {
    let places = [
        ("/gesprekken", w.menu_conversations(), Permission::ReadConversations),
        ("/beheer/kanalen", w.menu_channels(), Permission::ReadChannelHealth),
        ("/beheer/ontvangst", w.menu_raw_events(), Permission::ReadRawEvents),
        ("/beheer/verzendingen", w.menu_sends(), Permission::ResolveUnknown),
    ];
    let allowed = places.into_iter().filter(|(_, _, needs)| actor.may(*needs).is_ok());
    let line = |(address, words, _)| MenuLine { address, words, current: here.starts_with(address) };
    allowed.map(line).collect()
}

/// Where somebody begins who may do this.
pub(crate) fn home(actor: &Actor) -> &'static str {
    if actor.may(Permission::ReadConversations).is_ok() {
        "/gesprekken"
    } else {
        "/profiel"
    }
}

/// A template as an answer.
pub(crate) fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "A template could not be filled");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
