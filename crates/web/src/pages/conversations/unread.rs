//! The way to the first message that the visitor has not read. Whoever goes there takes along until where they had read:
//! opening the conversation has marked the rest as read by then.

use domain::ids::ConversationId;
use domain::time::{from_micros, micros};
use usecases::conversations::{MessagesPage, ReadMark, first_unread};

use crate::errors::Trouble;
use crate::requests::Visit;

/// Until where somebody had read, as it stands in an address.
fn in_address(read: ReadMark) -> String {
    format!("{}~{}", read.arrivals, micros(read.until))
}

/// What an address says; nonsense is nothing.
pub(super) fn of_address(text: &str) -> Option<ReadMark> {
    let (arrivals, until) = text.split_once('~')?;
    Some(ReadMark {
        arrivals: arrivals.parse().ok()?,
        until: from_micros(until.parse().ok()?),
    })
}

/// Where the first unread message stands: on this page, or on another. `None` when there is nothing new, and for who never
/// was here.
pub(super) async fn way(
    visit: &Visit,
    id: ConversationId,
    read: Option<ReadMark>,
    page: &MessagesPage,
) -> Result<Option<String>, Trouble> {
    let Some(read) = read else { return Ok(None) };
    let Some(first) = first_unread(&visit.ctx, id, read).await? else { return Ok(None) };
    if page.items.iter().any(|one| one.message.id == first) {
        return Ok(Some("#nieuw".to_owned()));
    }
    let path = format!("/gesprekken/{id}?bij={first}&gelezen={}", in_address(read));
    Ok(Some(format!("{}#nieuw", visit.listing.address(&path))))
}
