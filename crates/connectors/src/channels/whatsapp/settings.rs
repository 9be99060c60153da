//! What an administrator fills in for one WhatsApp number.

use std::collections::BTreeMap;

use domain::channels::{AccountAccess, SettingField};
use domain::messages::{Charge, Rates};
use domain::templates::TemplateCategory;

use super::pace;

pub(super) const PHONE_NUMBER_ID: &str = "phone_number_id";
pub(super) const WABA_ID: &str = "waba_id";
pub(super) const READ_RECEIPTS: &str = "read_receipts";
pub(super) const RATES: &str = "rates";
pub(super) const MESSAGES_PER_SECOND: &str = "messages_per_second";
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
        made_up: false,
    },
    SettingField {
        name: WABA_ID,
        help: "The id of the WhatsApp Business Account that the number belongs to; templates are read from it, and whether Meta delivers.",
        required: false,
        secret: false,
        made_up: false,
    },
    SettingField {
        name: READ_RECEIPTS,
        help: "\"no\" when residents must not see that their message was read and that somebody is writing.",
        required: false,
        secret: false,
        made_up: false,
    },
    SettingField {
        name: RATES,
        help: "What Meta charges for a message, per category and in euros, such as \"service 0.02; utility 0.045\": shown before sending.",
        required: false,
        secret: false,
        made_up: false,
    },
    SettingField {
        name: MESSAGES_PER_SECOND,
        help: "How many messages a second Meta lets the number handle, in and out: 80 when left out, 20 for a number that is also in the app on a phone, 1000 after an upgrade by Meta.",
        required: false,
        secret: false,
        made_up: false,
    },
    SettingField {
        name: API_VERSION,
        help: "The version of Meta's Graph API, such as v26.0; leave it out to follow Gehoor's own.",
        required: false,
        secret: false,
        made_up: false,
    },
    SettingField {
        name: APP_SECRET,
        help: "The secret of the Meta app, by which deliveries are signed: App Dashboard, Settings, Basic, \"App secret\".",
        required: true,
        secret: true,
        made_up: false,
    },
    SettingField {
        name: ACCESS_TOKEN,
        help: "The token of a system user with whatsapp_business_messaging, without an expiry date: Business Settings.",
        required: true,
        secret: true,
        made_up: false,
    },
    SettingField {
        name: VERIFY_TOKEN,
        help: "A long random word of your own, entered here and with the callback URL in the App Dashboard.",
        required: true,
        secret: true,
        made_up: true,
    },
];

/// A setting that is filled in.
pub(super) fn value<'s>(settings: &'s BTreeMap<String, String>, name: &str) -> Option<&'s str> {
    settings.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// What a message is charged as. Since 1 October 2026 free answers are charged, too, beyond what is free.
pub(super) fn charge(template: Option<TemplateCategory>, settings: &BTreeMap<String, String>) -> Charge {
    let category = template.map_or("service", TemplateCategory::as_str);
    let rates = value(settings, RATES).and_then(|rates| Rates::parse(rates).ok()).unwrap_or_default();
    Charge {
        category: category.to_owned(),
        each_micros: rates.of(category),
    }
}

/// Where the platform keeps the account's number.
pub(super) fn number_address(account: &AccountAccess) -> String {
    address(account, PHONE_NUMBER_ID)
}

/// Where the platform keeps the business account that the number belongs to.
pub(super) fn business_address(account: &AccountAccess) -> String {
    address(account, WABA_ID)
}

fn address(account: &AccountAccess, setting: &str) -> String {
    object_address(account, value(&account.settings, setting).unwrap_or_default())
}

/// Where the platform keeps something that has this id.
pub(super) fn object_address(account: &AccountAccess, id: &str) -> String {
    let version = value(&account.settings, API_VERSION).unwrap_or(API_VERSION_DEFAULT);
    format!(
        "{}/{}/{}",
        account.base_url.trim_end_matches('/'),
        path_segment(version),
        path_segment(id),
    )
}

/// A setting as one segment of a path: whatever was typed there, the request stays on the API.
pub(super) fn path_segment(text: &str) -> String {
    // These two lead elsewhere, escaped as well: nothing has such an id.
    if matches!(text, "." | "..") {
        return "_".to_owned();
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// Whether a value can be right, by its form alone.
pub(super) fn is_well_formed(name: &str, value: &str) -> bool {
    let length = value.chars().count();
    match name {
        PHONE_NUMBER_ID | WABA_ID => {
            (5..=40).contains(&length) && value.bytes().all(|byte| byte.is_ascii_digit())
        }
        API_VERSION => is_version(value),
        READ_RECEIPTS => matches!(value, "yes" | "no"),
        MESSAGES_PER_SECOND => pace::per_second(value).is_some(),
        RATES => length <= 500 && Rates::parse(value).is_ok(),
        // A space or a line end at the edge is the usual slip of copying; in between it is no token at all.
        _ => (8..=1_000).contains(&length) && value.bytes().all(|byte| byte.is_ascii_graphic()),
    }
}

/// `v26.0`
fn is_version(value: &str) -> bool {
    let digits = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = value.strip_prefix('v').and_then(|version| version.split_once('.'));
    parts.is_some_and(|(major, minor)| digits(major) && digits(minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_charged_by_its_category() {
        let of = |rates: &str, template| charge(template, &[(RATES.to_owned(), rates.to_owned())].into());
        for (template, category, each_micros) in [
            (None, "service", Some(20_000)),
            (Some(TemplateCategory::Utility), "utility", Some(45_000)),
            (Some(TemplateCategory::Marketing), "marketing", None),
            (Some(TemplateCategory::Authentication), "authentication", None),
        ] {
            let expected = Charge { category: category.to_owned(), each_micros };
            assert_eq!(of("service 0.02; utility 0.045", template), expected);
        }
        assert_eq!(of("", None).each_micros, None);
    }

    #[test]
    fn an_id_is_one_segment_of_the_path_and_never_the_way_up() {
        for (text, expected) in [
            ("106540352242922", "106540352242922"),
            ("v26.0", "v26.0"),
            ("../me?x=é", "..%2Fme%3Fx%3D%C3%A9"),
            ("..", "_"),
            (".", "_"),
            ("...", "..."),
        ] {
            assert_eq!(path_segment(text), expected);
        }
    }

    #[test]
    fn what_was_copied_wrongly_is_seen_before_it_is_kept() {
        let check = |name: &str, value: &str, expected: bool| {
            assert_eq!(is_well_formed(name, value), expected, "{name} = {value}");
        };
        check(PHONE_NUMBER_ID, "106540352242922", true);
        check(PHONE_NUMBER_ID, "+31 6 12345678", false);
        check(WABA_ID, "", false);
        check(API_VERSION, "v26.0", true);
        check(READ_RECEIPTS, "no", true);
        check(READ_RECEIPTS, "nee", false);
        check(MESSAGES_PER_SECOND, "20", true);
        check(MESSAGES_PER_SECOND, "1001", false);
        check(MESSAGES_PER_SECOND, "tachtig", false);
        check(RATES, "service 0.02; utility 0,045", true);
        check(RATES, "twee cent", false);
        check(API_VERSION, "26.0", false);
        check(API_VERSION, "v26", false);
        check(ACCESS_TOKEN, "EAAGm0PX4ZCps", true);
        check(ACCESS_TOKEN, "EAAGm0PX 4ZCps", false);
        check(APP_SECRET, "kort", false);
        check(VERIFY_TOKEN, &"x".repeat(1_001), false);
    }
}
