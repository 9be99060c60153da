use super::*;

const ROOT: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 40\">";

fn inside(part: &str) -> Result<String, LogoRefused> {
    let written = rewritten(&format!("{ROOT}{part}</svg>"))?;
    let inner = written.strip_prefix(ROOT).and_then(|rest| rest.strip_suffix("</svg>"));
    Ok(inner.expect("the whole stays the whole").to_owned())
}

#[test]
fn shapes_and_gradients_stay_as_they_are() {
    for part in [
        "<rect width=\"40\" height=\"40\" rx=\"9\" fill=\"#14606e\"/>",
        "<g transform=\"translate(1 2)\"><path d=\"M12.2 12.6c0-3.2 2.5-5.4 5.5-5.4z\" stroke-width=\"2.7\"/></g>",
        "<defs><linearGradient id=\"a\"><stop offset=\"0\" stop-color=\"#fff\"/></linearGradient></defs><circle r=\"4\" fill=\"url(#a)\"/>",
    ] {
        assert_eq!(inside(part).as_deref(), Ok(part));
    }
}

#[test]
fn what_is_written_is_read_again_to_the_same() {
    let part = "<g style=\"fill: #fff; stroke:url(#a);-inkscape-x:1\" class=\"cls-1\" inkscape:label=\"x\"><title>Logo</title>\
                <!-- made by a program --><sodipodi:namedview><inkscape:grid/></sodipodi:namedview><path d=\"M0 0\n\t1 1\"/></g>";
    let once = inside(part).expect("harmless");
    assert_eq!(once, "<g fill=\"#fff\" stroke=\"url(#a)\"><path d=\"M0 0 1 1\"/></g>");
    assert_eq!(inside(&once), Ok(once));
}

#[test]
fn a_drawing_without_a_view_box_gets_one_of_its_size() {
    let written = rewritten(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE svg>\n<svg width=\"64px\" height=\"32\" fill=\"none\"></svg>\n",
    );
    let expected = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 32\" fill=\"none\"></svg>";
    assert_eq!(written.as_deref(), Ok(expected));
    assert!(matches!(rewritten("<svg width=\"100%\" height=\"1\"/>"), Err(LogoRefused::Damaged(_))));
}

#[test]
fn what_could_run_or_fetch_something_is_refused_by_name() {
    for (part, name) in [
        ("<script>alert(1)</script>", "script"),
        ("<SCRIPT>alert(1)</SCRIPT>", "SCRIPT"),
        ("<svg:script>alert(1)</svg:script>", "svg:script"),
        ("<foreignObject><body/></foreignObject>", "foreignObject"),
        ("<style>*{fill:url(//evil.example)}</style>", "style"),
        ("<image href=\"https://evil.example/x.png\"/>", "image"),
        ("<use href=\"#a\"/>", "use"),
        ("<a href=\"javascript:alert(1)\"/>", "a"),
        ("<animate attributeName=\"href\" to=\"javascript:alert(1)\"/>", "animate"),
        ("<set attributeName=\"onmouseover\" to=\"alert(1)\"/>", "set"),
        ("<text>Zwanendam</text>", "text"),
        ("<svg/>", "svg"),
        ("<rect onload=\"alert(1)\"/>", "onload"),
        ("<rect OnLoad='alert(1)'/>", "OnLoad"),
        ("<rect fill=\"url(https://evil.example/a.svg#b)\"/>", "fill"),
        ("<rect fill=\"URL(#a) red\"/>", "fill"),
        ("<rect fill=\"\\75rl(#a)\"/>", "fill"),
        ("<rect style=\"fill:url(//evil.example)\"/>", "fill"),
        ("<rect fill=\"&#117;rl(data:x)\"/>", "fill"),
        ("<rect id=\"&quot;&gt;&lt;script&gt;\"/>", "id"),
        ("<linearGradient href=\"https://evil.example\"/>", "href"),
        ("<rect fill=\"&huge;\"/>", "&huge;"),
        ("<![CDATA[<script>]]>", "![CDATA[<scr"),
        ("<?xml-stylesheet href=\"//evil.example\"?>", "?xml-stylesh"),
    ] {
        assert_eq!(inside(part), Err(LogoRefused::Forbidden(name.to_owned())), "{part}");
    }
    let entities = "<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg/>";
    assert_eq!(rewritten(entities), Err(LogoRefused::Forbidden("!DOCTYPE [".to_owned())));
}

#[test]
fn what_programs_leave_behind_goes_with_all_that_is_in_it() {
    assert_eq!(
        inside("<metadata><rdf:RDF><script>alert(1)</script></rdf:RDF></metadata>").as_deref(),
        Ok("")
    );
    assert_eq!(inside("<x:script>alert(1)</x:script>").as_deref(), Ok(""));
}

#[test]
fn a_clip_does_not_clip_a_clip() {
    let part = "<clipPath id=\"a\" clip-path=\"url(#b)\"><path d=\"M0 0\" clip-path=\"url(#b)\"/></clipPath>";
    assert_eq!(inside(part).as_deref(), Ok("<clipPath id=\"a\"><path d=\"M0 0\"/></clipPath>"));
}

#[test]
fn a_broken_or_endless_drawing_is_refused() {
    for text in [
        "<svg",
        "<svg viewBox=\"0 0 1 1\"",
        "<svg viewBox=\"0 0 1 1\">",
        "<svg viewBox=\"0 0 1 1\"><g></svg></g>",
        "<svg viewBox=\"0 0 1 1\" viewBox=\"0 0 2 2\"/>",
        "<svg viewBox=0/>",
        "<svg viewBox=\"0 0 1 1\"/><svg/>",
        "<svg a/>",
        "<svg viewBox=\"0 0 1 1\"><path d=\"M<\"/></svg>",
        "<svg viewBox=\"0 0 1 1\"><!-- </svg>",
        "<svg viewBox=\"&amp\"/>",
    ] {
        assert!(matches!(rewritten(text), Err(LogoRefused::Damaged(_))), "{text}: {:?}", rewritten(text));
    }
    assert_eq!(inside(&"<g>".repeat(40)), Err(LogoRefused::TooManyParts));
    assert_eq!(inside(&"<g/>".repeat(PARTS)), Err(LogoRefused::TooManyParts));
    for text in ["", "   ", "svg", "<html><svg/></html>", "<!-- -->"] {
        assert_eq!(rewritten(text), Err(LogoRefused::OtherKind), "{text}");
    }
}

proptest::proptest! {
    /// Whatever comes, what is kept says nothing of scripts, addresses or entities, and reads as itself.
    #[test]
    fn nothing_harmful_is_ever_written(pieces in proptest::collection::vec(proptest::sample::select(vec![
        "<g>", "</g>", "<path d=\"", "\"/>", "<script>", "</script>", " onload=\"x\"", "<a:b>", "</a:b>", "&lt;", "<", ">", "'", "\"",
        " style=\"fill:url(", "#a", "javascript:", "<!--", "-->", "<title>", "</title>", " fill='", "é", "url(", ")", "\\", "/",
    ]), 0..40)) {
        if let Ok(written) = inside(&pieces.concat()) {
            for bad in ["script", "onload", "javascript", "&", "\\", "<!", "style"] {
                proptest::prop_assert!(!written.contains(bad), "{}", written);
            }
            proptest::prop_assert_eq!(inside(&written), Ok(written));
        }
    }
}
