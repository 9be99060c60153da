//! The form of a canned text: what was filled in, and what is wrong with it beside its field.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use domain::access::Permission;
use domain::canned_texts::{CannedText, CannedTextFault, Gap, SHORTCUT_CHARACTERS};
use domain::ids::TeamId;
use domain::limits::CANNED_TEXT_CHARACTERS;
use serde::Deserialize;
use usecases::canned_texts::{SaveText, list_teams_for_texts};

use super::HERE;
use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::Visit;
use crate::words::Words;

#[derive(Template)]
#[template(path = "pages/administration/texts/form.html")]
struct TextPage {
    shell: Shell,
    w: Words,
    title: String,
    notice: Option<Notice>,
    action: String,
    /// What a change is based on; `None` of a new one.
    version: Option<i64>,
    name: Field,
    shortcut: Field,
    text: String,
    text_error: Option<String>,
    most: usize,
    gaps: Vec<(&'static str, &'static str)>,
    team_error: Option<String>,
    /// Id, name, whether it is chosen.
    teams: Vec<(String, String, bool)>,
    channels: Vec<(String, &'static str, bool)>,
}

/// The form of a text as it is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entered {
    pub(super) naam: String,
    pub(super) afkorting: String,
    pub(super) tekst: String,
    #[serde(default)]
    pub(super) team: String,
    #[serde(default)]
    pub(super) kanaal: String,
    #[serde(default)]
    pub(super) versie: Option<i64>,
}

impl Entered {
    /// A text that is there.
    pub(super) fn of(text: CannedText, version: i64) -> Self {
        Self {
            naam: text.name,
            afkorting: text.shortcut.to_string(),
            tekst: text.text,
            team: text.team.map(|team| team.to_string()).unwrap_or_default(),
            kanaal: text.channel.map(|channel| channel.to_string()).unwrap_or_default(),
            versie: Some(version),
        }
    }

    pub(super) fn save(&self) -> Result<SaveText, Trouble> {
        let team = match self.team.as_str() {
            "" => None,
            team => Some(team.parse().map_err(|_| Trouble::BadRequest)?),
        };
        Ok(SaveText {
            name: self.naam.clone(),
            shortcut: self.afkorting.clone(),
            text: self.tekst.clone(),
            team,
            channel: Some(self.kanaal.clone()).filter(|channel| !channel.is_empty()),
        })
    }
}

/// How the form is shown: the text's own address, or that of the list for a new one.
pub(super) struct Showing {
    pub(super) action: String,
    pub(super) status: StatusCode,
    pub(super) notice: Option<Notice>,
    pub(super) fault: Option<CannedTextFault>,
}

/// The page with the form.
pub(super) async fn form(visit: &Visit, entered: Entered, showing: Showing) -> Result<Response, Trouble> {
    let w = visit.words;
    let is_new = showing.action == HERE;
    let title = if is_new { w.text_new_title() } else { w.text_title() }.to_owned();
    let here = if is_new { format!("{HERE}/nieuw") } else { showing.action.clone() };
    let error = |is: fn(&CannedTextFault) -> bool| {
        showing.fault.as_ref().filter(|fault| is(fault)).map(|fault| said(w, fault))
    };
    let teams = teams_of(visit).await?.into_iter().map(|(id, name)| {
        let chosen = id.as_str() == entered.team;
        (id.to_string(), name, chosen)
    });
    let channels = visit.ctx.installation.connectors.all().into_iter().map(|connector| {
        let id = connector.channel().to_string();
        let chosen = id == entered.kanaal;
        (id, w.channel(connector.channel().as_str()), chosen)
    });
    let name = Field::text("naam", w.text_name()).help(w.text_name_help()).with(entered.naam);
    let shortcut = Field::text("afkorting", w.text_shortcut()).help(w.text_shortcut_help());
    Ok(page(
        showing.status,
        &TextPage {
            shell: Shell::around(w, title.clone(), &visit.user, &here),
            w,
            title,
            version: entered.versie,
            name: name.wrong(error(|fault| matches!(fault, CannedTextFault::Name))),
            shortcut: shortcut.with(entered.afkorting).wrong(error(|fault| {
                matches!(fault, CannedTextFault::Shortcut | CannedTextFault::ShortcutTaken(_))
            })),
            text: entered.tekst,
            text_error: error(|fault| {
                use CannedTextFault::{Empty, TooLong, TooMany, UnknownGap};
                matches!(fault, Empty | TooLong(_) | UnknownGap(_) | TooMany(_))
            }),
            most: CANNED_TEXT_CHARACTERS,
            gaps: Gap::ALL.map(|gap| (gap.written(), meaning(w, gap))).to_vec(),
            team_error: error(|fault| matches!(fault, CannedTextFault::Team | CannedTextFault::Channel)),
            teams: teams.collect(),
            channels: channels.collect(),
            notice: showing.notice,
            action: showing.action,
        },
    ))
}

/// The teams whose texts the visitor may change: id and name.
pub(super) async fn teams_of(visit: &Visit) -> Result<Vec<(TeamId, String)>, Trouble> {
    debug_assert!(visit.may(Permission::ManageTexts), "the route asked for it");
    let teams = list_teams_for_texts(&visit.ctx).await?;
    Ok(teams.into_iter().map(|team| (team.id, team.name)).collect())
}

const fn meaning(w: Words, gap: Gap) -> &'static str {
    match gap {
        Gap::Resident => w.gap_resident(),
        Gap::Own => w.gap_own(),
        Gap::Municipality => w.gap_municipality(),
    }
}

fn said(w: Words, fault: &CannedTextFault) -> String {
    match fault {
        CannedTextFault::Name => w.people_fault_name().to_owned(),
        CannedTextFault::Shortcut => w.text_fault_shortcut(&w.number(SHORTCUT_CHARACTERS)),
        CannedTextFault::ShortcutTaken(name) if name.is_empty() => w.text_fault_taken_elsewhere().to_owned(),
        CannedTextFault::ShortcutTaken(name) => w.text_fault_taken(name),
        CannedTextFault::Empty => w.text_fault_empty().to_owned(),
        CannedTextFault::TooLong(length) => {
            w.text_fault_too_long(&w.number(*length), &w.number(CANNED_TEXT_CHARACTERS))
        }
        CannedTextFault::UnknownGap(gap) => w.text_fault_gap(gap),
        CannedTextFault::Team | CannedTextFault::Channel => w.text_fault_team().to_owned(),
        CannedTextFault::TooMany(most) => w.text_fault_too_many(&w.number(*most)),
    }
}
