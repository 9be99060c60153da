//! What can go along with an answer, as it stands in the form.

use domain::channels::{Capabilities, SendKind};

/// What can go along, and what was filled in. A list of files is one of those that were put down already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct More {
    pub(crate) can_files: bool,
    /// Where each file is brought by itself.
    pub(crate) uploads: String,
    pub(crate) can_options: bool,
    pub(crate) can_place: bool,
    pub(crate) can_contacts: bool,
    /// What is said of the price; empty where there is none.
    pub(crate) price: String,
    /// Files that go along, put down already.
    pub(crate) files: Vec<KeptFile>,
    pub(crate) files_error: Option<String>,
    pub(crate) choices: String,
    pub(crate) opener: String,
    pub(crate) choices_error: Option<String>,
    pub(crate) north: String,
    pub(crate) east: String,
    pub(crate) place_name: String,
    pub(crate) place_address: String,
    pub(crate) place_error: Option<String>,
    pub(crate) card_name: String,
    pub(crate) card_organisation: String,
    pub(crate) card_phone: String,
    pub(crate) card_email: String,
    pub(crate) card_error: Option<String>,
    /// The messages that a long text would become, to be confirmed.
    pub(crate) pieces: Vec<String>,
}

/// A file that goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptFile {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) size: String,
}

impl More {
    /// What a channel takes.
    pub(crate) fn allowed_by(mut self, capabilities: &Capabilities, price: String) -> Self {
        self.can_files = capabilities.can_send(SendKind::Files);
        self.can_options = capabilities.can_send(SendKind::Options);
        self.can_place = capabilities.can_send(SendKind::Place);
        self.can_contacts = capabilities.can_send(SendKind::Contacts);
        self.price = if capabilities.billed { price } else { String::new() };
        self
    }

    /// Bytes of the largest file.
    pub(crate) const fn file_bytes_max(&self) -> u64 {
        domain::attachments::FILE_BYTES_MAX
    }

    /// Files of one answer.
    pub(crate) const fn files_max(&self) -> usize {
        domain::attachments::FILES_PER_MESSAGE
    }

    pub(crate) fn choices_open(&self) -> bool {
        self.choices_error.is_some() || !self.choices.is_empty() || !self.opener.is_empty()
    }

    pub(crate) fn place_open(&self) -> bool {
        let filled = [&self.north, &self.east, &self.place_name, &self.place_address];
        self.place_error.is_some() || filled.iter().any(|field| !field.is_empty())
    }

    pub(crate) fn card_open(&self) -> bool {
        let filled = [&self.card_name, &self.card_organisation, &self.card_phone, &self.card_email];
        self.card_error.is_some() || filled.iter().any(|field| !field.is_empty())
    }

    /// Something of each kind.
    #[cfg(test)]
    pub(crate) fn example() -> Self {
        let file = KeptFile {
            id: "0193b5b0-7c00-7000-8000-000000000009".to_owned(),
            name: "besluit <script>.pdf".to_owned(),
            size: "12".to_owned(),
        };
        Self {
            can_files: true,
            uploads: "/gesprekken/0193b5b0-7c00-7000-8000-000000000001/bijlagen".to_owned(),
            can_options: true,
            can_place: true,
            can_contacts: true,
            files: vec![file],
            choices: "Ja\nNee".to_owned(),
            ..Self::default()
        }
    }
}
