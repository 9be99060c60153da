//! Conversations that have lasted for years.

use std::ops::Range;

use domain::ids::MessageId;
use jiff::SignedDuration;
use store::Tx;
use store::tables::message;

use super::{Talk, World};

/// Messages that one write adds.
const AT_ONCE: usize = 200;

impl World {
    /// The resident of a talk wrote all this before, a second after one another, each a text of its number. Returns the ids
    /// in their order.
    pub async fn has_history(
        &self,
        talk: &Talk,
        numbers: Range<i64>,
        text: impl Fn(i64) -> String,
    ) -> Vec<MessageId> {
        let scope = self.everything(&talk.account);
        let mut reader = self.installation.store.read(&scope);
        let known = message::before(&mut reader, talk.conversation, None, 1).await;
        let last = known.expect("the store answers").pop().expect("the resident wrote");
        let before_all = last.sent_at - SignedDuration::from_hours(10_000);
        let written: Vec<message::Message> = numbers
            .map(|number| message::Message {
                id: MessageId(self.installation.ids.next()),
                text: Some(text(number)),
                provider_id: None,
                sent_at: before_all + SignedDuration::from_secs(number),
                tie: format!("wamid.{number}"),
                ..last.clone()
            })
            .collect();
        for chunk in written.chunks(AT_ONCE) {
            let chunk = chunk.to_vec();
            let put = async move |tx: &mut Tx| {
                for one in &chunk {
                    message::insert(tx, one).await?;
                }
                Ok::<_, store::StoreError>(())
            };
            self.installation.store.write(&scope, put).await.expect("the store answers");
        }
        written.into_iter().map(|one| one.id).collect()
    }
}
