//! The places of a template that are filled in: `{{1}}` or `{{street}}`.

/// The names between double braces, in the order in which they stand.
pub(super) fn variables(text: &str) -> Vec<&str> {
    let parts = text.split("{{").skip(1);
    parts.filter_map(|part| part.split_once("}}")).map(|(name, _)| name.trim()).collect()
}

/// The text with each variable filled in by its value.
pub(super) fn filled(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut parts = text.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("}}") {
            Some((name, rest)) => {
                out.push_str(&value(name.trim()).unwrap_or_default());
                out.push_str(rest);
            }
            None => {
                out.push_str("{{");
                out.push_str(part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_found_and_filled_in() {
        let text = "Beste {{1}}, uw melding {{ 2 }} is af. {{1}}! {{";
        assert_eq!(variables(text), ["1", "2", "1"]);
        let value = |name: &str| Some(format!("<{name}>"));
        assert_eq!(filled(text, value), "Beste <1>, uw melding <2> is af. <1>! {{");
        assert_eq!(filled("geen", |_| None), "geen");
    }
}
