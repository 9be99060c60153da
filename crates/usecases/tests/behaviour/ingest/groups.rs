//! What residents say in a group that our number is in: seen, and no question that was put to us.

use domain::conversations::WindowOfReply;
use domain::messages::MessageKind;
use serde_json::json;
use simulation::both_databases;
use simulation::world::World;
use simulation::world::webhook::Webhook;
use usecases::conversations::ConversationView;

async fn says_in_a_group(world: &World, phone: &str, wamid: &str) {
    let message = json!({"id": wamid, "timestamp": world.now().as_second().to_string(), "type": "text",
        "group_id": "Y2hhdA", "text": {"body": "Wie gaat er mee?"}});
    let webhook = Webhook::about(&world.number("wa-main").settings).message((phone, "Yusuf"), message);
    world.deliver("wa-main", &webhook).await;
    world.read_all().await;
}

async fn seen(world: &World, wamid: &str) -> ConversationView {
    let conversation = world.conversation_of("wa-main", wamid).await.expect("it is kept");
    world.agent("Noor").await.tries_to_see(conversation).await.expect("she may")
}

both_databases! {
    async fn a_message_in_a_group_lets_nobody_wait_and_opens_no_window(world: World) {
        says_in_a_group(&world, "31600000042", "wamid.G1").await;
        let view = seen(&world, "wamid.G1").await;
        assert_eq!(view.listed.conversation.waiting_since_at, None);
        assert_eq!(view.reply_window, WindowOfReply::Closed(None), "Meta would refuse an answer");
        let last = view.listed.last_message.expect("it is shown");
        assert_eq!((last.kind, last.text.as_deref()), (MessageKind::Unknown, Some("Wie gaat er mee?")));
    }

    async fn a_message_in_a_group_changes_nothing_of_what_its_author_asked(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        noor.closes(&talk).await;
        world.hours_later(1);
        says_in_a_group(&world, &talk.phone, "wamid.G2").await;
        let view = seen(&world, "wamid.G2").await;
        assert_eq!(view.listed.conversation.id, talk.conversation);
        assert!(!view.listed.conversation.state.is_active(), "it stays closed");
        assert_eq!(noor.reads(&talk).await.len(), 2);
    }
}
