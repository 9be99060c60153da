//! The rule on its own, told in every order that there is.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::*;

fn identifier(word: &str) -> Identifier {
    let (kind, strength) = match word.as_bytes()[0] {
        b'6' => ("phone", Strength::Passing),
        b'F' => ("family", Strength::Lasting),
        _ => ("id", Strength::Lasting),
    };
    Identifier { kind: kind.into(), value: word.to_owned(), strength }
}

/// "ID1 61" is written by whoever has both; "61 > 62 ID2" is a notice. `day`: on which day.
fn told(day: i64, words: &str) -> Vec<Named> {
    let at = plus_seconds(Timestamp::UNIX_EPOCH, day * 86_400);
    let names = |words: &str| words.split_whitespace().map(identifier).collect::<Vec<_>>();
    match words.split_once('>') {
        None => named_by_message(&names(words), at),
        Some((before, after)) => {
            let provider_id = crate::channels::ProviderId::new("notice").expect("a valid id");
            named_by_change(
                &IdentityChange { provider_id, before: names(before), after: names(after), at },
                at,
            )
        }
    }
}

/// What a store would hold: whose each name is, and who wrote what.
#[derive(Default)]
struct Book {
    known: Vec<Known>,
    wrote: Vec<(AuthorId, String)>,
    made: u128,
}

impl Book {
    fn hear(&mut self, (day, words): (i64, &str)) {
        let claims = told(day, words);
        let concerned: Vec<AuthorId> = claims
            .iter()
            .filter_map(|claim| holder(claim, &self.known))
            .map(|known| known.author)
            .collect();
        let known: Vec<Known> =
            self.known.iter().filter(|known| concerned.contains(&known.author)).cloned().collect();
        let found = resolve(&claims, &known);
        let author = found.one.iter().min().copied().unwrap_or_else(|| {
            self.made += 1;
            AuthorId(Uuid::from_u128(self.made))
        });
        for known in self.known.iter_mut().filter(|known| found.one.contains(&known.author)) {
            known.author = author;
        }
        for wrote in self.wrote.iter_mut().filter(|wrote| found.one.contains(&wrote.0)) {
            wrote.0 = author;
        }
        for name in found.names {
            self.known.retain(|known| known.name.identifier != name.identifier);
            self.known.push(Known { author, name });
        }
        if !words.contains('>') {
            self.wrote.push((author, format!("{day}: {words}")));
        }
    }

    /// Every author as a line: what they wrote, and the names they go by.
    fn lines(&self) -> Vec<String> {
        let mut authors: BTreeMap<AuthorId, (Vec<String>, Vec<String>)> = BTreeMap::new();
        for known in &self.known {
            let left = if known.name.left_at.is_some() { " (left)" } else { "" };
            authors
                .entry(known.author)
                .or_default()
                .0
                .push(format!("{}{left}", known.name.identifier.value));
        }
        for (author, wrote) in &self.wrote {
            authors.entry(*author).or_default().1.push(wrote.clone());
        }
        let line = |(mut names, mut wrote): (Vec<String>, Vec<String>)| {
            names.sort();
            wrote.sort();
            format!("{} wrote {}", names.join(", "), wrote.join(" | "))
        };
        let mut lines: Vec<String> = authors.into_values().map(line).collect();
        lines.sort();
        lines
    }
}

fn orders<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
    if all.is_empty() {
        return vec![Vec::new()];
    }
    let with_first = |first: usize| {
        let mut rest = all.to_vec();
        let one = rest.remove(first);
        orders(&rest).into_iter().map(move |order| [vec![one.clone()], order].concat())
    };
    (0..all.len()).flat_map(with_first).collect()
}

/// However these are told, and told twice, these authors come of it.
#[track_caller]
fn check(claims: &[(i64, &'static str)], expected: &[&str]) {
    for order in orders(claims) {
        let mut book = Book::default();
        order.iter().for_each(|claim| book.hear(*claim));
        assert_eq!(book.lines(), expected, "told in the order {order:?}");
        let wrote = std::mem::take(&mut book.wrote);
        order.iter().rev().for_each(|claim| book.hear(*claim));
        book.wrote = wrote;
        assert_eq!(book.lines(), expected, "told in the order {order:?}, and again backwards");
    }
}

#[test]
fn a_claim_that_names_both_makes_two_authors_one() {
    check(&[(1, "61"), (2, "ID1"), (3, "ID1 61")], &["61, ID1 wrote 1: 61 | 2: ID1 | 3: ID1 61"]);
    check(
        &[(1, "61"), (2, "ID1"), (3, "F1"), (4, "ID1 F1"), (5, "61 F1")],
        &["61, F1, ID1 wrote 1: 61 | 2: ID1 | 3: F1 | 4: ID1 F1 | 5: 61 F1"],
    );
}

#[test]
fn a_number_that_comes_with_another_id_is_another_persons() {
    check(
        &[(1, "ID1 61"), (200, "ID2 61"), (201, "ID2 61"), (3, "ID1 61")],
        &["61, ID2 wrote 200: ID2 61 | 201: ID2 61", "ID1 wrote 1: ID1 61 | 3: ID1 61"],
    );
}

#[test]
fn the_new_owner_of_a_number_is_known_by_it_from_then_on() {
    let mut book = Book::default();
    for claim in [(1, "ID1 61"), (2, "61"), (200, "ID2 61"), (201, "61"), (202, "ID1")] {
        book.hear(claim);
    }
    assert_eq!(
        book.lines(),
        ["61, ID2 wrote 200: ID2 61 | 201: 61", "ID1 wrote 1: ID1 61 | 202: ID1 | 2: 61"]
    );
}

#[test]
fn a_change_of_number_keeps_the_person() {
    check(&[(1, "61"), (5, "61 > 62"), (6, "62")], &["61 (left), 62 wrote 1: 61 | 6: 62"]);
    check(
        &[(1, "ID1 61"), (5, "ID1 61 > ID2 62"), (6, "ID2 62"), (7, "ID2")],
        &["61 (left), 62, ID1 (left), ID2 wrote 1: ID1 61 | 6: ID2 62 | 7: ID2"],
    );
    // The notice names the numbers alone, and the new id is known already: it is told that they are one.
    check(
        &[(1, "ID1 61"), (5, "61 > 62"), (6, "ID2 62")],
        &["61 (left), 62, ID1, ID2 wrote 1: ID1 61 | 6: ID2 62"],
    );
    check(&[(5, "ID1 > ID2"), (6, "ID2"), (1, "ID1")], &["ID1 (left), ID2 wrote 1: ID1 | 6: ID2"]);
}

#[test]
fn who_gets_a_number_that_was_given_up_is_somebody_else() {
    let mut book = Book::default();
    for claim in [(1, "61"), (5, "61 > 62"), (200, "61"), (201, "62")] {
        book.hear(claim);
    }
    assert_eq!(book.lines(), ["61 wrote 200: 61", "62 wrote 1: 61 | 201: 62"]);
}

#[test]
fn who_moves_to_a_number_that_was_another_persons_does_not_become_that_person() {
    for former in ["62", "ID9 62"] {
        let mut book = Book::default();
        for claim in [(1, former), (100, "ID1 61"), (200, "ID1 61 > ID2 62"), (201, "62")] {
            book.hear(claim);
        }
        let lines = book.lines();
        assert!(lines.iter().any(|line| line.ends_with(&format!("wrote 1: {former}"))), "{lines:?}");
        assert!(lines.iter().any(|line| line.ends_with("wrote 100: ID1 61 | 201: 62")), "{lines:?}");
    }
}

#[test]
fn a_notice_about_a_number_that_another_has_by_now_changes_nothing_for_them() {
    let mut book = Book::default();
    for claim in [(200, "ID2 61"), (100, "61 > 62"), (201, "62")] {
        book.hear(claim);
    }
    assert_eq!(book.lines(), ["61, ID2 wrote 200: ID2 61", "62 wrote 201: 62"]);
}
