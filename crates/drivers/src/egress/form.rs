//! A request that carries a file: `multipart/form-data`, the file read while it is sent. Source: RFC 7578.

use std::time::Duration;

use bytes::Bytes;
use domain::channels::{FileForm, HttpRequest, HttpResponse};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use reqwest::Body;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};

use super::{Egress, REQUEST_SECONDS, SendFailed, read};

/// The slowest line that an upload is planned for, in bytes a second.
const SLOWEST: u64 = 512 * 1024;

/// A file that goes along with a form.
pub struct FileToSend<S> {
    /// Its content.
    pub content: S,
    /// Its size in bytes.
    pub bytes: u64,
    /// What stands between the parts of the form, and nowhere in the file: 32 random hexadecimal digits.
    pub boundary: String,
}

/// The longest that a request with a file of so many bytes may take.
#[must_use]
pub fn upload_seconds(bytes: u64) -> u64 {
    REQUEST_SECONDS + bytes / SLOWEST
}

impl Egress {
    /// Sends a request with a file in a form and reads the whole answer.
    ///
    /// # Errors
    /// [`SendFailed`]: whether the other side can have seen it.
    pub async fn send_form<S, E>(
        &self,
        request: &HttpRequest,
        form: &FileForm,
        file: FileToSend<S>,
    ) -> Result<HttpResponse, SendFailed>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: std::error::Error + Send + Sync + 'static,
    {
        let (before, after) = around(form, &file.boundary);
        let length = file.bytes + u64::try_from(before.len() + after.len()).unwrap_or_default();
        let content = stream::once(async move { Ok(Bytes::from(before)) })
            .chain(file.content.map_err(std::io::Error::other))
            .chain(stream::once(async move { Ok(Bytes::from(after)) }));
        let mut outgoing = self.build(request, Body::wrap_stream(content))?;
        let kind = format!("multipart/form-data; boundary={}", file.boundary);
        let kind = HeaderValue::try_from(kind)
            .map_err(|_| SendFailed::NotSent("the boundary is no word".to_owned()))?;
        outgoing.headers_mut().insert(CONTENT_TYPE, kind);
        // Known, so said: some platforms take no form of unknown length.
        outgoing.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        *outgoing.timeout_mut() = Some(Duration::from_secs(upload_seconds(file.bytes)));
        read(self.execute(outgoing).await?).await
    }
}

/// What stands before the file, and behind it.
fn around(form: &FileForm, boundary: &str) -> (String, String) {
    let mut before = String::new();
    for (name, value) in &form.fields {
        let name = quoted(name);
        before.push_str(&format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    let (field, name) = (quoted(&form.file_field), quoted(&form.file_name));
    let media_type: String = form.media_type.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    before.push_str(&format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: {media_type}\r\n\r\n"
    ));
    (before, format!("\r\n--{boundary}--\r\n"))
}

/// A name that ends no line and no quotes, as browsers write it (HTML, 4.10.21.8).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_no_line_of_the_form() {
        let form = FileForm {
            fields: vec![("messaging_product".to_owned(), "whatsapp".to_owned())],
            file_field: "file".to_owned(),
            attachment: domain::ids::AttachmentId(uuid::Uuid::nil()),
            file_name: "a\"\r\nX: y.pdf".to_owned(),
            media_type: "application/pdf\r\nX: y".to_owned(),
        };
        let (before, after) = around(&form, "b0");
        assert_eq!(
            before,
            "--b0\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b0\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"a%22%0D%0AX: y.pdf\"\r\n\
             Content-Type: application/pdfX: y\r\n\r\n"
        );
        assert_eq!(after, "\r\n--b0--\r\n");
    }
}
