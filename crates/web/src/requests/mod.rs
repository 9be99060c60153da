//! What every request goes through before and after its page.

mod address;
mod composed;
mod fields;
mod headers;
mod origin;
mod visitor;

pub(crate) use address::{Client, UserDevice};
pub(crate) use composed::{Composed, UPLOAD_BYTES, is_multipart, text_of};
pub(crate) use fields::{Fields, id_in_path};
pub(crate) use headers::add as add_headers;
pub(crate) use origin::{check as check_origin, origin_of};
pub(crate) use visitor::{
    DiskTrouble, KEYS_COOKIE, Visit, Visitor, guard, session_cookie, session_of, step_cookie, step_of,
};

/// The largest form, in bytes. A reply has at most 20,000 characters.
pub(crate) const BODY_BYTES: usize = 256 * 1024;

/// `naar` when it is a path of ours: one slash, and nothing that a browser could take for another site.
pub(crate) fn local_path(naar: &str) -> Option<&str> {
    let plain = naar.len() <= 2_000 && naar.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    (plain && naar.starts_with('/') && !naar.starts_with("//")).then_some(naar)
}

/// A value as it stands in a query.
pub(crate) fn query_value(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{local_path, query_value};

    #[test]
    fn after_logging_in_one_stays_on_this_site() {
        for good in ["/", "/gesprekken", "/gesprekken?toon=mijn&status=open", "/gesprekken/0193b5b0#m"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "gesprekken",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nb",
            "/é",
            "/a b",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_value_in_a_query_ends_no_value() {
        assert_eq!(query_value("/gesprekken?toon=mijn&na=1"), "/gesprekken%3Ftoon%3Dmijn%26na%3D1");
    }
}
