//! What residents do, in the words of a phone; and what a reply is on one.

use serde_json::Value;

use super::stories::Sent;
use super::talk::{Deed, Gesture, Heard};
use crate::platforms::{self, Accepted, Act, FileKind, Inbound, Place, SentFile};

/// A message of the municipality as its reader sees it.
pub(super) fn heard(message: &Accepted) -> Heard<'_> {
    let action = &message.content["action"];
    let buttons = action["buttons"].as_array().into_iter().flatten().map(|button| &button["reply"]["id"]);
    let sections = action["sections"].as_array().into_iter().flatten();
    let rows = sections.filter_map(|section| section["rows"].as_array()).flatten().map(|row| &row["id"]);
    let choices = buttons.chain(rows).filter_map(Value::as_str).map(str::to_owned).collect();
    Heard {
        position: message.position,
        wamid: &message.wamid,
        text: &message.text,
        choices,
    }
}

/// The deed as the platform takes it. Reading is no message.
pub(super) fn inbound(phone: &str, name: String, deed: Deed) -> Inbound {
    let (acts, batched) = match deed {
        Deed::Write { texts, batched, quotes } => (written(texts, quotes), batched),
        Deed::Gesture(gesture) => (vec![gestured(gesture).into()], false),
        Deed::Read { .. } => (Vec::new(), false),
    };
    Inbound {
        from: phone.to_owned(),
        name,
        acts,
        batched,
        attended: true,
        ..Inbound::default()
    }
}

/// Is it something that can be changed or taken back afterwards?
pub(super) fn says(inbound: &Inbound) -> bool {
    use platforms::Deed::{File, Text};
    inbound.acts.iter().all(|act| matches!(act.does, Text { .. } | File(_)))
}

/// Of several messages at once the first quotes.
fn written(texts: Vec<String>, quotes: Option<String>) -> Vec<Act> {
    let mut acts: Vec<Act> =
        texts.into_iter().map(|body| Act::from(platforms::Deed::Text { body })).collect();
    if let Some(first) = acts.first_mut() {
        first.quotes = quotes;
    }
    acts
}

fn gestured(gesture: Gesture) -> platforms::Deed {
    match gesture {
        Gesture::Send(sent) => given(sent),
        Gesture::Press { message, choice } => platforms::Deed::Press { message, choice },
        Gesture::React { message, emoji } => {
            platforms::Deed::Reaction { message, emoji: Some(emoji.to_owned()) }
        }
        Gesture::Correct { message, text } => platforms::Deed::Edit { message, text },
        Gesture::TakeBack { message } => platforms::Deed::Revoke { message },
    }
}

fn given(sent: Sent) -> platforms::Deed {
    let file = |kind: FileKind, sample: Option<String>, caption: Option<String>| SentFile {
        sample,
        caption,
        ..SentFile::of(kind)
    };
    platforms::Deed::File(match sent {
        Sent::Photo { sample, caption, latitude, longitude } => SentFile {
            place: latitude.zip(longitude).map(|(latitude, longitude)| Place { latitude, longitude }),
            ..file(FileKind::Image, Some(sample), caption)
        },
        Sent::Film { caption } => file(FileKind::Video, None, caption),
        Sent::Voice { sample } => file(FileKind::Voice, Some(sample), None),
        Sent::Document { filename, caption } => SentFile {
            filename: Some(filename),
            ..file(FileKind::Document, None, caption)
        },
        Sent::Sticker { moves } => {
            let sample = if moves { "sticker-moving" } else { "sticker" };
            file(FileKind::Sticker, Some(sample.to_owned()), None)
        }
        Sent::Location { latitude, longitude, name } => {
            return platforms::Deed::Location { latitude, longitude, name, address: None, url: None };
        }
        Sent::Contact { name, phone } => return platforms::Deed::Contact { name, phone },
    })
}

#[cfg(test)]
mod tests {
    use super::super::stories::Voices;
    use super::*;

    #[test]
    fn every_file_that_a_story_names_exists() {
        let known: Vec<&str> = platforms::sample_names().collect();
        let voices = Voices::embedded().expect("the files can be used");
        let sent: Vec<Sent> = voices.stories.into_iter().flat_map(|story| story.sends).collect();
        assert!(sent.len() >= 15, "a share of the stories has more than words: {}", sent.len());
        for one in sent {
            if let platforms::Deed::File(SentFile { sample: Some(sample), .. }) = given(one) {
                assert!(known.contains(&sample.as_str()), "no file is called {sample}");
            }
        }
    }
}
