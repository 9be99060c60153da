//! `gehoor media-worker`: looks into one file and ends. Started by the server for every file that comes in; its input is
//! the file, its output the verdict (`drivers::media`). What breaks a decoder breaks this process and nothing else.

#[cfg(test)]
#[path = "../../../../fuzz/properties/corpus.rs"]
mod corpus;
mod halving;
mod limits;
mod picture;
#[cfg(test)]
#[path = "../../../../fuzz/properties/picture.rs"]
mod written_anew;

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::process::ExitCode;

use domain::media::{Content, Forbidden, Format, Handling, place, sniff};
use drivers::media::{PictureMade, Verdict};

use picture::{NotMade, Picture, Source};

/// The name of the hidden command.
pub const COMMAND: &str = "media-worker";

/// The file, as it stands behind the standard input.
struct Input {
    file: File,
    length: u64,
}

impl Content for Input {
    fn length(&self) -> u64 {
        self.length
    }

    fn piece(&self, at: u64, length: usize) -> Vec<u8> {
        let left = usize::try_from(self.length.saturating_sub(at)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length.min(left)];
        let mut read = 0;
        // A piece that cannot be read is an empty one: then nothing fits, and the file is refused.
        while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, at + u64::try_from(read).unwrap_or(u64::MAX)) {
                Ok(0) | Err(_) => break,
                Ok(more) => read += more,
            }
        }
        bytes.truncate(read);
        bytes
    }
}

/// The input from its beginning, read as it is asked for: never as a whole beside what a decoder makes of it.
struct Reading<'a> {
    input: &'a Input,
    at: u64,
}

impl Read for Reading<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.file.read_at(into, self.at)?;
        self.at = self.at.saturating_add(u64::try_from(read).unwrap_or(0));
        Ok(read)
    }
}

impl Seek for Reading<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.input.length.checked_add_signed(by),
        };
        self.at = place.ok_or(std::io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

impl Source for Input {
    fn reader(&self) -> impl BufRead + Seek {
        BufReader::with_capacity(64 * 1024, Reading { input: self, at: 0 })
    }
}

/// Limits itself, judges, answers. It fails only when it could not begin, which says nothing about the file.
pub fn run() -> ExitCode {
    let Ok(input) = input() else { return ExitCode::FAILURE };
    // From here on: no file, no connection, no other process, and so much memory and time.
    if limits::set().is_err() {
        return ExitCode::FAILURE;
    }
    match judge(&input) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn input() -> std::io::Result<Input> {
    let file = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let length = file.metadata()?.len();
    Ok(Input { file, length })
}

fn judge(input: &Input) -> std::io::Result<()> {
    let refused = |why: Forbidden| Verdict::Refuse { why: why.as_str().to_owned() };
    let format = match sniff(input) {
        Ok(format) => format,
        Err(why) => return say(&refused(why)),
    };
    let media_type = format.media_type().to_owned();
    if format.handling() != Handling::Picture {
        return say(&as_it_came(input, format, media_type));
    }
    // Before it is tried: whoever ends in the attempt has said what the file is.
    say(&Verdict::Picture { media_type: media_type.clone() })?;
    match picture::anew(input, format) {
        Ok(made) => give(&made),
        Err(NotMade::TooMuch) => say(&Verdict::Save { media_type }),
        Err(NotMade::Unreadable) => say(&refused(Forbidden::Unreadable)),
    }
}

/// What is kept without being decoded, but for what says where it was made.
fn as_it_came(input: &Input, format: Format, media_type: String) -> Verdict {
    match place::find(input, format) {
        Ok(told) if told.blanks.is_empty() => Verdict::Keep { media_type, picture: None },
        Ok(told) => Verdict::Blank {
            media_type,
            taken_at: told.taken_at,
            blanks: told.blanks.iter().map(|blank| (blank.at, blank.length)).collect(),
        },
        Err(place::Unsure) => Verdict::Unsure { media_type },
    }
}

fn give(picture: &Picture) -> std::io::Result<()> {
    let long = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let made = PictureMade {
        width: picture.width,
        height: picture.height,
        bytes: long(&picture.bytes),
        thumbnail_bytes: long(&picture.thumbnail),
        taken_at: picture.taken_at,
    };
    let media_type = picture.format.media_type().to_owned();
    say(&Verdict::Keep { media_type, picture: Some(made) })?;
    let mut out = std::io::stdout().lock();
    out.write_all(&picture.bytes)?;
    out.write_all(&picture.thumbnail)?;
    out.flush()
}

fn say(verdict: &Verdict) -> std::io::Result<()> {
    let verdict = serde_json::to_vec(verdict)?;
    let length = u32::try_from(verdict.len()).map_err(std::io::Error::other)?;
    let mut out = std::io::stdout().lock();
    out.write_all(&length.to_be_bytes())?;
    out.write_all(&verdict)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture that the fuzzer begins with or has found, as it is judged.
    macro_rules! judged {
        ($name:literal) => {{
            let bytes: &[u8] = include_bytes!(concat!("../../../../fuzz/corpus/picture/", $name));
            picture::anew(bytes, sniff(bytes).expect("a picture"))
        }};
    }

    #[test]
    fn every_picture_that_was_made_up_or_found_is_written_anew() {
        for (name, bytes) in corpus::corpus("picture") {
            println!("{name}");
            written_anew::holds(&bytes);
        }
    }

    #[test]
    fn a_frame_that_is_far_larger_than_its_picture_is_a_flood() {
        assert_eq!(judged!("gif_with_a_frame_of_gigabytes").err(), Some(picture::NotMade::TooMuch));
        assert!(judged!("gif_animated").is_ok());
    }

    #[test]
    fn a_place_that_says_it_has_gigabytes_costs_the_place_and_not_the_picture() {
        let whole = judged!("webp_lossless_with_a_place").expect("a picture");
        let endless = judged!("webp_with_a_place_that_does_not_end").expect("a picture");
        assert!(whole.taken_at.is_some() && endless.taken_at.is_none());
    }

    #[test]
    fn an_animation_is_as_large_and_as_whole_as_what_is_kept_of_it() {
        let turned = judged!("webp_animated_turned").expect("an animation");
        assert_eq!(
            (turned.width, turned.height),
            (7, 5),
            "its frames are not turned: what said so is left out"
        );
        let broken = judged!("webp_animated_without_its_first_frame").err();
        assert_eq!(broken, Some(picture::NotMade::Unreadable));
    }
}
