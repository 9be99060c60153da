//! The edge of every page: head, menu, language, and the place where the page itself goes.

mod guise;
mod keys;

pub(crate) use guise::{APPEARANCE_COOKIE, Appearance, Guise, Outward, Scheme};

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use domain::access::{Actor, Permission};

use crate::components::banner::Banner;
use crate::pages::conversations::{Listing, View};
use crate::requests::Visitor;
use crate::words::{Language, Words};

/// What stands around a page.
pub(crate) struct Shell {
    pub(crate) w: Words,
    /// The document's title, without the municipality.
    pub(crate) title: String,
    /// How it looks.
    pub(crate) guise: Guise,
    /// The municipality's name, once somebody is logged in or where the host says it.
    pub(crate) municipality: Option<String>,
    /// Who is logged in.
    pub(crate) user: Option<String>,
    pub(crate) menu: Vec<MenuLine>,
    /// What is wrong with the channels.
    pub(crate) banner: Option<Banner>,
    pub(crate) languages: Vec<LanguageChoice>,
    /// The page to come back to after choosing a language.
    pub(crate) here: String,
    /// Where in the journal the page was made.
    pub(crate) live: Option<String>,
    /// Whether there is anything for them to search.
    pub(crate) can_search: bool,
    /// Single keys are switched off.
    pub(crate) keys_off: bool,
    form: Form,
}

/// How a page uses the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Read from top to bottom.
    Document,
    /// Regions that scroll by themselves.
    Desk,
    /// The same; on a phone the composer has the bottom of the screen.
    Conversation,
}

/// One place in the menu.
#[derive(Debug, Clone)]
pub(crate) struct MenuLine {
    pub(crate) address: &'static str,
    pub(crate) words: &'static str,
    /// Its picture; none of what stands below another line.
    pub(crate) icon: Option<&'static str>,
    pub(crate) below: bool,
    /// "page" where this is the page, "true" where the page belongs to it.
    pub(crate) current: Option<&'static str>,
    /// How many are there, and the name by which that is brought up to date.
    pub(crate) count: Option<String>,
    pub(crate) counter: &'static str,
    /// Somebody must look at it.
    pub(crate) hot: bool,
}

/// A language to choose.
pub(crate) struct LanguageChoice {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) current: bool,
}

impl Shell {
    /// The edge of the page at `here`, a path of ours that can be looked at. The page is read from top to bottom.
    pub(crate) fn around(w: Words, title: impl Into<String>, user: &Visitor, here: &str) -> Self {
        Self {
            municipality: Some(user.municipality.name.clone()),
            user: Some(user.name.clone()),
            menu: menu(w, user, here),
            banner: Banner::of(w, user.disk, &user.alarms),
            live: user.live.clone(),
            can_search: user.actor.may(Permission::ReadConversations).is_ok(),
            keys_off: user.keys_off,
            ..Self::bare(w, title.into(), user.guise.clone(), here)
        }
    }

    /// The edge of a page for who has not logged in.
    pub(crate) fn outward(out: &Outward, title: impl Into<String>, here: &str) -> Self {
        Self {
            municipality: out.municipality.clone(),
            ..Self::bare(out.w, title.into(), out.guise.clone(), here)
        }
    }

    fn bare(w: Words, title: String, guise: Guise, here: &str) -> Self {
        let choice = |language: Language| LanguageChoice {
            code: language.as_str(),
            name: w.language_name(language),
            current: language == w.language,
        };
        Self {
            w,
            title,
            guise,
            municipality: None,
            user: None,
            menu: Vec::new(),
            banner: None,
            languages: Language::ALL.into_iter().map(choice).collect(),
            here: here.to_owned(),
            live: None,
            can_search: false,
            keys_off: false,
            form: Form::Document,
        }
    }

    /// The same around the list of conversations.
    pub(crate) fn desk(self) -> Self {
        Self { form: Form::Desk, ..self }
    }

    /// The same around a conversation.
    pub(crate) fn conversation(self) -> Self {
        Self { form: Form::Conversation, ..self }
    }

    /// What stands in the window's title.
    pub(crate) fn full_title(&self) -> String {
        let place = self.municipality.as_deref().unwrap_or("Gehoor");
        format!("{} · {place}", self.title)
    }

    pub(crate) const fn body_class(&self) -> &'static str {
        match (self.user.is_some(), self.form) {
            (false, _) => "outward",
            (true, Form::Document) => "shell shell--doc",
            (true, Form::Desk | Form::Conversation) => "shell",
        }
    }

    /// Whether a phone shows the bars above and below.
    pub(crate) fn has_bars(&self) -> bool {
        self.form != Form::Conversation
    }

    pub(crate) fn is_profile(&self) -> bool {
        self.here.starts_with("/profiel")
    }

    pub(crate) fn is_manual(&self) -> bool {
        self.here.starts_with("/handleiding")
    }

    /// The places at the bottom of a phone; the profile comes behind them.
    pub(crate) fn tabs(&self) -> impl Iterator<Item = &MenuLine> {
        self.menu.iter().filter(|line| !line.below).take(TABS)
    }

    /// The places that do not stand at the bottom of a phone.
    pub(crate) fn places(&self) -> impl Iterator<Item = &MenuLine> {
        self.menu.iter().filter(|line| !line.below).skip(TABS)
    }
}

/// Places at the bottom of a phone, beside the profile.
const TABS: usize = 4;

/// The places that this visitor can go to: the lists of conversations, then one alphabetical line for each other place.
fn menu(w: Words, user: &Visitor, here: &str) -> Vec<MenuLine> {
    let may = |needs: Permission| user.actor.may(needs).is_ok();
    let mut lines = Vec::new();
    if may(Permission::ReadConversations) {
        lines.extend(conversations(w, user, here));
    }
    let places = [
        ("/beheer/controlelog", w.menu_audit(), "history", Permission::ReadAudit),
        ("/beheer/gebruikers", w.menu_people(), "users", Permission::ManageSettings),
        ("/beheer/huisstijl", w.menu_look(), "landmark", Permission::ManageSettings),
        ("/beheer/kanalen", w.menu_channels(), "plug", Permission::ReadChannelHealth),
        ("/beheer/ontvangst", w.menu_raw_events(), "inbox", Permission::ReadRawEvents),
        ("/beheer/standaardteksten", w.menu_texts(), "quote", Permission::ManageTexts),
        ("/beheer/verzendingen", w.menu_sends(), "send", Permission::ResolveUnknown),
    ];
    let line = |(address, words, icon, _): (&'static str, &'static str, &'static str, Permission)| MenuLine {
        address,
        words,
        icon: Some(icon),
        below: false,
        current: here.starts_with(address).then_some("page"),
        count: None,
        counter: "",
        hot: false,
    };
    lines.extend(places.into_iter().filter(|(.., needs)| may(*needs)).map(line));
    lines
}

/// The conversations, and below them their lists with how many there are.
fn conversations(w: Words, user: &Visitor, here: &str) -> Vec<MenuLine> {
    let inside = here.starts_with("/gesprekken");
    let chosen = here.split_once('?').map_or("", |(_, query)| query);
    let chosen = inside.then(|| Listing::of_query(chosen)).filter(Listing::is_standard);
    let chosen = chosen.filter(|_| !here.starts_with("/gesprekken/lijsten")).map(|listing| listing.view());
    let counts = user.counts;
    let top = MenuLine {
        address: "/gesprekken",
        words: w.menu_conversations(),
        icon: Some("messages-square"),
        below: false,
        current: inside.then_some("true"),
        count: counts.map(|counts| w.number(counts.open)),
        counter: View::default().value(),
        hot: false,
    };
    let below = View::all().map(|view| MenuLine {
        address: view.address(),
        words: view.words(w),
        icon: None,
        below: true,
        current: (chosen == Some(view)).then_some("page"),
        count: counts.and_then(|counts| view.count(&counts)).map(|count| w.number(count)),
        counter: view.value(),
        hot: false,
    });
    std::iter::once(top).chain(below).collect()
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
