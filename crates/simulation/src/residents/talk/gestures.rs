//! What goes beyond words: photos, voice notes, thumbs, buttons, a slip put right, a word taken back.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::super::chance::chance;
use super::{Act, Sent, Story, Talk};

/// Keeps these decisions apart from those about words.
const STREAM: u64 = 0x6765_7374_7572_6573;
/// Of those who are offered buttons or rows, how many press one instead of writing.
const PRESSES: f64 = 0.8;
/// How many quote the reply that they answer.
const QUOTES: f64 = 0.15;
/// How many react to the reply that helped.
const REACTS: f64 = 0.3;
const EMOJI: [&str; 4] = ["👍", "🙏", "😊", "❤️"];

/// A reply as it arrives on a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Heard<'a> {
    pub(in super::super) position: u64,
    pub(in super::super) wamid: &'a str,
    pub(in super::super) text: &'a str,
    /// What it offers to press: the ids of its buttons or rows.
    pub(in super::super) choices: Vec<String>,
}

/// Something done without words of one's own.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Gesture {
    Send(Sent),
    Press { message: String, choice: String },
    React { message: String, emoji: &'static str },
    Correct { message: String, text: String },
    TakeBack { message: String },
}

/// What somebody tends to do at one point of the talk.
pub(super) struct Habits {
    generator: ChaCha8Rng,
}

impl Habits {
    pub(super) fn of(seed: u64, ordinal: u64, decisions: u64) -> Self {
        Self { generator: chance(seed ^ STREAM, ordinal, decisions) }
    }

    /// Which of the choices is pressed, if any.
    pub(super) fn choice(&mut self, choices: &[String]) -> Option<String> {
        if choices.is_empty() || !self.generator.random_bool(PRESSES) {
            return None;
        }
        choices.get(self.generator.random_range(0..choices.len())).cloned()
    }

    pub(super) fn quotes(&mut self) -> bool {
        self.generator.random_bool(QUOTES)
    }

    fn emoji(&mut self) -> Option<&'static str> {
        let place = self.generator.random_range(0..EMOJI.len());
        self.generator.random_bool(REACTS).then(|| EMOJI[place])
    }
}

impl Talk {
    /// The planned gesture; nothing when what it is about does not exist.
    pub(super) fn gesture(&self, act: Act, story: &Story) -> Option<Gesture> {
        match act {
            Act::Send { item } => story.sends.get(item).cloned().map(Gesture::Send),
            Act::Press { message, choice } => Some(Gesture::Press { message, choice }),
            Act::Correct { text } => Some(Gesture::Correct { message: self.last_own.clone()?, text }),
            Act::TakeBack => Some(Gesture::TakeBack { message: self.last_own.clone()? }),
            _ => None,
        }
    }

    /// A thumb for the reply that helped.
    pub(super) fn thumb(&self, seed: u64) -> Option<Gesture> {
        let message = self.last_reply.clone()?;
        Some(Gesture::React { message, emoji: self.habits(seed).emoji()? })
    }
}
