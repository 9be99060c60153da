//! Checking an account with its platform, and what follows from the answer.

use std::sync::Mutex;

use domain::access::Permission;
use domain::channels::{Answer, Headers, Hold, HttpRequest, HttpResponse, RetryAfter, Severity};
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::World;
use usecases::Failure;
use usecases::accounts::{Asking, CheckResult, Outside, check_account, list_alarms, mend_account};

/// A platform as it would be with this token and this subscription, and the callback that it would reach.
struct Platform {
    token_valid: bool,
    subscribed: Mutex<bool>,
    reached: bool,
}

impl Platform {
    fn well() -> Self {
        Self {
            token_valid: true,
            subscribed: Mutex::new(true),
            reached: true,
        }
    }

    fn answer(&self, request: &HttpRequest) -> Result<(u16, Value), String> {
        let url = &request.url;
        if let Some((_, query)) = url.split_once("/hooks/wa-main?") {
            let challenge = query.split('&').find_map(|pair| pair.strip_prefix("hub.challenge="));
            return match self.reached {
                true => Ok((200, Value::String(challenge.unwrap_or_default().to_owned()))),
                false => Err("not sent: no route".to_owned()),
            };
        }
        if !self.token_valid {
            return Ok((401, json!({"error": {"code": 190, "message": "EAAG-geheim"}})));
        }
        let mut subscribed = self.subscribed.lock().expect("not poisoned");
        Ok((
            200,
            match (request.method, url) {
                ("POST", _) => {
                    *subscribed = true;
                    json!({"success": true})
                }
                (_, url) if url.contains("/debug_token?") => {
                    let scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
                    json!({"data": {"is_valid": true, "expires_at": 0, "scopes": scopes}})
                }
                (_, url) if url.ends_with("/subscribed_apps") => match *subscribed {
                    true => json!({"data": [{"id": "1"}]}),
                    false => json!({"data": []}),
                },
                _ => json!({"verified_name": "Zwanendam"}),
            },
        ))
    }
}

impl Outside for Platform {
    fn ask<'a>(&'a self, request: &'a HttpRequest) -> Asking<'a> {
        let answer = self.answer(request).map(|(status, body)| {
            let body = match body {
                Value::String(text) => text,
                other => other.to_string(),
            };
            HttpResponse { status, headers: Headers::default(), body: body.into_bytes() }
        });
        Box::pin(std::future::ready(answer))
    }
}

const PUBLIC: Option<&str> = Some("https://gehoor.example/");

fn shown(results: &[CheckResult]) -> Vec<String> {
    results.iter().map(|one| format!("{} {} {}", one.name, one.severity, one.word)).collect()
}

both_databases! {
    async fn an_account_that_works_is_shown_to_work_step_by_step(world: World) {
        let (ingrid, id) = (world.ctx("Ingrid").await, "wa-main".parse().expect("a short name"));
        let results = check_account(&ingrid, &Platform::well(), PUBLIC, &id).await.expect("she may");
        let expected = [
            "settings good settings-complete",
            "webhook good webhook-reached",
            "number good answers",
            "token good token-valid",
            "subscription good subscribed",
        ];
        assert_eq!(shown(&results), expected);
        assert!(list_alarms(&ingrid).await.expect("the store answers").is_empty());
        // An address that we cannot reach ourselves may be reached by the platform; it is no alarm.
        let unseen = Platform { reached: false, ..Platform::well() };
        let results = check_account(&ingrid, &unseen, PUBLIC, &id).await.expect("she may");
        assert_eq!((results[1].word.as_str(), results[1].severity), ("webhook-unseen", Severity::Warning));
        let results = check_account(&ingrid, &unseen, None, &id).await.expect("she may");
        assert_eq!(results[1].word, "webhook-inside");
    }

    /// P14: a token that died while nothing was sent.
    async fn a_dead_token_is_found_without_anything_being_sent(world: World) {
        let (ingrid, id) = (world.ctx("Ingrid").await, "wa-main".parse().expect("a short name"));
        let dead = Platform { token_valid: false, ..Platform::well() };
        let results = check_account(&ingrid, &dead, PUBLIC, &id).await.expect("she may");
        assert!(results.iter().all(|one| !one.detail.contains("geheim")), "{results:?}");
        let alarms = list_alarms(&world.ctx("Noor").await).await.expect("the store answers");
        assert!(alarms.iter().any(|alarm| alarm.event.word == "token"), "{alarms:?}");
        world.seconds_later(60);
        check_account(&ingrid, &Platform::well(), PUBLIC, &id).await.expect("she may");
        assert!(list_alarms(&ingrid).await.expect("the store answers").is_empty());
    }

    async fn what_waits_behind_a_dead_token_goes_once_the_platform_takes_it_again(world: World) {
        let (ingrid, id) = (world.ctx("Ingrid").await, "wa-main".parse().expect("a short name"));
        let talk = world.resident("Yusuf").writes("Hallo").await;
        world.agent("Noor").await.replies(&talk, "Dag").await;
        let refused = || Answer::Retry {
            after: RetryAfter::Seconds(300),
            hold: Hold::Broken { word: "token" },
            reason: "190".to_owned(),
        };
        assert_eq!(world.send_all(|_| refused()).await, 1);
        assert_eq!(world.send_all(|_| Answer::Delivered { provider_id: None }).await, 0);
        world.seconds_later(60);
        check_account(&ingrid, &Platform::well(), PUBLIC, &id).await.expect("she may");
        assert!(list_alarms(&ingrid).await.expect("the store answers").is_empty());
        assert_eq!(world.send_all(|_| Answer::Delivered { provider_id: None }).await, 1);
    }

    async fn deliveries_that_are_not_asked_for_can_be_asked_for(world: World) {
        let (ingrid, id) = (world.ctx("Ingrid").await, "wa-main".parse().expect("a short name"));
        let platform = Platform { subscribed: Mutex::new(false), ..Platform::well() };
        let results = check_account(&ingrid, &platform, PUBLIC, &id).await.expect("she may");
        assert_eq!(results[4].word, "not-subscribed");
        let results = mend_account(&ingrid, &platform, PUBLIC, (&id, "subscription")).await.expect("it can be");
        assert_eq!(results[4].word, "subscribed");
        let nothing = mend_account(&ingrid, &platform, PUBLIC, (&id, "number")).await;
        assert!(matches!(nothing, Err(Failure::NotFound)), "{nothing:?}");
    }

    async fn only_an_administrator_checks(world: World) {
        let id = "wa-main".parse().expect("a short name");
        let refused = check_account(&world.ctx("Noor").await, &Platform::well(), PUBLIC, &id).await;
        let missing = |failure: &Failure| matches!(failure, Failure::NotAllowed(no) if no.permission == Permission::ManageSettings);
        assert!(refused.as_ref().is_err_and(missing), "{refused:?}");
    }
}
