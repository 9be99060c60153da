//! The site of a test world, and browsers that visit it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use domain::access::ClientAddress;
use simulation::town;
use simulation::world::{Talk, World};
use tower::ServiceExt;
use usecases::Installation;
use usecases::accounts::Outside;
use usecases::configuration::apply_declaration;
use web::{WebState, router};

pub const HOST: &str = "webcare.example";

/// The pages of a world.
pub struct Site<'w> {
    pub world: &'w World,
    app: Router,
}

/// Somebody's browser: remembers the session cookie.
#[derive(Clone)]
pub struct Browser<'s> {
    site: &'s Site<'s>,
    pub cookies: Vec<String>,
    pub language: &'static str,
    pub address: &'static str,
}

/// What a browser got.
#[derive(Debug)]
pub struct Shown {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl<'w> Site<'w> {
    /// Over plain HTTP, as on a laptop.
    pub fn of(world: &'w World) -> Self {
        Self::with(world, false)
    }

    /// Over HTTPS.
    pub fn secure(world: &'w World) -> Self {
        Self::with(world, true)
    }

    /// With a way to ask platforms.
    pub fn asking(world: &'w World, outside: Arc<dyn Outside>) -> Self {
        let app = router(WebState::new(world.installation.clone(), false).asking(outside));
        Self { world, app }
    }

    fn with(world: &'w World, secure_cookies: bool) -> Self {
        let installation = world.installation.clone();
        let app = router(WebState::new(installation, secure_cookies));
        Self { world, app }
    }

    /// A browser of nobody in particular.
    pub fn browser(&self) -> Browser<'_> {
        Browser {
            site: self,
            cookies: Vec::new(),
            language: "nl",
            address: "192.0.2.1",
        }
    }

    /// Gives somebody their password and returns their address and it.
    pub async fn password_of(&self, first_name: &str) -> (String, &'static str) {
        let known = town::log_ins()
            .into_iter()
            .find(|user| user.first_name == first_name)
            .expect("works here");
        let all = town::municipalities("http://127.0.0.1:9");
        let mut declaration = all
            .into_iter()
            .find(|one| one.municipality.id.as_str() == known.municipality)
            .expect("a town");
        declaration.users.retain(|user| user.email == known.email);
        declaration.channel_accounts.clear();
        apply_declaration(&self.world.installation, declaration, false)
            .await
            .expect("it can be declared");
        (known.email, known.password)
    }

    /// The browser of somebody who is logged in.
    pub async fn logged_in(&self, first_name: &str) -> Browser<'_> {
        let (email, password) = self.password_of(first_name).await;
        let mut browser = self.browser();
        let shown = browser.log_in(&email, password).await;
        assert_eq!(shown.status, StatusCode::SEE_OTHER, "{}", shown.html);
        browser
    }

    /// The pages that another node of this world serves.
    pub fn on(world: &'w World, node: Arc<Installation>) -> Self {
        Self { world, app: router(WebState::new(node, false)) }
    }

    /// The answer as it comes.
    pub async fn answer(&self, request: Request<Body>) -> Response {
        self.app.clone().oneshot(request).await.expect("a router always answers")
    }

    pub async fn send(&self, request: Request<Body>) -> Shown {
        let response = self.answer(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        // A stream of events has no end: who wants to hear it asks with `Browser::follows`.
        if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream") {
            return Shown { status, headers, html: String::new() };
        }
        let body = to_bytes(response.into_body(), 10_000_000).await.expect("a body");
        Shown {
            status,
            headers,
            html: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}

impl Browser<'_> {
    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let address: std::net::IpAddr = self.address.parse().expect("an address");
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, HOST)
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::COOKIE, self.cookies.join("; "))
            .extension(ClientAddress::One(address))
    }

    pub async fn get(&self, path: &str) -> Shown {
        self.site.send(self.request("GET", path).body(Body::empty()).expect("a request")).await
    }

    /// Asks with exactly these header lines besides host and cookie.
    pub async fn ask(&self, method: &str, path: &str, lines: &[(&str, &str)]) -> Shown {
        let mut request = self.request(method, path);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        self.site.send(request.body(Body::empty()).expect("a request")).await
    }

    /// The answer as it comes, to a look with exactly these header lines besides host and cookie.
    pub async fn answer(&self, path: &str, lines: &[(&str, &str)]) -> Response {
        let mut request = self.request("GET", path);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        self.site.answer(request.body(Body::empty()).expect("a request")).await
    }

    /// The same browser, at another node.
    pub fn at<'o>(&self, other: &'o Site<'o>) -> Browser<'o> {
        Browser {
            site: other,
            cookies: self.cookies.clone(),
            language: self.language,
            address: self.address,
        }
    }

    /// Sends a form as our own page does.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Shown {
        self.post_as(path, encoded(fields), &[("sec-fetch-site", "same-origin"), FORM]).await
    }

    /// Sends a body with exactly these header lines besides host and cookie.
    pub async fn post_as(&self, path: &str, body: String, lines: &[(&str, &str)]) -> Shown {
        let mut request = self.request("POST", path);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        self.site.send(request.body(Body::from(body)).expect("a request")).await
    }

    pub async fn any(&self, method: &str, path: &str) -> Shown {
        let request = self.request(method, path).header("sec-fetch-site", "same-origin");
        self.site.send(request.body(Body::empty()).expect("a request")).await
    }

    /// Fills in the log-in form, and keeps the cookie.
    pub async fn log_in(&mut self, email: &str, password: &str) -> Shown {
        let shown = self.post("/inloggen", &[("email", email), ("wachtwoord", password)]).await;
        self.keep(&shown);
        shown
    }

    /// Keeps the cookies that came.
    pub fn keep(&mut self, shown: &Shown) {
        for line in shown.headers.get_all(header::SET_COOKIE) {
            let pair = line.to_str().expect("text").split(';').next().expect("a pair").to_owned();
            let name = pair.split('=').next().expect("a name").to_owned();
            self.cookies.retain(|known| !known.starts_with(&format!("{name}=")));
            if !pair.ends_with('=') {
                self.cookies.push(pair);
            }
        }
    }

    /// Looks at a conversation, writes an answer into its form and sends it.
    pub async fn answers(&self, talk: &Talk, text: &str) -> Shown {
        let form = self.get(&conversation(talk)).await.form("/antwoorden");
        self.post(&form.action, &form.with(&[("tekst", text)])).await
    }
}

/// How a form is sent.
pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// The address of a conversation.
pub fn conversation(talk: &Talk) -> String {
    format!("/gesprekken/{}", talk.conversation)
}

/// A form as it stands on a page: where it goes, and its hidden fields.
#[derive(Debug, Clone)]
pub struct Form {
    pub action: String,
    pub hidden: Vec<(String, String)>,
}

impl Form {
    /// Its hidden fields and these.
    pub fn with<'f>(&'f self, fields: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
        let hidden = self.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        hidden
            .filter(|(name, _)| !fields.iter().any(|(own, _)| own == name))
            .chain(fields.iter().copied())
            .collect()
    }

    pub fn hidden(&self, name: &str) -> Option<&str> {
        self.hidden.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Shown {
    /// The first form on the page whose address ends so.
    pub fn form(&self, ends: &str) -> Form {
        let all = self.forms();
        let found = all.iter().find(|form| form.action.ends_with(ends));
        assert!(found.is_some(), "no form to …{ends} on {}: {}", self.status, self.html);
        found.expect("there is one").clone()
    }

    pub fn has_form(&self, ends: &str) -> bool {
        self.forms().iter().any(|form| form.action.ends_with(ends))
    }

    pub fn forms(&self) -> Vec<Form> {
        let mut forms = Vec::new();
        for piece in self.html.split("<form ").skip(1) {
            let inner = piece.split("</form>").next().unwrap_or_default();
            let mut hidden = Vec::new();
            for input in inner.split("<input type=\"hidden\" ").skip(1) {
                hidden.push((attribute(input, "name"), attribute(input, "value")));
            }
            forms.push(Form { action: attribute(inner, "action"), hidden });
        }
        forms
    }

    /// What a reader sees: without tags, with single spaces.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for letter in self.html.chars() {
            match letter {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                _ if !inside => text.push(letter),
                _ => (),
            }
        }
        let text: Vec<&str> = text.split_whitespace().collect();
        text.join(" ").replace(['\u{2068}', '\u{2069}'], "")
    }

    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(
            self.text().contains(words),
            "\"{words}\" is not on the page ({}): {}",
            self.status,
            self.text()
        );
        self
    }

    #[track_caller]
    pub fn says_not(&self, words: &str) -> &Self {
        assert!(!self.text().contains(words), "\"{words}\" is on the page: {}", self.text());
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().expect("text"))
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let start = format!("{name}=\"");
    let value = tag.split(&start).nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_default().to_owned()
}

/// Fields as a browser sends them.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", percent(name), percent(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
