//! Reads the lists of templates that platforms keep for our accounts, page by page.

use std::sync::Arc;
use std::time::Duration;

use domain::channels::{AccountAccess, HttpRequest};
use domain::templates::TEMPLATES_PER_ACCOUNT;
use tokio_util::sync::CancellationToken;
use usecases::templates::{self, ReadingEnd, TemplateTurn};
use usecases::{Installation, StoreError};

use crate::egress::Egress;

/// How often it is looked whether a list is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Pages of one list; more than an account can have templates.
const PAGES_MAX: usize = 20;

/// The reader of templates. One node reads a list at a time: who takes the turn in the database.
#[derive(Clone)]
pub struct Templates {
    installation: Arc<Installation>,
    egress: Egress,
}

impl Templates {
    /// A reader that goes out through `egress`.
    #[must_use]
    pub fn new(installation: Arc<Installation>, egress: Egress) -> Self {
        Self { installation, egress }
    }

    /// Reads until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.read_due().await {
                tracing::warn!(error = %error, "Templates cannot be read now");
            }
            tokio::select! {
                () = stop.cancelled() => (),
                () = tokio::time::sleep(LOOK_EVERY) => (),
            }
        }
    }

    /// Reads the lists that are due; returns how many.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read_due(&self) -> Result<usize, StoreError> {
        let turns = templates::take_due_readings(&self.installation).await?;
        let count = turns.len();
        for turn in turns {
            let end = self.read(&turn).await?;
            if let ReadingEnd::Failed(why) = &end {
                let id = &turn.door.account.account.id;
                tracing::warn!(channel_account = %id, reason = %why, "The templates of {id} could not be read");
            }
            templates::end_reading(&self.installation, &turn, end).await?;
        }
        Ok(count)
    }

    async fn read(&self, turn: &TemplateTurn) -> Result<ReadingEnd, StoreError> {
        let mut cursor: Option<String> = None;
        let mut kept = 0;
        for _ in 0..PAGES_MAX {
            let asked = self.question(turn, cursor.as_deref());
            let connector = self.installation.connector(&turn.door.account.account.channel);
            let (Some(request), Some(connector)) = (asked, connector) else {
                return Ok(ReadingEnd::NotAsked);
            };
            let response = match self.egress.send(&request).await {
                Ok(response) => response,
                Err(error) => return Ok(ReadingEnd::Failed(error.to_string())),
            };
            let list = match connector.templates_read(&response) {
                Ok(list) => list,
                Err(why) => return Ok(ReadingEnd::Failed(why)),
            };
            if list.unreadable > 0 {
                tracing::warn!(number = list.unreadable, "Templates that cannot be read were left out");
            }
            kept += list.templates.len();
            if !templates::keep_page(&self.installation, turn, list.templates).await? {
                return Ok(ReadingEnd::TakenOver);
            }
            let is_last = list.next.is_none() || list.next == cursor;
            if is_last || kept >= TEMPLATES_PER_ACCOUNT {
                return Ok(ReadingEnd::Whole);
            }
            cursor = list.next;
        }
        Ok(ReadingEnd::Whole)
    }

    fn question(&self, turn: &TemplateTurn, cursor: Option<&str>) -> Option<HttpRequest> {
        let account = &turn.door.account.account;
        let connector = self.installation.connector(&account.channel)?;
        let access = AccountAccess {
            base_url: account.base_url.clone().unwrap_or_else(|| connector.default_base_url().to_owned()),
            settings: account.settings.clone(),
            secrets: turn.door.secrets.clone(),
        };
        connector.templates(&access, cursor)
    }
}
