//! What is dropped when it is no longer needed, and what stays.

use domain::access::Scope;
use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::signed;
use store::door::{Kind, Reads, Statement, Val};
use store::tables::session;
use store::{StoreError, Tx};
use usecases::configuration::apply_declaration;
use usecases::housekeeping;
use usecases::outbox::{EnterFlight, claim_parts, enter_flight};

/// How many names and addresses the brake remembers tries of.
pub async fn kept_tries(world: &World) -> i64 {
    static COUNT: Statement = Statement {
        name: "COUNT",
        sqlite: "SELECT count(*) AS number FROM login_throttle",
        postgres: "SELECT count(*) AS number FROM login_throttle",
        columns: &[("number", Kind::Int)],
    };
    let scope = Scope::installation();
    let rows = world
        .installation
        .store
        .read(&scope)
        .all(&COUNT, Vec::new())
        .await
        .expect("the store answers");
    rows[0].int(0).expect("a number")
}

/// What left lies so many hours further back, by the database's clock.
async fn hours_ago(world: &World, hours: i64) {
    static TIME_PASSES: Statement = Statement {
        name: "TIME_PASSES",
        sqlite: "UPDATE outbox_part SET left_at = left_at - $1",
        postgres: "UPDATE outbox_part SET left_at = left_at - $1",
        columns: &[],
    };
    let micros = hours * 3_600_000_000;
    let act = async move |tx: &mut Tx| tx.all(&TIME_PASSES, vec![Val::from(micros)]).await;
    world
        .installation
        .store
        .write(&Scope::installation(), act)
        .await
        .expect("the store answers");
}

/// Of how many parts it is known when they left.
async fn known_departures(world: &World) -> i64 {
    static COUNT: Statement = Statement {
        name: "COUNT",
        sqlite: "SELECT count(*) AS number FROM outbox_part WHERE left_at IS NOT NULL",
        postgres: "SELECT count(*) AS number FROM outbox_part WHERE left_at IS NOT NULL",
        columns: &[("number", Kind::Int)],
    };
    let mut reader = world.installation.store.read(&Scope::installation());
    let rows = reader.all(&COUNT, Vec::new()).await.expect("the store answers");
    rows[0].int(0).expect("a number")
}

both_databases! {
    /// RELIABILITY 3: raw deliveries are dropped 30 days after they came; what waits for a person stays.
    async fn what_was_read_a_month_ago_is_dropped_and_what_waits_for_a_person_stays(world: World) {
        world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let number = world.number("wa-main").settings;
        let broken = format!(
            r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{{"field":"messages","value":
            {{"metadata":{{"phone_number_id":"{}"}},"messages":[{{"type":"text"}}]}}}}]}}]}}"#,
            number.phone_number_id
        );
        world.knock("wa-main", &signed(&number.app_secret, broken.into_bytes())).await.expect("a delivery");
        world.read_all().await;
        world.hours_later(31 * 24);
        let fresh = world.resident("Hanna").writes("Wanneer komt de markt?").await;
        assert_eq!((world.inbox("zwanendam").await["read"], world.inbox("zwanendam").await["quarantined"]), (2, 1));
        assert_eq!(housekeeping::round(&world.installation).await.expect("the store answers"), 1);
        assert_eq!((world.inbox("zwanendam").await["read"], world.inbox("zwanendam").await["quarantined"]), (1, 1));
        // What was understood of it stays, and so does what is new.
        assert_eq!(world.agent("Noor").await.reads(&fresh).await.len(), 1);
        assert_eq!(world.canonical_export("zwanendam").await.lines().count(), 2);
        // Whoever comes next, on this node or another, finds nothing to do until the round is due again.
        assert_eq!(housekeeping::round(&world.installation).await.expect("the store answers"), 0);
    }

    /// A stranger tries many names from many addresses: what the brake keeps of it is gone when it no longer brakes.
    async fn tries_to_log_in_are_dropped_after_half_an_hour(world: World) {
        let count = async |number: usize| {
            let (now, scope) = (world.now(), Scope::installation());
            let act = async move |tx: &mut Tx| {
                for key in 0..number {
                    session::count_attempt(tx, &format!("{now} {key}"), now, 1800).await?;
                }
                Ok::<_, StoreError>(())
            };
            world.installation.store.write(&scope, act).await.expect("the store answers");
        };
        count(450).await;
        world.seconds_later(2);
        count(3).await;
        assert_eq!(kept_tries(&world).await, 453);
        world.seconds_later(30 * 60 - 1);
        assert_eq!(housekeeping::round(&world.installation).await.expect("the store answers"), 1);
        assert_eq!(kept_tries(&world).await, 3);
    }

    /// A channel's pace looks back for minutes. What left before that stands in no index for ever.
    async fn when_a_part_left_is_forgotten_an_hour_later(world: World) {
        let sends = async |name: &str| {
            let talk = world.resident(name).writes("De lantaarn is kapot").await;
            world.agent("Noor").await.replies(&talk, "Wij gaan kijken.").await;
            let part = claim_parts(&world.installation, 1).await.expect("the store answers").remove(0);
            assert_eq!(enter_flight(&world.installation, &part).await.expect("the store answers"), EnterFlight::Go);
        };
        sends("Yusuf").await;
        sends("Hanna").await;
        hours_ago(&world, 2).await;
        sends("Omar").await;
        assert_eq!(known_departures(&world).await, 3);
        assert_eq!(housekeeping::round(&world.installation).await.expect("the store answers"), 1);
        assert_eq!(known_departures(&world).await, 1);
    }

    /// A municipality by the name that stands for the whole installation would own what belongs to nobody.
    async fn no_municipality_has_the_name_of_the_installation(world: World) {
        let mut declaration = simulation::town::municipalities("http://127.0.0.1:9").remove(0);
        declaration.municipality.id = "installation".parse().expect("a short name");
        declaration.municipality.hosts.clear();
        declaration.users.clear();
        declaration.channel_accounts.clear();
        let refused = apply_declaration(&world.installation, declaration.clone(), false).await;
        assert!(refused.is_err_and(|why| why.to_string().contains("whole installation")));
        declaration.municipality.id = "installatie".parse().expect("a short name");
        apply_declaration(&world.installation, declaration, false).await.expect("any other name");
    }
}
