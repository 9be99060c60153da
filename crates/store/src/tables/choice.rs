//! What a list of conversations can be narrowed by: teams, channel accounts and colleagues of the scope.

use domain::access::{Permission, Role};
use domain::ids::{ChannelAccountId, TeamId, UserId};

use super::conversation::{in_scope, scope_values};
use crate::StoreError;
use crate::door::{Reads, statements};

statements! {
    TEAMS = "SELECT c.id, c.name FROM team c WHERE c.municipality_id = $1 AND ($2 OR c.id IN ($3, $4, $5, $6, $7, $8, $9, \
             $10)) ORDER BY c.name, c.id LIMIT 200" => [id: Text, name: Text];
    ACCOUNTS = (concat!("SELECT c.id, c.channel FROM channel_account c WHERE ", in_scope!(),
                " ORDER BY c.channel, c.id LIMIT 200")) => [id: Text, channel: Text];
    COLLEAGUES = (concat!("SELECT DISTINCT u.id, u.name, u.role FROM user_team c JOIN gehoor_user u \
                  ON u.municipality_id = c.municipality_id AND u.id = c.user_id WHERE ", in_scope!(),
                  " AND u.disabled_at IS NULL ORDER BY u.name, u.id LIMIT 200")) => [id: Text, name: Text, role: Text];
}

/// What a list can be narrowed by, at most two hundred of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Teams, by name.
    pub teams: Vec<(TeamId, String)>,
    /// Channel accounts with their channel, by channel.
    pub accounts: Vec<(ChannelAccountId, String)>,
    /// Colleagues who can log in and take conversations, by name.
    pub colleagues: Vec<(UserId, String)>,
}

/// The teams, accounts and colleagues of the scope.
///
/// # Errors
/// When the store does not answer.
pub async fn of_scope(from: &mut impl Reads) -> Result<Choices, StoreError> {
    let values = scope_values(from.scope());
    let mut choices = Choices::default();
    for row in from.all(&TEAMS, values.clone()).await? {
        choices.teams.push((row.parse(0)?, row.text(1)?));
    }
    for row in from.all(&ACCOUNTS, values.clone()).await? {
        choices.accounts.push((row.parse(0)?, row.text(1)?));
    }
    for row in from.all(&COLLEAGUES, values).await? {
        // An analyst in a team has no conversations.
        if !row.parse::<Role>(2)?.permissions().contains(&Permission::Claim) {
            continue;
        }
        choices.colleagues.push((row.parse(0)?, row.text(1)?));
    }
    Ok(choices)
}
