//! What counts as JSON, and what is made of the rest.

use super::*;

fn accepted(body: &[u8]) -> bool {
    Document::read(body).is_ok()
}

#[test]
#[rustfmt::skip]
fn json_is_accepted() {
    // After the cases y_ of JSONTestSuite (Nicolas Seriot): what every reader must accept.
    for body in [
        "[[]   ]", "[\"\"]", "[]", "[false]", "[null, 1, \"1\", {}]", "[null]", "[1\n]", " [1]",
        "[1,null,null,null,2]", "[2] ", "[123e65]", "[0e+1]", "[0e1]", "[ 4]",
        "[-0.000000000000000000000000000000000000000000000000001]", "[20e1]", "[-0]", "[-123]", "[-1]",
        "[1E22]", "[1E-2]", "[1E+2]", "[123.456e78]", "[1e-2]", "{\"asd\":\"sdf\", \"dfg\":\"fgh\"}",
        "{\"a\":\"b\",\"a\":\"c\"}", "{}", "{\"\":0}", "{\"foo\\u0000bar\": 42}",
        "{ \"min\": -1.0e+28, \"max\": 1.0e+28 }", "{\"a\":[]}", "{\n\"a\": \"b\"\n}",
        "[\"\\u0060\\u012a\\u12AB\"]", "[\"\\uD801\\udc37\"]", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]",
        "[\"\\\\u0000\"]", "[\"\\\"\"]", "[\"a/*b*/c/*d//e\"]", "[\"\\\\n\"]", "[\"\\u0012\"]",
        "[\"\\uFFFF\"]", "[ \"asd\"]", "[\"new\\u00A0line\"]", "[\"\u{10ffff}\"]", "[\"\u{ffff}\"]",
        "[\"\\u0000\"]", "[\"\\u002c\"]", "[\"π\"]", "[\"asd \"]", "\" \"", "[\"\\uD834\\uDd1e\"]",
        "[\"\\u0821\"]", "[\"\\u0123\"]", "[\"\u{2028}\u{2029}\"]", "[\"\\u0061\\u30af\\u30EA\\u30b9\"]",
        "[\"new\\u000Aline\"]", "[\"\u{7f}\"]", "[\"\\uA66D\"]", "[\"⍂㈴⍂\"]", "[\"\\u005C\"]",
        "[\"\\u0022\"]", "[\"\\uDBFF\\uDFFE\"]", "[\"\\u200B\"]", "[\"\\uFDD0\"]", "[\"€𝄞\"]",
        "[\"a\u{7f}a\"]", "false", "42", "-0.1", "null", "\"asd\"", "true", "\"\"", "[\"a\"]\n", "[true]",
        " [] ",
    ] {
        assert!(accepted(body.as_bytes()), "{body:?}");
    }
}

#[test]
#[rustfmt::skip]
fn what_is_no_json_is_refused() {
    // After the cases n_ of JSONTestSuite: what every reader must refuse.
    let bodies: &[&[u8]] = &[
        b"[1 true]", b"[a\xe5]", b"[\"\": 1]", b"[\"\"],", b"[,1]", b"[1,,2]", b"[\"x\",,]", b"[\"x\"]]",
        b"[\"\",]", b"[\"x\"", b"[x", b"[3[4]]", b"[\xff]", b"[1:2]", b"[,]", b"[-]", b"[   , \"\"]",
        b"[\"a\",\n4\n,1,", b"[1,]", b"[1,,]", b"[\"\x0ba\"\\f]", b"[*]", b"[\"\"", b"[1,\n1\n,1", b"[{}",
        b"[fals]", b"[nul]", b"[tru]", b"123\0", b"[++1234]", b"[+1]", b"[+Inf]", b"[-01]", b"[-1.0.]",
        b"[-2.]", b"[-NaN]", b"[.-1]", b"[.2e-3]", b"[0.1.2]", b"[0.3e+]", b"[0.3e]", b"[0.e1]", b"[0E+]",
        b"[0E]", b"[0e+]", b"[0e]", b"[1.0e+]", b"[1.0e-]", b"[1.0e]", b"[1 000.0]", b"[1eE2]", b"[2.e+3]",
        b"[2.e-3]", b"[2.e3]", b"[9.e+]", b"[Inf]", b"[NaN]", "[１]".as_bytes(), b"[1+2]", b"[0x1]",
        b"[0x42]", b"[Infinity]", b"[0e+-1]", b"[-123.123foo]", b"[123\xe5]", b"[1e1\xe5]", b"[0\xe5]",
        b"[-Infinity]", b"[-foo]", b"[- 1]", b"[-012]", b"[-.123]", b"[-1x]", b"[1ea]", b"[1e\xe5]", b"[1.]",
        b"[.123]", b"[1.2a-3]", b"[1.8011670033376514H-308]", b"[012]", b"[\"x\", truth]", b"{[: \"x\"}\n",
        b"{\"x\", null}", b"{\"x\"::\"b\"}", b"{\"a\":\"a\" 123}", b"{key: 'value'}", b"{\"\xb9\":\"0\",}",
        b"{\"a\" b}", b"{:\"b\"}", b"{\"a\" \"b\"}", b"{\"a\":", b"{\"a\"", b"{1:1}", b"{9999E9999:1}",
        b"{null:null,null:null}", b"{\"id\":0,,,,,}", b"{'a':0}", b"{\"id\":0,}", b"{\"a\":\"b\"}/**/",
        b"{\"a\":\"b\"}/**//", b"{\"a\":\"b\"}//", b"{\"a\":\"b\"}/", b"{\"a\":\"b\",,\"c\":\"d\"}",
        b"{a: \"b\"}", b"{\"a\":\"a", b"{ \"foo\" : \"bar\", \"a\" }", b"{\"a\":\"b\"}#", b" ",
        b"[\"\\uD800\\\"]", b"[\"\\uD800\\u\"]", b"[\"\\uD800\\u1\"]", b"[\"\\uD800\\u1x\"]",
        "[é]".as_bytes(), b"[\"\\\x00\"]", b"[\"\\x00\"]", b"[\"\\\\\\\"]", b"[\"\\\t\"]",
        "[\"\\🌀\"]".as_bytes(), b"[\"\\\"]", b"[\"\\u00A\"]", b"[\"\\uD834\\uDd\"]",
        b"[\"\\uD800\\uD800\\x\"]", b"[\"\\u\xe5\"]", b"[\"\\a\"]", b"[\"\\uqqqq\"]", b"[\"\\\xe5\"]",
        b"[\\u0020\"asd\"]", b"[\\n]", b"\"", b"['single quote']", b"abc", b"[\"\\", b"[\"a\x00a\"]",
        b"[\"new\nline\"]", b"[\"\t\"]", b"\"\\UA66D\"", b"\"\"x", b"\xef\xbb\xbf", b"<.>",
        b"[<null>]", b"[1]x", b"[1]]", b"[\"asd]", "aå".as_bytes(), b"[True]", b"1]", b"{\"x\": true,",
        b"[][]", b"]", b"\xef\xbb{}", b"\xe5", b"[", b"", b"[\0]", b"2@", b"{}}", b"{\"\":",
        b"{\"a\":/*comment*/\"b\"}", b"{\"a\": true} \"x\"", b"['", b"[,", b"[{", b"[\"a", b"[\"a\"", b"{",
        b"{]", b"{,", b"{[", b"{\"a", b"{'a'", b"[\"\\{[\"\\{[\"\\{[\"\\{", b"*", b"{\"a\":\"b\"}#{}",
        b"[\\u000A\"\"]", b"[1", b"[ false, nul", b"[ true, fals", b"{\"asd\":\"asd\"", b"\xc3\xa5",
        b"[\x0c]", "[\u{2060}]".as_bytes(), "\u{feff}{}".as_bytes(),
    ];
    for body in bodies {
        assert!(!accepted(body), "{:?}", String::from_utf8_lossy(body));
    }
}

#[test]
fn nesting_is_held_to_the_limit_however_deep_it_comes() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(accepted(nested(JSON_DEPTH).as_bytes()));
    assert!(!accepted(nested(JSON_DEPTH + 1).as_bytes()));
    assert!(!accepted(&b"[".repeat(WEBHOOK_BODY_BYTES)));
    assert!(!accepted(&b"[{\"\":".repeat(50_000)));
    // Brackets in a text are no levels.
    assert!(accepted(format!("[\"{}\\\"[\"]", "[{".repeat(1000)).as_bytes()));
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let spaces = " ".repeat(WEBHOOK_BODY_BYTES);
    assert!(!accepted(format!("1{spaces}").as_bytes()));
    assert!(accepted(&format!("1{spaces}").as_bytes()[..WEBHOOK_BODY_BYTES]));
}

#[test]
fn half_a_character_is_stored_as_it_came_and_read_as_a_replacement() {
    let check = |json: &str, expected: &str| {
        let document = Document::read(json.as_bytes()).expect("valid JSON");
        assert_eq!(document.text().len(), json.len());
        assert_eq!(document.original(0..json.len()), json);
        assert_eq!(read::<String>(document.text()).as_deref(), Ok(expected), "{json}");
    };
    check(r#""a\ud83d""#, "a\u{fffd}");
    check(r#""\udc4d\ud83d""#, "\u{fffd}\u{fffd}");
    check(r#""\ud83d\ud83d\udc4d""#, "\u{fffd}👍");
    check(r#""\ud83dx\udc4d""#, "\u{fffd}x\u{fffd}");
    check(r#""\ud83d\\udc4d""#, "\u{fffd}\\udc4d");
    check(r#""\\ud83d""#, "\\ud83d");
    check(r#""\uD83D\uDC4D \u00e9 \n""#, "👍 é \n");
    check(r#""é\ud83d""#, "é\u{fffd}");
}

#[test]
fn an_error_never_quotes_what_was_sent() {
    let error = read::<u32>("\"mijn burgerservicenummer is 123456782\"").expect_err("no number");
    assert_eq!(error, "not of the expected form, at line 1 column 39");
    let error = read::<IgnoredAny>("[geheim]").expect_err("no JSON");
    assert_eq!(error, "no valid JSON, at line 1 column 2");
}
