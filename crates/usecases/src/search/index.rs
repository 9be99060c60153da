//! Keeping the index in step with what is shown.

use analysis::search::{VERSION, terms};
use domain::ids::{AuthorId, JobId, MessageId};
use store::tables::job;
use store::tables::search::{self, Said};
use store::{StoreError, Tx};

use crate::Installation;

/// The job that makes what an author wrote found by the name they go by now.
pub(super) const OF_AUTHOR: &str = "index_author";

/// A message is found by what it says now from this write on, and by nothing once it was taken back.
pub(crate) async fn index_message(tx: &mut Tx, message: MessageId) -> Result<(), StoreError> {
    index_messages(tx, &[message]).await
}

/// The same for several.
pub(super) async fn index_messages(tx: &mut Tx, messages: &[MessageId]) -> Result<(), StoreError> {
    for said in search::texts(tx, messages).await? {
        put(tx, &said).await?;
    }
    Ok(())
}

async fn put(tx: &mut Tx, said: &Said) -> Result<(), StoreError> {
    if said.deleted {
        return search::forget(tx, said.id).await;
    }
    search::put(tx, said, &terms(&said.text, &[&said.writer, &said.handles]), VERSION).await
}

/// What an author wrote is to be found by their other name; there may be much of it, so it is done afterwards.
pub(crate) async fn author_goes_by_another_name(
    tx: &mut Tx,
    installation: &Installation,
    author: AuthorId,
) -> Result<(), StoreError> {
    let id = JobId(installation.ids.next());
    job::put(tx, id, (OF_AUTHOR, &author.to_string()), "{}", 0).await.map(|_| ())
}
