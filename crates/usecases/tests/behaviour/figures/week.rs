//! A week of one municipality, told by the platform: what the tests of the order in which it is told play (A4).

use jiff::{SignedDuration, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use simulation::platforms::NumberSettings;
use simulation::world::World;
use simulation::world::webhook::Webhook;

/// Within so many seconds all of it happens, so that at the end of the week none of it is older than is believed.
const SPAN_SECONDS: i64 = 5 * 24 * 3600;

/// How much happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Week {
    /// Residents who write and are answered.
    pub residents: u32,
    /// Events that the platform tells.
    pub events: usize,
}

/// A reply that the platform took.
#[derive(Debug, Clone)]
pub(super) struct Answered {
    /// The platform's id of it.
    pub wamid: String,
    /// To whom.
    pub phone: String,
    /// What we sent along to know it by.
    pub tracker: String,
}

pub(super) fn phone(resident: u32) -> String {
    format!("3160002{resident:04}")
}

pub(super) fn answer_to(phone: &str) -> String {
    format!("wamid.ANSWER-{phone}")
}

/// What the platform reports on the answer with this number, in the order in which it happened.
pub(super) fn reports(
    number: &NumberSettings,
    begin: Timestamp,
    index: usize,
    one: &Answered,
) -> Vec<Webhook> {
    let reports: &[&str] = match index % 4 {
        0 => &["sent", "delivered", "read"],
        1 => &["sent", "failed"],
        2 => &["sent", "failed", "delivered"],
        _ => &["sent", "read"],
    };
    let tracker = (!index.is_multiple_of(3)).then_some(one.tracker.as_str());
    let told = (1_i64..).zip(reports).map(|(offset, status)| {
        let moment = begin + SignedDuration::from_secs(offset);
        Webhook::about(number).status(&one.wamid, (status, &one.phone), moment, tracker)
    });
    told.collect()
}

impl Week {
    /// Residents write, react, change and delete, are answered from Gehoor and from a telephone, and the platform reports
    /// on each answer. In the order in which it happened, each with its moment.
    pub fn told(self, world: &World, answered: &[Answered], seed: u64) -> Vec<(Timestamp, Webhook)> {
        let number = world.number("wa-main").settings;
        let begin = world.now();
        let mut told = Vec::new();
        for (index, one) in answered.iter().enumerate() {
            told.extend((1_i64..).zip(reports(&number, begin, index, one)));
        }
        let mut turns = Turns {
            number,
            begin,
            residents: self.residents,
            chance: ChaCha8Rng::seed_from_u64(seed),
            written: vec![Vec::new(); self.residents as usize],
        };
        let step = SPAN_SECONDS / i64::try_from(self.events).expect("a small number");
        let mut at = 0;
        for turn in 0_u32.. {
            if told.len() >= self.events {
                break;
            }
            at += turns.chance.random_range(1..=step);
            turns.play(turn, at, &mut told);
        }
        told.truncate(self.events);
        told.sort_by_key(|(at, _)| *at);
        told.into_iter()
            .map(|(at, webhook)| (begin + SignedDuration::from_secs(at), webhook))
            .collect()
    }
}

/// What happens turn by turn.
struct Turns {
    number: NumberSettings,
    begin: Timestamp,
    residents: u32,
    chance: ChaCha8Rng,
    /// What each resident wrote so far.
    written: Vec<Vec<String>>,
}

impl Turns {
    /// One turn, so many seconds after the beginning; what follows from it later is told then.
    fn play(&mut self, turn: u32, at: i64, told: &mut Vec<(i64, Webhook)>) {
        let moment = self.begin + SignedDuration::from_secs(at);
        let who = self.chance.random_range(0..self.residents);
        let phone = phone(who);
        let name = format!("Resident {who}, since {}", turn / 30);
        let wamid = format!("wamid.W{turn:05}");
        let about = Webhook::about(&self.number);
        let theirs = self.written[who as usize].last().cloned();
        match (turn % 8, theirs) {
            (3, Some(theirs)) => {
                let text = format!("Beter: {turn}");
                told.push((at, about.edit((&phone, &name), &wamid, moment, (&theirs, &text))));
            }
            (4, Some(theirs)) if turn.is_multiple_of(3) => {
                told.push((at, about.revoke((&phone, &name), &wamid, moment, &theirs)));
            }
            (5, _) => {
                let target = format!("wamid.W{:05}", self.chance.random_range(0..=turn));
                told.push((at, about.reaction((&phone, &name), &wamid, moment, (&target, "👍"))));
            }
            (6, _) => {
                told.push((at, about.echo(&phone, &wamid, moment, "Wij hebben u gebeld.")));
                for (offset, status) in [(1, "delivered"), (9, "read")] {
                    let later = moment + SignedDuration::from_secs(offset);
                    let about = Webhook::about(&self.number);
                    told.push((at + offset, about.status(&wamid, (status, &phone), later, None)));
                }
            }
            (7, _) => self.reacts(turn, at, &phone, told),
            _ => {
                told.push((at, about.message((&phone, &name), something(turn, &wamid, moment))));
                self.written[who as usize].push(wamid);
            }
        }
    }

    /// Reactions come and go, also on what we sent, and by people who have not written yet or never do.
    fn reacts(&mut self, turn: u32, at: i64, phone: &str, told: &mut Vec<(i64, Webhook)>) {
        let moment = self.begin + SignedDuration::from_secs(at);
        let stranger = format!("3160003{:04}", self.chance.random_range(0..self.residents.div_ceil(3)));
        let target = match turn % 3 {
            0 => answer_to(phone),
            _ => format!("wamid.W{:05}", turn - turn % 8),
        };
        let emoji = ["👍", "❤️", ""][self.chance.random_range(0..3)];
        let by = if turn.is_multiple_of(5) { phone } else { &stranger };
        let wamid = format!("wamid.W{turn:05}");
        let about = Webhook::about(&self.number);
        told.push((at, about.reaction((by, "Stranger"), &wamid, moment, (&target, emoji))));
        if turn % 16 == 7 {
            let (first, later) = (format!("wamid.S{turn:05}"), moment + SignedDuration::from_secs(5));
            let about = Webhook::about(&self.number);
            told.push((at + 5, about.text((&stranger, "Stranger"), &first, later, "Ik ook")));
        }
    }
}

/// A message of one of the kinds that residents send.
fn something(turn: u32, wamid: &str, moment: Timestamp) -> Value {
    let mut message = match turn % 7 {
        0 => json!({"type": "image", "image": {"id": format!("m{turn}"), "mime_type": "image/jpeg",
            "caption": format!("Foto {turn}"), "sha256": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}}),
        1 => {
            json!({"type": "location", "location": {"latitude": 52.01, "longitude": 4.35, "name": format!("Plek {turn}")}})
        }
        2 => json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "De conciërge"},
            "phones": [{"phone": format!("010 {turn}"), "type": "WORK"}]}]}),
        3 => {
            json!({"type": "interactive", "context": {"forwarded": true}, "interactive": {"type": "button_reply",
            "button_reply": {"id": format!("k{turn}"), "title": "Ja"}}})
        }
        _ => json!({"type": "text", "text": {"body": format!("Bericht {turn}")}}),
    };
    message["id"] = json!(wamid);
    message["timestamp"] = json!(moment.as_second().to_string());
    message
}
