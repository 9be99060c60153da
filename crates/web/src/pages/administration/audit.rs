//! The audit log (controlelog): who changed what, newest first.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use domain::happenings::About;
use domain::ids::UserId;
use serde::Deserialize;
use usecases::people::{AuditFilter, AuditPage, AuditedLine, list_audit};

use super::audit_words::{Names, sentence};
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::{Moment, Words};

const HERE: &str = "/beheer/controlelog";

/// A choice: its value, its words, whether it is chosen.
type Choice = (String, String, bool);

#[derive(Template)]
#[template(path = "pages/administration/audit.html")]
struct LogPage {
    shell: Shell,
    w: Words,
    who: Vec<Choice>,
    about: Vec<Choice>,
    lines: Vec<ShownLine>,
    older: Option<String>,
    newest: Option<String>,
}

struct ShownLine {
    at: Moment,
    who: String,
    what: String,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    wie: String,
    #[serde(default)]
    wat: String,
    #[serde(default)]
    voor: String,
}

/// `GET /beheer/controlelog`
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let w = visit.words;
    let filter = AuditFilter { user: asked.wie.parse().ok(), about: asked.wat.parse().ok() };
    let before: Option<i64> = asked.voor.parse().ok();
    let found = list_audit(&visit.ctx, filter, before).await?;
    let address = |before: Option<i64>| {
        let user = filter.user.map(|user| user.to_string()).unwrap_or_default();
        let about = filter.about.map_or("", About::as_str);
        let before = before.map(|before| format!("&voor={before}")).unwrap_or_default();
        format!("{HERE}?wie={user}&wat={about}{before}")
    };
    Ok(page(
        StatusCode::OK,
        &LogPage {
            shell: Shell::around(w, w.audit_title(), &visit.user, HERE),
            w,
            who: people(&found, filter.user),
            about: About::ALL.into_iter().map(|about| choice(w, about, filter.about)).collect(),
            lines: found.lines.iter().map(|line| shown(&visit, &found, line)).collect(),
            older: found.next.map(|next| address(Some(next))),
            newest: before.map(|_| address(None)),
        },
    ))
}

fn people(found: &AuditPage, chosen: Option<UserId>) -> Vec<Choice> {
    let choice = |(id, name): &(UserId, String)| (id.to_string(), name.clone(), chosen == Some(*id));
    found.names.iter().map(choice).collect()
}

fn choice(w: Words, about: About, chosen: Option<About>) -> Choice {
    let words = match about {
        About::LogIn => w.audit_about_log_in(),
        About::People => w.audit_about_people(),
        About::Settings => w.audit_about_settings(),
        About::Conversations => w.audit_about_conversations(),
        About::Intake => w.audit_about_intake(),
        About::Export => w.audit_about_export(),
    };
    (about.as_str().to_owned(), words.to_owned(), chosen == Some(about))
}

fn shown(visit: &Visit, found: &AuditPage, line: &AuditedLine) -> ShownLine {
    let w = visit.words;
    let names = Names { w, people: &found.names, teams: &found.teams };
    let who = match line.user {
        None => w.audit_operator().to_owned(),
        Some(user) if line.by_token => w.audit_by_token(&names.person(user)),
        Some(user) => names.person(user),
    };
    ShownLine {
        at: visit.moments().moment(line.at),
        who,
        what: sentence(&names, &line.happened),
    }
}
