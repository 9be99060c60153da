//! `/live`, and `/gesprekken/{id}/aanwezigheid`: what pages are told while they are open.

mod again;
mod ends;
mod foreign;
mod limits;
mod nodes;
mod presence;

use std::time::Duration;

use axum::body::BodyDataStream;
use axum::http::StatusCode;
use futures_util::StreamExt;
use serde_json::Value;
use usecases::Ctx;
use usecases::RequestKey;
use usecases::conversations::{WriteNote, write_note};

use crate::site::Browser;

/// Nothing here takes so long; what does not come by then never does.
const LONG: Duration = Duration::from_secs(20);

/// An event as a browser gets it.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    event: String,
    id: Option<i64>,
    data: Value,
}

/// A stream that is open, read as the HTML standard says.
struct Stream {
    body: BodyDataStream,
    rest: String,
    retry: Option<u32>,
}

impl Stream {
    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<Told> {
        loop {
            while let Some((block, rest)) = self.rest.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.rest = rest;
                if let Some(told) = self.read(&block) {
                    return Some(told);
                }
            }
            let piece =
                tokio::time::timeout(LONG, self.body.next()).await.expect("something comes, or the end");
            let piece = piece?.expect("the stream does not break off");
            self.rest.push_str(std::str::from_utf8(&piece).expect("text"));
        }
    }

    fn read(&mut self, block: &str) -> Option<Told> {
        let (mut event, mut id, mut data) = (None, None, None);
        for line in block.lines().filter(|line| !line.starts_with(':')) {
            let (name, value) = line.split_once(": ").expect("a field");
            match name {
                "event" => event = Some(value.to_owned()),
                "id" => id = Some(value.parse().expect("a position")),
                "data" => data = Some(serde_json::from_str(value).expect("JSON")),
                "retry" => self.retry = Some(value.parse().expect("milliseconds")),
                other => unreachable!("a field {other}"),
            }
        }
        Some(Told { event: event?, id, data: data? })
    }

    /// The next that is no sign of life. One of these comes when a page has caught up; a second one says that nothing is
    /// going to happen.
    async fn next_news(&mut self) -> Option<Told> {
        for _ in 0..2 {
            let told = self.next().await?;
            if told.event != "hartslag" {
                return Some(told);
            }
        }
        unreachable!("nothing happens")
    }

    /// What happened next, when that is what comes next.
    async fn happens(&mut self) -> Told {
        let told = self.next_news().await.expect("something happens");
        assert_eq!(told.event, "gebeurd", "{told:?}");
        told
    }

    /// The events up to the end.
    async fn until_the_end(&mut self) -> Vec<String> {
        let mut events = Vec::new();
        while let Some(told) = self.next_news().await {
            events.push(told.event);
        }
        events
    }
}

/// Opens the stream of a browser.
async fn follow(browser: &Browser<'_>, query: &str, last: Option<&str>) -> Stream {
    let lines: Vec<_> = last.map(|last| ("last-event-id", last)).into_iter().collect();
    let answer = browser.answer(&format!("/live{query}"), &lines).await;
    assert_eq!(answer.status(), StatusCode::OK, "{query} {last:?}");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    Stream {
        body: answer.into_body().into_data_stream(),
        rest: String::new(),
        retry: None,
    }
}

/// Writes a note, in a task of its own if need be.
async fn note(ctx: &Ctx, conversation: domain::ids::ConversationId, key: &str) {
    let key = RequestKey::new(key, "note", key.as_bytes());
    write_note(ctx, WriteNote { conversation, text: "Notitie".to_owned(), key })
        .await
        .expect("written");
}
