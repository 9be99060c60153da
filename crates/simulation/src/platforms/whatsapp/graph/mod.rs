//! The calls of the Graph API that a business makes. One short handler per call: who calls, may they, what is done.

mod apps;
mod call;
mod numbers;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{Uri, header};
use serde_json::Value;

use super::super::Shared;
use super::super::meta::GraphError;
use super::media::File;
use super::{ids, media, sending, templates};
use call::Call;

pub(super) use call::{Caller, bearer};

/// The largest document, and what a form adds to it.
const UPLOAD_MAX: usize = 101 * 1024 * 1024;

/// Everything under `/{version}`, and the addresses of files.
pub(crate) fn routes(shared: &Arc<Shared>) -> Router {
    let upload = post(upload).layer(DefaultBodyLimit::max(UPLOAD_MAX));
    Router::new()
        .route("/{version}/debug_token", get(debug_token))
        .route("/{version}/{id}", get(show).post(change).delete(remove))
        .route("/{version}/{id}/media", upload)
        .route(
            "/{version}/{id}/message_templates",
            get(list_templates).post(create_template).delete(remove_templates),
        )
        .route("/{version}/{id}/messages", post(messages))
        .route("/{version}/{id}/phone_numbers", get(list_numbers))
        .route("/{version}/{id}/subscribed_apps", get(apps).post(subscribe).delete(unsubscribe))
        .route("/{version}/{id}/whatsapp_business_profile", get(profile).post(change_profile))
        .with_state(Arc::clone(shared))
        .merge(media::download_routes(shared))
}

/// The Graph API's answer to a path it does not have.
pub(crate) async fn unknown_path(uri: Uri) -> Response {
    GraphError::unknown_path(uri.path()).answer(&ids::trace([0, 0], 0))
}

/// A handler: the call is worked out by `$work`, which sees `$caller` and may say no.
macro_rules! answer {
    ($shared:ident, $call:ident, $caller:ident => $work:block) => {{
        let answer = async {
            let $caller = $call.caller(&$shared)?;
            $work
        };
        let answer: Result<Response, GraphError> = answer.await;
        $call.dressed(&$shared, answer)
    }};
}

async fn messages(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_message("post", &call.id)?;
        sending::handle(&shared, &call.id, &call.body).await
    })
}

async fn upload(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_message("post", &call.id)?;
        let kind = call.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        media::upload(&shared, &call.id, kind, call.body.clone()).await
    })
}

/// A number, an account, a file or a template: the id tells.
async fn show(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        let fields = call.query.get("fields").map(String::as_str);
        if caller.knows_number(&call.id) {
            return_json(numbers::show(&shared, &call.id, fields))
        } else if caller.knows_account(&call.id) {
            return_json(numbers::show_account(&shared, &call.id, fields))
        } else if let Some(file) = file(&shared, &caller, &call) {
            Ok(media::show(&shared, &file))
        } else {
            let (waba_id, template) = template(&shared, &caller, &call.id, "get")?;
            caller.may_manage("get", &waba_id)?;
            return_json(Ok(template.shown(fields)))
        }
    })
}

async fn change(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        let (waba_id, _) = template(&shared, &caller, &call.id, "post")?;
        caller.may_manage("post", &waba_id)?;
        return_json(templates::edit(&shared, &waba_id, &call.id, &call.body))
    })
}

async fn remove(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        let absent = || GraphError::no_such_object("delete", &call.id);
        let file = file(&shared, &caller, &call).ok_or_else(absent)?;
        Ok(media::remove(&shared, &file))
    })
}

async fn list_templates(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_manage("get", &call.id)?;
        return_json(templates::list(&shared, &call.id, &call.query))
    })
}

async fn create_template(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_manage("post", &call.id)?;
        return_json(templates::create(&shared, &call.id, &call.body))
    })
}

async fn remove_templates(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_manage("delete", &call.id)?;
        let asked = |name: &str| call.query.get(name).map(String::as_str);
        return_json(templates::remove(&shared, &call.id, asked("name"), asked("hsm_id")))
    })
}

async fn list_numbers(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_manage("get", &call.id)?;
        let fields = call.query.get("fields").map(String::as_str);
        return_json(numbers::list(&shared, &call.id, fields))
    })
}

async fn profile(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_message("get", &call.id)?;
        let fields = call.query.get("fields").map(String::as_str);
        return_json(numbers::profile(&shared, &call.id, fields))
    })
}

async fn change_profile(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_message("post", &call.id)?;
        return_json(numbers::change_profile(&shared, &call.id, &call.body))
    })
}

async fn apps(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_manage("get", &call.id)?;
        return_json(Ok(apps::list(&shared, &call.id)))
    })
}

async fn subscribe(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_manage("post", &call.id)?;
        return_json(apps::subscribe(&shared, &call.id, &call.body).await)
    })
}

async fn unsubscribe(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, caller => {
        caller.may_manage("delete", &call.id)?;
        return_json(Ok(apps::unsubscribe(&shared, &call.id)))
    })
}

async fn debug_token(State(shared): State<Arc<Shared>>, call: Call) -> Response {
    answer!(shared, call, _caller => {
        let input = call.query.get("input_token").map(String::as_str);
        return_json(apps::debug_token(&shared, input))
    })
}

fn return_json(value: Result<Value, GraphError>) -> Result<Response, GraphError> {
    value.map(|value| Json(value).into_response())
}

/// The file of this id, if the caller's numbers have it; `phone_number_id` may say which number it must be.
fn file(shared: &Shared, caller: &Caller, call: &Call) -> Option<File> {
    let now = shared.clock.now();
    let file = shared.read(|state| state.whatsapp.shelf.file(&call.id, now).cloned())?;
    let on = call.query.get("phone_number_id").is_none_or(|number| *number == file.number_id);
    (on && caller.may_message("get", &file.number_id).is_ok()).then_some(file)
}

/// The template of this id with its account, if the caller's accounts have it.
fn template(
    shared: &Shared,
    caller: &Caller,
    id: &str,
    method: &str,
) -> Result<(String, templates::Template), GraphError> {
    let found = shared.read(|state| {
        let mut accounts = state.whatsapp.accounts.iter().filter(|(waba, _)| caller.knows_account(waba));
        accounts.find_map(|(waba, account)| Some((waba.clone(), account.templates.get(id)?.clone())))
    });
    found.ok_or_else(|| GraphError::no_such_object(method, id))
}
