//! Answering with a template: when a free answer is not possible any more, or when somebody chooses to.

use std::collections::BTreeMap;

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use domain::conversations::ReplyRefused;
use domain::ids::ConversationId;
use domain::templates::{FillProblem, Header, Template, TemplateCategory, TemplateRefused, TemplateStatus};
use usecases::conversations::{
    Along, ChosenTemplate, ConversationView, Reply, read_conversation, reply_to_conversation,
};
use usecases::templates::{TemplatesView, list_templates_for, read_templates_again};
use usecases::{Failure, RequestKey};

use super::form::Draft;
use super::show::conversation_page;
use super::{Done, along, back};
use crate::components::notice::Notice;
use crate::errors::Trouble;
use crate::requests::{Composed, Visit, id_in_path, query_value};
use crate::words::Words;

/// A template that was chosen, with what was filled in and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chosen {
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) errors: BTreeMap<String, String>,
    pub(crate) problem: Option<String>,
    /// What is looked for in the list.
    pub(crate) sought: String,
}

/// The section of a page with which a template is chosen and filled in.
pub(crate) struct TemplateSection {
    pub(crate) address: String,
    pub(crate) key: String,
    pub(crate) seen: String,
    /// When the list was read, in words.
    pub(crate) read: String,
    pub(crate) price: String,
    /// Why there is a template here and no answer.
    pub(crate) why: &'static str,
    /// Whether an answer stands beside it.
    pub(crate) beside_reply: bool,
    pub(crate) sought: String,
    /// Whether there is any, found or not.
    pub(crate) any: bool,
    pub(crate) groups: Vec<Group>,
    pub(crate) open: Option<Form>,
    pub(crate) problem: Option<String>,
}

/// The templates that are charged as one kind.
pub(crate) struct Group {
    pub(crate) heading: String,
    pub(crate) price: String,
    pub(crate) list: Vec<Offered>,
}

/// A template in the list.
pub(crate) struct Offered {
    /// Where it is opened, behind the conversation's own address.
    pub(crate) value: String,
    pub(crate) words: String,
    pub(crate) preview: String,
    pub(crate) current: bool,
    pub(crate) usable: bool,
}

/// The chosen template.
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) fingerprint: String,
    pub(crate) facts: String,
    pub(crate) preview: String,
    /// The same with a mark around the key of each place that is filled in, for our script.
    pub(crate) pattern: String,
    pub(crate) wants_file: bool,
    pub(crate) usable: bool,
    pub(crate) fields: Vec<Blank>,
}

/// A place to fill in.
pub(crate) struct Blank {
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) example: Option<String>,
    pub(crate) value: String,
    pub(crate) error: Option<String>,
}

/// The section; `beside_reply` where a free answer is possible as well.
pub(super) async fn section(
    visit: &Visit,
    view: &ConversationView,
    address: &str,
    chosen: Option<Chosen>,
    beside_reply: bool,
) -> Result<TemplateSection, Trouble> {
    let w = visit.words;
    let found = list_templates_for(&visit.ctx, view.listed.conversation.id).await?;
    let chosen = chosen.unwrap_or_default();
    let is_chosen = |one: &Template| one.name == chosen.name && one.language == chosen.language;
    let channel = w.channel(&view.listed.channel);
    let chosen_one = found.templates.iter().find(|one| is_chosen(one));
    let charge = chosen_one.and_then(|one| found.charges.get(one.category.as_str()));
    let open = chosen_one.map(|one| form(w, one, &chosen));
    Ok(TemplateSection {
        address: address.to_owned(),
        key: visit.form_key(),
        seen: view.last_out.map(|id| id.to_string()).unwrap_or_default(),
        read: read_words(visit, &found),
        price: w.charge(channel, charge),
        why: if beside_reply { w.template_beside() } else { w.template_why() },
        beside_reply,
        any: !found.templates.is_empty(),
        groups: groups(w, channel, &found, &chosen),
        sought: chosen.sought,
        open,
        problem: chosen.problem,
    })
}

/// What is found, by what it is charged as; what can be sent stands first.
fn groups(w: Words, channel: &str, found: &TemplatesView, chosen: &Chosen) -> Vec<Group> {
    let words: Vec<String> = chosen.sought.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let fits = |one: &&Template| {
        let all = format!("{} {}", one.name, one.preview(&BTreeMap::new())).to_lowercase();
        words.iter().all(|word| all.contains(word.as_str()))
    };
    let mut groups = Vec::new();
    for category in TemplateCategory::ALL {
        let of_it = found.templates.iter().filter(|one| one.category == *category);
        let mut list: Vec<Offered> = of_it.filter(fits).map(|one| offered(w, one, chosen)).collect();
        list.sort_by_key(|one| !one.usable);
        if !list.is_empty() {
            let heading = w.template_category(*category).to_owned();
            let price = w.charge(channel, found.charges.get(category.as_str()));
            groups.push(Group { heading, price, list });
        }
    }
    groups
}

fn offered(w: Words, template: &Template, chosen: &Chosen) -> Offered {
    Offered {
        value: query_value(&format!("{}/{}", template.language, template.name)),
        words: format!("{} ({}) · {}", template.name, template.language, facts(w, template)),
        preview: domain::limits::cut(&template.preview(&BTreeMap::new()), 300).to_owned(),
        current: template.name == chosen.name && template.language == chosen.language,
        usable: template.is_usable(),
    }
}

/// Around the key of a place that is filled in: characters that no text holds.
const MARKS: (char, char) = ('\u{e000}', '\u{e001}');

fn pattern(template: &Template) -> String {
    let marked = template.placeholders().into_iter().map(|placeholder| {
        let key = placeholder.key();
        let value = format!("{}{key}{}", MARKS.0, MARKS.1);
        (key, value)
    });
    template.preview(&marked.collect())
}

fn read_words(visit: &Visit, found: &TemplatesView) -> String {
    let w = visit.words;
    let read = found.reading.read_at.map_or_else(
        || w.template_read_never().to_owned(),
        |at| w.template_read_at(&visit.moments().moment(at).words),
    );
    if found.reading.failure.is_some() {
        format!("{read} {}", w.template_read_failed())
    } else {
        read
    }
}

fn facts(w: Words, template: &Template) -> String {
    w.template_facts(w.template_category(template.category), w.template_status(template.status))
}

fn form(w: Words, template: &Template, chosen: &Chosen) -> Form {
    let fields = template.placeholders().into_iter().enumerate().map(|(place, placeholder)| {
        let key = placeholder.key();
        Blank {
            id: format!("waarde-{place}"),
            label: w.template_fill(&placeholder.name),
            example: placeholder.example.as_deref().map(|example| w.template_example(example)),
            value: chosen.values.get(&key).cloned().unwrap_or_default(),
            error: chosen.errors.get(&key).cloned(),
            key,
        }
    });
    Form {
        name: template.name.clone(),
        language: template.language.clone(),
        fingerprint: template.fingerprint(),
        facts: facts(w, template),
        preview: template.preview(&chosen.values),
        pattern: pattern(template),
        wants_file: matches!(template.header, Some(Header::File { .. })),
        usable: template.is_usable(),
        fields: fields.collect(),
    }
}

/// The template that an address names, "nl/melding_stand"; "kies" names none yet. `sought` narrows the list.
pub(super) fn named(text: &str, sought: &str) -> Option<Chosen> {
    if text.is_empty() && sought.is_empty() {
        return None;
    }
    let (language, name) = text.split_once('/').unwrap_or_default();
    Some(Chosen {
        name: name.to_owned(),
        language: language.to_owned(),
        sought: domain::limits::cut(sought.trim(), 100).to_owned(),
        ..Chosen::default()
    })
}

/// `POST /gesprekken/{id}/sjabloon`
pub(crate) async fn send(
    visit: Visit,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let mut form = Composed::read(&visit.ctx, request).await?;
    let (key, seen) = (form.must("sleutel")?, form.must("gezien")?);
    let (name, language, fingerprint) = (form.take("naam")?, form.take("taal")?, form.take("afdruk")?);
    let values: BTreeMap<String, String> = form.take_beginning("w.").into_iter().collect();
    form.take_all("bestand");
    form.finish()?;
    if key.is_empty() || name.is_empty() {
        return Err(Trouble::BadRequest);
    }
    let seen = match seen.as_str() {
        "" => None,
        seen => Some(seen.parse().map_err(|_| Trouble::BadRequest)?),
    };
    let template = ChosenTemplate {
        name,
        language,
        values,
        seen: Some(fingerprint).filter(|seen| !seen.is_empty()),
    };
    let body = format!("{template:?} {}", form.files.len());
    let along = Along {
        files: form.files.iter().map(|(_, id)| *id).collect(),
        template: Some(template.clone()),
        ..Along::default()
    };
    let reply = Reply {
        hold_seconds: 0,
        conversation: id,
        text: String::new(),
        along,
        reply_to: None,
        written_after: Some(seen),
        key: RequestKey::new(&key, &format!("template {id}"), body.as_bytes()),
    };
    let (status, refused) = match reply_to_conversation(&visit.ctx, reply).await {
        Ok(_) => return Ok(back(&visit, id, Done::Template)),
        Err(Failure::Refused(refused)) => (StatusCode::BAD_REQUEST, Some(refused)),
        Err(Failure::Conflict | Failure::KeyReused) => (StatusCode::CONFLICT, None),
        Err(failure) => return Err(failure.into()),
    };
    again(&visit, id, template, status, refused).await
}

/// The page again with what was filled in, and what is wrong beside each field.
async fn again(
    visit: &Visit,
    id: ConversationId,
    template: ChosenTemplate,
    status: StatusCode,
    refused: Option<ReplyRefused>,
) -> Result<Response, Trouble> {
    let w = visit.words;
    let view = read_conversation(&visit.ctx, id).await?;
    let channel = w.channel(&view.listed.channel);
    let mut chosen = Chosen {
        name: template.name,
        language: template.language,
        values: template.values,
        ..Chosen::default()
    };
    let why = match refused {
        Some(ReplyRefused::Template(refused)) => said(w, refused, &mut chosen.errors),
        Some(ReplyRefused::Closed) => w.refused_reply_closed().to_owned(),
        Some(ReplyRefused::Along { what }) => along::along(w, channel, what),
        Some(_) => w.along_template().to_owned(),
        None => w.conflict_reply().to_owned(),
    };
    chosen.problem = Some(why.clone());
    let notice = Notice::refused(w.template_failed_title(), why).at("#sjabloon", w.template_heading());
    conversation_page(visit, id, Draft { chosen: Some(chosen), ..Draft::refused(status, notice) }).await
}

/// What is wrong with a template in words; what is wrong with a value stands beside it.
fn said(w: Words, refused: TemplateRefused, errors: &mut BTreeMap<String, String>) -> String {
    match refused {
        TemplateRefused::None => w.template_refused_none().to_owned(),
        TemplateRefused::NotUsable(status) => w.template_refused_not_usable(w.template_status(status)),
        TemplateRefused::Changed { missing, .. } => {
            errors.extend(missing.into_iter().map(|key| (key, w.template_value_missing().to_owned())));
            w.template_refused_changed().to_owned()
        }
        TemplateRefused::Unsupported => w.template_refused_unsupported().to_owned(),
        TemplateRefused::Filled(problems) => {
            let mut changed = false;
            for problem in problems {
                let (key, words) = match problem {
                    FillProblem::Missing(key) => (key, w.template_value_missing()),
                    FillProblem::TooLong(key) => (key, w.template_value_too_long()),
                    FillProblem::OddSpace(key) => (key, w.template_value_odd()),
                    FillProblem::Superfluous(_) => {
                        changed = true;
                        continue;
                    }
                };
                errors.insert(key, words.to_owned());
            }
            if changed { w.template_refused_changed() } else { w.along_template() }.to_owned()
        }
    }
}

/// `POST /gesprekken/{id}/sjablonen`: the list is read again from the platform.
pub(crate) async fn read_again(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let id: ConversationId = id_in_path(&id)?;
    let view = read_conversation(&visit.ctx, id).await?;
    read_templates_again(&visit.ctx, &view.listed.conversation.channel_account).await?;
    Ok(back(&visit, id, Done::TemplatesAsked))
}

impl Words {
    /// Whether a template can be used.
    pub(crate) const fn template_status(self, status: TemplateStatus) -> &'static str {
        match status {
            TemplateStatus::Approved => self.template_status_approved(),
            TemplateStatus::Pending => self.template_status_pending(),
            TemplateStatus::Rejected => self.template_status_rejected(),
            TemplateStatus::Paused => self.template_status_paused(),
            TemplateStatus::Disabled => self.template_status_disabled(),
            TemplateStatus::Deleted => self.template_status_deleted(),
            TemplateStatus::Unknown => self.template_status_unknown(),
        }
    }

    /// What a template is charged as.
    pub(crate) const fn template_category(self, category: TemplateCategory) -> &'static str {
        match category {
            TemplateCategory::Utility => self.price_utility(),
            TemplateCategory::Marketing => self.price_marketing(),
            TemplateCategory::Authentication => self.price_authentication(),
            TemplateCategory::Unknown => self.price_unknown(),
        }
    }
}
