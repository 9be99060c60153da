//! A world with a street to it: the simulated platform on one end, our door and our sender on the other.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use domain::channels::{Headers, RawRequest};
use domain::messages::DeliveryStatus;
use domain::outbox::PartState;
use drivers::egress::{Allowed, Egress};
use drivers::{Delivered, Reader, Sender, Webhooks};
use simulation::platforms::{Accepted, FaultOrder, Inbound, Platforms, PlatformsOptions, StatusPace};
use simulation::town;
use simulation::world::{Talk, World};
use tokio::net::TcpListener;
use usecases::ingest::Refusal;
use usecases::outbox::{Part, sweep_lost_leases};

/// How long an impatient client waits for an answer; a usual one waits [`drivers::egress::REQUEST_SECONDS`].
const IMPATIENT: Duration = Duration::from_millis(700);
/// How long a test waits for what happens by itself.
const DEADLINE: Duration = Duration::from_secs(30);

pub struct Street {
    pub world: World,
    pub platforms: Platforms,
    pub sender: Sender,
    reader: Reader,
}

impl Street {
    /// Statuses follow an accepted message within a tenth of a second, and are read when the test says so.
    pub async fn open(world: World) -> Self {
        let pace = StatusPace { sent_ms: 30, delivered_ms: 30, read_ms: Some(30) };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let platforms = Platforms::start(listener, PlatformsOptions::default())
            .await
            .expect("the platforms start");
        world.clock.set(platforms.clock().now());
        world.declare(&format!("http://{}", platforms.address())).await;
        let webhooks = Webhooks::new(Arc::clone(&world.installation));
        let reader = Reader::new(Arc::clone(&world.installation), webhooks.arrived());
        let door = opens(webhooks).await;
        for number in town::numbers() {
            let settings = simulation::platforms::NumberSettings {
                status_pace: pace,
                messages_per_second: 80,
                ..number.calling_back_to(&door)
            };
            platforms.whatsapp().register(settings).expect("registered");
        }
        let sender = Sender::new(Arc::clone(&world.installation), egress());
        Self { world, platforms, sender, reader }
    }

    /// Orders a fault of the platform for the next occasion.
    pub fn order(&self, fault: &str) {
        self.order_with(FaultOrder::once(fault));
    }

    pub fn order_with(&self, order: FaultOrder) {
        self.platforms.order_fault(order).expect("the fault exists");
    }

    /// A resident writes over the platform; it is read when this returns.
    pub async fn resident_writes(&self, phone: &str, account: &str, text: &str) -> Talk {
        let number = self.world.number(account).settings.phone_number_id;
        let inbound = Inbound {
            from: phone.to_owned(),
            name: "Yusuf".to_owned(),
            texts: vec![text.to_owned()],
            ..Inbound::default()
        };
        let wamid = self.platforms.whatsapp().inbound(&number, &inbound).expect("written").remove(0);
        self.until("the message is in a conversation", async || {
            self.reader.read_once().await.expect("the store answers");
            self.world.conversation_of(account, &wamid).await.is_some()
        })
        .await;
        let conversation =
            self.world.conversation_of(account, &wamid).await.expect("a moment ago it was there");
        Talk {
            conversation,
            account: account.to_owned(),
            phone: phone.to_owned(),
            wamid,
        }
    }

    /// Reads what came in and sends what is due, until `happens`.
    pub async fn until(&self, what: &str, happens: impl AsyncFn() -> bool) {
        self.until_within(DEADLINE, what, happens).await;
    }

    /// The same, for what takes its time.
    pub async fn until_within(&self, deadline: Duration, what: &str, happens: impl AsyncFn() -> bool) {
        let begun = std::time::Instant::now();
        while !happens().await {
            assert!(begun.elapsed() < deadline, "it did not happen: {what}");
            self.reader.read_once().await.expect("the store answers");
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }

    /// Waits until the message of a reply stands at this status.
    pub async fn until_delivery(&self, talk: &Talk, expected: DeliveryStatus) {
        self.until(&format!("the reply is {expected}"), async || self.delivery(talk).await == Some(expected))
            .await;
    }

    /// How far the last reply of a conversation came.
    pub async fn delivery(&self, talk: &Talk) -> Option<DeliveryStatus> {
        let messages = self.world.agent("Noor").await.reads(talk).await;
        messages.into_iter().filter_map(|view| view.message.delivery).next_back()
    }

    /// The parts of everything that was answered in a conversation.
    pub async fn parts(&self, talk: &Talk) -> Vec<Part> {
        self.world.agent("Noor").await.parts(talk).await
    }

    pub async fn states(&self, talk: &Talk) -> Vec<PartState> {
        self.parts(talk).await.iter().map(|part| part.state).collect()
    }

    /// What the platform accepted from an account.
    pub fn accepted(&self, account: &str) -> Vec<Accepted> {
        let number = self.world.number(account).settings.phone_number_id;
        self.platforms.whatsapp().accepted(&number, 0).expect("the number exists").items
    }

    /// Everything that could make a machine send again: lost leases are looked for, and what is due is sent.
    pub async fn tempt(&self) {
        for _ in 0..3 {
            sweep_lost_leases(&self.world.installation, 24 * 3600).await.expect("the store answers");
            self.sender.send_once().await.expect("the store answers");
            self.reader.read_once().await.expect("the store answers");
        }
    }
}

/// A client that may go to this machine.
pub fn egress() -> Egress {
    Egress::new(Allowed::parse("127.0.0.1, localhost")).expect("a client")
}

/// One that gives up soon.
pub fn impatient() -> Egress {
    Egress::with_patience(Allowed::parse("127.0.0.1, localhost"), IMPATIENT).expect("a client")
}

/// Our door for webhooks, as the API's routes knock on it. Returns its address.
async fn opens(webhooks: Webhooks) -> String {
    let router = Router::new().route("/hooks/{account}", post(deliver)).with_state(webhooks);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn deliver(
    State(webhooks): State<Webhooks>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let lines = headers
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    let headers = Headers::new(lines.collect::<Vec<_>>());
    let request = RawRequest { query: String::new(), headers, body: body.to_vec() };
    let Ok(account) = account.parse() else { return StatusCode::NOT_FOUND };
    match webhooks.deliver(&account, &request).await {
        Delivered::Stored => StatusCode::OK,
        Delivered::Refused(Refusal::NotStored(_)) => StatusCode::SERVICE_UNAVAILABLE,
        Delivered::Refused(_) => StatusCode::FORBIDDEN,
    }
}
