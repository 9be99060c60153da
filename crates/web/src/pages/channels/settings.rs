//! The settings of an account, as its connector describes them. Secrets go in and never come out.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Permission;
use domain::channels::{ChannelName, Connector, SecretValue, SettingFault, SettingFaultKind};
use domain::ids::{ChannelAccountId, TeamId};
use serde::Deserialize;
use usecases::Failure;
use usecases::accounts::{
    AccountHealth, RemoveRefused, SaveAccount, SaveRefused, Saved, list_teams, read_account_health,
    remove_account, save_account,
};
use usecases::configuration::DeclaredAccount;

use super::check::Nothing;
use super::{address, done, name};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::layout::{Shell, page};
use crate::requests::{Fields, Visit, id_in_path};
use crate::words::Words;

/// Fields of a form; more belong to no connector of ours.
const FIELDS: usize = 50;
/// The word in the address of the page for a new account; no account may be called so.
const NEW: &str = "nieuw";

#[derive(Template)]
#[template(path = "pages/channels/settings.html")]
struct SettingsPage {
    shell: Shell,
    w: Words,
    title: String,
    text: &'static str,
    notice: Option<Notice>,
    action: String,
    /// The channels to choose from, while none is chosen.
    channels: Vec<(String, &'static str)>,
    channel: String,
    is_new: bool,
    teams: Vec<(String, String, bool)>,
    fields: Vec<Field>,
    submit: &'static str,
    remove: Option<String>,
}

/// One field of the form.
struct Field {
    id: String,
    name: String,
    label: &'static str,
    help: Option<&'static str>,
    value: String,
    secret: bool,
    required: bool,
    /// A secret that is kept already, and stays when nothing is entered.
    kept: bool,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "pages/channels/made_up.html")]
struct MadeUpPage {
    shell: Shell,
    w: Words,
    values: Vec<(&'static str, String)>,
    next: String,
}

/// What the address asks for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    kanaal: String,
}

/// What somebody entered: the fields of the form, and what is wrong with them.
#[derive(Default)]
struct Entered {
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, &'static str>,
    notice: Option<Notice>,
    status: StatusCode,
}

impl Entered {
    fn value(&self, name: &str) -> String {
        self.values.get(name).cloned().unwrap_or_default()
    }
}

/// `GET /beheer/kanalen/nieuw`
pub(crate) async fn begin(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Trouble> {
    let all = visit.ctx.installation.connectors.all();
    let chosen = match all.as_slice() {
        [only] => Some(only.channel()),
        _ => ChannelName::new(&asked.kanaal),
    };
    new_page(&visit, chosen.as_ref(), Entered::default()).await
}

async fn new_page(
    visit: &Visit,
    channel: Option<&ChannelName>,
    entered: Entered,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let here = &visit.ctx.installation;
    let connector = channel.and_then(|channel| here.connector(channel));
    let names = here.connectors.all().into_iter().map(|one| one.channel().to_string());
    let channels = names.map(|name| (name.clone(), w.channel(&name))).collect();
    let mut fields = vec![id_field(w, &entered)];
    fields.extend(connector.map(|connector| fields_of(w, connector, &entered, None)).unwrap_or_default());
    fields.push(base_url_field(w, &entered));
    Ok(page(
        entered.status,
        &SettingsPage {
            shell: Shell::around(w, w.channel_new_title(), &visit.user, "/beheer/kanalen/nieuw"),
            w,
            title: w.channel_new_title().to_owned(),
            text: w.channel_new_text(),
            action: "/beheer/kanalen".to_owned(),
            channels: if connector.is_some() { Vec::new() } else { channels },
            channel: channel.map(ToString::to_string).unwrap_or_default(),
            is_new: true,
            teams: teams(visit, &entered.value("team")).await?,
            fields,
            submit: w.channel_new_submit(),
            remove: None,
            notice: entered.notice,
        },
    ))
}

/// `GET /beheer/kanalen/{id}/instellingen`
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let health = read_account_health(&visit.ctx, &id_in_path(&id)?).await?;
    let account = &health.account;
    let setting = |(name, value): (&String, &String)| (format!("instelling.{name}"), value.clone());
    let mut values: BTreeMap<String, String> = account.settings.iter().map(setting).collect();
    values.insert("team".to_owned(), account.team.to_string());
    values.insert("adres".to_owned(), account.base_url.clone().unwrap_or_default());
    edit_page(&visit, &health, Entered { values, ..Entered::default() }).await
}

async fn edit_page(visit: &Visit, health: &AccountHealth, entered: Entered) -> Result<Response, Trouble> {
    let w = visit.words;
    let account = &health.account;
    let connector = visit.ctx.installation.connector(&account.channel).ok_or(Trouble::NotFound)?;
    let mut fields = fields_of(w, connector, &entered, Some(&health.secrets));
    fields.push(base_url_field(w, &entered));
    let title = w.channel_edit_title(&name(w, account));
    Ok(page(
        entered.status,
        &SettingsPage {
            shell: Shell::around(w, title.clone(), &visit.user, &address(&account.id, "/instellingen")),
            w,
            title,
            text: w.channel_edit_text(),
            action: address(&account.id, "/instellingen"),
            channels: Vec::new(),
            channel: account.channel.to_string(),
            is_new: false,
            teams: teams(visit, &entered.value("team")).await?,
            fields,
            submit: w.channel_edit_submit(),
            remove: Some(address(&account.id, "/verwijdering")),
            notice: entered.notice,
        },
    ))
}

fn id_field(w: Words, entered: &Entered) -> Field {
    Field {
        id: "naam".to_owned(),
        name: "naam".to_owned(),
        label: w.channel_field_id(),
        help: Some(w.channel_field_id_help()),
        value: entered.value("naam"),
        secret: false,
        required: true,
        kept: false,
        error: entered.errors.get("naam").copied(),
    }
}

fn base_url_field(w: Words, entered: &Entered) -> Field {
    Field {
        id: "adres".to_owned(),
        name: "adres".to_owned(),
        label: w.channel_field_base_url(),
        help: Some(w.channel_field_base_url_help()),
        required: false,
        value: entered.value("adres"),
        error: entered.errors.get("adres").copied(),
        secret: false,
        kept: false,
    }
}

/// The fields that a connector describes. `kept`: the secrets that there are.
fn fields_of(w: Words, connector: &dyn Connector, entered: &Entered, kept: Option<&[String]>) -> Vec<Field> {
    let channel = connector.channel();
    let is_kept = |name: &str| kept.is_some_and(|kept| kept.iter().any(|one| one == name));
    let fields = connector.settings().iter();
    fields
        .map(|field| {
            let name = if field.secret {
                format!("geheim.{}", field.name)
            } else {
                format!("instelling.{}", field.name)
            };
            Field {
                id: format!("veld-{}", field.name),
                label: w.setting(channel.as_str(), field.name),
                help: w.setting_help(channel.as_str(), field.name),
                // A secret is never shown, also not the one that was entered a moment ago.
                value: if field.secret { String::new() } else { entered.value(&name) },
                secret: field.secret,
                required: field.required && !is_kept(field.name) && !(field.made_up && kept.is_none()),
                kept: field.secret && is_kept(field.name),
                error: entered.errors.get(&name).copied(),
                name,
            }
        })
        .collect()
}

async fn teams(visit: &Visit, chosen: &str) -> Result<Vec<(String, String, bool)>, Trouble> {
    let teams = list_teams(&visit.ctx).await?;
    Ok(teams
        .into_iter()
        .map(|team| (team.id.to_string(), team.name, team.id.as_str() == chosen))
        .collect())
}

/// The fields of the form by name. Which there are, the connector says; one that comes twice refuses all.
fn by_name(fields: Vec<(String, String)>) -> Result<BTreeMap<String, String>, Trouble> {
    let count = fields.len();
    let values: BTreeMap<String, String> =
        fields.into_iter().map(|(name, value)| (name, value.trim().to_owned())).collect();
    if count > FIELDS || values.len() != count {
        return Err(Trouble::BadRequest);
    }
    Ok(values)
}

/// The account that a form declares; a field that is none of its refuses all.
fn declared(
    values: &BTreeMap<String, String>,
    id: ChannelAccountId,
    channel: ChannelName,
) -> Result<DeclaredAccount, Trouble> {
    let team: TeamId = values.get("team").and_then(|team| team.parse().ok()).ok_or(Trouble::BadRequest)?;
    let mut account = DeclaredAccount {
        id,
        channel,
        team,
        base_url: values.get("adres").filter(|url| !url.is_empty()).cloned(),
        settings: BTreeMap::new(),
        secrets: Vec::new(),
    };
    for (name, value) in values {
        match name.split_once('.') {
            _ if ["team", "adres", "naam", "kanaal"].contains(&name.as_str()) => (),
            Some(("instelling", _)) | Some(("geheim", _)) if value.is_empty() => (),
            Some(("instelling", setting)) => {
                account.settings.insert(setting.to_owned(), value.clone());
            }
            Some(("geheim", secret)) => {
                account.secrets.push((secret.to_owned(), SecretValue::new(value.clone())));
            }
            _ => return Err(Trouble::BadRequest),
        }
    }
    Ok(account)
}

/// `POST /beheer/kanalen`
pub(crate) async fn create(
    visit: Visit,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let values = by_name(fields)?;
    let channel = values.get("kanaal").and_then(|name| ChannelName::new(name)).ok_or(Trouble::BadRequest)?;
    let named = values.get("naam").filter(|name| *name != NEW).and_then(|name| name.parse().ok());
    let refused = match named {
        None => SaveRefused::IdTaken,
        Some(id) => {
            let id: ChannelAccountId = id;
            let account = declared(&values, id.clone(), channel.clone())?;
            match save_account(&visit.ctx, SaveAccount { account, is_new: true }).await {
                Ok(saved) => return Ok(saved_page(&visit, &id, &saved)),
                Err(Failure::Refused(refused)) => refused,
                Err(failure) => return Err(failure.into()),
            }
        }
    };
    let entered = refused_form(visit.words, &visit, &channel, values, &refused)?;
    new_page(&visit, Some(&channel), entered).await
}

/// Goes on to the checks; what was made up is shown first, because it cannot be shown again.
fn saved_page(visit: &Visit, id: &ChannelAccountId, saved: &Saved) -> Response {
    if saved.made_up.is_empty() {
        return Redirect::to(&address(id, "/controle")).into_response();
    }
    let w = visit.words;
    let channel = visit.ctx.installation.connectors.all();
    let named = |field: &'static str| {
        let of = channel.iter().find(|one| one.settings().iter().any(|known| known.name == field));
        of.map_or(field, |of| w.setting(of.channel().as_str(), field))
    };
    let values = saved
        .made_up
        .iter()
        .map(|(field, value)| (named(field), value.reveal().to_owned()))
        .collect();
    page(
        StatusCode::OK,
        &MadeUpPage {
            shell: Shell::around(w, w.channel_token_title(), &visit.user, "/beheer/kanalen"),
            w,
            values,
            next: address(id, "/controle"),
        },
    )
}

/// `POST /beheer/kanalen/{id}/instellingen`
pub(crate) async fn save(
    visit: Visit,
    Path(id): Path<String>,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let id: ChannelAccountId = id_in_path(&id)?;
    let values = by_name(fields)?;
    let health = read_account_health(&visit.ctx, &id).await?;
    let channel = health.account.channel.clone();
    let account = declared(&values, id.clone(), channel.clone())?;
    match save_account(&visit.ctx, SaveAccount { account, is_new: false }).await {
        Ok(_) => Ok(done(&id, "", "instellingen")),
        Err(Failure::Refused(refused)) => {
            let entered = refused_form(visit.words, &visit, &channel, values, &refused)?;
            edit_page(&visit, &health, entered).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// The form again, with what is wrong at each field.
fn refused_form(
    w: Words,
    visit: &Visit,
    channel: &ChannelName,
    values: BTreeMap<String, String>,
    refused: &SaveRefused,
) -> Result<Entered, Trouble> {
    let connector = visit.ctx.installation.connector(channel).ok_or(Trouble::BadRequest)?;
    let mut errors = BTreeMap::new();
    match refused {
        // These are no mistakes that somebody can make in our form.
        SaveRefused::NoSuchChannel(_) | SaveRefused::NoSuchTeam(_) | SaveRefused::OtherChannel => {
            return Err(Trouble::BadRequest);
        }
        SaveRefused::IdTaken => drop(errors.insert("naam".to_owned(), w.channel_fault_id())),
        SaveRefused::Address => drop(errors.insert("adres".to_owned(), w.channel_fault_address())),
        SaveRefused::NumberTaken => {
            // The field that names the number is the first that the connector describes.
            let first = connector.settings().first().map(|field| format!("instelling.{}", field.name));
            errors.extend(first.map(|name| (name, w.channel_fault_number())));
        }
        SaveRefused::Settings(faults) => {
            for fault in faults {
                let (name, words) = fault_shown(w, connector, fault)?;
                errors.insert(name, words);
            }
        }
    }
    let notice = Notice::refused(w.channel_fault_title(), w.channel_fault_text());
    Ok(Entered {
        values,
        errors,
        notice: Some(notice),
        status: StatusCode::BAD_REQUEST,
    })
}

fn fault_shown(
    w: Words,
    connector: &dyn Connector,
    fault: &SettingFault,
) -> Result<(String, &'static str), Trouble> {
    let field = connector.settings().iter().find(|field| field.name == fault.field);
    let words = match fault.kind {
        SettingFaultKind::Missing => w.channel_fault_missing(),
        SettingFaultKind::Malformed => w.channel_fault_malformed(),
        SettingFaultKind::Unknown => return Err(Trouble::BadRequest),
    };
    let kind = if field.is_some_and(|field| field.secret) { "geheim" } else { "instelling" };
    Ok((format!("{kind}.{}", fault.field), words))
}

/// `POST /beheer/kanalen/{id}/verwijdering`
pub(crate) async fn remove(
    visit: Visit,
    Path(id): Path<String>,
    Fields(Nothing {}): Fields<Nothing>,
) -> Result<Response, Trouble> {
    let (w, id): (_, ChannelAccountId) = (visit.words, id_in_path(&id)?);
    match remove_account(&visit.ctx, id.clone()).await {
        Ok(()) => Ok(Redirect::to("/beheer/kanalen?gedaan=verwijdering").into_response()),
        Err(Failure::Refused(RemoveRefused::HasConversations)) => {
            debug_assert!(visit.may(Permission::ManageSettings), "the use case asked");
            let health = read_account_health(&visit.ctx, &id).await?;
            let notice = Notice::refused(w.channel_remove_refused(), w.channel_remove_refused_text());
            let mut values = BTreeMap::from([("team".to_owned(), health.account.team.to_string())]);
            let settings = health.account.settings.iter();
            values.extend(settings.map(|(name, value)| (format!("instelling.{name}"), value.clone())));
            let status = StatusCode::CONFLICT;
            let entered = Entered {
                values,
                errors: BTreeMap::new(),
                notice: Some(notice),
                status,
            };
            edit_page(&visit, &health, entered).await
        }
        Err(failure) => Err(failure.into()),
    }
}
