//! Runs the crowd against the platforms: waits for the next moment, hears replies, lets residents act.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::chance::seed_for;
use super::performance;
use super::state::{Cast, CrowdState, Reply, Scene, Score};
use super::stories::{UnusableVoices, Voices};
use super::talk::Deed;
use crate::platforms::{Platforms, WhatsApp};

/// How often a changed crowd is noted with the platforms, in real time.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// At least so often the crowd looks around, in real time.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// How many come, and where they write.
#[derive(Debug, Clone)]
pub struct CrowdOptions {
    /// Two crowds at once have different names; the place in the story is kept under it.
    pub name: String,
    /// Decides who comes, when, and what slips from their fingers.
    pub seed: u64,
    /// Mean number of new talks a minute, of the platforms' clock.
    pub arrivals_per_minute: f64,
    /// So many arrive in quick succession at the very beginning: six of them within nine seconds.
    pub opening_rush: u64,
    /// The WhatsApp numbers they write to, in turn.
    pub number_ids: Vec<String>,
    /// Talks open at once; when reached, nobody arrives until one ends.
    pub open_max: usize,
    /// A talk without a word from either side for so long is over.
    pub age_out: Duration,
    /// Which stories are told.
    pub cast: Cast,
    /// Ends the crowd when cancelled, as [`Crowd::stop`] does; the platforms' stop ends it too.
    pub stop: CancellationToken,
}

impl Default for CrowdOptions {
    fn default() -> Self {
        Self {
            name: "daily".to_owned(),
            seed: 1,
            arrivals_per_minute: 3.0,
            opening_rush: 6,
            number_ids: Vec::new(),
            open_max: 40,
            age_out: Duration::from_secs(7200),
            cast: Cast::Daily,
            stop: CancellationToken::new(),
        }
    }
}

/// Why the crowd did not start.
#[derive(Debug, thiserror::Error)]
pub enum CrowdError {
    /// A file of stories cannot be used.
    #[error(transparent)]
    Voices(#[from] UnusableVoices),
    /// Nobody has anything to say.
    #[error("no story is about {0}")]
    NoStories(String),
    /// There is nowhere to write to.
    #[error("the crowd has no number to write to")]
    NoNumbers,
    /// What was kept is not a crowd.
    #[error("what is kept of the crowd “{name}” cannot be read: {source}")]
    Kept {
        /// The crowd's name.
        name: String,
        /// What is wrong.
        source: serde_json::Error,
    },
}

/// A running crowd. A clone is another handle on the same one.
#[derive(Debug, Clone)]
pub struct Crowd {
    stop: CancellationToken,
    ended: CancellationToken,
    figures: Arc<Figures>,
}

#[derive(Debug, Default)]
struct Figures {
    arrived: AtomicU64,
    open: AtomicUsize,
}

impl Crowd {
    /// Lets residents write through the platforms' phones, going on where a crowd of this name stopped.
    ///
    /// # Errors
    /// Without stories or numbers, or when what was kept cannot be read.
    pub fn start(platforms: &Platforms, options: CrowdOptions) -> Result<Self, CrowdError> {
        if options.number_ids.is_empty() {
            return Err(CrowdError::NoNumbers);
        }
        let voices = Voices::embedded()?;
        let cast = Score::cast(&voices, &options.cast);
        if cast.is_empty() {
            return Err(CrowdError::NoStories(format!("{:?}", options.cast)));
        }
        let score = Score {
            seed: seed_for(&options.name, options.seed),
            arrivals_per_minute: options.arrivals_per_minute,
            opening_rush: options.opening_rush,
            number_ids: options.number_ids,
            open_max: options.open_max,
            age_out: options.age_out,
            cast,
            names: voices.names,
        };
        let note = format!("crowd/{}", options.name);
        let now = platforms.clock().now();
        let state = match platforms.noted(&note) {
            Some(kept) => serde_json::from_value::<CrowdState>(kept)
                .map_err(|source| CrowdError::Kept { name: options.name, source })?
                .resumed(&score, now),
            None => CrowdState::new(&score, now),
        };
        let crowd = Self {
            stop: options.stop,
            ended: CancellationToken::new(),
            figures: Arc::default(),
        };
        let play = Play {
            platforms: platforms.clone(),
            whatsapp: platforms.whatsapp(),
            news: platforms.accepted_news(),
            note,
            noted_at: Instant::now(),
            score,
            state,
            crowd: crowd.clone(),
        };
        platforms.attend(play.run());
        Ok(crowd)
    }

    /// How many residents have written so far.
    #[must_use]
    pub fn arrived(&self) -> u64 {
        self.figures.arrived.load(Ordering::SeqCst)
    }

    /// How many talks are open.
    #[must_use]
    pub fn open_talks(&self) -> usize {
        self.figures.open.load(Ordering::SeqCst)
    }

    /// Sends everybody home; where they were in their talks is kept.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.ended.cancelled().await;
    }
}

struct Play {
    platforms: Platforms,
    whatsapp: WhatsApp,
    news: watch::Receiver<u64>,
    note: String,
    noted_at: Instant,
    score: Score,
    state: CrowdState,
    crowd: Crowd,
}

impl Play {
    async fn run(mut self) {
        let (stop, stopping) = (self.crowd.stop.clone(), self.platforms.stopping());
        loop {
            let next = self.state.next_at(&self.score);
            let clock = self.platforms.clock().clone();
            tokio::select! {
                () = stop.cancelled() => break,
                () = stopping.cancelled() => break,
                () = clock.sleep_until(next) => {}
                // An error means that the platforms are gone, and then they are stopping too.
                _ = self.news.changed() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            self.hear();
            self.act();
            if self.noted_at.elapsed() >= NOTE_EVERY {
                self.note();
            }
        }
        self.note();
        self.crowd.ended.cancel();
    }

    /// Looks at every phone for replies that were not heard yet.
    fn hear(&mut self) {
        let now = self.platforms.clock().now();
        for number_id in self.score.number_ids.clone() {
            // A number that does not exist yet has no replies.
            let Ok(newest) = self.whatsapp.newest_position(&number_id) else {
                continue;
            };
            // Positions begin anew when a number is removed and registered again.
            let heard =
                self.state.heard.get(&number_id).copied().filter(|&heard| heard <= newest).unwrap_or(0);
            for message in self.whatsapp.accepted_after(&number_id, heard).unwrap_or_default() {
                // Nobody hears of a message that never reaches a phone, and a thumb needs no answer.
                if message.fails_with.is_none() && message.kind != "reaction" {
                    let reply = Reply {
                        number_id: &number_id,
                        phone: &message.to,
                        heard: performance::heard(&message),
                    };
                    self.state.hear(&self.score, &reply, now);
                }
            }
            self.state.heard.insert(number_id, newest);
        }
    }

    fn act(&mut self) {
        let now = self.platforms.clock().now();
        for scene in self.state.act(&self.score, now) {
            self.perform(scene);
        }
        self.crowd.figures.arrived.store(self.state.arrived, Ordering::SeqCst);
        self.crowd.figures.open.store(self.state.open(), Ordering::SeqCst);
    }

    fn perform(&mut self, scene: Scene) {
        let Scene { number_id, phone, name, deed } = scene;
        let done = match deed {
            Deed::Read { position } => self.whatsapp.resident_reads(&number_id, position),
            deed => {
                let inbound = performance::inbound(&phone, name, deed);
                self.whatsapp.inbound(&number_id, &inbound).map(|wamids| {
                    // Only what was said can be changed or taken back.
                    let said = wamids.last().filter(|_| performance::says(&inbound));
                    said.into_iter().for_each(|wamid| self.state.said(&number_id, &phone, wamid));
                })
            }
        };
        if let Err(problem) = done {
            tracing::warn!(number.id = %number_id, %problem, "A resident could not write to number {number_id}");
        }
    }

    fn note(&mut self) {
        self.noted_at = Instant::now();
        match serde_json::to_value(&self.state) {
            Ok(value) => self.platforms.note(&self.note, value),
            Err(error) => tracing::error!(%error, "The crowd could not be noted"),
        }
    }
}
