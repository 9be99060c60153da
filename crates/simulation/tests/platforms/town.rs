//! Running platforms with one number, a callback, and a client that sends as a business does.

use std::time::Duration;

use reqwest::{Client, Response};
use serde_json::{Value, json};
use simulation::platforms::{
    Act, Deed, FaultOrder, Inbound, NumberSettings, Platforms, PlatformsOptions, SimulationClock, StatusPace,
};
use tokio::net::TcpListener;

use super::receiver::{Receiver, SECRET, VERIFY};

pub const NUMBER: &str = "106540352242922";
pub const ACCOUNT: &str = "102290129340398";
pub const TOKEN: &str = "EAAG-a-token";
pub const YUSUF: &str = "31600123456";

pub struct Town {
    pub platforms: Platforms,
    pub callback: Receiver,
    pub client: Client,
}

impl Town {
    /// One number; statuses follow within milliseconds.
    pub async fn start() -> Self {
        Self::start_with(PlatformsOptions::default()).await
    }

    pub async fn at_speed(speed: f64) -> Self {
        let clock = SimulationClock::at_speed(speed);
        Self::start_with(PlatformsOptions { clock, ..PlatformsOptions::default() }).await
    }

    pub async fn start_with(options: PlatformsOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let platforms = Platforms::start(listener, options).await.expect("the platforms start");
        let callback = Receiver::start().await;
        platforms.whatsapp().register(number(&callback.url)).expect("registered");
        let client = Client::builder().no_proxy().build().expect("a client");
        Self { platforms, callback, client }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.platforms.address())
    }

    pub fn yusuf_writes(&self, texts: &[&str]) {
        let inbound = Inbound {
            from: YUSUF.to_owned(),
            name: "Yusuf".to_owned(),
            ..texts_of(texts)
        };
        self.platforms.whatsapp().inbound(NUMBER, &inbound).expect("written");
    }

    pub fn order(&self, order: FaultOrder) {
        self.platforms.order_fault(order).expect("ordered");
    }

    /// A text to Yusuf with our own id.
    pub async fn send(&self, text: &str, own_id: &str) -> Result<Response, reqwest::Error> {
        let body = json!({"messaging_product": "whatsapp", "to": YUSUF, "type": "text", "text": {"body": text},
            "biz_opaque_callback_data": own_id});
        self.post(NUMBER, TOKEN, &body).await
    }

    pub async fn post(&self, number: &str, token: &str, body: &Value) -> Result<Response, reqwest::Error> {
        let url = self.url(&format!("/v26.0/{number}/messages"));
        let request = self.client.post(url).timeout(Duration::from_secs(2));
        request
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
    }

    /// Posts and returns the status with the JSON answered.
    pub async fn ask(&self, body: &Value) -> (u16, Value) {
        read(self.post(NUMBER, TOKEN, body).await.expect("an answer")).await
    }

    /// Calls the API with the token and returns the status with the JSON answered.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let request = self.client.request(method, self.url(&format!("/v26.0/{path}")));
        let request = request.header("authorization", format!("Bearer {TOKEN}"));
        let request = match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        };
        read(request.send().await.expect("an answer")).await
    }

    /// Sends Yusuf a message of this kind.
    pub async fn send_kind(&self, kind: &str, object: Value) -> (u16, Value) {
        let mut body = json!({"messaging_product": "whatsapp", "to": YUSUF, "type": kind});
        body[kind] = object;
        self.ask(&body).await
    }

    /// Yusuf does something on his phone; returns the ids of the messages that the platform tells of.
    pub fn yusuf_does(&self, does: Deed) -> Vec<String> {
        self.yusuf_acts(vec![does.into()])
    }

    pub fn yusuf_acts(&self, acts: Vec<Act>) -> Vec<String> {
        let inbound = Inbound {
            from: YUSUF.to_owned(),
            name: "Yusuf".to_owned(),
            acts,
            ..Inbound::default()
        };
        self.platforms.whatsapp().inbound(NUMBER, &inbound).expect("done")
    }

    /// Waits for the message with this id and returns it.
    pub async fn message(&self, wamid: &str) -> Value {
        let found = |came: &[super::receiver::Came]| {
            came.iter().flat_map(|one| one.values("messages")).find(|one| one["id"] == wamid)
        };
        let came = self.callback.wait_until(wamid, |came| found(came).is_some()).await;
        found(&came).expect("it came")
    }

    /// Waits for a webhook under this field and returns its value.
    pub async fn told(&self, field: &str) -> Value {
        let found = |came: &[super::receiver::Came]| {
            let changes = came.iter().flat_map(|one| one.changes());
            changes
                .into_iter()
                .find(|change| change["field"] == field)
                .map(|change| change["value"].clone())
        };
        let came = self.callback.wait_until(field, |came| found(came).is_some()).await;
        found(&came).expect("it came")
    }

    pub fn accepted(&self) -> Vec<simulation::platforms::Accepted> {
        self.platforms.whatsapp().accepted(NUMBER, 0).expect("the number exists").items
    }
}

pub fn number(callback_url: &str) -> NumberSettings {
    NumberSettings {
        phone_number_id: NUMBER.to_owned(),
        waba_id: ACCOUNT.to_owned(),
        display_phone_number: "+31 600 999 888".to_owned(),
        verified_name: "Gemeente Zwanendam".to_owned(),
        app_secret: SECRET.to_owned(),
        access_token: Some(TOKEN.to_owned()),
        verify_token: VERIFY.to_owned(),
        callback_url: callback_url.to_owned(),
        messages_per_second: 80,
        status_pace: StatusPace { sent_ms: 10, delivered_ms: 20, read_ms: Some(40) },
        coexistence: true,
        service_messages_billed: false,
    }
}

pub fn texts_of(texts: &[&str]) -> Inbound {
    Inbound {
        texts: texts.iter().map(|text| (*text).to_owned()).collect(),
        ..Inbound::default()
    }
}

pub async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let body = response.bytes().await.expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}
