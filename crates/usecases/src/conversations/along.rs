//! What goes along with a reply: files that were uploaded before, choices, a place, cards, a template.

use std::collections::BTreeMap;

use domain::attachments::{AttachmentState, FILES_PER_MESSAGE, kind_of};
use domain::channels::{Capabilities, OutboundFile};
use domain::conversations::{self as rules, ReplyRefused};
use domain::ids::AttachmentId;
use domain::messages::{ContactCard, Extra, GeoPlace, MessageKind, Options};
use domain::templates::{Filled, Template, TemplateRefused};
use store::tables::attachment::{self, Attachment};
use store::tables::draft::{self, Draft};
use store::tables::message::Message;
use store::tables::template;
use store::{Reads, StoreError, Tx};

use crate::{Ctx, Failure};

/// What goes along with a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Along {
    /// Files that the same person uploaded, in the order in which they are sent.
    pub files: Vec<AttachmentId>,
    /// Buttons or a list.
    pub options: Option<Options>,
    /// A place on the map.
    pub place: Option<GeoPlace>,
    /// Cards of people.
    pub contacts: Vec<ContactCard>,
    /// A template, which goes instead of a text.
    pub template: Option<ChosenTemplate>,
    /// The writer has seen that a long text goes out in several messages.
    pub in_pieces: bool,
}

/// A template and what is filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChosenTemplate {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: String,
    /// What is filled in, by the keys of its placeholders.
    pub values: BTreeMap<String, String>,
    /// The fingerprint of the template that the writer looked at; `None` when the client does not say.
    pub seen: Option<String>,
}

/// What goes along, looked up.
pub(super) struct Held {
    pub(super) drafts: Vec<Draft>,
    pub(super) filled: Option<Filled>,
}

impl Along {
    /// What it is for the rules.
    pub(super) fn weight(&self) -> rules::Along {
        if self.template.is_some() {
            rules::Along::Template
        } else if self.files.is_empty()
            && self.options.is_none()
            && self.place.is_none()
            && self.contacts.is_empty()
        {
            rules::Along::Nothing
        } else {
            rules::Along::Something
        }
    }

    /// Looks up what is named: the files, which are the actor's own, and the template, as it is now.
    pub(super) async fn look_up(
        &self,
        from: &mut impl Reads,
        ctx: &Ctx,
        account: &domain::ids::ChannelAccountId,
    ) -> Result<Held, Failure<ReplyRefused>> {
        if self.files.len() > FILES_PER_MESSAGE {
            return Err(Failure::Refused(ReplyRefused::File { ordinal: FILES_PER_MESSAGE, reason: "count" }));
        }
        let actor = ctx.actor.label();
        let mut drafts: Vec<Draft> = Vec::with_capacity(self.files.len());
        for (ordinal, id) in self.files.iter().enumerate() {
            let twice = drafts.iter().any(|known| known.id == *id);
            let found = draft::find(from, *id, &actor).await?.filter(|_| !twice);
            let gone = ReplyRefused::File { ordinal, reason: "gone" };
            drafts.push(found.ok_or(Failure::Refused(gone))?);
        }
        let filled = match &self.template {
            None => None,
            Some(chosen) => {
                let found = template::find(from, account, (&chosen.name, &chosen.language)).await?;
                Some(chosen.fill(found).map_err(|why| Failure::Refused(why.into()))?)
            }
        };
        Ok(Held { drafts, filled })
    }
}

impl ChosenTemplate {
    /// The template, filled in; or why it cannot be sent. Names the language where several have the same name.
    fn fill(&self, found: Option<Template>) -> Result<Filled, TemplateRefused> {
        let template = found.ok_or(TemplateRefused::None)?;
        if !template.is_supported() {
            return Err(TemplateRefused::Unsupported);
        }
        if !template.is_usable() {
            return Err(TemplateRefused::NotUsable(template.status));
        }
        if self.seen.as_ref().is_some_and(|seen| *seen != template.fingerprint()) {
            let keys: Vec<String> =
                template.placeholders().iter().map(domain::templates::Placeholder::key).collect();
            let missing = keys.iter().filter(|key| !self.values.contains_key(*key)).cloned().collect();
            let superfluous = self.values.keys().filter(|key| !keys.contains(key)).cloned().collect();
            return Err(TemplateRefused::Changed { missing, superfluous });
        }
        template.fill(&self.values).map_err(TemplateRefused::Filled)
    }
}

impl Held {
    pub(super) fn files(&self) -> Vec<OutboundFile> {
        let file = |draft: &Draft| OutboundFile {
            attachment: draft.id,
            kind: kind_of(&draft.media_type),
            media_type: draft.media_type.clone(),
            file_name: draft.file_name.clone(),
            bytes: draft.bytes,
        };
        self.drafts.iter().map(file).collect()
    }

    pub(super) fn extras(&self, along: &Along) -> Vec<Extra> {
        let template = self.filled.as_ref().map(|filled| Extra::Template(filled.template.clone()));
        let place = along.place.clone().map(Extra::Place);
        let cards = along.contacts.iter().cloned().map(Extra::Contact);
        let options = along.options.clone().map(Extra::Options);
        template.into_iter().chain(place).chain(cards).chain(options).collect()
    }

    /// What kind of message it is: the first of what goes along.
    pub(super) fn kind(&self, along: &Along) -> MessageKind {
        if self.filled.is_some() {
            MessageKind::Template
        } else if let Some(first) = self.drafts.first() {
            kind_of(&first.media_type)
        } else if along.options.is_some() {
            MessageKind::Interactive
        } else if along.place.is_some() {
            MessageKind::Location
        } else if along.contacts.is_empty() {
            MessageKind::Text
        } else {
            MessageKind::Contacts
        }
    }

    /// The files belong to the message from now on.
    pub(super) async fn hand_over(&self, tx: &mut Tx, message: &Message) -> Result<(), StoreError> {
        for (ordinal, draft) in (0_u32..).zip(&self.drafts) {
            attachment::insert(tx, &sent(draft, message, ordinal)).await?;
            if !draft::remove(tx, draft.id).await? {
                return Err(StoreError::changed_meanwhile(format!("file {}", draft.id)));
            }
        }
        Ok(())
    }
}

fn sent(draft: &Draft, message: &Message, ordinal: u32) -> Attachment {
    Attachment {
        id: draft.id,
        message: message.id,
        conversation: message.conversation,
        channel_account: message.channel_account.clone(),
        ordinal,
        state: AttachmentState::Kept,
        trouble: None,
        reference: None,
        memory: serde_json::Value::Null,
        stated_type: None,
        file_name: draft.file_name.clone(),
        stated_sha256: None,
        media_type: Some(draft.media_type.clone()),
        bytes: Some(draft.bytes),
        size: None,
        taken_at: None,
        blob: Some(draft.blob),
        thumbnail: None,
        created_at: message.received_at,
        expires_at: None,
        fence: 0,
        attempts: 0,
    }
}

/// The texts of a reply: one, or several where the channel takes less and the writer has seen it.
pub(super) fn texts(
    text: &str,
    in_pieces: bool,
    capabilities: &Capabilities,
) -> Result<Vec<String>, ReplyRefused> {
    let (max, unit) = (capabilities.text_max, capabilities.text_unit);
    if !in_pieces {
        return Ok(vec![text.to_owned()]);
    }
    domain::messages::in_pieces(text, max, unit).map_err(|_| ReplyRefused::TooLong {
        length: unit.length(text),
        max,
        unit: unit.as_str(),
    })
}
