//! The municipality's accounts on platforms: the templates that they can be answered with.

use axum::{Extension, Json};
use domain::ids::ChannelAccountId;
use domain::templates::{Header, Placeholder, Template as Stored};
use jiff::Timestamp;
use serde::Serialize;
use usecases::Ctx;
use usecases::templates::list_templates;
use utoipa::ToSchema;

use super::errors::Problem;
use super::fields::Id;

/// The templates of an account (sjablonen), by name and language.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TemplateList {
    /// All of them, those that cannot be sent now included; at most 1,000.
    items: Vec<Template>,
    /// Always `null`: the list is given whole.
    next_cursor: Option<String>,
    /// When the list was read from the platform.
    read_at: Option<Timestamp>,
}

/// A template (sjabloon).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Template {
    /// Its name on the platform.
    name: String,
    /// Its language, as the platform writes it.
    language: String,
    /// `utility`, `marketing`, `authentication`, or `unknown`.
    category: &'static str,
    /// `approved`, `pending`, `rejected`, `paused`, `disabled`, `deleted`, or `unknown`.
    status: &'static str,
    /// Whether it can be sent now.
    usable: bool,
    /// The text with its placeholders, and what stands above and below it.
    text: String,
    /// The kind of file that has to stand above it: `image`, `video`, `document`.
    file: Option<&'static str>,
    /// The keys of what is filled in, in the order of reading.
    placeholders: Vec<String>,
    /// Changes with everything above but category and status.
    fingerprint: String,
}

impl Template {
    fn of(template: &Stored) -> Self {
        Self {
            name: template.name.clone(),
            language: template.language.clone(),
            category: template.category.as_str(),
            status: template.status.as_str(),
            usable: template.is_usable(),
            text: template.preview(&std::collections::BTreeMap::new()),
            file: match &template.header {
                Some(Header::File { kind }) => Some(kind.as_str()),
                _ => None,
            },
            placeholders: template.placeholders().iter().map(Placeholder::key).collect(),
            fingerprint: template.fingerprint(),
        }
    }
}

/// The templates of an account of one's own teams (sjablonen).
///
/// As the platform listed them last: it is asked every hour, and when it tells that they changed. Those that cannot be sent
/// now are there as well, with their state.
#[utoipa::path(
    get,
    path = "/channel-accounts/{id}/templates",
    operation_id = "listTemplates",
    tag = "channel-accounts",
    params(("id" = String, Path, description = "The channel account")),
    responses((status = 200, description = "The templates", body = TemplateList))
)]
pub(super) async fn templates(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<ChannelAccountId>,
) -> Result<Json<TemplateList>, Problem> {
    let found = list_templates(&ctx, &id).await?;
    Ok(Json(TemplateList {
        items: found.templates.iter().map(Template::of).collect(),
        next_cursor: None,
        read_at: found.reading.read_at,
    }))
}
