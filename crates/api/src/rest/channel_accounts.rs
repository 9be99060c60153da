//! The municipality's accounts on platforms: how each is doing, and the templates that it can answer with.

use axum::{Extension, Json};
use domain::ids::ChannelAccountId;
use domain::templates::{Header, Placeholder, Template as Stored};
use jiff::Timestamp;
use serde::Serialize;
use usecases::Ctx;
use usecases::accounts::list_account_health;
use usecases::templates::list_templates;
use utoipa::{IntoParams, ToSchema};

use super::errors::Problem;
use super::fields::{Fields, FromFields, Id, Params};
use super::{cursor, wire};

const LIST: &str = "channel-accounts";

/// Which page.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct ListChannelAccounts {
    /// The `nextCursor` of the page before.
    #[param(value_type = String, required = false)]
    cursor: Option<ChannelAccountId>,
    /// Items on a page.
    #[param(minimum = 1, maximum = 100, default = 25, required = false)]
    page_size: u32,
}

impl FromFields for ListChannelAccounts {
    fn read(fields: &mut Fields) -> Option<Self> {
        let cursor = fields.cursor(|text| {
            let [id] = cursor::read(LIST, text)?;
            id.parse().ok()
        });
        let page_size = fields.page_size();
        Some(Self { cursor: cursor?, page_size: page_size? })
    }
}

/// Channel accounts with how they are doing, by id (kanaalaccounts).
///
/// An administrator sees all of them, others those of their teams.
#[utoipa::path(
    get,
    path = "/channel-accounts",
    operation_id = "listChannelAccounts",
    tag = "channel-accounts",
    params(ListChannelAccounts),
    responses((status = 200, description = "A page of channel accounts", body = wire::ChannelAccountList))
)]
pub(super) async fn list(
    Extension(ctx): Extension<Ctx>,
    Params(asked): Params<ListChannelAccounts>,
) -> Result<Json<wire::ChannelAccountList>, Problem> {
    let mut all = list_account_health(&ctx).await?;
    all.sort_by(|a, b| a.account.id.cmp(&b.account.id));
    all.retain(|health| asked.cursor.as_ref().is_none_or(|after| health.account.id > *after));
    let next_cursor =
        super::cut(&mut all, asked.page_size).map(|last| cursor::write(LIST, [last.account.id.to_string()]));
    Ok(Json(wire::ChannelAccountList {
        items: all.iter().map(wire::ChannelAccount::of).collect(),
        next_cursor,
    }))
}

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
