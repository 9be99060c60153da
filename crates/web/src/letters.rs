//! The words of the mail that Gehoor sends itself: Dutch first, English below it, plain text.

use usecases::access::LinkPurpose;
use usecases::mail::{Letter, LetterFacts, Letters};

use crate::words::{Language, Moments, Words};

/// Writes letters in both languages: nobody knows yet which one the reader wants.
pub struct MailLetters;

impl Letters for MailLetters {
    fn write(&self, facts: &LetterFacts) -> Letter {
        let (dutch, english) = (Words::of(Language::Nl), Words::of(Language::En));
        let subject = match facts.purpose {
            LinkPurpose::Invitation => dutch.letter_invite_subject(&facts.municipality),
            LinkPurpose::Reset => dutch.letter_reset_subject(&facts.municipality),
        };
        let text = format!("{}\n\n-- English --\n\n{}", text(dutch, facts), text(english, facts));
        Letter { subject, text }
    }
}

fn text(w: Words, facts: &LetterFacts) -> String {
    let first = match facts.purpose {
        LinkPurpose::Invitation => w.letter_invite_text(&facts.municipality, &facts.name),
        LinkPurpose::Reset => w.letter_reset_text(&facts.municipality, &facts.name),
    };
    let until = Moments::new(w, &facts.time_zone, facts.expires_at).on_the_day(facts.expires_at);
    format!("{first}\n\n{}\n\n{}\n\n{}\n", facts.link, w.letter_until(&until), w.letter_not_you())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_has_the_link_on_a_line_of_its_own_in_both_languages() {
        let facts = LetterFacts {
            purpose: LinkPurpose::Invitation,
            name: "Noor Bakker".to_owned(),
            municipality: "Gemeente Zwanendam".to_owned(),
            time_zone: "Europe/Amsterdam".to_owned(),
            link: "https://webcare.example/wachtwoord/abc".to_owned(),
            expires_at: "2026-03-09T08:00:00Z".parse().expect("a moment"),
        };
        let letter = MailLetters.write(&facts);
        assert_eq!(letter.subject, "Uitnodiging voor Gehoor van Gemeente Zwanendam");
        let links = letter.text.lines().filter(|line| *line == facts.link).count();
        assert_eq!(links, 2, "{}", letter.text);
        assert!(
            letter.text.contains("Beste Noor Bakker,") && letter.text.contains("9 maart"),
            "{}",
            letter.text
        );
        assert!(letter.text.contains("9.00") && letter.text.contains("9:00"), "{}", letter.text);
    }
}
