//! How the municipality looks: its name, the hosts that show it, its colour and its logo.

use askama::Template;
use axum::body::to_bytes;
use axum::extract::multipart::{Field as Part, Multipart};
use axum::extract::{FromRequest, Query, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::look::{Brand, LOGO_BYTES, Logo, LogoRefused};
use serde::Deserialize;
use usecases::Failure;
use usecases::look::{LogoChange, LookRefused, SaveLook, read_look, save_look};

use crate::components::field::Field;
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{BODY_BYTES, Visit, is_multipart};
use crate::words::Words;

const HERE: &str = "/beheer/huisstijl";
/// Fields of the form.
const FIELDS: usize = 8;
/// The longest text of a field, in bytes.
const TEXT_BYTES: usize = 8 * 1024;

#[derive(Template)]
#[template(path = "pages/administration/look.html")]
struct LookPage {
    shell: Shell,
    w: Words,
    notice: Option<Notice>,
    version: i64,
    name: Field,
    hosts: String,
    hosts_error: Option<String>,
    brand: Field,
    /// Where the logo is, when there is one.
    logo: Option<String>,
    logo_error: Option<String>,
}

/// What the address says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    gedaan: String,
}

/// What somebody filled in, as they did.
#[derive(Debug, Clone, Default)]
struct Entered {
    version: String,
    name: String,
    hosts: String,
    brand: String,
    remove_logo: bool,
    logo: Option<Vec<u8>>,
    logo_too_large: bool,
}

/// What is wrong, by field.
#[derive(Default)]
struct Faults {
    name: Option<&'static str>,
    hosts: Option<String>,
    brand: Option<&'static str>,
    logo: Option<String>,
}

/// `GET /beheer/huisstijl`
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let done = (asked.gedaan == "bewaard").then(|| Notice::done(visit.words.look_done()));
    shown(&visit, (StatusCode::OK, done), None, Faults::default()).await
}

/// `POST /beheer/huisstijl`
pub(crate) async fn save(visit: Visit, request: Request) -> Result<Response, Trouble> {
    let w = visit.words;
    let entered = entered(request).await?;
    let (brand, logo) = match checked(w, &entered) {
        Ok(checked) => checked,
        Err(faults) => return refused(&visit, entered, faults).await,
    };
    let save = SaveLook {
        version: entered.version.parse().map_err(|_| Trouble::BadRequest)?,
        name: entered.name.clone(),
        hosts: entered.hosts.split(['\n', ',', ' ']).map(str::to_owned).collect(),
        brand,
        logo,
    };
    match save_look(&visit.ctx, save).await {
        Ok(()) => Ok(Redirect::to(&format!("{HERE}?gedaan=bewaard")).into_response()),
        Err(Failure::Conflict) => {
            let notice = Notice::refused(w.people_conflict_title(), w.people_conflict_text());
            shown(&visit, (StatusCode::CONFLICT, Some(notice)), None, Faults::default()).await
        }
        Err(Failure::Refused(why)) => {
            let faults = match why {
                LookRefused::Name => Faults { name: Some(w.people_fault_name()), ..Faults::default() },
                LookRefused::NoHost(host) => {
                    Faults { hosts: Some(w.look_fault_host(&host)), ..Faults::default() }
                }
                LookRefused::TooManyHosts => Faults {
                    hosts: Some(w.look_fault_hosts().to_owned()),
                    ..Faults::default()
                },
                LookRefused::HostTaken(host) => Faults {
                    hosts: Some(w.look_fault_host_taken(&host)),
                    ..Faults::default()
                },
            };
            refused(&visit, entered, faults).await
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn refused(visit: &Visit, entered: Entered, faults: Faults) -> Result<Response, Trouble> {
    let w = visit.words;
    let notice = Notice::refused(w.people_fault_title(), w.people_fault_text());
    let notice = match &faults {
        Faults { name: Some(_), .. } => notice.at("#naam", w.look_name()),
        Faults { hosts: Some(_), .. } => notice.at("#hosts", w.look_hosts()),
        Faults { brand: Some(_), .. } => notice.at("#kleur", w.look_brand()),
        _ => notice.at("#logo", w.look_logo()),
    };
    shown(visit, (StatusCode::BAD_REQUEST, Some(notice)), Some(entered), faults).await
}

/// Reads the form. A logo that is too large is read no further than that is known.
async fn entered(request: Request) -> Result<Entered, Trouble> {
    if !is_multipart(&request) {
        return Err(Trouble::BadRequest);
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_BYTES).await.map_err(|_| Trouble::TooLarge)?;
    let request = Request::from_parts(parts, bytes.into());
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| Trouble::BadRequest)?;
    let mut entered = Entered::default();
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..=FIELDS {
        let Some(field) = form.next_field().await.map_err(|_| Trouble::BadRequest)? else {
            return if seen.iter().any(|name| name == "versie") {
                Ok(entered)
            } else {
                Err(Trouble::BadRequest)
            };
        };
        let name = field.name().unwrap_or_default().to_owned();
        if seen.contains(&name) {
            return Err(Trouble::BadRequest);
        }
        match name.as_str() {
            "logo" => {
                let content = field.bytes().await.map_err(|_| Trouble::BadRequest)?;
                entered.logo_too_large = content.len() > LOGO_BYTES;
                // A browser sends an empty file where none was chosen.
                entered.logo = (!content.is_empty() && !entered.logo_too_large).then(|| content.to_vec());
            }
            "versie" => entered.version = text(field).await?,
            "naam" => entered.name = text(field).await?,
            "hosts" => entered.hosts = text(field).await?.replace("\r\n", "\n"),
            "kleur" => entered.brand = text(field).await?,
            "zonder-logo" => entered.remove_logo = text(field).await? == "ja",
            _ => return Err(Trouble::BadRequest),
        }
        seen.push(name);
    }
    Err(Trouble::BadRequest)
}

async fn text(field: Part<'_>) -> Result<String, Trouble> {
    let bytes = field.bytes().await.map_err(|_| Trouble::BadRequest)?;
    if bytes.len() > TEXT_BYTES {
        return Err(Trouble::TooLarge);
    }
    String::from_utf8(bytes.to_vec()).map_err(|_| Trouble::BadRequest)
}

fn checked(w: Words, entered: &Entered) -> Result<(Option<Brand>, LogoChange), Faults> {
    let brand = match entered.brand.trim() {
        "" => Ok(None),
        text => text.parse().map(Some),
    };
    let logo = match &entered.logo {
        _ if entered.logo_too_large => Err(LogoRefused::TooLarge),
        Some(content) => Logo::of(content).map(LogoChange::Put),
        None if entered.remove_logo => Ok(LogoChange::Remove),
        None => Ok(LogoChange::Keep),
    };
    match (brand, logo) {
        (Ok(brand), Ok(logo)) => Ok((brand, logo)),
        (brand, logo) => Err(Faults {
            brand: brand.err().map(|_| w.look_fault_brand()),
            logo: logo.err().map(|refused| logo_words(w, &refused)),
            ..Faults::default()
        }),
    }
}

fn logo_words(w: Words, refused: &LogoRefused) -> String {
    match refused {
        LogoRefused::Forbidden(part) => w.look_fault_forbidden(part),
        LogoRefused::TooLarge => w.look_fault_large().to_owned(),
        LogoRefused::TooManyDots => w.look_fault_dots().to_owned(),
        LogoRefused::TooManyParts => w.look_fault_parts().to_owned(),
        LogoRefused::Empty | LogoRefused::OtherKind => w.look_fault_kind().to_owned(),
        LogoRefused::Damaged(_) => w.look_fault_damaged().to_owned(),
    }
}

async fn shown(
    visit: &Visit,
    (status, notice): (StatusCode, Option<Notice>),
    kept: Option<Entered>,
    faults: Faults,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let details = read_look(&visit.ctx).await?;
    let kept = kept.unwrap_or_else(|| Entered {
        version: details.version.to_string(),
        name: details.municipality.name.clone(),
        hosts: details.municipality.hosts.join("\n"),
        brand: details.look.brand.map(|brand| brand.to_string()).unwrap_or_default(),
        ..Entered::default()
    });
    let brand = Field::text("kleur", w.look_brand()).help(w.look_brand_help()).may_be_empty();
    Ok(page(
        status,
        &LookPage {
            shell: Shell::around(w, w.look_title(), &visit.user, HERE),
            w,
            notice,
            version: kept.version.parse().unwrap_or(details.version),
            name: Field::text("naam", w.look_name())
                .help(w.look_name_help())
                .with(kept.name)
                .wrong(faults.name),
            hosts: kept.hosts,
            hosts_error: faults.hosts,
            brand: brand.with(kept.brand).wrong(faults.brand),
            logo: details.look.logo.map(|logo| format!("/huisstijl/{logo}")),
            logo_error: faults.logo,
        },
    ))
}
