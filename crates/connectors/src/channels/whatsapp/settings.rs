//! What an administrator fills in for one WhatsApp number.

use std::collections::BTreeMap;

use domain::channels::SettingField;

pub(super) const PHONE_NUMBER_ID: &str = "phone_number_id";
pub(super) const API_VERSION: &str = "api_version";
pub(super) const APP_SECRET: &str = "app_secret";
pub(super) const ACCESS_TOKEN: &str = "access_token";
pub(super) const VERIFY_TOKEN: &str = "verify_token";

/// The version of the Graph API that is used when an account names none.
pub(super) const API_VERSION_DEFAULT: &str = "v26.0";

/// All fields, each described once.
pub(super) const FIELDS: &[SettingField] = &[
    SettingField {
        name: PHONE_NUMBER_ID,
        help: "The id of the phone number (not the number itself): WhatsApp Manager, API set-up, \"Phone number ID\".",
        required: true,
        secret: false,
    },
    SettingField {
        name: "waba_id",
        help: "The id of the WhatsApp Business Account that the number belongs to; only for your own reference.",
        required: false,
        secret: false,
    },
    SettingField {
        name: API_VERSION,
        help: "The version of Meta's Graph API, such as v26.0; leave it out to follow Gehoor's own.",
        required: false,
        secret: false,
    },
    SettingField {
        name: APP_SECRET,
        help: "The secret of the Meta app, by which deliveries are signed: App Dashboard, Settings, Basic, \"App secret\".",
        required: true,
        secret: true,
    },
    SettingField {
        name: ACCESS_TOKEN,
        help: "The token of a system user with whatsapp_business_messaging, without an expiry date: Business Settings.",
        required: true,
        secret: true,
    },
    SettingField {
        name: VERIFY_TOKEN,
        help: "A long random word of your own, entered here and with the callback URL in the App Dashboard.",
        required: true,
        secret: true,
    },
];

/// A setting that is filled in.
pub(super) fn value<'s>(settings: &'s BTreeMap<String, String>, name: &str) -> Option<&'s str> {
    settings.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}
