//! What holds for every answer: its headers, and the form of what goes wrong.

use axum::body::Body;
use http::{Method, Request};
use serde_json::json;
use simulation::both_databases;
use simulation::world::World;

use crate::client::{Answer, Client, address, as_json, without_ids};

fn check_headers(answer: &Answer, about: &str) {
    for (name, expected) in [
        ("api-version", "1.0.0"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ] {
        assert_eq!(answer.header(name), Some(expected), "{about}: {name}");
    }
    assert!(answer.header("strict-transport-security").is_some(), "{about}");
    assert_eq!(answer.header("access-control-allow-origin"), None, "{about}");
    assert_eq!(answer.header("set-cookie"), None, "{about}");
}

both_databases! {
    async fn every_answer_says_the_version_and_is_kept_nowhere(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Ingrid").await;
        let noor = Client::of(&world, "Noor").await;
        for (about, answer) in [
            ("200", noor.get(&address(&talk, "")).await),
            ("201", noor.post(&address(&talk, "/notes"), &json!({"text": "Dag"})).await),
            ("202", noor.post(&address(&talk, "/replies"), &json!({"text": "Dag"})).await),
            ("204", noor.post(&address(&talk, "/closure"), &json!({"outcome": "spam"})).await),
            ("export", client.get("/api/v1/export").await),
            ("400", noor.get("/api/v1/conversations?x=1").await),
            ("401", Client::without_token(&world).get("/api/v1/conversations").await),
            ("403", noor.get("/api/v1/export").await),
            ("404", client.get(&address(&talk, "")).await),
            ("405", noor.send(Request::builder().method(Method::DELETE).uri("/api/v1/export"), Body::empty()).await),
            ("no such address", noor.get("/api/v1/conversation").await),
            ("the prefix", noor.get("/api/v1").await),
        ] {
            check_headers(&answer, about);
        }
    }

    async fn what_goes_wrong_is_told_in_one_form(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        let problems = [
            Client::without_token(&world).get("/api/v1/conversations").await,
            client.get("/api/v1/conversations?state=weg&x=1").await,
            client.get("/api/v1/conversations/1").await,
            client.get("/api/v1/export").await,
            client.send(Request::put("/api/v1/export"), Body::empty()).await,
            client.send(Request::post(address(&talk, "/notes")), Body::from("{}")).await,
            client.send(as_json(Request::post(address(&talk, "/notes"))), Body::from("{")).await,
        ];
        let shown: Vec<_> = problems.iter().map(|answer| {
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            without_ids(answer.json())
        }).collect();
        insta::assert_json_snapshot!("problems", shown);
    }

    async fn without_a_valid_token_the_client_is_asked_for_one(world: World) {
        let client = Client::of(&world, "Noor").await;
        let token = client.token.clone().expect("it has one");
        assert_eq!(client.get("/api/v1/conversations").await.status, 200);
        let anonymous = Client::without_token(&world);
        for wrong in ["", "Bearer", "Bearer ", "Basic bm9vcjpub29y", "Bearer ghr_", "Bearer x", &format!("Token {token}"),
            &format!("Bearer {token}x"), &format!("Bearer {}", token.to_uppercase()), &format!("Bearer{token}")]
        {
            let request = Request::get("/api/v1/conversations").header("authorization", wrong);
            let answer = anonymous.send(request, Body::empty()).await;
            assert_eq!((answer.status, answer.problem().as_str()), (401, "not-authenticated"), "{wrong}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer realm=\"gehoor\""));
        }
        let twice = Request::get("/api/v1/conversations").header("authorization", format!("Bearer {token}"));
        assert_eq!(client.send(twice, Body::empty()).await.status, 401);
        let lower = Request::get("/api/v1/conversations").header("authorization", format!("bearer {token}"));
        assert_eq!(anonymous.send(lower, Body::empty()).await.status, 200);
    }

    /// X5: what a browser sends by itself opens nothing here.
    async fn a_session_cookie_is_no_token(world: World) {
        let anonymous = Client::without_token(&world);
        for name in ["session", "__Host-session", "gehoor"] {
            let request = Request::get("/api/v1/conversations").header("cookie", format!("{name}={}", "0".repeat(64)));
            assert_eq!(anonymous.send(request, Body::empty()).await.status, 401);
        }
    }

    async fn a_method_that_an_address_does_not_know_is_answered_with_those_that_it_knows(world: World) {
        let talk = world.resident("Yusuf").writes("Hallo").await;
        let client = Client::of(&world, "Noor").await;
        for (path, allowed) in
            [("/api/v1/conversations".to_owned(), "GET,HEAD"), (address(&talk, "/closure"), "POST")]
        {
            for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, Method::TRACE] {
                let answer = client.send(Request::builder().method(method.clone()).uri(&path), Body::empty()).await;
                assert_eq!((answer.status, answer.problem().as_str()), (405, "method-not-allowed"), "{method}");
                assert_eq!(answer.header("allow"), Some(allowed), "{method}");
            }
        }
        let head = client.send(Request::head("/api/v1/conversations"), Body::empty()).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""));
    }
}
