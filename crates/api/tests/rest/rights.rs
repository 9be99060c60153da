//! X1: every call × everybody who could try it, by the published table.

use domain::access::{Needs, Permission, Role, TokenScope};
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::town;
use simulation::world::World;
use usecases::access::{CreateToken, create_token, revoke_token};
use usecases::configuration::apply_declaration;

use crate::client::{Client, lost};
use crate::raw_events::broken;

/// Somebody who tries every call.
struct Caller {
    about: &'static str,
    client: Client,
    /// What the token may do at all; `None` for one that is nobody's.
    may: Option<(Role, &'static [TokenScope])>,
    /// Whether they are in the municipality and team of what they ask for.
    sees: Sees,
}

#[derive(Clone, Copy, PartialEq)]
enum Sees {
    Everything,
    MunicipalityOnly,
    Nothing,
}

const BOTH: &[TokenScope] = &[TokenScope::Read, TokenScope::Write];

/// What a call is given to work on, in Zwanendam's webcare team.
struct Subjects {
    conversation: String,
    part: String,
    raw_event: String,
    kept: String,
    failed: String,
}

impl Subjects {
    async fn new(world: &World, about: &str) -> Self {
        let lead = Client::of(world, "Fatima").await;
        let talk = world.resident(about).writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag").await;
        world.send_all(lost).await;
        world.deliver("wa-main", &broken(world, &world.new_wamid())).await;
        world.read_all().await;
        let last = async |path: &str| lead.all(path, 100).await.pop().expect("there is one")["id"].clone();
        let id = |value: Value| value.as_str().expect("an id").to_owned();
        Self {
            conversation: talk.conversation.to_string(),
            part: id(last("/api/v1/outbox").await),
            kept: world.file_kept(&talk, b"content").await.to_string(),
            failed: world.file_failed(&talk).await.to_string(),
            raw_event: id(last("/api/v1/raw-events").await),
        }
    }

    /// The address of a call, with the subject's id in it.
    fn address(&self, path: &str) -> String {
        let id = match path {
            path if path.starts_with("/api/v1/outbox") => &self.part,
            path if path.starts_with("/api/v1/channel-accounts") => "wa-main",
            path if path.starts_with("/api/v1/raw-events") => &self.raw_event,
            path if path.ends_with("/retrieval") => &self.failed,
            path if path.starts_with("/api/v1/attachments") => &self.kept,
            _ => &self.conversation,
        };
        path.replace("{id}", id)
    }
}

/// A body with which the call succeeds, and the status of success.
fn success(path: &str) -> (Value, u16) {
    match path.rsplit('/').next().unwrap_or_default() {
        "attachments" => (Value::Null, 201),
        "assignment" => (json!({"assignee": null}), 204),
        "closure" => (json!({"outcome": "answered"}), 204),
        "notes" => (json!({"text": "Dag"}), 201),
        "reopening" => (json!({}), 204),
        "replay" => (json!({}), 202),
        "retrieval" => (json!({}), 202),
        "replies" => (json!({"text": "Dag"}), 202),
        "resolution" => (json!({"outcome": "leave"}), 204),
        _ => (Value::Null, 200),
    }
}

fn expected(caller: &Caller, path: &str, needs: Needs) -> u16 {
    let Needs::Permission(permission) = needs else { return 200 };
    let Some((role, scopes)) = caller.may else { return 401 };
    let scope = if permission.changes_something() {
        TokenScope::Write
    } else {
        TokenScope::Read
    };
    if !role.may(permission) || !scopes.contains(&scope) {
        return 403;
    }
    // What came in belongs to no team yet: who may read it again sees the municipality's.
    let visible = match permission {
        Permission::ReadRawEvents | Permission::ReplayRawEvents => caller.sees != Sees::Nothing,
        _ => caller.sees == Sees::Everything,
    };
    if path.contains("{id}") && !visible { 404 } else { success(path).1 }
}

async fn try_everything(world: &World, caller: &Caller) {
    let subjects = Subjects::new(world, caller.about).await;
    for route in api::rest::ROUTES {
        let address = subjects.address(route.path);
        let answer = match route.method {
            "GET" => caller.client.get(&address).await,
            _ if route.path.ends_with("/attachments") => caller.client.upload(&address, b"Een brief.").await,
            _ => caller.client.post(&address, &success(route.path).0).await,
        };
        let mut expected = expected(caller, route.path, route.needs);
        // A helper may not close, so that there is nothing to open again, and so on: the rights were in order.
        if expected == 204 && answer.status == 409 && route.path.ends_with("/reopening") {
            expected = 409;
        }
        assert_eq!(
            answer.status, expected,
            "{}: {} {} {}",
            caller.about, route.method, route.path, answer.text
        );
    }
}

both_databases! {
    async fn every_role_may_do_what_the_table_says_and_nothing_else(world: World) {
        for user in town::log_ins().iter().filter(|user| user.municipality == "zwanendam") {
            let sees = match (user.teams.contains(&"webcare"), user.first_name) {
                (true, _) => Sees::Everything,
                (false, _) => Sees::MunicipalityOnly,
            };
            let client = Client::of(&world, user.first_name).await;
            try_everything(&world, &Caller { about: user.first_name, client, may: Some((user.role, BOTH)), sees }).await;
        }
    }

    async fn for_another_municipality_nothing_of_ours_exists(world: World) {
        for (about, role) in [("Femke", Role::Agent), ("Ruben", Role::TeamLead), ("Anouk", Role::Administrator)] {
            let client = Client::of(&world, about).await;
            try_everything(&world, &Caller { about, client, may: Some((role, BOTH)), sees: Sees::Nothing }).await;
        }
    }

    async fn a_token_does_no_more_than_its_scopes(world: World) {
        for (about, scopes) in
            [("Noor", &[TokenScope::Read] as &[TokenScope]), ("Daan", &[TokenScope::Write]), ("Fatima", &[TokenScope::Read])]
        {
            let client = Client::limited_to(&world, about, scopes).await;
            let role = if about == "Fatima" { Role::TeamLead } else { Role::Agent };
            try_everything(&world, &Caller { about, client, may: Some((role, scopes)), sees: Sees::Everything }).await;
        }
    }

    async fn whose_token_is_nobodys_is_asked_for_one(world: World) {
        let anonymous = Client::without_token(&world);
        let revoked = {
            let create = CreateToken { email: "noor@zwanendam.example".to_owned(), scopes: BOTH.to_vec() };
            let token = create_token(&world.installation, create).await.expect("made");
            let client = anonymous.with_token(&token.secret);
            assert_eq!(client.get("/api/v1/conversations").await.status, 200);
            let zwanendam = "zwanendam".parse().expect("a short name");
            assert!(revoke_token(&world.installation, &zwanendam, token.id).await.expect("the store answers"));
            client
        };
        let disabled = Client::of(&world, "Daan").await;
        assert_eq!(disabled.get("/api/v1/conversations").await.status, 200);
        disable(&world, "daan@zwanendam.example").await;
        for (about, client) in [("anonymous", anonymous), ("revoked", revoked), ("disabled", disabled)] {
            try_everything(&world, &Caller { about, client, may: None, sees: Sees::Nothing }).await;
        }
    }
}

/// Declares everybody but one, so that this one is disabled.
async fn disable(world: &World, email: &str) {
    for mut declaration in town::municipalities("http://127.0.0.1:9") {
        declaration.users.retain(|user| user.email != email);
        declaration.users.iter_mut().for_each(|user| user.password = None);
        apply_declaration(&world.installation, declaration, true)
            .await
            .expect("it can be declared");
    }
}

/// The published table itself, so that a change of it is seen and meant.
#[test]
fn the_table_of_what_each_call_needs() {
    let lines: Vec<String> = api::routes()
        .iter()
        .map(|route| format!("{} {} {}", route.method, route.path, route.needs.as_str()))
        .collect();
    insta::assert_snapshot!("table", lines.join("\n"));
}
