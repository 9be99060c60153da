//! What somebody filled in about a user. A field that we do not know, or that comes twice, refuses the whole form; a team may
//! come as often as there are teams.

use domain::access::Role;
use domain::ids::TeamId;
use domain::municipality::Team;

use crate::errors::Trouble;
use crate::words::Words;

/// Fields of a form; a municipality has no more teams than this.
const FIELDS: usize = 1100;

/// The fields as they came.
#[derive(Default)]
pub(super) struct Entered {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) role: Option<Role>,
    pub(super) teams: Vec<TeamId>,
    pub(super) version: Option<i64>,
}

impl Entered {
    /// Reads them; `named` are those that this form has besides the teams.
    pub(super) fn read(fields: Vec<(String, String)>, named: &[&str]) -> Result<Self, Trouble> {
        let mut entered = Self::default();
        let mut seen: Vec<String> = Vec::new();
        if fields.len() > FIELDS {
            return Err(Trouble::BadRequest);
        }
        for (name, value) in fields {
            if name == "team" {
                entered.teams.push(value.parse().map_err(|_| Trouble::BadRequest)?);
                continue;
            }
            if !named.contains(&name.as_str()) || seen.contains(&name) {
                return Err(Trouble::BadRequest);
            }
            match name.as_str() {
                "email" => entered.email = value,
                "naam" => entered.name = value,
                "rol" => entered.role = Some(value.parse().map_err(|_| Trouble::BadRequest)?),
                _ => entered.version = Some(value.parse().map_err(|_| Trouble::BadRequest)?),
            }
            seen.push(name);
        }
        if seen.len() == named.len() { Ok(entered) } else { Err(Trouble::BadRequest) }
    }
}

/// A choice: its value, its words, whether it is chosen.
pub(super) type Choice = (String, String, bool);

/// The roles to choose from.
pub(super) fn roles(w: Words, chosen: Role) -> Vec<Choice> {
    let choice = |role: Role| (role.to_string(), w.role(role).to_owned(), role == chosen);
    Role::ALL.into_iter().map(choice).collect()
}

/// The teams to choose from.
pub(super) fn teams(all: &[Team], chosen: &[TeamId]) -> Vec<Choice> {
    let choice = |team: &Team| (team.id.to_string(), team.name.clone(), chosen.contains(&team.id));
    all.iter().map(choice).collect()
}
