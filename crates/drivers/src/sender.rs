//! The sender: carries parts out of the outbox, at most once, and never silently lost (RELIABILITY 2.6).

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::channels::{
    AccountAccess, After, Answer, Connector, Hold, HttpRequest, HttpResponse, Idempotency, Outgoing,
    PartInFlight, RetryAfter, StepKind,
};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use usecases::attachments::{self, Blob};
use usecases::ingest::Door;
use usecases::outbox::{self, EnterFlight, IN_FLIGHT_LEASE_SECONDS, Part};
use usecases::{Installation, StoreError};

use crate::doors::Doors;
use crate::egress::{Egress, FileToSend, REQUEST_SECONDS, SendFailed, upload_seconds};

/// Requests under way at once.
const AT_ONCE: usize = 32;
/// How long the sender rests when there is nothing to send and nobody calls.
const REST: Duration = Duration::from_secs(1);
/// How often lost leases are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(2);
/// A claim that is older than this is not acted on any more: its lease of 30 seconds may be over.
const CLAIM_USED_WITHIN: Duration = Duration::from_secs(20);

/// The sender.
#[derive(Clone)]
pub struct Sender {
    installation: Arc<Installation>,
    egress: Egress,
    doors: Doors,
    turns: Arc<Semaphore>,
    /// When the first of what was put off is due.
    put_off_until: Arc<Mutex<Option<Instant>>>,
}

impl Sender {
    /// A sender that goes out through `egress`.
    #[must_use]
    pub fn new(installation: Arc<Installation>, egress: Egress) -> Self {
        Self {
            installation,
            egress,
            doors: Doors::default(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            put_off_until: Arc::default(),
        }
    }

    /// Sends until `stop`; what is under way is finished first.
    pub async fn run(self, stop: CancellationToken) {
        let mut commits = self.installation.store.commits();
        let mut sending = JoinSet::new();
        while !stop.is_cancelled() {
            commits.mark_unchanged();
            let mut claimed = 0;
            let free = u32::try_from(self.turns.available_permits()).unwrap_or_default();
            if free > 0 {
                match self.start_due(&mut sending, free, &stop).await {
                    Ok(count) => claimed = count,
                    Err(error) => tracing::warn!(error = %error, "The outbox cannot be read now"),
                }
            }
            while sending.try_join_next().is_some() {}
            if claimed == 0 {
                tokio::select! {
                    () = stop.cancelled() => (),
                    _ = commits.changed() => (),
                    // One that has ended may have made room for the next of its account or conversation.
                    Some(_) = sending.join_next() => (),
                    () = tokio::time::sleep(self.rest()) => (),
                }
            }
        }
        while sending.join_next().await.is_some() {}
    }

    /// Something was put off for so long.
    fn look_again(&self, after: Duration) {
        let at = Instant::now() + after;
        if let Ok(mut until) = self.put_off_until.lock() {
            *until = Some(until.map_or(at, |other| other.min(at)));
        }
    }

    /// How long to rest when nothing can be claimed: until the first of what was put off is due, and not long.
    fn rest(&self) -> Duration {
        let Ok(mut until) = self.put_off_until.lock() else { return REST };
        let Some(left) = until.map(|until| until.saturating_duration_since(Instant::now())) else {
            return REST;
        };
        if left.is_zero() {
            *until = None;
        }
        left.min(REST)
    }

    /// Looks for parts whose sender is gone, until `stop`.
    pub async fn sweep(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = outbox::sweep_lost_leases(&self.installation, 0).await {
                tracing::warn!(error = %error, "Lost leases cannot be looked for now");
            }
            tokio::select! {
                () = stop.cancelled() => (),
                () = tokio::time::sleep(SWEEP_EVERY) => (),
            }
        }
    }

    async fn start_due(
        &self,
        sending: &mut JoinSet<()>,
        free: u32,
        stop: &CancellationToken,
    ) -> Result<usize, StoreError> {
        let asked_at = Instant::now();
        let parts = outbox::claim_parts(&self.installation, free).await?;
        let count = parts.len();
        for part in parts {
            let Ok(turn) = Arc::clone(&self.turns).acquire_owned().await else { break };
            let (sender, stop) = (self.clone(), stop.clone());
            sending.spawn(async move {
                let (id, account) = (part.id, part.channel_account.clone());
                if let Err(error) = sender.send(part, asked_at, &stop).await {
                    tracing::warn!(part.id = %id, channel_account = %account, error = %error, "Part {id} was left");
                }
                drop(turn);
            });
        }
        Ok(count)
    }

    /// Sends what is due once and waits for it; returns how many parts. For tests and the simulated town.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn send_once(&self) -> Result<usize, StoreError> {
        let mut sending = JoinSet::new();
        let free = u32::try_from(AT_ONCE).unwrap_or(1);
        let count = self.start_due(&mut sending, free, &CancellationToken::new()).await?;
        while sending.join_next().await.is_some() {}
        Ok(count)
    }

    async fn send(
        &self,
        part: Part,
        claimed_at: Instant,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let door = self.doors.get(&self.installation, &part.channel_account).await?;
        let connector =
            door.as_ref().and_then(|door| self.installation.connector(&door.account.account.channel));
        let (Some(door), Some(connector), Some(step)) = (&door, connector, part.next_step()) else {
            let reason = domain::channels::RefusalReason::Other;
            let after = After::Ended(Answer::Refused { reason, detail: None });
            return self.record(&part, after).await;
        };
        if claimed_at.elapsed() > CLAIM_USED_WITHIN {
            return Ok(());
        }
        // What leaves in the last second before the end would be cut off, and somebody would have to decide on it.
        if stop.is_cancelled() {
            return outbox::give_back(&self.installation, &part).await;
        }
        let in_flight = PartInFlight { id: part.id, step: step.clone(), memory: part.memory.clone() };
        let request = connector.request(&in_flight, &access(connector, door));
        let Some(load) = self.load(&part, request).await? else {
            // Its file is gone: no try will bring it back.
            let reason = domain::channels::RefusalReason::Other;
            let after = After::Ended(Answer::Refused { reason, detail: Some("file_gone".to_owned()) });
            return self.record(&part, after).await;
        };
        let (longest, entered_at) = (load.longest_seconds(), Instant::now());
        let lease = longest + u64::from(IN_FLIGHT_LEASE_SECONDS) - REQUEST_SECONDS;
        let lease_seconds = u32::try_from(lease).unwrap_or(IN_FLIGHT_LEASE_SECONDS);
        match outbox::enter_flight_for(&self.installation, &part, lease_seconds).await? {
            EnterFlight::Go => (),
            EnterFlight::LeaseLost
            | EnterFlight::WindowClosed
            | EnterFlight::Known
            | EnterFlight::OutOfDate => return Ok(()),
            EnterFlight::NotYet { after } => {
                self.look_again(after);
                return Ok(());
            }
        }
        // This process may have been stopped in between; by this clock, which goes on meanwhile, the lease may be over.
        let is_long = longest > REQUEST_SECONDS;
        let spare = lease.saturating_sub(longest + 2);
        if entered_at.elapsed() > Duration::from_secs(spare) {
            let after = retry("the sender was held up before sending");
            return self.record(&part, after).await;
        }
        let going = async {
            tokio::select! {
                biased;
                went = self.go(load) => went,
                // An upload that nobody sees is simply begun again, elsewhere: this node ends now, not in minutes.
                () = stop.cancelled(), if is_long && step.kind == StepKind::Safe => {
                    Err(SendFailed::NotSent("this node is about to end".to_owned()))
                }
            }
        };
        let after = match going.await {
            Ok(response) => {
                count(&part, response.status);
                connector.after(&in_flight, &response)
            }
            Err(SendFailed::NotSent(reason)) => retry(&reason),
            Err(SendFailed::PerhapsSent(reason)) => uncertain(connector, step.kind, reason),
        };
        let after = self.unless_outdated(&part, door, after).await;
        self.record(&part, after).await
    }

    /// A platform that refused the secrets of a moment ago may take those of now: a token that was replaced meanwhile
    /// must not make the account wait for minutes.
    async fn unless_outdated(&self, part: &Part, used: &Door, after: After) -> After {
        let After::Ended(Answer::Retry { hold: Hold::Account | Hold::Broken { .. }, reason, .. }) = &after
        else {
            return after;
        };
        self.doors.forget(&part.channel_account);
        match self.doors.get(&self.installation, &part.channel_account).await {
            Ok(Some(now)) if now.secrets != used.secrets => After::Ended(Answer::Retry {
                after: RetryAfter::Seconds(1),
                hold: Hold::Part,
                reason: reason.clone(),
            }),
            _ => after,
        }
    }

    /// What leaves, with its file if it carries one; `None` when that is gone.
    async fn load(&self, part: &Part, request: Outgoing) -> Result<Option<Load>, StoreError> {
        let Outgoing::Http(HttpRequest { form: Some(form), .. }) = &request else {
            return Ok(Some(Load { request, file: None }));
        };
        let file =
            attachments::open_for_sending(&self.installation, &part.municipality, form.attachment).await?;
        Ok(file.map(|file| Load { request, file: Some(file) }))
    }

    async fn go(&self, load: Load) -> Result<HttpResponse, SendFailed> {
        match (&load.request, load.file) {
            (Outgoing::Http(request), Some(file)) => {
                let Some(form) = &request.form else { return self.egress.send(request).await };
                let mut random = [0_u8; 16];
                self.installation.randomness.fill(&mut random);
                let (bytes, boundary) = (file.bytes(), hex::encode(random));
                let content = file.stream(0, bytes);
                self.egress.send_form(request, form, FileToSend { content, bytes, boundary }).await
            }
            (Outgoing::Http(request), None) => self.egress.send(request).await,
            (Outgoing::Mail { .. }, _) => Err(SendFailed::NotSent("this version sends no mail".to_owned())),
        }
    }

    /// Records an answer, and tries a few times: what the platform said must not be forgotten over a busy disk.
    async fn record(&self, part: &Part, after: After) -> Result<(), StoreError> {
        let mut attempt = 0;
        loop {
            let recorded = outbox::record_after(&self.installation, part, after.clone(), self.random()).await;
            match recorded {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    tracing::warn!(part.id = %part.id, "The lease of part {} was gone when it was answered", part.id);
                    return Ok(());
                }
                Err(error) if error.is_temporary() && attempt < 5 => {
                    attempt += 1;
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn random(&self) -> f64 {
        let mut bytes = [0_u8; 4];
        self.installation.randomness.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
    }
}

/// What leaves.
struct Load {
    request: Outgoing,
    file: Option<Blob>,
}

impl Load {
    /// The longest that it may take.
    fn longest_seconds(&self) -> u64 {
        self.file.as_ref().map_or(REQUEST_SECONDS, |file| upload_seconds(file.bytes()))
    }
}

pub(crate) fn access(connector: &dyn Connector, door: &Door) -> AccountAccess {
    let account = &door.account.account;
    AccountAccess {
        base_url: account.base_url.clone().unwrap_or_else(|| connector.default_base_url().to_owned()),
        settings: account.settings.clone(),
        secrets: door.secrets.clone(),
    }
}

fn retry(reason: &str) -> After {
    After::Ended(Answer::Retry {
        after: RetryAfter::Backoff,
        hold: Hold::Part,
        reason: reason.to_owned(),
    })
}

/// What nobody can know is never repeated by the machine, unless nobody outside would notice.
fn uncertain(connector: &dyn Connector, kind: StepKind, reason: String) -> After {
    if kind == StepKind::Safe || connector.capabilities().idempotency == Idempotency::Forever {
        return retry(&reason);
    }
    After::Ended(Answer::Unknown { reason })
}

fn count(part: &Part, status: u16) {
    let class = match status {
        200..=299 => "2xx",
        400..=499 => "4xx",
        500..=599 => "5xx",
        _ => "other",
    };
    let account = part.channel_account.to_string();
    metrics::counter!("sends_total", "channel_account" => account, "status" => class).increment(1);
}
