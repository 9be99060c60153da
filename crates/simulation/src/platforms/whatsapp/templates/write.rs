//! A business writes, edits and deletes templates.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::super::meta::GraphError;
use super::super::super::{Problem, Shared, later};
use super::super::account::TEMPLATES_MAX;
use super::super::ids;
use super::super::sends::Look;
use super::review::review;
use super::validate::{self, faulty};
use super::{Status, Template};

/// How long the name of a deleted template stays taken.
const BURIED_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
const CATEGORIES: [&str; 3] = ["UTILITY", "MARKETING", "AUTHENTICATION"];

/// `POST /{waba_id}/message_templates`.
pub(in super::super) fn create(
    shared: &Arc<Shared>,
    waba_id: &str,
    body: &[u8],
) -> Result<Value, GraphError> {
    let mut template = read(shared, body)?;
    let now = shared.clock.now();
    shared.change(|state| {
        let account = state.whatsapp.accounts.entry(waba_id.to_owned()).or_default();
        let mut same_name = account.templates.values().filter(|other| other.name == template.name);
        if same_name.any(|other| other.language == template.language) {
            let text = format!("There is already {} content for this template.", template.language);
            return Err(faulty(2_388_024, "Content in this language already exists", text));
        }
        if account.is_buried(&template.name, now) {
            let text =
                "A template of this name is being deleted. Try again in 4 weeks, or take another name.";
            return Err(faulty(2_388_023, "Message template name is being deleted", text));
        }
        if account.templates.len() >= TEMPLATES_MAX {
            return Err(faulty(
                2_388_019,
                "Message template limit exceeded",
                "Delete templates to make room.",
            ));
        }
        template.decides_at = Some(later(now, Duration::from_millis(account.review.after_ms)));
        account.templates.insert(template.id.clone(), template.clone());
        Ok(())
    })?;
    review(shared, waba_id, &template.id);
    Ok(json!({"id": template.id, "status": "PENDING", "category": template.category}))
}

/// A template that was approved before the story began: for tests and demos.
pub(in super::super) fn approved_at_once(
    shared: &Arc<Shared>,
    waba_id: &str,
    body: &[u8],
) -> Result<Value, Problem> {
    let refused = |error: GraphError| Problem::invalid(format!("Meta would not take it: {error:?}"));
    let mut template = read(shared, body).map_err(refused)?;
    template.status = Status::Approved;
    template.quality = "GREEN".to_owned();
    let shown = template.shown(None);
    shared.change(|state| {
        let account = state.whatsapp.accounts.entry(waba_id.to_owned()).or_default();
        let other = |_: &String, other: &mut Template| {
            other.name != template.name || other.language != template.language
        };
        account.templates.retain(other);
        if account.templates.len() >= TEMPLATES_MAX {
            return Err(Problem::full(format!("there are {TEMPLATES_MAX} templates already")));
        }
        account.templates.insert(template.id.clone(), template);
        Ok(())
    })?;
    Ok(shown)
}

fn read(shared: &Shared, body: &[u8]) -> Result<Template, GraphError> {
    let written = json(body)?;
    let look = Look::at(&written, "template");
    let name = look.need_text("name", 512)?;
    validate::name(name)?;
    let language = look.need_text("language", 10)?;
    validate::language(language)?;
    let category = look.need("category")?.one_of(&CATEGORIES)?;
    let formats = ["POSITIONAL", "NAMED"];
    let format = look.get("parameter_format").map_or(Ok("POSITIONAL"), |format| format.one_of(&formats))?;
    let components = validate::components(look.need("components")?.value(), format == "NAMED")?;
    let id = shared.change(|state| ids::template_id(shared.run, state.whatsapp.next_id()));
    Ok(Template {
        id,
        name: name.to_owned(),
        language: language.to_owned(),
        category: category.to_owned(),
        status: Status::Pending,
        parameter_format: format.to_owned(),
        components,
        quality: "UNKNOWN".to_owned(),
        quality_at: shared.clock.now(),
        rejected_reason: "NONE".to_owned(),
        decides_at: None,
    })
}

/// `POST /{template_id}`: components or category; the review begins anew.
pub(in super::super) fn edit(
    shared: &Arc<Shared>,
    waba_id: &str,
    id: &str,
    body: &[u8],
) -> Result<Value, GraphError> {
    let written = json(body)?;
    let look = Look::at(&written, "template");
    let category = look.get("category").map(|category| category.one_of(&CATEGORIES)).transpose()?;
    let now = shared.clock.now();
    let answer = shared.change(|state| {
        let account = state.whatsapp.accounts.entry(waba_id.to_owned()).or_default();
        let after = Duration::from_millis(account.review.after_ms);
        let template = account.templates.get_mut(id).ok_or_else(|| GraphError::no_such_object("post", id))?;
        if template.status == Status::Pending || template.status == Status::Disabled {
            let text = "Only templates that are approved, rejected or paused can be edited.";
            return Err(faulty(2_388_003, "Message template can not be edited", text));
        }
        if let Some(components) = look.get("components") {
            let named = template.parameter_format == "NAMED";
            template.components = validate::components(components.value(), named)?;
        }
        if let Some(category) = category {
            category.clone_into(&mut template.category);
        }
        template.status = Status::Pending;
        template.decides_at = Some(later(now, after));
        Ok(json!({"success": true, "id": id, "name": template.name, "category": template.category}))
    })?;
    review(shared, waba_id, id);
    Ok(answer)
}

/// `DELETE /{waba_id}/message_templates`: all languages of a name, or one template of it by `hsm_id`.
pub(in super::super) fn remove(
    shared: &Shared,
    waba_id: &str,
    name: Option<&str>,
    id: Option<&str>,
) -> Result<Value, GraphError> {
    let name =
        name.ok_or_else(|| GraphError::whatsapp(100, "The parameter name is required.", "name is required"))?;
    let now = shared.clock.now();
    let removed = shared.change(|state| {
        let account = state.whatsapp.accounts.entry(waba_id.to_owned()).or_default();
        let before = account.templates.len();
        let meant = |template: &Template| template.name == name && id.is_none_or(|id| template.id == id);
        account.templates.retain(|_, template| !meant(template));
        let removed = before - account.templates.len();
        if removed > 0 {
            account.bury(name, later(now, BURIED_FOR));
        }
        removed
    });
    if removed == 0 {
        let text = format!("No message template with name {name} exists.");
        return Err(faulty(2_593_002, "Message Template Not Found", text));
    }
    Ok(json!({"success": true}))
}

fn json(body: &[u8]) -> Result<Value, GraphError> {
    serde_json::from_slice(body).map_err(|error| {
        GraphError::whatsapp(100, "Invalid parameter", format!("The body cannot be read: {error}"))
    })
}

/// Whether a template may still be reviewed at this moment: its plan has not changed meanwhile.
pub(super) fn due(template: &Template, now: Timestamp) -> bool {
    template.status == Status::Pending && template.decides_at.is_some_and(|at| at <= now)
}
