//! What a query means. Nothing that somebody types is an error: what is no filter is a word, and what is no word is
//! nothing. Only a text that is far too long is refused.

use domain::conversations::ConversationState;
use domain::search::{QUERY_CHARACTERS, QUERY_WORDS, Term, TermKind, Wanted};
use jiff::civil::Date;

use super::terms::beginning;
use crate::language::{is_stop_word, parts, stem, words};

/// Values of one filter that count.
const VALUES: usize = 4;
/// Letters of the shortest beginning that finds longer words.
const BEGINNING_MIN: usize = 3;

/// A query as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// What a message must say, all of it.
    pub sought: Vec<Sought>,
    /// Words of a message that nobody wants.
    pub without: Vec<SoughtWord>,
    /// What else must be true of it.
    pub filters: Filters,
    /// What was typed and is not looked for as it stands.
    pub doubts: Vec<Doubt>,
}

/// Something that a message must say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// A word, in any of its forms.
    Word(SoughtWord),
    /// Words that stand beside one another.
    Phrase(Vec<SoughtWord>),
}

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoughtWord {
    /// Without case and accents.
    pub folded: String,
    /// Its stem.
    pub stem: String,
    /// The stems of its parts, for a compound.
    pub parts: Vec<String>,
    /// A longer word that begins like this will do.
    pub or_longer: bool,
}

/// What must be true of the conversation, or of who wrote the message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Words of the writer's name, all of them.
    pub writer: Vec<String>,
    /// The channel, as it was typed.
    pub channel: Option<String>,
    /// The team, as it was typed.
    pub team: Option<String>,
    /// Who has the conversation.
    pub owner: Option<Owner>,
    /// How the conversation stands.
    pub status: Option<Status>,
    /// Not before this day.
    pub since: Option<Date>,
    /// Not after this day.
    pub until: Option<Date>,
}

/// Who has a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Who asks.
    Me,
    /// Nobody.
    Nobody,
    /// Somebody of this name, as it was typed.
    Named(String),
}

/// How a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Anything but closed.
    Active,
    /// Exactly this.
    Exactly(ConversationState),
}

/// Something in a query that was not taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// No filter has this name: it is looked for as a word.
    UnknownFilter(String),
    /// The filter is known and its value is not: it is looked for as a word.
    UnknownValue(String),
    /// There are more words than are looked for.
    TooManyWords,
}

/// A query of so many characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong {
    /// What it has.
    pub characters: usize,
}

/// Reads a query.
///
/// # Errors
/// `TooLong` above [`QUERY_CHARACTERS`].
pub fn parse(typed: &str) -> Result<Query, TooLong> {
    // Bytes first: nobody counts the characters of what is far too long.
    if typed.len() > QUERY_CHARACTERS * 4 || typed.chars().count() > QUERY_CHARACTERS {
        let characters = typed.chars().take(100_000).count();
        return Err(TooLong { characters });
    }
    let mut query = Query::default();
    for piece in pieces(typed) {
        take(&mut query, &piece);
    }
    // Who typed half a word wants what it begins; the last one only, as the others are finished.
    let ends_open = !typed.ends_with(['"', '”']);
    if let (true, Some(Sought::Word(last))) = (ends_open, query.sought.last_mut()) {
        last.or_longer = last.folded.chars().count() >= BEGINNING_MIN;
    }
    drop_stop_words(&mut query);
    hold_to_limit(&mut query);
    Ok(query)
}

/// A piece between spaces, or a quotation.
struct Piece {
    /// What stands before its colon.
    name: Option<String>,
    text: String,
    quoted: bool,
    minus: bool,
}

const QUOTES: [char; 4] = ['"', '“', '”', '„'];

fn pieces(typed: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = typed.trim_start();
    while let Some(first) = rest.chars().next() {
        let minus = first == '-' && rest.len() > 1;
        let body = if minus { &rest[1..] } else { rest };
        let end = body.find(|c: char| c.is_whitespace() || QUOTES.contains(&c)).unwrap_or(body.len());
        let (head, tail) = body.split_at(end);
        let name = head.split_once(':');
        let opens = tail.chars().next().filter(|c| QUOTES.contains(c));
        let (piece, after) = match (opens, name) {
            // A quotation, or the quoted value of a filter.
            (Some(quote), named) if head.is_empty() || named.is_some_and(|(_, value)| value.is_empty()) => {
                let inner = &tail[quote.len_utf8()..];
                let close = inner.find(QUOTES).unwrap_or(inner.len());
                let after = inner[close..].chars().next().map_or("", |c| &inner[close + c.len_utf8()..]);
                let name = named.map(|(name, _)| name.to_owned());
                (Piece { name, text: inner[..close].to_owned(), quoted: true, minus }, after)
            }
            (_, Some((name, value))) if !name.is_empty() && !value.is_empty() => (
                Piece {
                    name: Some(name.to_owned()),
                    text: value.to_owned(),
                    quoted: false,
                    minus,
                },
                tail,
            ),
            _ => (Piece { name: None, text: head.to_owned(), quoted: false, minus }, tail),
        };
        found.push(piece);
        rest = after.trim_start();
    }
    found
}

fn take(query: &mut Query, piece: &Piece) {
    if let (Some(name), false) = (&piece.name, piece.minus) {
        match filter(&mut query.filters, name, &piece.text) {
            Ok(()) => return,
            // "12:30" and "https://…" are no try at a filter.
            Err(Some(doubt)) if name.chars().all(char::is_alphabetic) && !piece.text.starts_with("//") => {
                query.doubts.push(doubt);
            }
            Err(_) => (),
        }
    }
    let typed = match &piece.name {
        Some(name) => format!("{name} {}", piece.text),
        None => piece.text.clone(),
    };
    let found = words(&typed, QUERY_WORDS + 1).into_iter().map(|word| sought(&word.folded));
    if piece.minus {
        query.without.extend(found);
    } else if piece.quoted && piece.name.is_none() {
        let phrase: Vec<_> = found.collect();
        if phrase.len() > 1 {
            query.sought.push(Sought::Phrase(phrase));
        } else {
            query.sought.extend(phrase.into_iter().map(Sought::Word));
        }
    } else {
        query.sought.extend(found.map(Sought::Word));
    }
}

fn sought(folded: &str) -> SoughtWord {
    SoughtWord {
        folded: folded.to_owned(),
        stem: stem(folded),
        parts: parts(folded).into_iter().map(|part| stem(&folded[part])).collect(),
        or_longer: false,
    }
}

/// Takes a filter, or says why it is none.
fn filter(filters: &mut Filters, name: &str, value: &str) -> Result<(), Option<Doubt>> {
    let folded = crate::language::fold(value);
    let unknown = || Err(Some(Doubt::UnknownValue(format!("{name}:{value}"))));
    match crate::language::fold(name).as_str() {
        "van" | "from" => {
            let names = words(value, VALUES);
            if names.is_empty() {
                return unknown();
            }
            filters.writer.extend(names.into_iter().map(|word| word.folded));
            filters.writer.truncate(VALUES);
        }
        "kanaal" | "channel" if !folded.is_empty() => filters.channel = Some(folded),
        "team" if !folded.is_empty() => filters.team = Some(value.trim().to_owned()),
        "voor" | "for" if !folded.is_empty() => {
            filters.owner = Some(match folded.as_str() {
                "mij" | "mijzelf" | "me" => Owner::Me,
                "niemand" | "nobody" => Owner::Nobody,
                _ => Owner::Named(value.trim().to_owned()),
            });
        }
        "status" => match status(&folded) {
            Some(status) => filters.status = Some(status),
            None => return unknown(),
        },
        "sinds" | "vanaf" | "since" => match date(value) {
            Some(date) => filters.since = Some(date),
            None => return unknown(),
        },
        "tot" | "until" => match date(value) {
            Some(date) => filters.until = Some(date),
            None => return unknown(),
        },
        "kanaal" | "channel" | "team" | "voor" | "for" => return unknown(),
        _ => return Err(Some(Doubt::UnknownFilter(name.to_owned()))),
    }
    Ok(())
}

fn status(folded: &str) -> Option<Status> {
    use ConversationState as State;
    Some(match folded {
        "open" | "actief" | "active" => Status::Active,
        "gesloten" | "dicht" | "closed" => Status::Exactly(State::Closed),
        "nieuw" | "new" => Status::Exactly(State::New),
        "wachtopinwoner" | "waitingforresident" => Status::Exactly(State::WaitingForResident),
        "wachtopafdeling" | "waitingfordepartment" => Status::Exactly(State::WaitingForDepartment),
        "gepauzeerd" | "later" | "snoozed" => Status::Exactly(State::Snoozed),
        _ => return None,
    })
}

/// "2026-03-02", "2-3-2026", "2026-03" (its first day) or "2026".
fn date(value: &str) -> Option<Date> {
    let numbers: Vec<&str> = value.split(['-', '/', '.']).collect();
    let number = |text: &str| text.parse::<i16>().ok().filter(|number| *number > 0);
    let small = |text: &str| text.parse::<i8>().ok();
    match numbers.as_slice() {
        [year] if year.len() == 4 => Date::new(number(year)?, 1, 1).ok(),
        [year, month] if year.len() == 4 => Date::new(number(year)?, small(month)?, 1).ok(),
        [year, month, day] if year.len() == 4 => Date::new(number(year)?, small(month)?, small(day)?).ok(),
        [day, month, year] if year.len() == 4 => Date::new(number(year)?, small(month)?, small(day)?).ok(),
        _ => None,
    }
}

/// Words without a meaning are not insisted on, unless there are no others.
fn drop_stop_words(query: &mut Query) {
    let says = |sought: &Sought| match sought {
        Sought::Word(word) => !is_stop_word(&word.folded) || word.or_longer && word.folded.len() > 3,
        Sought::Phrase(_) => true,
    };
    if query.sought.iter().any(says) {
        query.sought.retain(|sought| match sought {
            Sought::Word(word) => !is_stop_word(&word.folded),
            Sought::Phrase(_) => true,
        });
    }
}

fn hold_to_limit(query: &mut Query) {
    let mut room = QUERY_WORDS;
    let before = query.sought.len() + query.without.len();
    let mut fits = |words: usize| {
        let there_is = words <= room;
        room = room.saturating_sub(words);
        there_is
    };
    query.sought.retain(|sought| fits(sought.words().len()));
    query.without.truncate(QUERY_WORDS);
    query.doubts.truncate(VALUES);
    if query.sought.len() + query.without.len() < before {
        query.doubts.push(Doubt::TooManyWords);
    }
}

impl Sought {
    /// The words of it.
    #[must_use]
    pub fn words(&self) -> &[SoughtWord] {
        match self {
            Self::Word(word) => std::slice::from_ref(word),
            Self::Phrase(words) => words,
        }
    }
}

impl SoughtWord {
    /// The groups of terms that a message needs to hold this word: of each group one.
    fn groups(&self) -> Vec<Vec<Term>> {
        let longer = if self.or_longer { beginning(TermKind::Beginning, &self.folded) } else { None };
        // Whoever holds the whole compound holds its parts as well.
        let stems = if self.parts.is_empty() {
            std::slice::from_ref(&self.stem)
        } else {
            &self.parts
        };
        stems
            .iter()
            .map(|stem| Term::new(TermKind::Word, stem).into_iter().chain(longer.clone()).collect::<Vec<_>>())
            .filter(|group| !group.is_empty())
            .collect()
    }
}

impl Query {
    /// Whether it asks for nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sought.is_empty() && self.without.is_empty() && self.filters == Filters::default()
    }

    /// Whether a longer word would do somewhere.
    #[must_use]
    pub fn ends_open(&self) -> bool {
        self.sought.iter().flat_map(Sought::words).any(|word| word.or_longer)
    }

    /// The same query, content with nothing but whole words.
    #[must_use]
    pub fn of_whole_words(&self) -> Self {
        let mut whole = self.clone();
        for sought in &mut whole.sought {
            if let Sought::Word(word) = sought {
                word.or_longer = false;
            }
        }
        whole
    }

    /// The terms that a message must have to come into question.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let words = self.sought.iter().flat_map(Sought::words);
        let mut groups: Vec<_> = words.flat_map(SoughtWord::groups).collect();
        groups.extend(self.writer_terms());
        groups.dedup();
        let without = self.without.iter().filter_map(|word| Term::new(TermKind::Word, &word.stem)).collect();
        Wanted { groups, without }
    }

    /// The same when a part of the words will do: one of them, and the writer.
    #[must_use]
    pub fn wanted_partly(&self) -> Wanted {
        let words = Self { filters: Filters::default(), ..self.clone() };
        let mut wanted = words.wanted().any();
        wanted.groups.retain(|group| !group.is_empty());
        wanted.groups.extend(self.writer_terms());
        wanted
    }

    fn writer_terms(&self) -> impl Iterator<Item = Vec<Term>> {
        let term = |word: &String| {
            beginning(TermKind::Writer, word)
                .or_else(|| Term::new(TermKind::Writer, word))
                .map(|term| vec![term])
        };
        self.filters.writer.iter().filter_map(term)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(query: &Query) -> String {
        let shown = |sought: &Sought| {
            let words: Vec<_> = sought.words().iter().map(|word| word.folded.as_str()).collect();
            match sought {
                Sought::Word(word) if word.or_longer => format!("{}*", words[0]),
                Sought::Word(_) => words[0].to_owned(),
                Sought::Phrase(_) => format!("\"{}\"", words.join(" ")),
            }
        };
        query.sought.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_quotations_and_what_nobody_wants_are_told_apart() {
        for (typed, expected, without) in [
            ("kapotte lantaarn", "kapotte lantaarn*", 0),
            ("de lantaarn in de Kerkstraat", "lantaarn kerkstraat*", 0),
            ("\"oude markt\" afval", "\"oude markt\" afval*", 0),
            ("„oude markt”", "\"oude markt\"", 0),
            ("\"lantaarn\"", "lantaarn", 0),
            ("\"oude markt", "\"oude markt\"", 0),
            ("afval -container", "afval*", 1),
            ("-", "", 0),
            ("de het een", "de het een*", 0),
            ("is", "is", 0),
            ("e-mail", "e mail*", 0),
            ("AND OR NOT NEAR(a b)", "and or not near a b", 0),
            ("* ^ ( ) \" ' ; -- %", "", 0),
            ("12:30", "12 30", 0),
        ] {
            let query = parse(typed).expect("short enough");
            assert_eq!((words_of(&query).as_str(), query.without.len()), (expected, without), "{typed}");
        }
    }

    #[test]
    fn filters_are_words_with_a_colon_and_what_is_unknown_is_a_word() {
        let query = parse(
            "van:\"Yusuf A.\" kanaal:wa team:webcare voor:mij status:open sinds:2026-03-01 tot:2-4-2026 lamp",
        )
        .expect("short enough");
        assert_eq!(
            query.filters,
            Filters {
                writer: vec!["yusuf".to_owned(), "a".to_owned()],
                channel: Some("wa".to_owned()),
                team: Some("webcare".to_owned()),
                owner: Some(Owner::Me),
                status: Some(Status::Active),
                since: Some(jiff::civil::date(2026, 3, 1)),
                until: Some(jiff::civil::date(2026, 4, 2)),
            }
        );
        assert_eq!((words_of(&query).as_str(), query.doubts.len()), ("lamp*", 0));
        let query = parse("kleur:rood status:groen").expect("short enough");
        assert_eq!(words_of(&query), "kleur rood status groen*");
        let doubts =
            [Doubt::UnknownFilter("kleur".to_owned()), Doubt::UnknownValue("status:groen".to_owned())];
        assert_eq!(query.doubts, doubts);
        for no_try in ["https://zwanendam.example", "12:30", "van:", ":", "::", "van:!"] {
            let query = parse(no_try).expect("short enough");
            assert!(query.filters == Filters::default(), "{no_try}: {query:?}");
        }
    }

    #[test]
    fn a_query_is_held_to_its_limits() {
        assert_eq!(parse(&"a".repeat(501)), Err(TooLong { characters: 501 }));
        assert!(parse(&"é".repeat(500)).is_ok());
        assert!(parse(&"x".repeat(64 * 1024)).is_err());
        let query = parse(&"lamp paal ".repeat(40)).expect("400 characters");
        assert_eq!((query.sought.len(), query.doubts), (QUERY_WORDS, vec![Doubt::TooManyWords]));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_is_understood_somehow(typed in "\\PC{0,400}") {
            if let Ok(query) = parse(&typed) {
                let wanted = query.wanted();
                for term in wanted.groups.iter().flatten().chain(&wanted.without) {
                    proptest::prop_assert!(term.as_str().chars().all(char::is_alphanumeric));
                }
            }
        }

        #[test]
        fn and_so_is_what_looks_like_a_filter(name in "(van|voor|team|kanaal|status|sinds|tot|-|\")?", value in "[:\" \\-a-z0-9*()']{0,30}") {
            let _ = parse(&format!("{name}:{value}")).map(|query| query.wanted_partly());
        }
    }
}
