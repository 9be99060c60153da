//! One resident with one story: what was said, what comes next and when.
//!
//! Pure: it is told the time and the replies, and says what the resident does. What goes beyond words (photos, thumbs,
//! buttons, a word taken back) is in `gestures`.

mod gestures;

use std::collections::VecDeque;
use std::time::Duration;

use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::chance::{between_millis, chance};
use super::stories::{Sent, Story};
use super::typing::{time_to_type, typed};
use crate::platforms::later;

use gestures::Habits;
pub(super) use gestures::{Gesture, Heard};

/// Somebody whose phone was off sends a burst all at once.
const PHONE_WAS_OFF_CHANCE: f64 = 0.1;
/// How many of those whose story has a sequel live to tell it.
const COMES_BACK_CHANCE: f64 = 0.4;
/// How many of those who see a slip too late for a star change the message instead.
const EDIT_CHANCE: f64 = 0.6;
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
    /// The id of the resident's last message, as the platform gave it.
    #[serde(default)]
    last_own: Option<String>,
    /// The id of the last reply.
    #[serde(default)]
    last_reply: Option<String>,
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
    /// What the story has beside words, by its place there.
    Send {
        item: usize,
    },
    /// A button or row of a reply.
    Press {
        message: String,
        choice: String,
    },
    /// A slip in the last message, put right.
    Correct {
        text: String,
    },
    /// The last message was for somebody else.
    TakeBack,
    GiveDetail,
    Thank,
    Nag,
    ComeBack,
}

/// What a resident does, for the platform to carry out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deed {
    Write { texts: Vec<String>, batched: bool, quotes: Option<String> },
    Read { position: u64 },
    Gesture(Gesture),
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
            last_own: None,
            last_reply: None,
            last_word_at: now,
        };
        let mut generator = talk.decide(seed);
        talk.burst(&story.opening, now, &mut generator);
        talk.plan_gestures(story);
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

    /// The platform gave the resident's message this id.
    pub(super) fn said(&mut self, wamid: &str) {
        self.last_own = Some(wamid.to_owned());
    }

    /// A reply arrived on the phone: it is read after a while and answered if there is something to answer.
    pub(super) fn hear(&mut self, heard: &Heard<'_>, story: &Story, seed: u64, now: Timestamp) {
        let (position, reply) = (heard.position, heard.text);
        let mut generator = self.decide(seed);
        self.last_word_at = now;
        self.last_reply = Some(heard.wamid.to_owned());
        let read_at = later(now, between_millis(&mut generator, BEFORE_READING.0, BEFORE_READING.1));
        self.plan(read_at, Act::Read { position });
        if self.stage != Stage::Open {
            return;
        }
        // A reply ends the waiting; and of several replies in a row the last one is answered.
        self.plan
            .retain(|planned| !matches!(planned.act, Act::Nag | Act::GiveDetail | Act::Thank));
        let mut habits = self.habits(seed);
        if let Some(choice) = habits.choice(&heard.choices) {
            let thinking = between_millis(&mut generator, BEFORE_ANSWERING.0, BEFORE_ANSWERING.1);
            let message = heard.wamid.to_owned();
            self.plan(later(read_at, thinking), Act::Press { message, choice });
            return;
        }
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
                Act::Write { text } => deeds.push(self.written(vec![text], seed, now)),
                Act::WriteAtOnce { texts } => deeds.push(self.written(texts, seed, now)),
                Act::Read { position } => deeds.push(Deed::Read { position }),
                Act::Send { .. } | Act::Press { .. } | Act::Correct { .. } | Act::TakeBack => {
                    deeds.extend(self.gesture(act, story).map(Deed::Gesture));
                }
                Act::Thank => {
                    deeds.extend(self.thumb(seed).map(Deed::Gesture));
                    self.say(&act, story, seed, now);
                }
                other => self.say(&other, story, seed, now),
            }
        }
        deeds
    }

    fn written(&mut self, texts: Vec<String>, seed: u64, now: Timestamp) -> Deed {
        self.last_word_at = now;
        let quotes = self.last_reply.clone().filter(|_| self.habits(seed).quotes());
        Deed::Write { batched: texts.len() > 1, texts, quotes }
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
        let slipped = texts.last().filter(|text| typed.last().is_some_and(|last| last != *text));
        let correction = slipped.filter(|_| typed.len() == texts.len()).cloned();
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
        if let Some(text) = correction.filter(|_| generator.random_bool(EDIT_CHANCE)) {
            self.plan(later(at, between_millis(generator, 4_000, 12_000)), Act::Correct { text });
        }
    }

    /// What the story has beside words follows its opening, one thing after another.
    fn plan_gestures(&mut self, story: &Story) {
        let mut at = self.plan.back().map_or(self.last_word_at, |planned| planned.at);
        for item in 0..story.sends.len() {
            at = later(at, Duration::from_secs(4));
            self.plan(at, Act::Send { item });
        }
        if let Some(text) = &story.misdirected {
            at = later(at, Duration::from_secs(6));
            self.plan(at, Act::Write { text: text.clone() });
            self.plan(later(at, Duration::from_secs(9)), Act::TakeBack);
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

    /// What this resident tends to do at this point, apart from the chance that decides about words.
    fn habits(&self, seed: u64) -> Habits {
        Habits::of(seed, self.ordinal, self.decisions)
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
mod tests;
