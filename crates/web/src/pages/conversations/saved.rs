//! Lists that people saved under a name: beside the standard ones, and the page on which they are changed.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Permission;
use domain::ids::SavedListId;
use domain::lists::{LIST_NAME_CHARACTERS, LISTS_OF_ONE, Whose};
use serde::Deserialize;
use usecases::Failure;
use usecases::conversations::{ListChoices, count_list};
use usecases::lists::{
    ListRefused, SaveList, SavedList, Way, list_saved, may_change, move_list, remove_list, rename_list,
    save_list,
};

use super::listing::Listing;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Fields, Visit, id_in_path};
use crate::words::Words;

const HERE: &str = "/gesprekken/lijsten";
/// Saved lists of which it is said how many are in them.
const COUNTED: usize = 12;

/// A saved list, to go to.
pub(super) struct SavedChip {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) chosen: bool,
    /// The team that sees it.
    pub(super) team: Option<String>,
    /// How many are in it; nobody counts what is closed.
    pub(super) count: Option<String>,
    /// The name by which that is brought up to date.
    pub(super) counter: String,
}

impl SavedChip {
    /// Those that the visitor sees, in their order.
    pub(super) async fn all(visit: &Visit) -> Result<Vec<Self>, Trouble> {
        let mut chips = Vec::new();
        for (at, list) in list_saved(&visit.ctx).await?.into_iter().enumerate() {
            let counted = if at < COUNTED { count_list(&visit.ctx, &list.query).await? } else { None };
            chips.push(Self {
                name: list.name,
                address: Listing::start(list.query.clone()).address("/gesprekken"),
                chosen: list.query == visit.listing.query,
                team: list.team.map(|team| team.to_string()),
                count: counted.map(|counted| visit.words.counted(counted)),
                counter: format!("lijst-{}", list.id),
            });
        }
        Ok(chips)
    }
}

/// The form with which the list that the visitor looks at is saved.
pub(super) struct Keeping {
    pub(super) action: String,
    pub(super) most: usize,
    /// The teams for which it can be saved: id and name.
    pub(super) teams: Vec<(String, String)>,
}

impl Keeping {
    /// None for what is there already.
    pub(super) fn of(visit: &Visit, choices: &ListChoices, saved: &[SavedChip]) -> Option<Self> {
        let is_there = visit.listing.is_standard() || saved.iter().any(|one| one.chosen);
        (!is_there).then(|| Self {
            action: visit.listing.beginning(None).address(HERE),
            most: LIST_NAME_CHARACTERS,
            teams: teams(visit, choices),
        })
    }
}

/// The teams whose lists the visitor may change.
fn teams(visit: &Visit, choices: &ListChoices) -> Vec<(String, String)> {
    let all = choices.teams.iter().map(|(id, name)| (id.to_string(), name.clone()));
    if visit.may(Permission::Assign) { all.collect() } else { Vec::new() }
}

#[derive(Template)]
#[template(path = "pages/conversations/saved.html")]
struct SavedPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    most: usize,
    groups: Vec<Group>,
    /// What is to be removed, asked once more.
    asked: Option<Asked>,
    /// A name that was refused, for the list that is to be saved.
    refused: Option<Refused>,
}

/// The lists of one's own, or of a team.
struct Group {
    id: String,
    title: String,
    lists: Vec<Shown>,
}

struct Shown {
    id: SavedListId,
    name: String,
    address: String,
    version: i64,
    may_change: bool,
    is_first: bool,
    is_last: bool,
}

struct Asked {
    id: SavedListId,
    name: String,
    version: i64,
    is_of_team: bool,
}

/// A list that could not be saved, with what was filled in.
struct Refused {
    action: String,
    name: String,
    whose: String,
    teams: Vec<(String, String)>,
    why: String,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Told {
    #[serde(default)]
    gedaan: String,
    #[serde(default)]
    weg: String,
}

/// `GET /gesprekken/lijsten`
pub(crate) async fn show(visit: Visit, Query(told): Query<Told>) -> Result<Response, Trouble> {
    let w = visit.words;
    let notice = match told.gedaan.as_str() {
        "naam" => Some(Notice::done(w.saved_done_renamed())),
        "plaats" => Some(Notice::done(w.saved_done_moved())),
        "verwijderd" => Some(Notice::done(w.saved_done_removed())),
        _ => None,
    };
    all(&visit, (StatusCode::OK, notice), told.weg.parse().ok(), None).await
}

async fn all(
    visit: &Visit,
    (status, notice): (StatusCode, Option<Notice>),
    asked: Option<SavedListId>,
    refused: Option<Refused>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let lists = list_saved(&visit.ctx).await?;
    let asked = lists.iter().find(|list| Some(list.id) == asked && may_change(&visit.ctx, list));
    let asked = asked.map(|list| Asked {
        id: list.id,
        name: list.name.clone(),
        version: list.version,
        is_of_team: list.team.is_some(),
    });
    let choices = usecases::conversations::list_choices(&visit.ctx).await?;
    let shell = Shell::around(w, w.saved_title(), &visit.user, HERE);
    let groups = groups(visit, &choices, &lists);
    Ok(page(
        status,
        &SavedPage {
            shell,
            w,
            notice,
            most: LIST_NAME_CHARACTERS,
            groups,
            asked,
            refused,
        },
    ))
}

fn groups(visit: &Visit, choices: &ListChoices, lists: &[SavedList]) -> Vec<Group> {
    let w = visit.words;
    let same = |one: &SavedList, other: &SavedList| (one.user, &one.team) == (other.user, &other.team);
    let group = |lists: &[SavedList]| {
        let team = lists.first().and_then(|first| first.team.as_ref());
        let name = |id| choices.teams.iter().find(|(known, _)| known == id).map(|(_, name)| name.as_str());
        Group {
            id: team.map_or_else(|| "mij".to_owned(), ToString::to_string),
            title: team.map_or_else(
                || w.saved_mine().to_owned(),
                |team| w.saved_of_team(name(team).unwrap_or(team.as_str())),
            ),
            lists: shown(visit, lists),
        }
    };
    lists.chunk_by(same).map(group).collect()
}

fn shown(visit: &Visit, lists: &[SavedList]) -> Vec<Shown> {
    let last = lists.len().saturating_sub(1);
    let one = |(at, list): (usize, &SavedList)| Shown {
        id: list.id,
        name: list.name.clone(),
        address: Listing::start(list.query.clone()).address("/gesprekken"),
        version: list.version,
        may_change: may_change(&visit.ctx, list),
        is_first: at == 0,
        is_last: at == last,
    };
    lists.iter().enumerate().map(one).collect()
}

/// The form with which a list is saved.
#[derive(Deserialize)]
pub(crate) struct New {
    naam: String,
    #[serde(default)]
    voor: String,
}

/// `POST /gesprekken/lijsten`: the list in the address is saved.
pub(crate) async fn save(visit: Visit, Fields(new): Fields<New>) -> Result<Response, Trouble> {
    let w = visit.words;
    let whose = match new.voor.as_str() {
        "" => Whose::Mine,
        team => Whose::Team(team.parse().map_err(|_| Trouble::BadRequest)?),
    };
    let list = visit.listing.beginning(None);
    let wanted = SaveList { name: new.naam.clone(), whose, query: list.query.clone() };
    match save_list(&visit.ctx, wanted).await {
        Ok(_) => Ok(Redirect::to(&list.address("/gesprekken")).into_response()),
        Err(Failure::Refused(why)) => {
            let choices = usecases::conversations::list_choices(&visit.ctx).await?;
            let refused = Refused {
                action: list.address(HERE),
                name: new.naam,
                whose: new.voor,
                teams: teams(&visit, &choices),
                why: words(w, why),
            };
            let notice = Notice::refused(w.people_fault_title(), w.people_fault_text());
            all(&visit, (StatusCode::BAD_REQUEST, Some(notice)), None, Some(refused)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

fn words(w: Words, why: ListRefused) -> String {
    match why {
        ListRefused::Name => w.saved_refused_name(&w.number(LIST_NAME_CHARACTERS)),
        ListRefused::NameTaken => w.saved_refused_taken().to_owned(),
        ListRefused::TooMany => w.saved_refused_many(&w.number(LISTS_OF_ONE)),
    }
}

/// The forms of a saved list.
#[derive(Deserialize)]
pub(crate) struct Change {
    versie: i64,
    #[serde(default)]
    naam: String,
    #[serde(default)]
    richting: String,
}

/// `POST /gesprekken/lijsten/{id}/naam`
pub(crate) async fn rename(
    visit: Visit,
    Path(id): Path<String>,
    Fields(change): Fields<Change>,
) -> Result<Response, Trouble> {
    let id = id_in_path(&id)?;
    let done = rename_list(&visit.ctx, (id, change.versie), &change.naam).await;
    answer(&visit, done, "naam").await
}

/// `POST /gesprekken/lijsten/{id}/plaats`
pub(crate) async fn place(
    visit: Visit,
    Path(id): Path<String>,
    Fields(change): Fields<Change>,
) -> Result<Response, Trouble> {
    let id = id_in_path(&id)?;
    let way = match change.richting.as_str() {
        "omhoog" => Way::Up,
        "omlaag" => Way::Down,
        _ => return Err(Trouble::BadRequest),
    };
    answer(&visit, move_list(&visit.ctx, (id, change.versie), way).await, "plaats").await
}

/// `POST /gesprekken/lijsten/{id}/verwijdering`: asked once more by the page before (`?weg=`).
pub(crate) async fn remove(
    visit: Visit,
    Path(id): Path<String>,
    Fields(change): Fields<Change>,
) -> Result<Response, Trouble> {
    let id = id_in_path(&id)?;
    answer(&visit, remove_list(&visit.ctx, (id, change.versie)).await, "verwijderd").await
}

/// Back to the page, which says what was done, or what could not be.
async fn answer(
    visit: &Visit,
    done: Result<(), Failure<ListRefused>>,
    told: &str,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let (status, title, text) = match done {
        Ok(()) => return Ok(Redirect::to(&format!("{HERE}?gedaan={told}")).into_response()),
        Err(Failure::Refused(why)) => (StatusCode::BAD_REQUEST, w.people_fault_title(), words(w, why)),
        Err(Failure::Conflict) => {
            (StatusCode::CONFLICT, w.saved_conflict_title(), w.saved_conflict().to_owned())
        }
        Err(failure) => return Err(failure.into()),
    };
    all(visit, (status, Some(Notice::refused(title, text))), None, None).await
}
