//! A test message to the administrator's own telephone.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::ChannelAccountId;
use serde::Deserialize;
use usecases::accounts::{SendTestMessage, TestRefused, send_test_message};
use usecases::{Failure, RequestKey};

use super::address;
use super::check::{Beside, check_page};
use crate::WebState;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Fields, Visit, id_in_path};

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestForm {
    sleutel: String,
    nummer: String,
}

/// `POST /beheer/kanalen/{id}/testbericht`
pub(crate) async fn send(
    visit: Visit,
    State(state): State<WebState>,
    Path(id): Path<String>,
    Fields(form): Fields<TestForm>,
) -> Result<Response, Trouble> {
    let (w, id): (_, ChannelAccountId) = (visit.words, id_in_path(&id)?);
    if form.sleutel.is_empty() {
        return Err(Trouble::BadRequest);
    }
    let key = RequestKey::new(&form.sleutel, &format!("test {id}"), form.nummer.as_bytes());
    let text = w.channel_test_message(&visit.user.municipality.name);
    let send = SendTestMessage {
        channel_account: id.clone(),
        phone: form.nummer.clone(),
        text,
        key,
    };
    let why = match send_test_message(&visit.ctx, send).await {
        Ok(test) => {
            let page = format!("{}?test={test}#test", address(&id, "/controle"));
            return Ok(Redirect::to(&page).into_response());
        }
        Err(Failure::Refused(TestRefused::NoPhones)) => w.channel_test_no_phones(),
        Err(Failure::Refused(TestRefused::NotANumber)) => w.channel_test_not_a_number(),
        Err(Failure::Refused(TestRefused::NotSeen)) => w.channel_test_not_seen(),
        Err(Failure::Refused(TestRefused::Refused(_))) => w.channel_test_refused(),
        Err(failure) => return Err(failure.into()),
    };
    let notice = Notice::refused(w.channel_test_failed(), why).at("#nummer", w.channel_test_phone());
    let beside = Beside {
        status: StatusCode::BAD_REQUEST,
        notice: Some(notice),
        phone: form.nummer,
        phone_error: Some(why.to_owned()),
        test: None,
    };
    check_page(&visit, &state, &id, beside).await
}
