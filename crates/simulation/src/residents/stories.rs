//! What residents say, from the files in `residents/` that the binary carries.

use std::collections::BTreeSet;

use serde::Deserialize;

/// The files, as (name, text), sorted by name; made by the build script.
static FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/voices.rs"));

/// The file that holds names instead of stories.
const NAMES_FILE: &str = "names.toml";

/// Topics of incidents that many people write about at once.
pub const STORM_PREFIX: &str = "storm-";

/// One matter that brings somebody to write, in that person's words.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Unique over all files.
    pub id: String,
    /// What it is about, for example `lighting`; begins with `storm-` when it belongs to an incident.
    pub topic: String,
    /// What the resident wants.
    pub kind: Kind,
    /// ISO 639-1.
    pub language: String,
    /// The first messages, sent as one burst.
    pub opening: Vec<String>,
    /// Answers when the municipality asks back, one at a time.
    pub details: Vec<String>,
    /// After an answer that helps.
    pub thanks: Vec<String>,
    /// While waiting long.
    #[serde(default)]
    pub impatient: Vec<String>,
    /// Later, when it was not over after all.
    #[serde(default)]
    pub comes_back: Vec<String>,
    /// What goes with the opening beside words.
    #[serde(default)]
    pub sends: Vec<Sent>,
    /// Said to us by mistake, right after the opening, and taken back.
    #[serde(default)]
    pub misdirected: Option<String>,
}

/// Something that is sent beside words. `sample` names one of the files that residents have.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Sent {
    /// A photo, perhaps with the place in it.
    Photo {
        /// Which.
        sample: String,
        /// Under it.
        caption: Option<String>,
        /// Degrees north, where it was taken.
        latitude: Option<f64>,
        /// Degrees east.
        longitude: Option<f64>,
    },
    /// A film of a few seconds.
    Film {
        /// Under it.
        caption: Option<String>,
    },
    /// A voice note.
    Voice {
        /// Which.
        sample: String,
    },
    /// A letter or form.
    Document {
        /// Its name.
        filename: String,
        /// Under it.
        caption: Option<String>,
    },
    /// A sticker that waves, or one that stands still.
    Sticker {
        /// Which.
        moves: bool,
    },
    /// A place on the map.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// The name of a chosen place.
        name: Option<String>,
    },
    /// The card of somebody else.
    Contact {
        /// The name on it.
        name: String,
        /// The number on it, in the residents' range.
        phone: String,
    },
}

/// What a resident wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// To know something.
    Question,
    /// To have said something.
    Remark,
    /// To have something fixed outside.
    Report,
    /// To be heard about how it went.
    Complaint,
    /// To say that it went well.
    Compliment,
    /// To propose something.
    Suggestion,
}

/// All stories and names.
#[derive(Debug, Clone, PartialEq)]
pub struct Voices {
    /// In the order of files and within them.
    pub stories: Vec<Story>,
    /// Under which residents appear.
    pub names: Vec<String>,
}

/// A file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("residents/{file}: {fault}")]
pub struct UnusableVoices {
    /// Which.
    pub file: String,
    /// What is wrong with it.
    pub fault: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryFile {
    #[serde(default)]
    story: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameFile {
    #[serde(default)]
    resident: Vec<Name>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    name: String,
}

impl Voices {
    /// The voices that the binary carries.
    ///
    /// # Errors
    /// When a file cannot be read or a story lacks something; a test reads them all, so that this never meets a user.
    pub fn embedded() -> Result<Self, UnusableVoices> {
        Self::read(FILES)
    }

    fn read(files: &[(&str, &str)]) -> Result<Self, UnusableVoices> {
        let mut voices = Self { stories: Vec::new(), names: Vec::new() };
        let mut ids = BTreeSet::new();
        for (file, text) in files {
            let unusable = |fault: String| UnusableVoices { file: (*file).to_owned(), fault };
            if *file == NAMES_FILE {
                let names: NameFile = toml::from_str(text).map_err(|error| unusable(error.to_string()))?;
                voices.names.extend(names.resident.into_iter().map(|resident| resident.name));
                continue;
            }
            let stories: StoryFile = toml::from_str(text).map_err(|error| unusable(error.to_string()))?;
            for story in stories.story {
                story.check().map_err(|fault| unusable(format!("{}: {fault}", story.id)))?;
                if !ids.insert(story.id.clone()) {
                    return Err(unusable(format!("{} is told twice", story.id)));
                }
                voices.stories.push(story);
            }
        }
        if voices.stories.is_empty() || voices.names.is_empty() {
            return Err(UnusableVoices {
                file: String::new(),
                fault: "there are no stories or no names".to_owned(),
            });
        }
        Ok(voices)
    }

    /// The story with this id.
    #[must_use]
    pub fn story(&self, id: &str) -> Option<&Story> {
        self.stories.iter().find(|story| story.id == id)
    }

    /// The topics of incidents, each once, sorted.
    #[must_use]
    pub fn storms(&self) -> BTreeSet<&str> {
        self.stories
            .iter()
            .map(|story| story.topic.as_str())
            .filter(|topic| topic.starts_with(STORM_PREFIX))
            .collect()
    }
}

impl Story {
    /// Does it belong to an incident?
    #[must_use]
    pub fn in_a_storm(&self) -> bool {
        self.topic.starts_with(STORM_PREFIX)
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.id.is_empty() || self.topic.is_empty() || self.language.len() != 2 {
            return Err("id and topic are filled in, language has two letters");
        }
        if self.opening.is_empty() || self.opening.len() > 5 {
            return Err("opening has 1 to 5 messages");
        }
        if self.thanks.is_empty() {
            return Err("thanks has at least one message");
        }
        let lists = [&self.opening, &self.details, &self.thanks, &self.impatient, &self.comes_back];
        let texts = lists.into_iter().flatten().chain(&self.misdirected);
        if self.sends.len() > 3 {
            return Err("sends has at most 3 things");
        }
        if texts.into_iter().any(|text| text.trim().is_empty() || text.chars().count() > 4096) {
            return Err("no message is empty or longer than 4096 characters");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_the_binary_carries_can_be_used() {
        for (file, text) in FILES.iter().filter(|(file, _)| *file != NAMES_FILE) {
            let one =
                toml::from_str::<StoryFile>(text).unwrap_or_else(|error| panic!("residents/{file}: {error}"));
            assert!(!one.story.is_empty(), "residents/{file} tells no story");
        }
        if FILES.is_empty() {
            println!("skipped: no files in residents/ yet");
            return;
        }
        let voices = Voices::embedded().unwrap_or_else(|error| panic!("{error}"));
        assert!(voices.stories.iter().any(|story| !story.in_a_storm()));
    }

    #[test]
    fn a_faulty_story_is_named_with_its_file() {
        let told = |rest: &str| {
            let story = format!(
                "[[story]]\nid = \"a\"\ntopic = \"lighting\"\nkind = \"report\"\nlanguage = \"nl\"\nopening = [\"Hoi\"]\n\
                 details = []\nthanks = [\"Dank\"]\n{rest}"
            );
            let files = [(NAMES_FILE, "[[resident]]\nname = \"Yusuf\""), ("lamps.toml", story.as_str())];
            Voices::read(&files).map_err(|error| error.to_string())
        };
        assert_eq!(told("").map(|voices| voices.stories.len()), Ok(1));
        assert!(told("mood = \"sour\"").is_err_and(|fault| fault.starts_with("residents/lamps.toml")));
        assert!(told("impatient = [\" \"]").is_err_and(|fault| fault.contains("a: no message is empty")));
    }
}
