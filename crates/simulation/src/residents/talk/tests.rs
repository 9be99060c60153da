use super::super::stories::{Kind, Sent};
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
        sends: Vec::new(),
        misdirected: None,
    }
}

fn heard(position: u64, text: &str) -> Heard<'_> {
    Heard { position, wamid: "wamid.reply", text, choices: Vec::new() }
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
                Deed::Gesture(_) => {}
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
    talk.hear(&heard(1, "Bij welk nummer is dat?"), &story, SEED, later(Timestamp::UNIX_EPOCH, SOON));
    assert_eq!(play(&mut talk, &story, SOON * 2), (lines(&["nr 14"]), vec![1]));
    talk.hear(
        &heard(2, "Wij maken hem morgen. Zie https://zwanendam.example/?id=1"),
        &story,
        SEED,
        later(Timestamp::UNIX_EPOCH, SOON * 2),
    );
    assert_eq!(play(&mut talk, &story, SOON * 3), (lines(&["Dank"]), vec![2]));
    assert!(!talk.open());
    talk.hear(
        &heard(3, "Graag gedaan. Verder nog iets?"),
        &story,
        SEED,
        later(Timestamp::UNIX_EPOCH, SOON * 3),
    );
    assert_eq!(play(&mut talk, &story, SOON * 4), (vec![], vec![3]));
}

#[test]
fn who_waits_long_asks_once_more_and_a_reply_ends_the_waiting() {
    let story = lamp();
    let mut talk = begin(&story);
    assert_eq!(play(&mut talk, &story, MUCH_LATER).0, lines(&["Hoi", "lamp stuk", "Hallo?"]));
    let mut talk = begin(&story);
    play(&mut talk, &story, SOON);
    talk.hear(&heard(1, "Wij kijken ernaar."), &story, SEED, later(Timestamp::UNIX_EPOCH, SOON));
    assert_eq!(play(&mut talk, &story, MUCH_LATER).0, lines(&["Dank"]));
}

#[test]
fn of_two_replies_in_a_row_the_last_is_answered() {
    let story = lamp();
    let mut talk = begin(&story);
    play(&mut talk, &story, SOON);
    let at = later(Timestamp::UNIX_EPOCH, SOON);
    talk.hear(&heard(1, "Dank u wel."), &story, SEED, at);
    talk.hear(&heard(2, "Bij welk nummer?"), &story, SEED, at);
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
        talk.hear(&heard(1, "Gemaakt."), &story, SEED, later(Timestamp::UNIX_EPOCH, SOON));
        play(&mut talk, &story, MUCH_LATER).0.contains(&"weer stuk".to_owned())
    };
    let count = (0..100).filter(|ordinal| back(*ordinal)).count();
    assert!((20..60).contains(&count), "{count} of 100 came back");
}

/// The gestures of a talk in which one reply comes after a minute.
fn gestures_after(talk: &mut Talk, story: &Story, reply: &Heard<'_>) -> Vec<Gesture> {
    let mut gestures = Vec::new();
    let end = later(Timestamp::UNIX_EPOCH, MUCH_LATER);
    let mut heard = false;
    loop {
        let next = talk.next_at().filter(|at| *at <= end);
        let minute = later(Timestamp::UNIX_EPOCH, SOON);
        if !heard && next.is_none_or(|at| at > minute) {
            talk.hear(reply, story, SEED, minute);
            heard = true;
            continue;
        }
        let Some(at) = next else { return gestures };
        for deed in talk.act(story, SEED, at) {
            match deed {
                Deed::Gesture(gesture) => gestures.push(gesture),
                Deed::Write { .. } => talk.said("wamid.own"),
                Deed::Read { .. } => {}
            }
        }
    }
}

#[test]
fn a_story_sends_what_it_has_and_takes_back_what_was_not_for_us() {
    let photo = Sent::Photo {
        sample: "lamp".to_owned(),
        caption: None,
        latitude: None,
        longitude: None,
    };
    let story = Story {
        sends: vec![photo.clone()],
        misdirected: Some("schat neem jij melk mee".to_owned()),
        impatient: vec![],
        ..lamp()
    };
    let gestures = gestures_after(&mut begin(&story), &story, &heard(1, "Dank u."));
    let back = Gesture::TakeBack { message: "wamid.own".to_owned() };
    assert_eq!(gestures[..2], [Gesture::Send(photo), back]);
}

#[test]
fn most_press_what_is_offered_and_some_react_or_quote() {
    let story = Story { impatient: vec![], ..lamp() };
    let mut counts = [0; 3];
    for ordinal in 0..200 {
        let mut talk = Talk { ordinal, ..begin(&story) };
        let offered = Heard { choices: lines(&["ja", "nee"]), ..heard(1, "Klopt het?") };
        let pressed = |gesture: &Gesture| matches!(gesture, Gesture::Press { .. });
        counts[0] += usize::from(gestures_after(&mut talk, &story, &offered).iter().any(pressed));
        let mut talk = Talk { ordinal, ..begin(&story) };
        let reacted = |gesture: &Gesture| matches!(gesture, Gesture::React { .. });
        counts[1] +=
            usize::from(gestures_after(&mut talk, &story, &heard(1, "Gemaakt.")).iter().any(reacted));
        let habits = Habits::of(SEED, ordinal, 3).quotes();
        counts[2] += usize::from(habits);
    }
    assert!((130..190).contains(&counts[0]) && (30..90).contains(&counts[1]), "{counts:?}");
    assert!((10..60).contains(&counts[2]), "{counts:?}");
}
