//! Host names that a municipality is known by.

/// Host names of one municipality.
pub const HOSTS_MAX: usize = 20;

/// A host name as it is compared: in small letters, without port or last dot. `None` when it cannot be one.
#[must_use]
pub fn host_name(text: &str) -> Option<String> {
    let text = text.trim();
    let name = match text.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) => return None,
        None => text,
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (name.len() <= 253 && name.split('.').all(is_label)).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::host_name;

    #[test]
    fn a_host_is_the_same_in_capitals_with_a_port_and_with_a_last_dot() {
        for text in [
            "webcare.zwanendam.example",
            "WebCare.Zwanendam.example:8443",
            " webcare.zwanendam.example. ",
        ] {
            assert_eq!(host_name(text).as_deref(), Some("webcare.zwanendam.example"), "{text}");
        }
        assert_eq!(host_name("localhost").as_deref(), Some("localhost"));
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            ".",
            "a..b",
            "https://a.example",
            "a.example/x",
            "a_b",
            "-a.example",
            "é.example",
            "[::1]",
            "a:b",
            &long,
        ] {
            assert_eq!(host_name(text), None, "{text}");
        }
    }
}
