//! The header `Idempotency-Key`: a call that comes again under the same key is not done again (C8).

use axum::extract::OptionalFromRequestParts;
use http::request::Parts;
use serde::Serialize;
use usecases::{Ctx, RequestKey};

use super::errors::Problem;

/// Characters of a key.
const KEY_CHARACTERS: usize = 200;

/// The key of a request, bound to its call and to what it says, however that was spelled. Without the header it is one that
/// nobody else has.
pub(super) fn of(
    ctx: &Ctx,
    given: Option<IdempotencyKey>,
    call: (&str, &dyn std::fmt::Display),
    said: &impl Serialize,
) -> RequestKey {
    let key = given.map_or_else(|| ctx.installation.ids.next().to_string(), |IdempotencyKey(key)| key);
    bound(&key, call, said)
}

/// The context of a call whose answer says nothing but that it was done: with the header, it is done once.
pub(super) fn once(
    mut ctx: Ctx,
    given: Option<IdempotencyKey>,
    call: (&str, &dyn std::fmt::Display),
    said: &impl Serialize,
) -> Ctx {
    ctx.request = given.map(|IdempotencyKey(key)| bound(&key, call, said));
    ctx
}

fn bound(key: &str, (call, about): (&str, &dyn std::fmt::Display), said: &impl Serialize) -> RequestKey {
    let said = serde_json::to_string(said).unwrap_or_default();
    RequestKey::new(key, "api", format!("{call} {about} {said}").as_bytes())
}

/// The header `Idempotency-Key`.
pub(super) struct IdempotencyKey(pub String);

impl<S: Send + Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        let mut lines = parts.headers.get_all("idempotency-key").iter();
        let Some(line) = lines.next() else { return Ok(None) };
        let key = line.to_str().unwrap_or_default();
        let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if lines.next().is_some() || key.is_empty() || key.len() > KEY_CHARACTERS || !visible {
            let reason = "it must be one line of 1 to 200 visible ASCII characters";
            return Err(Problem::invalid_param("Idempotency-Key", reason));
        }
        Ok(Some(Self(key.to_owned())))
    }
}
