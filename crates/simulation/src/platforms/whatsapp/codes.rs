//! Meta's error codes with their words, the same in an answer and in a `failed` status.
//!
//! Source: developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (15 May 2026). The
//! HTTP status is the one of that table. To add a code: a line in `MEANINGS`.

use http::StatusCode;

use super::super::meta::GraphError;

/// What a code stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning {
    http: u16,
    pub(super) title: &'static str,
    pub(super) details: &'static str,
}

const UNKNOWN: (u32, u16, &str, &str) = (
    131_000,
    500,
    "Something went wrong",
    "Message failed to send because of an unknown error. Please try again later.",
);

/// Code, HTTP status, title, details; in order of code. 200 stands for 200 to 299.
const MEANINGS: &[(u32, u16, &str, &str)] = &[
    (0, 401, "AuthException", "We were unable to authenticate the app user."),
    (1, 400, "API Unknown", "Invalid request or possible server error."),
    (2, 503, "API Service", "Temporary due to downtime or due to being overloaded."),
    (3, 500, "API Method", "Capability or permissions issue."),
    (
        4,
        400,
        "Application request limit reached",
        "The app has reached its rate limit of API calls.",
    ),
    (
        10,
        403,
        "Application does not have permission for this action",
        "Permission is either not granted or has been removed.",
    ),
    (190, 401, "Access token has expired", "Your access token has expired."),
    (200, 403, "Permissions error", "Permission is either not granted or has been removed."),
    (
        368,
        403,
        "Temporarily blocked for policies violations",
        "The WhatsApp Business Account associated with the app has been restricted for violating a policy.",
    ),
    (
        80_007,
        400,
        "Rate limit issues",
        "Message failed to send because the account made too many requests in a short period of time",
    ),
    (
        130_429,
        429,
        "Rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number in a short period \
             of time",
    ),
    (
        130_472,
        400,
        "User's number is part of an experiment",
        "Failed to send message because this user's phone number is part of an experiment",
    ),
    (
        130_497,
        403,
        "Business account is restricted from messaging users in this country.",
        "Message failed to send because the account may not message users in this country.",
    ),
    (131_005, 403, "Access denied", "Permission is either not granted or has been removed."),
    (
        131_008,
        400,
        "Required parameter is missing",
        "The request is missing a required parameter.",
    ),
    (131_009, 400, "Parameter value is not valid", "One or more parameter values are invalid."),
    (131_016, 500, "Service unavailable", "A service is temporarily unavailable."),
    (
        131_021,
        400,
        "Recipient cannot be sender",
        "Sender and recipient phone number is the same.",
    ),
    (131_026, 400, "Message undeliverable", "Message Undeliverable."),
    (
        131_030,
        400,
        "Recipient phone number not in allowed list",
        "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again.",
    ),
    (
        131_031,
        403,
        "Business Account locked",
        "The account associated with the request has been restricted or disabled for violating a policy.",
    ),
    (
        131_037,
        400,
        "Display name approval needed",
        "The number needs display name approval before it can send messages.",
    ),
    (
        131_042,
        400,
        "Business eligibility payment issue",
        "Message failed to send because there were one or more errors related to your payment method.",
    ),
    (
        131_045,
        500,
        "Incorrect certificate",
        "Message failed to send due to a registration error.",
    ),
    (
        131_047,
        400,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this \
             number.",
    ),
    (
        131_048,
        400,
        "Spam rate limit hit",
        "Message failed to send because there are restrictions on how many messages can be sent from this number.",
    ),
    (
        131_049,
        400,
        "This message was not delivered to maintain healthy ecosystem engagement.",
        "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    ),
    (
        131_050,
        400,
        "User has stopped marketing messages",
        "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages.",
    ),
    (131_051, 400, "Unsupported message type", "Message type is currently not supported."),
    (131_052, 400, "Media download error", "Unable to download the media sent by the user."),
    (131_053, 400, "Media upload error", "Unable to upload the media used in the message."),
    (
        131_056,
        400,
        "(Business Account, Consumer Account) pair rate limit hit",
        "Message failed to send because there were too many messages sent from this phone number to the same phone \
             number in a short period of time.",
    ),
    (131_057, 500, "Account in maintenance mode", "Business Account is in maintenance mode."),
    (
        131_062,
        400,
        "Business-scoped user ID recipients are not supported for this message",
        "You can only send authentication messages to recipients' phone numbers, not their business-scoped user IDs.",
    ),
    (
        131_215,
        400,
        "This phone number is not eligible to access Groups APIs",
        "Groups APIs are only available for eligible phone numbers.",
    ),
    (
        132_000,
        400,
        "Number of parameters does not match the expected number of params",
        "The number of variables in the request did not match the number defined in the template.",
    ),
    (
        132_001,
        404,
        "Template name does not exist in the translation",
        "The template does not exist in the specified language or has not been approved.",
    ),
    (
        132_007,
        400,
        "Template format character policy violated",
        "Template content violates a policy.",
    ),
    (132_005, 400, "Translated text too long", "Translated text is too long."),
    (
        132_012,
        400,
        "Parameter format does not match format in the created template",
        "Variable parameter values formatted incorrectly.",
    ),
    (
        132_015,
        400,
        "Template is paused",
        "Template is paused due to low quality so it cannot be sent in a template message.",
    ),
    (
        132_016,
        400,
        "Template is disabled",
        "Template has been paused too many times due to low quality and is now permanently disabled.",
    ),
    (
        132_018,
        400,
        "There was an issue with the parameters in your template",
        "Check the values of the parameters.",
    ),
    (132_068, 400, "Flow is blocked", "Flow is in blocked state."),
    (132_069, 400, "Flow is throttled", "Flow is in throttled state."),
    (133_004, 503, "Server Temporarily Unavailable", "Please try again later."),
];

/// The words for a code; those of 131000 for one that is not listed.
pub(super) fn meaning(code: u32) -> Meaning {
    let listed = if (200..300).contains(&code) { 200 } else { code };
    let found = MEANINGS.iter().find(|(known, ..)| *known == listed);
    let (_, http, title, details) = found.copied().unwrap_or(UNKNOWN);
    Meaning { http, title, details }
}

/// A refusal with the words of its code.
pub(super) fn refusal(code: u32) -> GraphError {
    refusal_because(code, meaning(code).details)
}

/// A refusal with details of its own.
pub(super) fn refusal_because(code: u32, details: impl Into<String>) -> GraphError {
    let Meaning { http, title, .. } = meaning(code);
    let status = StatusCode::from_u16(http).unwrap_or(StatusCode::BAD_REQUEST);
    GraphError::whatsapp(code, title, details).with_status(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_fact_sheet_has_words_of_its_own() {
        let unknown = meaning(131_000).title;
        let codes = [
            0, 1, 2, 3, 4, 10, 190, 200, 299, 368, 80_007, 130_429, 130_472, 130_497, 131_005, 131_008,
            131_009, 131_016, 131_021, 131_026, 131_030, 131_031, 131_037, 131_042, 131_045, 131_047,
            131_048, 131_049, 131_050, 131_051, 131_052, 131_053, 131_056, 131_057, 131_062, 132_000,
            132_001, 132_005, 132_007, 132_012, 132_015, 132_016, 133_004,
        ];
        for code in codes {
            assert_ne!(meaning(code).title, unknown, "{code}");
            assert!((400..=503).contains(&meaning(code).http), "{code}");
        }
        assert_eq!(meaning(999_999).title, unknown);
    }
}
