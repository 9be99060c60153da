//! D5: whatever somebody types, a search is no error and takes no time.

use std::time::{Duration, Instant};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};
use simulation::both_databases;
use simulation::world::World;
use usecases::Failure;
use usecases::search::{Search, SearchRefused, search_conversations};

/// What engines could take for something else.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "\"",
    "'",
    "''",
    "\"\"",
    "\"\"\"",
    "*",
    "%",
    "_",
    "\\",
    "\\'",
    "--",
    "- -",
    "-",
    "-a",
    "-a -b",
    ";",
    ":",
    "::",
    "a:",
    ":a",
    "a:b:c",
    "(",
    ")",
    "()",
    "((((((((((",
    "a(b)",
    "^a",
    "a^2",
    "{a}",
    "{terms}: a",
    "terms:a",
    "terms : lantaarn",
    "a*",
    "a**",
    "*a",
    "NOT",
    "AND",
    "OR",
    "NEAR",
    "a AND",
    "a OR b",
    "NOT a",
    "a NOT",
    "NEAR(a b)",
    "NEAR(a b, 10)",
    "\"a\" NEAR \"b\"",
    "a + b",
    "a+b",
    "!",
    "!a",
    "a & b",
    "a | b",
    "a <-> b",
    "a:*",
    "'a'",
    "'a':*",
    "a & !",
    "<->",
    "$1",
    "$11",
    "?1",
    ":name",
    "@a",
    "\u{0}",
    "a\u{0}b",
    "'; DROP TABLE message; --",
    "\" OR 1=1",
    "lantaarn' OR 'a'='a",
    "zwanendam:wlantarn",
    "lindeveld:wgeheim",
    "wlantarn",
    "van:",
    "van:\"",
    "van:*",
    "van:'",
    "van:\u{0}",
    "team:%",
    "team:'",
    "voor:\"",
    "voor:%",
    "kanaal:' OR 1=1",
    "status:'",
    "sinds:0",
    "sinds:9999-12-31",
    "sinds:-9999",
    "tot:9999-12-31",
    "tot:99999999999999",
    "sinds:2026-02-30",
    "sinds:1-1-1",
    "🙂",
    "👩‍👩‍👧‍👦",
    "\u{202e}abc",
    "ﷺ",
    "مصباح",
    "路灯坏了",
    "İ",
    "ß",
    "ﬁ",
    "\u{301}",
    "a\u{301}\u{301}\u{301}",
    "\t\n\r",
    "„ “ ”",
    "”a“",
    "-\"a b\"",
    "-van:a",
    "--a",
];

both_databases! {
    async fn nothing_that_is_typed_is_an_error(world: World) {
        world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let ctx = world.ctx("Noor").await;
        for typed in HOSTILE {
            for order in [usecases::search::Order::Newest, usecases::search::Order::Best] {
                for before in ["", "0", "0w", "-9223372036854775808", "9223372036854775807w"] {
                    let before = before.parse().ok();
                    let search = Search { typed: (*typed).to_owned(), order, before };
                    let page = search_conversations(&ctx, &search).await;
                    assert!(page.is_ok(), "{typed:?}: {:?}", page.err());
                }
            }
        }
        // Proof that there was something to find.
        let search = Search { typed: "lantaarn".to_owned(), ..Search::default() };
        assert_eq!(search_conversations(&ctx, &search).await.expect("found").items.len(), 1);
    }

    async fn sixty_four_kilobytes_are_refused_at_once_and_with_a_number(world: World) {
        world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let ctx = world.ctx("Noor").await;
        for typed in ["a".repeat(64 * 1024), "lantaarn ".repeat(8 * 1024), "\"".repeat(64 * 1024), "é".repeat(32 * 1024)] {
            let begun = Instant::now();
            let refused = search_conversations(&ctx, &Search { typed, ..Search::default() }).await;
            let Err(Failure::Refused(SearchRefused::TooLong { characters })) = refused else {
                unreachable!("it is refused")
            };
            assert!(characters > 500 && begun.elapsed() < Duration::from_millis(50), "{characters} in {:?}", begun.elapsed());
        }
    }

    async fn a_message_of_a_hundred_thousand_characters_is_indexed_and_found(world: World) {
        world.resident("Yusuf").writes(&format!("lantaarn {}", "woord ".repeat(16_000))).await;
        world.resident("Anna").writes(&"x".repeat(60_000)).await;
        let ctx = world.ctx("Noor").await;
        let search = Search { typed: "lantaarn".to_owned(), ..Search::default() };
        assert_eq!(search_conversations(&ctx, &search).await.expect("found").items.len(), 1);
    }

    async fn nothing_that_chance_types_is_an_error(world: World) {
        world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let ctx = world.ctx("Noor").await;
        let mut chance = TestRunner::new(Config::default());
        let typed = "(\\PC{0,60}|[a-z\"'*():&|!<>^\\-\\\\ ]{0,60}|(van|voor|team|kanaal|status|sinds|tot):\\PC{0,20})";
        let typed = proptest::string::string_regex(typed).expect("an expression");
        for _ in 0..64 {
            let typed = typed.new_tree(&mut chance).expect("a text").current();
            let search = Search { typed: typed.clone(), ..Search::default() };
            let page = search_conversations(&ctx, &search).await;
            assert!(page.is_ok(), "{typed:?}: {:?}", page.err());
        }
    }
}
