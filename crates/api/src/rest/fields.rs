//! Reading what a client sent, strictly: an unknown name, a name given twice, a wrong type is refused, and everything
//! that is wrong is told at once. Bodies and query strings are read in the same way.

use std::fmt;

use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use domain::limits;
use http::request::Parts;
use http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::Value;

use super::errors::{InvalidParam, Kind, Problem};
use crate::body::{self, NotRead};

/// Bytes that the body of a call can have.
const BODY_BYTES: usize = 256 * 1024;
/// Items on a page when the client does not say.
const PAGE_SIZE: u32 = 25;

/// Something that is read from fields. Returns `None` only if it has called a field wrong.
pub(super) trait FromFields: Sized {
    /// Takes the fields that it knows.
    fn read(fields: &mut Fields) -> Option<Self>;
}

/// No fields at all.
pub(super) struct Nothing;

impl FromFields for Nothing {
    fn read(_: &mut Fields) -> Option<Self> {
        Some(Self)
    }
}

/// Named values that a client sent; each is taken once, and what is left is unknown.
pub(super) struct Fields {
    given: Vec<(String, Value)>,
    wrong: Vec<InvalidParam>,
}

impl Fields {
    fn of(given: Vec<(String, Value)>) -> Self {
        let mut fields = Self { given: Vec::with_capacity(given.len()), wrong: Vec::new() };
        for (name, value) in given {
            if fields.given.iter().any(|(known, _)| *known == name) {
                fields.call_wrong(&name, "it is given twice");
            } else {
                fields.given.push((name, value));
            }
        }
        fields
    }

    fn finish<T: FromFields>(mut self) -> Result<T, Problem> {
        let read = T::read(&mut self);
        for (name, _) in std::mem::take(&mut self.given) {
            self.call_wrong(&name, "there is no such field or parameter");
        }
        match read {
            Some(read) if self.wrong.is_empty() => Ok(read),
            _ => Err(Problem::invalid(self.wrong)),
        }
    }

    fn call_wrong(&mut self, name: &str, reason: impl Into<String>) {
        // The name may be the client's own; it is cut, and there are few that are told.
        if self.wrong.len() < 20 {
            let name = limits::cut(name, 100).to_owned();
            self.wrong.push(InvalidParam { name, reason: reason.into() });
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.given.iter().position(|(known, _)| known == name)?;
        Some(self.given.swap_remove(place).1)
    }

    /// A field that must be there, `null` included.
    fn must(&mut self, name: &str) -> Option<Value> {
        let value = self.take(name);
        if value.is_none() {
            self.call_wrong(name, "it is missing");
        }
        value
    }

    /// A text that must be there.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.must(name)? {
            Value::String(text) if text.contains('\0') => {
                self.call_wrong(name, "it holds the character U+0000");
                None
            }
            Value::String(text) => Some(text),
            _ => {
                self.call_wrong(name, "it must be a text");
                None
            }
        }
    }

    /// Whether any of these was given.
    pub(super) fn has_any(&self, names: &[&str]) -> bool {
        self.given.iter().any(|(given, _)| names.contains(&given.as_str()))
    }

    /// A text that may be missing or `null`, and then is empty.
    pub(super) fn maybe_text(&mut self, name: &str) -> Option<String> {
        match self.given.iter().find(|(known, _)| known == name) {
            None => Some(String::new()),
            Some((_, Value::Null)) => self.take(name).map(|_| String::new()),
            Some(_) => self.text(name),
        }
    }

    /// Something with fields of its own, which may be missing or `null`; an unknown field in it is wrong, too.
    #[expect(
        clippy::option_option,
        reason = "missing and wrong are two things, and `?` is for the wrong one"
    )]
    pub(super) fn maybe_object<T: serde::de::DeserializeOwned>(
        &mut self,
        name: &str,
        expected: &str,
    ) -> Option<Option<T>> {
        match self.take(name) {
            None | Some(Value::Null) => Some(None),
            // serde's own sentence quotes what it found, and that may be somebody's text.
            Some(value) => match serde_json::from_value(value) {
                Ok(read) => Some(Some(read)),
                Err(_) => {
                    self.call_wrong(name, format!("it must be {expected}"));
                    None
                }
            },
        }
    }

    /// A word that must be there and be understood by `read`; `expected` says what can stand there.
    pub(super) fn word<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.must(name)?;
        self.understood(name, &value, expected, read)
    }

    /// The same for one that may be missing or `null`; the outer `None` is for one that is wrong.
    #[expect(
        clippy::option_option,
        reason = "missing and wrong are two things, and `?` is for the wrong one"
    )]
    pub(super) fn maybe_word<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.take(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => self.understood(name, &value, expected, read).map(Some),
        }
    }

    /// A word or `null`, which must be there.
    #[expect(
        clippy::option_option,
        reason = "null and wrong are two things, and `?` is for the wrong one"
    )]
    pub(super) fn word_or_null<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.must(name)? {
            Value::Null => Some(None),
            value => self.understood(name, &value, expected, read).map(Some),
        }
    }

    fn understood<T>(
        &mut self,
        name: &str,
        value: &Value,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let understood = value.as_str().and_then(read);
        if understood.is_none() {
            self.call_wrong(name, format!("it must be {expected}"));
        }
        understood
    }

    /// Yes or no, which may be missing or `null`.
    #[expect(
        clippy::option_option,
        reason = "missing and wrong are two things, and `?` is for the wrong one"
    )]
    pub(super) fn maybe_flag(&mut self, name: &str) -> Option<Option<bool>> {
        match self.take(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::Bool(flag)) => Some(Some(flag)),
            Some(_) => {
                self.call_wrong(name, "it must be true or false");
                None
            }
        }
    }

    /// The version that the client looked at, which may be missing or `null`.
    #[expect(
        clippy::option_option,
        reason = "missing and wrong are two things, and `?` is for the wrong one"
    )]
    pub(super) fn maybe_version(&mut self) -> Option<Option<i64>> {
        match self.take("version") {
            None | Some(Value::Null) => Some(None),
            Some(value) => match value.as_i64() {
                Some(version) => Some(Some(version)),
                None => {
                    self.call_wrong("version", "it must be the version of a conversation, a whole number");
                    None
                }
            },
        }
    }

    /// `pageSize` of a query string.
    pub(super) fn page_size(&mut self) -> Option<u32> {
        let most = u32::try_from(limits::PAGE_SIZE).unwrap_or(100);
        let read = |text: &str| {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u32>().ok().filter(|size| plain && (1..=most).contains(size))
        };
        self.maybe_word("pageSize", "a whole number from 1 to 100", read)
            .map(|size| size.unwrap_or(PAGE_SIZE))
    }

    /// `cursor` of a query string, as a place that `read` understands.
    #[expect(
        clippy::option_option,
        reason = "missing and wrong are two things, and `?` is for the wrong one"
    )]
    pub(super) fn cursor<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
        self.maybe_word("cursor", "the nextCursor of this list, as it came", read)
    }
}

/// What a field with a fixed set of words must be, for the client to read.
pub(super) fn one_of(words: impl IntoIterator<Item = &'static str>) -> String {
    format!("one of {}", words.into_iter().collect::<Vec<_>>().join(", "))
}

/// The query string of a call.
pub(super) struct Params<T>(pub T);

impl<S: Send + Sync, T: FromFields> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let read = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(pairs) =
            read.map_err(|_| Problem::new(Kind::InvalidRequest, "The query string is not valid."))?;
        let given = pairs.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        Fields::of(given).finish().map(Self)
    }
}

/// The body of a call, a JSON object; a call that needs no field may also come without a body. There is no query
/// string beside it.
pub(super) struct Body<T>(pub T);

impl<S: Send + Sync, T: FromFields> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        Params::<Nothing>::from_request_parts(&mut parts, state).await?;
        let json = says_json(&parts.headers);
        if json == Some(false) {
            return Err(not_json());
        }
        let bytes = body::read(&parts.headers, body, BODY_BYTES).await.map_err(not_read)?;
        if bytes.is_empty() && json.is_none() {
            return Fields::of(Vec::new()).finish().map(Self);
        }
        if json.is_none() {
            return Err(not_json());
        }
        let object: Object = serde_json::from_slice(&bytes).map_err(|error| malformed(&error))?;
        Fields::of(object.0).finish().map(Self)
    }
}

/// Whether the request says that its body is JSON; `None` when it says nothing.
fn says_json(headers: &HeaderMap) -> Option<bool> {
    let mut lines = headers.get_all(header::CONTENT_TYPE).iter();
    let first = lines.next()?;
    let media_type = first.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    Some(lines.next().is_none() && media_type.eq_ignore_ascii_case("application/json"))
}

fn not_json() -> Problem {
    Problem::new(Kind::NotJson, "Send the body with Content-Type: application/json.")
}

fn not_read(not_read: NotRead) -> Problem {
    match not_read {
        NotRead::TooLarge => Problem::new(Kind::TooLarge, format!("A body has at most {BODY_BYTES} bytes.")),
        NotRead::TooSlow => Problem::new(Kind::TooSlow, "Nothing was changed; send the call again."),
        NotRead::BrokenOff => Problem::new(Kind::InvalidRequest, "The body broke off."),
    }
}

/// Says where, and not what: the error's own words may hold the text.
fn malformed(error: &serde_json::Error) -> Problem {
    let detail = if error.is_data() {
        "The body is JSON, but no object.".to_owned()
    } else {
        format!("The body is no valid JSON, at line {} column {}.", error.line(), error.column())
    };
    Problem::new(Kind::InvalidRequest, detail)
}

/// A JSON object as it was written: two fields of one name are two fields.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

/// The id in an address. What cannot be an id is the address of nothing: 404.
pub(super) struct Id<T>(pub T);

impl<S: Send + Sync, T: std::str::FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = <Path<String> as FromRequestParts<S>>::from_request_parts(parts, state).await;
        let Ok(Path(text)) = path else { return Err(Problem::not_found()) };
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}
