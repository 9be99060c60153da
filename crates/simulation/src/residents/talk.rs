//! One resident with one story: what was said, what comes next and when.
//!
//! Pure: it is told the time and the replies, and says what the resident does.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::chance::{between_millis, chance};
use super::stories::Story;
use super::typing::{time_to_type, typed};
use crate::platforms::later;

/// Somebody whose phone was off sends a burst all at once.
const PHONE_WAS_OFF_CHANCE: f64 = 0.1;
/// How many of those whose story has a sequel live to tell it.
const COMES_BACK_CHANCE: f64 = 0.4;
/// Patience before asking whether anybody is there, in milliseconds.
const PATIENCE: (u64, u64) = (90_000, 240_000);
/// Before a reply is looked at, in milliseconds.
const BEFORE_READING: (u64, u64) = (2_000, 8_000);
/// Before an answer is begun, in milliseconds.
const BEFORE_ANSWERING: (u64, u64) = (2_000, 10_000);
/// Before the matter turns out not to be over, in milliseconds.
const BEFORE_COMING_BACK: (u64, u64) = (300_000, 1_800_000);

/// A resident in a talk with the municipality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Talk {
    /// The how-manieth to arrive.
    pub(super) ordinal: u64,
    pub(super) story: String,
    pub(super) number_id: String,
    pub(super) phone: String,
    pub(super) name: String,
    stage: Stage,
    /// What the resident is about to do, earliest first.
    plan: VecDeque<Planned>,
    details_given: usize,
    nagged: usize,
    thanked: usize,
    came_back: bool,
    decisions: u64,
    /// The last time either side said something.
    last_word_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Stage {
    /// Has something to say or waits for a reply.
    Open,
    /// Thanked, but will come back.
    Content,
    /// Has nothing more to say; still reads what comes.
    Over,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Planned {
    at: Timestamp,
    act: Act,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Act {
    /// A message of a burst that is already typed.
    Write {
        text: String,
    },
    /// A whole burst at once.
    WriteAtOnce {
        texts: Vec<String>,
    },
    Read {
        position: u64,
    },
    GiveDetail,
    Thank,
    Nag,
    ComeBack,
}

/// What a resident does, for the platform to carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    Write { texts: Vec<String>, batched: bool },
    Read { position: u64 },
}

/// Who begins to talk.
#[derive(Debug, Clone)]
pub(super) struct Newcomer {
    pub(super) ordinal: u64,
    pub(super) number_id: String,
    pub(super) phone: String,
    pub(super) name: String,
}

impl Talk {
    /// The resident takes the phone and writes at once.
    pub(super) fn begin(who: Newcomer, story: &Story, seed: u64, now: Timestamp) -> Self {
        let Newcomer { ordinal, number_id, phone, name } = who;
        let mut talk = Self {
            ordinal,
            story: story.id.clone(),
            number_id,
            phone,
            name,
            stage: Stage::Open,
            plan: VecDeque::new(),
            details_given: 0,
            nagged: 0,
            thanked: 0,
            came_back: false,
            decisions: 0,
            last_word_at: now,
        };
        let mut generator = talk.decide(seed);
        talk.burst(&story.opening, now, &mut generator);
        talk.plan_nag(story, now, &mut generator);
        talk
    }

    /// Counts among the talks that keep newcomers waiting.
    pub(super) fn open(&self) -> bool {
        self.stage != Stage::Over
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.plan.front().map(|planned| planned.at)
    }

    pub(super) fn last_word_at(&self) -> Timestamp {
        self.last_word_at
    }

    /// Nobody answered for too long: the resident gives up, but would still read a reply.
    pub(super) fn give_up(&mut self) {
        self.stage = Stage::Over;
        self.plan.retain(|planned| matches!(planned.act, Act::Read { .. }));
    }

    /// While the simulation stood still, so did the residents.
    pub(super) fn stood_still(&mut self, pause: Duration) {
        for planned in &mut self.plan {
            planned.at = later(planned.at, pause);
        }
        self.last_word_at = later(self.last_word_at, pause);
    }

    /// A reply arrived on the phone: it is read after a while and answered if there is something to answer.
    pub(super) fn hear(&mut self, position: u64, reply: &str, story: &Story, seed: u64, now: Timestamp) {
        let mut generator = self.decide(seed);
        self.last_word_at = now;
        let read_at = later(now, between_millis(&mut generator, BEFORE_READING.0, BEFORE_READING.1));
        self.plan(read_at, Act::Read { position });
        if self.stage != Stage::Open {
            return;
        }
        // A reply ends the waiting; and of several replies in a row the last one is answered.
        self.plan
            .retain(|planned| !matches!(planned.act, Act::Nag | Act::GiveDetail | Act::Thank));
        let (act, text) = if asks(reply) && self.details_given < story.details.len() {
            (Act::GiveDetail, story.details.get(self.details_given))
        } else {
            (Act::Thank, story.thanks.first())
        };
        let thinking = between_millis(&mut generator, BEFORE_ANSWERING.0, BEFORE_ANSWERING.1);
        let typing = text.map_or(Duration::ZERO, |text| time_to_type(text));
        self.plan(later(read_at, thinking.saturating_add(typing)), act);
    }

    /// Everything that is due.
    pub(super) fn act(&mut self, story: &Story, seed: u64, now: Timestamp) -> Vec<Deed> {
        let mut deeds = Vec::new();
        while self.plan.front().is_some_and(|planned| planned.at <= now) {
            let Some(Planned { act, .. }) = self.plan.pop_front() else {
                break;
            };
            match act {
                Act::Write { text } => deeds.push(self.written(vec![text], now)),
                Act::WriteAtOnce { texts } => deeds.push(self.written(texts, now)),
                Act::Read { position } => deeds.push(Deed::Read { position }),
                other => self.say(&other, story, seed, now),
            }
        }
        deeds
    }

    fn written(&mut self, texts: Vec<String>, now: Timestamp) -> Deed {
        self.last_word_at = now;
        Deed::Write { batched: texts.len() > 1, texts }
    }

    /// Turns an intention into messages, and plans what may follow from it.
    fn say(&mut self, act: &Act, story: &Story, seed: u64, now: Timestamp) {
        let mut generator = self.decide(seed);
        match act {
            Act::GiveDetail => {
                let detail = story.details.get(self.details_given).into_iter().cloned().collect::<Vec<_>>();
                self.details_given += 1;
                self.burst(&detail, now, &mut generator);
                self.plan_nag(story, now, &mut generator);
            }
            Act::Nag => {
                let nag = story.impatient.get(self.nagged).into_iter().cloned().collect::<Vec<_>>();
                self.nagged += 1;
                self.burst(&nag, now, &mut generator);
                self.plan_nag(story, now, &mut generator);
            }
            Act::ComeBack => {
                self.came_back = true;
                self.stage = Stage::Open;
                self.burst(&story.comes_back, now, &mut generator);
                self.plan_nag(story, now, &mut generator);
            }
            _ => self.thank(story, now, &mut generator),
        }
    }

    fn thank(&mut self, story: &Story, now: Timestamp, generator: &mut ChaCha8Rng) {
        let thanks = story
            .thanks
            .get(self.thanked)
            .or(story.thanks.first())
            .into_iter()
            .cloned()
            .collect::<Vec<_>>();
        self.thanked += 1;
        self.burst(&thanks, now, generator);
        let sequel =
            !self.came_back && !story.comes_back.is_empty() && generator.random_bool(COMES_BACK_CHANCE);
        if sequel {
            let wait = between_millis(generator, BEFORE_COMING_BACK.0, BEFORE_COMING_BACK.1);
            self.plan(later(now, wait), Act::ComeBack);
        }
        self.stage = if sequel { Stage::Content } else { Stage::Over };
    }

    /// Plans messages with the gaps that typing takes; the first goes out now.
    fn burst(&mut self, texts: &[String], now: Timestamp, generator: &mut ChaCha8Rng) {
        let typed = typed(texts, generator);
        if typed.len() > 1 && generator.random_bool(PHONE_WAS_OFF_CHANCE) {
            self.plan(now, Act::WriteAtOnce { texts: typed });
            return;
        }
        let mut at = now;
        for (place, text) in typed.into_iter().enumerate() {
            if place > 0 {
                let pause = between_millis(generator, 300, 1500);
                at = later(at, time_to_type(&text).mul_f64(0.5).saturating_add(pause));
            }
            self.plan(at, Act::Write { text });
        }
    }

    fn plan_nag(&mut self, story: &Story, now: Timestamp, generator: &mut ChaCha8Rng) {
        if self.nagged < story.impatient.len() {
            self.plan(later(now, between_millis(generator, PATIENCE.0, PATIENCE.1)), Act::Nag);
        }
    }

    /// Keeps the plan in order of time; what is planned later for the same moment comes later.
    fn plan(&mut self, at: Timestamp, act: Act) {
        let place = self.plan.partition_point(|planned| planned.at <= at);
        self.plan.insert(place, Planned { at, act });
    }

    fn decide(&mut self, seed: u64) -> ChaCha8Rng {
        self.decisions += 1;
        chance(seed, self.ordinal, self.decisions)
    }
}

/// Does the reply ask something? A question mark ends a word; inside one it belongs to a web address.
fn asks(reply: &str) -> bool {
    reply.split_whitespace().any(|word| !word.contains("://") && word.contains('?'))
}

#[cfg(test)]
mod tests {
    use super::super::stories::Kind;
    use super::*;

    const SEED: u64 = 7;

    fn lines(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn lamp() -> Story {
        Story {
            id: "lamp".to_owned(),
            topic: "lighting".to_owned(),
            kind: Kind::Report,
            language: "nl".to_owned(),
            opening: lines(&["Hoi", "lamp stuk"]),
            details: lines(&["nr 14"]),
            thanks: lines(&["Dank"]),
            impatient: lines(&["Hallo?"]),
            comes_back: Vec::new(),
        }
    }

    fn begin(story: &Story) -> Talk {
        let who = Newcomer {
            ordinal: 1,
            number_id: "106".to_owned(),
            phone: "31600000001".to_owned(),
            name: "Yusuf".to_owned(),
        };
        Talk::begin(who, story, SEED, Timestamp::UNIX_EPOCH)
    }

    /// Lets everything planned happen; returns what was written and read, and when the last of it was.
    fn play(talk: &mut Talk, story: &Story, until: Duration) -> (Vec<String>, Vec<u64>) {
        let (mut written, mut read) = (Vec::new(), Vec::new());
        let end = later(Timestamp::UNIX_EPOCH, until);
        while let Some(at) = talk.next_at().filter(|at| *at <= end) {
            for deed in talk.act(story, SEED, at) {
                match deed {
                    Deed::Write { texts, .. } => written.extend(texts),
                    Deed::Read { position } => read.push(position),
                }
            }
        }
        (written, read)
    }

    const SOON: Duration = Duration::from_secs(60);
    const MUCH_LATER: Duration = Duration::from_secs(3600);

    #[test]
    fn a_question_gets_the_detail_and_an_answer_gets_thanks() {
        let story = lamp();
        let mut talk = begin(&story);
        assert_eq!(play(&mut talk, &story, SOON), (lines(&["Hoi", "lamp stuk"]), vec![]));
        talk.hear(1, "Bij welk nummer is dat?", &story, SEED, later(Timestamp::UNIX_EPOCH, SOON));
        assert_eq!(play(&mut talk, &story, SOON * 2), (lines(&["nr 14"]), vec![1]));
        talk.hear(
            2,
            "Wij maken hem morgen. Zie https://zwanendam.example/?id=1",
            &story,
            SEED,
            later(Timestamp::UNIX_EPOCH, SOON * 2),
        );
        assert_eq!(play(&mut talk, &story, SOON * 3), (lines(&["Dank"]), vec![2]));
        assert!(!talk.open());
        talk.hear(3, "Graag gedaan. Verder nog iets?", &story, SEED, later(Timestamp::UNIX_EPOCH, SOON * 3));
        assert_eq!(play(&mut talk, &story, SOON * 4), (vec![], vec![3]));
    }

    #[test]
    fn who_waits_long_asks_once_more_and_a_reply_ends_the_waiting() {
        let story = lamp();
        let mut talk = begin(&story);
        assert_eq!(play(&mut talk, &story, MUCH_LATER).0, lines(&["Hoi", "lamp stuk", "Hallo?"]));
        let mut talk = begin(&story);
        play(&mut talk, &story, SOON);
        talk.hear(1, "Wij kijken ernaar.", &story, SEED, later(Timestamp::UNIX_EPOCH, SOON));
        assert_eq!(play(&mut talk, &story, MUCH_LATER).0, lines(&["Dank"]));
    }

    #[test]
    fn of_two_replies_in_a_row_the_last_is_answered() {
        let story = lamp();
        let mut talk = begin(&story);
        play(&mut talk, &story, SOON);
        let at = later(Timestamp::UNIX_EPOCH, SOON);
        talk.hear(1, "Dank u wel.", &story, SEED, at);
        talk.hear(2, "Bij welk nummer?", &story, SEED, at);
        let (written, mut read) = play(&mut talk, &story, SOON * 2);
        read.sort_unstable();
        assert_eq!((written, read), (lines(&["nr 14"]), vec![1, 2]));
    }

    #[test]
    fn some_come_back_when_it_was_not_over() {
        let story = Story {
            comes_back: lines(&["weer stuk"]),
            impatient: vec![],
            ..lamp()
        };
        let back = |ordinal: u64| {
            let mut talk = Talk { ordinal, ..begin(&story) };
            talk.hear(1, "Gemaakt.", &story, SEED, later(Timestamp::UNIX_EPOCH, SOON));
            play(&mut talk, &story, MUCH_LATER).0.contains(&"weer stuk".to_owned())
        };
        let count = (0..100).filter(|ordinal| back(*ordinal)).count();
        assert!((20..60).contains(&count), "{count} of 100 came back");
    }
}
