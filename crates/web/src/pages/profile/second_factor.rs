//! The visitor's second step: set up with an app, confirmed with a code, taken away again; recovery codes, shown once. Whoever
//! must have one and has none sees this page and no other.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Deserialize;
use usecases::Failure;
use usecases::access::{
    Enrolling, FactorRefused, Proof, SecondFactorState, Stage, begin_second_factor, confirm_second_factor,
    read_second_factor, remove_second_factor, renew_recovery_codes,
};

use super::sessions::Nothing;
use crate::WebState;
use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Client, Fields, UserDevice, Visit, session_cookie};
use crate::words::{Moment, Words};

const HERE: &str = "/profiel/tweede-stap";
/// White modules around a QR code, as the standard asks.
const QUIET: i32 = 4;

#[derive(Template)]
#[template(path = "pages/profile/second_factor.html")]
struct FactorPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    /// The municipality asks it of everybody.
    required: bool,
    /// Nothing else can be done before; then there is a button to log out.
    must: bool,
    stage: ShownStage,
}

enum ShownStage {
    Off,
    BeingSet {
        secret: String,
        /// Where an open session alone is not enough.
        password: Option<Field>,
        code: Field,
    },
    On {
        since: Moment,
        codes_left: i64,
        password: Field,
        code: Field,
        which: Which,
    },
}

/// Which form is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Neither,
    Renew,
    Remove,
}

#[derive(Template)]
#[template(path = "pages/profile/recovery_codes.html")]
struct CodesPage {
    shell: Shell,
    w: Words,
    codes: Vec<String>,
}

/// What the address says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
    /// Whether the form to switch it off is to be shown.
    #[serde(default)]
    uitzetten: String,
}

/// The form with the first code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct First {
    #[serde(default)]
    wachtwoord: String,
    code: String,
}

/// A form that changes something.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proven {
    wachtwoord: String,
    code: String,
}

/// `GET /profiel/tweede-stap`
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let notice = (asked.gedaan == "uit").then(|| Notice::done(visit.words.factor_done_off()));
    let which = if asked.uitzetten.is_empty() { Which::Neither } else { Which::Remove };
    shown(&visit, StatusCode::OK, notice, (None, which)).await
}

/// `POST /profiel/tweede-stap`
pub(crate) async fn begin(visit: Visit, Fields(Nothing {}): Fields<Nothing>) -> Result<Response, Trouble> {
    match begin_second_factor(&visit.ctx).await {
        // There is one already: the page says so.
        Ok(()) | Err(Failure::Refused(_)) => Ok(Redirect::to(HERE).into_response()),
        Err(failure) => Err(failure.into()),
    }
}

/// `GET /profiel/tweede-stap/qr`: the picture for the app, while it is being set up.
pub(crate) async fn picture(visit: Visit) -> Result<Response, Trouble> {
    let Stage::BeingSet { uri, .. } = read_second_factor(&visit.ctx).await?.stage else {
        return Err(Trouble::NotFound);
    };
    let code = QrCode::encode_text(&uri, QrCodeEcc::Medium).map_err(|_| Trouble::Bug)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
        ),
    ];
    Ok((headers, svg(&code)).into_response())
}

/// Dark on white whatever the colours of the page: cameras want it so.
fn svg(code: &QrCode) -> String {
    let side = code.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{} {}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"240\" height=\"240\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    )
}

/// `POST /profiel/tweede-stap/bevestiging`
pub(crate) async fn confirm(
    State(state): State<WebState>,
    visit: Visit,
    UserDevice(device): UserDevice,
    Client(from): Client,
    Fields(first): Fields<First>,
) -> Result<Response, Trouble> {
    let enrolling = if visit.user.must_enrol {
        Enrolling::Asked
    } else {
        Enrolling::Wanted { password: first.wachtwoord, from }
    };
    match confirm_second_factor(&visit.ctx, enrolling, &first.code, device).await {
        Ok(set) => {
            let jar = CookieJar::new().add(session_cookie(&state, set.logged_in.token));
            Ok((jar, codes_page(&visit, set.recovery_codes)).into_response())
        }
        Err(Failure::Refused(FactorRefused::WrongCode)) => {
            let why = visit.words.factor_fault_code().to_owned();
            refused(&visit, StatusCode::BAD_REQUEST, why, Which::Neither).await
        }
        Err(Failure::Refused(FactorRefused::NotThere | FactorRefused::AlreadyOn)) => {
            Ok(Redirect::to(HERE).into_response())
        }
        Err(failure) => not_proven(&visit, failure, Which::Neither).await,
    }
}

/// `POST /profiel/tweede-stap/herstelcodes`
pub(crate) async fn renew(
    visit: Visit,
    Client(from): Client,
    Fields(proven): Fields<Proven>,
) -> Result<Response, Trouble> {
    let proof = Proof { password: proven.wachtwoord, code: proven.code, from };
    match renew_recovery_codes(&visit.ctx, proof).await {
        Ok(codes) => Ok(codes_page(&visit, codes)),
        Err(failure) => not_proven(&visit, failure, Which::Renew).await,
    }
}

/// `POST /profiel/tweede-stap/verwijdering`
pub(crate) async fn remove(
    visit: Visit,
    Client(from): Client,
    Fields(proven): Fields<Proven>,
) -> Result<Response, Trouble> {
    let proof = Proof { password: proven.wachtwoord, code: proven.code, from };
    match remove_second_factor(&visit.ctx, proof).await {
        Ok(()) => Ok(Redirect::to("/profiel/tweede-stap?gedaan=uit").into_response()),
        Err(failure) => not_proven(&visit, failure, Which::Remove).await,
    }
}

async fn not_proven(
    visit: &Visit,
    failure: Failure<FactorRefused>,
    which: Which,
) -> Result<Response, Trouble> {
    let w = visit.words;
    match failure {
        Failure::Refused(FactorRefused::Wait { seconds }) => {
            refused(visit, StatusCode::TOO_MANY_REQUESTS, w.factor_fault_wait(seconds), which).await
        }
        Failure::Refused(FactorRefused::WrongProof | FactorRefused::WrongCode) => {
            refused(visit, StatusCode::BAD_REQUEST, w.factor_fault_proof().to_owned(), which).await
        }
        // The page shows how it is by now.
        Failure::Refused(_) => Ok(Redirect::to(HERE).into_response()),
        failure => Err(failure.into()),
    }
}

async fn refused(visit: &Visit, status: StatusCode, why: String, which: Which) -> Result<Response, Trouble> {
    let w = visit.words;
    let (at, label) = match which {
        Which::Neither => ("#code", w.factor_proof_code()),
        Which::Renew | Which::Remove => ("#wachtwoord", w.factor_proof_password()),
    };
    let notice = Notice::refused(w.factor_fault_title(), why.clone()).at(at, label);
    shown(visit, status, Some(notice), (Some(why), which)).await
}

async fn shown(
    visit: &Visit,
    status: StatusCode,
    notice: Option<Notice>,
    (why, which): (Option<String>, Which),
) -> Result<Response, Trouble> {
    let (w, must) = (visit.words, visit.user.must_enrol);
    let SecondFactorState { required, stage } = read_second_factor(&visit.ctx).await?;
    let code = Field::code("code", w.factor_proof_code());
    let stage = match stage {
        Stage::Off => ShownStage::Off,
        Stage::BeingSet { secret, .. } => {
            let password = Field::password("wachtwoord", w.factor_proof_password(), "current-password");
            ShownStage::BeingSet {
                secret: in_fours(&secret),
                password: (!must).then_some(password),
                code: code.wrong(why),
            }
        }
        Stage::On { since, codes_left } => ShownStage::On {
            since: visit.moments_of_log_ins().moment(since),
            codes_left,
            password: Field::password("wachtwoord", w.factor_proof_password(), "current-password").wrong(why),
            code: code.help(w.code_help()),
            which,
        },
    };
    // Where nothing else can be done, there is no menu.
    let shell = if must {
        Shell::outward(&visit.outward(), w.factor_title(), HERE)
    } else {
        Shell::around(w, w.factor_title(), &visit.user, HERE)
    };
    Ok(page(status, &FactorPage { shell, w, notice, required, must, stage }))
}

fn codes_page(visit: &Visit, codes: Vec<String>) -> Response {
    let w = visit.words;
    page(
        StatusCode::OK,
        &CodesPage {
            shell: Shell::outward(&visit.outward(), w.codes_title(), "/profiel"),
            w,
            codes,
        },
    )
}

/// A key as people copy it: in groups of four.
fn in_fours(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|four| four.iter().collect()).collect();
    groups.join(" ")
}
