//! `/beheer/ontvangst`

use simulation::both_databases;
use simulation::world::World;

use crate::site::Site;

/// Delivers something that cannot be read.
pub async fn unreadable(world: &World, account: &str) {
    let settings = world.number(account).settings;
    let body = format!(
        "{{\"object\":\"whatsapp_business_account\",\"entry\":[{{\"id\":\"1\",\"changes\":[{{\"field\":\"messages\",\
         \"value\":{{\"messaging_product\":\"whatsapp\",\"metadata\":{{\"phone_number_id\":\"{}\"}},\
         \"messages\":[{{\"type\":\"text\",\"text\":{{\"body\":\"GEHEIM\"}}}}]}}}}]}}]}}",
        settings.phone_number_id
    );
    let request = simulation::world::webhook::signed(&settings.app_secret, body.into_bytes());
    world.knock(account, &request).await.expect("it is signed");
    world.read_all().await;
}

both_databases! {
    async fn what_could_not_be_read_is_shown_with_its_reason_and_can_be_read_again(world: World) {
        unreadable(&world, "wa-main").await;
        let site = Site::of(&world);
        let fatima = site.logged_in("Fatima").await;
        let page = fatima.get("/beheer/ontvangst").await;
        page.is(200).says("Onleesbare berichten").says("wa-main").says("Waarom").says("vandaag 9.00");
        // What it says is not shown: it belongs to no team yet.
        page.says_not("GEHEIM");
        let form = page.form("/herhaling");
        let shown = fatima.post(&form.action, &[]).await;
        assert_eq!(shown.location(), "/beheer/ontvangst?gedaan=herhaling");
        fatima.get(shown.location()).await.says("Het wordt opnieuw gelezen.").says("Alles wat binnenkwam, is gelezen.");
        assert_eq!(world.inbox("zwanendam").await["received"], 1);
        fatima.post(&form.action, &[("alles", "ja")]).await.is(400);
    }
}
