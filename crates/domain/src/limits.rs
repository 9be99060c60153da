//! What everything that can grow is held to. One place, so that the manual and the code cannot differ.

/// Bytes of one webhook's body. Meta sends up to 3 MB.
pub const WEBHOOK_BODY_BYTES: usize = 3 * 1024 * 1024;
/// Levels of arrays and objects in a webhook's JSON. Real payloads stay under 20.
pub const JSON_DEPTH: usize = 64;
/// Items (messages, statuses, notices) in one webhook. Meta batches up to 1,000.
pub const ITEMS_PER_EVENT: usize = 5_000;
/// Characters of what is looked for in a conversation.
pub const FIND_CHARACTERS: usize = 100;
/// Characters of a reply or note as the agent wrote it; what a channel takes may be less.
pub const REPLY_CHARACTERS: usize = 20_000;
/// Characters kept of a resident's message; the raw event keeps all of it.
pub const INBOUND_CHARACTERS: usize = 100_000;
/// Characters kept of a display name.
pub const NAME_CHARACTERS: usize = 200;
/// Bytes of a platform's own id.
pub const PROVIDER_ID_BYTES: usize = 512;
/// Names of an author that one claim of a platform may hold.
pub const NAMES_PER_CLAIM: usize = 8;
/// Items on a page of a list.
pub const PAGE_SIZE: usize = 100;
/// Teams that one user can be a member of.
pub const TEAMS_PER_USER: usize = 8;
/// Characters of a canned text with its gaps.
pub const CANNED_TEXT_CHARACTERS: usize = 4_000;
/// Canned texts of a municipality.
pub const CANNED_TEXTS: usize = 300;
/// Times an item of a raw event is tried before it is put aside for a person (A9).
pub const READ_ATTEMPTS: u32 = 3;
/// Seconds within which a message reopens the conversation that was closed; a later one begins a new conversation.
pub const REOPEN_WITHIN_SECONDS: i64 = 72 * 3600;

/// `text` cut after `max` characters (Unicode scalar values), never inside one.
#[must_use]
pub fn cut(text: &str, max: usize) -> &str {
    match text.char_indices().nth(max) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("één", 2), "éé");
        assert_eq!(cut("één", 3), "één");
        assert_eq!(cut("", 3), "");
    }
}
