//! What is dropped when it is no longer needed, and what stays.

use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::signed;
use usecases::configuration::apply_declaration;
use usecases::housekeeping;

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

    /// A municipality by the name that stands for the whole installation would own what belongs to nobody.
    async fn no_municipality_has_the_name_of_the_installation(world: World) {
        let mut declaration = simulation::town::municipalities("http://127.0.0.1:9").remove(0);
        declaration.municipality.id = "installation".parse().expect("a short name");
        declaration.users.clear();
        declaration.channel_accounts.clear();
        let refused = apply_declaration(&world.installation, declaration.clone(), false).await;
        assert!(refused.is_err_and(|why| why.to_string().contains("whole installation")));
        declaration.municipality.id = "installatie".parse().expect("a short name");
        apply_declaration(&world.installation, declaration, false).await.expect("any other name");
    }
}
