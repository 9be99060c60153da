//! Reads the body of an upload, `multipart/form-data` as RFC 7578 has it.

/// Fields of one upload; Meta knows four.
const FIELDS_MAX: usize = 16;

/// One field of the form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    pub(super) name: String,
    pub(super) mime_type: Option<String>,
    pub(super) bytes: &'a [u8],
}

/// The fields, or nothing when the body is no form of this boundary.
pub(super) fn read<'a>(content_type: &str, body: &'a [u8]) -> Option<Vec<Field<'a>>> {
    let boundary = parameter(content_type.strip_prefix("multipart/form-data")?, "boundary")?;
    let opening = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(opening.as_bytes())?;
    let mut fields = Vec::new();
    while fields.len() <= FIELDS_MAX {
        if rest.starts_with(b"--") {
            return Some(fields);
        }
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, between.as_bytes())?;
        fields.push(field(&rest[..end])?);
        rest = &rest[end + between.len()..];
    }
    None
}

fn field(part: &[u8]) -> Option<Field<'_>> {
    let end = find(part, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&part[..end]).ok()?;
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let name = parameter(header("content-disposition")?, "name")?;
    let mime_type = header("content-type").map(str::to_owned);
    Some(Field { name, mime_type, bytes: &part[end + 4..] })
}

/// `name="value"` or `name=value` among the parameters of a header.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (key.trim().eq_ignore_ascii_case(name) && !value.is_empty()).then(|| value.to_owned())
    })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=grens";

    #[test]
    fn fields_come_with_their_names_types_and_bytes() {
        let body = b"--grens\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--grens\r\n\
            content-disposition: form-data; name=\"file\"; filename=\"a;b.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\
            \xff\xd8\r\n\r\nx\r\n--grens--\r\n";
        let fields = read(TYPE, body).expect("a form");
        let plain = Field {
            name: "messaging_product".to_owned(),
            mime_type: None,
            bytes: b"whatsapp",
        };
        let file = Field {
            name: "file".to_owned(),
            mime_type: Some("image/jpeg".to_owned()),
            bytes: b"\xff\xd8\r\n\r\nx",
        };
        assert_eq!(fields, [plain, file]);
    }

    #[test]
    fn what_is_no_form_is_nothing_and_too_many_fields_neither() {
        assert_eq!(read("application/json", b"{}"), None);
        assert_eq!(read(TYPE, b"--grens\r\nno end"), None);
        assert_eq!(read(TYPE, b""), None);
        let one = "--grens\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n";
        let many = |count| format!("{}--grens--\r\n", one.repeat(count));
        assert_eq!(read(TYPE, many(FIELDS_MAX).as_bytes()).map(|fields| fields.len()), Some(FIELDS_MAX));
        assert_eq!(read(TYPE, many(FIELDS_MAX + 2).as_bytes()), None);
    }
}
