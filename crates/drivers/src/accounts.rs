//! Asking platforms whether accounts work: when somebody wants to know, and from time to time (P14).

use std::sync::Arc;
use std::time::Duration;

use domain::channels::HttpRequest;
use tokio_util::sync::CancellationToken;
use usecases::accounts::{Asking, Outside, check_account, due_checks};
use usecases::{Failure, Installation, StoreError};

use crate::egress::Egress;

/// How often it is looked whether accounts are to be checked.
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// The way out for questions about accounts.
#[derive(Clone)]
pub struct Questions(Egress);

impl Questions {
    /// Through `egress`, and so by its rules.
    #[must_use]
    pub fn new(egress: Egress) -> Self {
        Self(egress)
    }
}

impl Outside for Questions {
    fn ask<'a>(&'a self, request: &'a HttpRequest) -> Asking<'a> {
        Box::pin(async move { self.0.send(request).await.map_err(|failed| failed.to_string()) })
    }
}

/// Checks accounts from time to time.
#[derive(Clone)]
pub struct Checker {
    installation: Arc<Installation>,
    questions: Questions,
    public_url: Option<Arc<str>>,
}

impl Checker {
    /// A checker. `public_url`: where platforms reach us, if that is known.
    #[must_use]
    pub fn new(installation: Arc<Installation>, egress: Egress, public_url: Option<&str>) -> Self {
        Self {
            installation,
            questions: Questions::new(egress),
            public_url: public_url.map(Arc::from),
        }
    }

    /// Checks until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => (),
                checked = self.check_due() => if let Err(error) = checked {
                    tracing::warn!(error = %error, "Checking the channel accounts has to wait");
                },
            }
            tokio::select! {
                () = stop.cancelled() => (),
                () = tokio::time::sleep(LOOK_EVERY) => (),
            }
        }
    }

    /// Checks the accounts that are due.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn check_due(&self) -> Result<(), StoreError> {
        for (municipality, id) in due_checks(&self.installation).await? {
            let ctx = self.installation.system(&municipality, "checker");
            let checked = check_account(&ctx, &self.questions, self.public_url.as_deref(), &id).await;
            // Anything else: it was removed meanwhile, or this release has no connector for it.
            if let Err(Failure::Store(error)) = checked {
                return Err(error);
            }
        }
        Ok(())
    }
}
