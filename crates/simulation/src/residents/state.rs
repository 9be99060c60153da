//! The crowd as a whole: who arrives when, who is in a talk, who gave up. Pure, like its talks.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::chance::{between_millis, chance, in_turn, poisson_gap};
use super::person;
use super::stories::{Story, Voices};
use super::talk::{Deed, Heard, Newcomer, Talk};
use crate::platforms::{between, later};

/// Talks that are over and still read replies; the oldest make place.
const OVER_KEPT: usize = 500;
/// The stream of chance by which residents arrive; talks use their ordinal.
const ARRIVALS: u64 = u64::MAX;

/// Who may arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cast {
    /// Daily life: every story that belongs to no incident.
    Daily,
    /// Only those who write about one topic, for example the incident `storm-…`.
    Topic(String),
}

/// What the crowd needs to know to go on.
#[derive(Debug, Clone)]
pub(super) struct Score {
    pub(super) seed: u64,
    pub(super) arrivals_per_minute: f64,
    pub(super) opening_rush: u64,
    pub(super) number_ids: Vec<String>,
    pub(super) open_max: usize,
    pub(super) age_out: Duration,
    pub(super) cast: Vec<Story>,
    pub(super) names: Vec<String>,
}

/// Where the crowd is; this is what survives a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CrowdState {
    pub(super) arrived: u64,
    next_arrival_at: Timestamp,
    talks: Vec<Talk>,
    /// Up to which accepted message each number's replies are heard.
    pub(super) heard: BTreeMap<String, u64>,
    pub(super) seen_at: Timestamp,
}

/// A deed and who does it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scene {
    pub(super) number_id: String,
    pub(super) phone: String,
    pub(super) name: String,
    pub(super) deed: Deed,
}

impl Score {
    pub(super) fn cast(voices: &Voices, cast: &Cast) -> Vec<Story> {
        let plays = |story: &&Story| match cast {
            Cast::Daily => !story.in_a_storm(),
            Cast::Topic(topic) => story.topic == *topic,
        };
        voices.stories.iter().filter(plays).cloned().collect()
    }

    fn story(&self, id: &str) -> Option<&Story> {
        self.cast.iter().find(|story| story.id == id)
    }

    /// The wait before the `ordinal`-th arrival: the first ones hurry, so that a demo begins at once.
    fn gap(&self, ordinal: u64) -> Duration {
        let mut generator = chance(self.seed, ARRIVALS, ordinal);
        if ordinal < self.opening_rush {
            return between_millis(&mut generator, 400, 1500);
        }
        if self.arrivals_per_minute > 0.0 {
            return poisson_gap(&mut generator, self.arrivals_per_minute);
        }
        Duration::from_secs(86_400)
    }
}

impl CrowdState {
    /// An empty town; the first resident is about to write.
    pub(super) fn new(score: &Score, now: Timestamp) -> Self {
        let next_arrival_at = later(now, score.gap(0));
        Self {
            arrived: 0,
            next_arrival_at,
            talks: Vec::new(),
            heard: BTreeMap::new(),
            seen_at: now,
        }
    }

    /// Goes on after a pause in which the residents stood still; somebody new comes soon, so that a restarted demo
    /// shows at once that it lives.
    pub(super) fn resumed(mut self, score: &Score, now: Timestamp) -> Self {
        let pause = between(self.seen_at, now);
        for talk in &mut self.talks {
            talk.stood_still(pause);
        }
        // A story that is no longer told has nobody to tell it.
        self.talks.retain(|talk| score.story(&talk.story).is_some());
        let soon = later(now, Duration::from_millis(1500));
        self.next_arrival_at = later(self.next_arrival_at, pause);
        if score.arrivals_per_minute > 0.0 {
            self.next_arrival_at = self.next_arrival_at.min(soon);
        }
        self.seen_at = now;
        self
    }

    pub(super) fn open(&self) -> usize {
        self.talks.iter().filter(|talk| talk.open()).count()
    }

    /// When something happens next.
    pub(super) fn next_at(&self, score: &Score) -> Timestamp {
        let open = self.talks.iter().filter(|talk| talk.open());
        let gives_up = open.map(|talk| later(talk.last_word_at(), score.age_out)).min();
        let acts = self.talks.iter().filter_map(Talk::next_at).min();
        // While the town is full nobody arrives, so the arrival is no reason to wake.
        let arrives = (self.open() < score.open_max).then_some(self.next_arrival_at);
        [gives_up, acts, arrives].into_iter().flatten().min().unwrap_or(Timestamp::MAX)
    }

    /// A reply of the municipality; people who never wrote do not exist.
    pub(super) fn hear(&mut self, score: &Score, reply: &Reply<'_>, now: Timestamp) {
        let Some(talk) = self.talk_mut(reply.number_id, reply.phone) else {
            return;
        };
        if let Some(story) = score.story(&talk.story) {
            talk.hear(&reply.heard, story, score.seed, now);
        }
    }

    /// The platform gave a resident's message this id.
    pub(super) fn said(&mut self, number_id: &str, phone: &str, wamid: &str) {
        if let Some(talk) = self.talk_mut(number_id, phone) {
            talk.said(wamid);
        }
    }

    fn talk_mut(&mut self, number_id: &str, phone: &str) -> Option<&mut Talk> {
        self.talks.iter_mut().find(|talk| talk.number_id == number_id && talk.phone == phone)
    }

    /// Everything that is due: who gives up, who arrives, who acts.
    pub(super) fn act(&mut self, score: &Score, now: Timestamp) -> Vec<Scene> {
        self.seen_at = now;
        for talk in &mut self.talks {
            if talk.open() && later(talk.last_word_at(), score.age_out) <= now {
                talk.give_up();
            }
        }
        while self.next_arrival_at <= now && self.open() < score.open_max {
            self.arrive(score, now);
        }
        let mut scenes = Vec::new();
        for talk in &mut self.talks {
            let Some(story) = score.story(&talk.story) else {
                continue;
            };
            for deed in talk.act(story, score.seed, now) {
                let (number_id, phone, name) =
                    (talk.number_id.clone(), talk.phone.clone(), talk.name.clone());
                scenes.push(Scene { number_id, phone, name, deed });
            }
        }
        self.forget_the_oldest();
        scenes
    }

    fn arrive(&mut self, score: &Score, now: Timestamp) {
        let ordinal = self.arrived;
        self.arrived += 1;
        // From the planned moment while the town has room, so that the rate holds; from now after a wait for room.
        let from = self.next_arrival_at.max(later_at_most_a_second_before(now));
        self.next_arrival_at = later(from, score.gap(self.arrived));
        let Some(story) = score.cast.get(in_turn(score.seed, ordinal, score.cast.len())) else {
            return;
        };
        let numbers = u64::try_from(score.number_ids.len()).unwrap_or(1).max(1);
        let number = usize::try_from(ordinal % numbers).ok().and_then(|place| score.number_ids.get(place));
        let Some(number_id) = number.cloned() else { return };
        let phone = person::phone(score.seed, ordinal);
        let name = person::name(score.seed, ordinal, &score.names);
        self.talks
            .push(Talk::begin(Newcomer { ordinal, number_id, phone, name }, story, score.seed, now));
    }

    fn forget_the_oldest(&mut self) {
        let over = self.talks.len() - self.open();
        let mut surplus = over.saturating_sub(OVER_KEPT);
        self.talks.retain(|talk| {
            let forget = surplus > 0 && !talk.open();
            surplus -= usize::from(forget);
            !forget
        });
    }
}

/// A reply, and on whose phone it arrives.
#[derive(Debug, Clone)]
pub(super) struct Reply<'a> {
    pub(super) number_id: &'a str,
    pub(super) phone: &'a str,
    pub(super) heard: Heard<'a>,
}

/// A driver that wakes a little late must not slow the arrivals down; one that was kept waiting must not catch up.
fn later_at_most_a_second_before(now: Timestamp) -> Timestamp {
    now.checked_sub(Duration::from_secs(1)).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::super::stories::Voices;
    use super::*;

    fn score(seed: u64) -> Score {
        let voices = Voices::embedded().expect("the files can be used");
        Score {
            seed,
            arrivals_per_minute: 10.0,
            opening_rush: 6,
            number_ids: vec!["106".to_owned(), "107".to_owned()],
            open_max: 40,
            age_out: Duration::from_secs(7200),
            cast: Score::cast(&voices, &Cast::Daily),
            names: voices.names,
        }
    }

    /// Plays without anybody replying.
    fn play(score: &Score, for_long: Duration) -> (Vec<(Timestamp, Scene)>, CrowdState) {
        let mut crowd = CrowdState::new(score, Timestamp::UNIX_EPOCH);
        let end = later(Timestamp::UNIX_EPOCH, for_long);
        let mut scenes = Vec::new();
        while crowd.next_at(score) <= end {
            let now = crowd.next_at(score);
            scenes.extend(crowd.act(score, now).into_iter().map(|scene| (now, scene)));
        }
        (scenes, crowd)
    }

    #[test]
    fn the_same_seed_gives_the_same_crowd_and_another_seed_another() {
        let hour = Duration::from_secs(3600);
        let first = play(&score(5), hour);
        assert_eq!(first, play(&score(5), hour));
        assert_ne!(first.0, play(&score(6), hour).0);
    }

    #[test]
    fn the_first_writes_within_two_seconds_and_five_within_ten() {
        let voiced = score(0);
        for seed in 0..50 {
            let (scenes, _) = play(&Score { seed, ..voiced.clone() }, Duration::from_secs(10));
            let after = |seconds| later(Timestamp::UNIX_EPOCH, Duration::from_secs(seconds));
            assert!(scenes.first().is_some_and(|(at, _)| *at <= after(2)), "seed {seed}");
            let phones: std::collections::BTreeSet<&str> =
                scenes.iter().map(|(_, scene)| scene.phone.as_str()).collect();
            assert!(phones.len() >= 5, "seed {seed}: {phones:?}");
        }
    }

    #[test]
    fn the_town_is_never_fuller_than_its_bound_and_empties_by_itself() {
        let score = Score { arrivals_per_minute: 60.0, ..score(1) };
        let (_, crowd) = play(&score, Duration::from_secs(3600));
        assert_eq!((crowd.open(), crowd.arrived), (40, 40));
        let (_, crowd) = play(&score, Duration::from_secs(24 * 3600));
        assert!(crowd.open() <= 40 && (200..1000).contains(&crowd.arrived), "{}", crowd.arrived);
        let (_, crowd) = play(&score, Duration::from_secs(3 * 24 * 3600));
        assert!(crowd.arrived > 1000 && crowd.talks.len() <= 40 + OVER_KEPT);
    }

    #[test]
    fn a_pause_moves_every_plan_and_keeps_it() {
        let score = Score { arrivals_per_minute: 0.0, ..score(3) };
        let (_, crowd) = play(&score, Duration::from_secs(30));
        let kept = serde_json::to_string(&crowd).expect("text");
        let crowd: CrowdState = serde_json::from_str(&kept).expect("the same");
        let night = later(crowd.seen_at, Duration::from_secs(8 * 3600));
        let due = between(crowd.seen_at, crowd.next_at(&score));
        let resumed = crowd.resumed(&score, night);
        assert_eq!(between(night, resumed.next_at(&score)), due);
    }
}
