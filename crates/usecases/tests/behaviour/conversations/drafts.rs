//! What is written and not sent (P18), and what was sent and is taken back before it leaves.

use domain::channels::Answer;
use domain::conversations::ConversationState;
use domain::messages::DeliveryStatus;
use simulation::both_databases;
use simulation::world::{Colleague, Talk, World, reply};
use usecases::Failure;
use usecases::conversations::{
    KeepDraft, Purpose, Reply, keep_draft, list_written, reply_to_conversation, take_back_reply,
    take_over_draft,
};

async fn writes(colleague: &Colleague<'_>, talk: &Talk, text: &str) {
    let keep = KeepDraft {
        conversation: talk.conversation,
        purpose: Purpose::Reply,
        text: text.to_owned(),
        reply_to: None,
        form_key: String::new(),
    };
    keep_draft(&colleague.ctx, keep).await.expect("kept");
}

/// Whose drafts a colleague sees, with their texts, the newest first.
async fn drafts(colleague: &Colleague<'_>, talk: &Talk) -> Vec<(String, String)> {
    let all = list_written(&colleague.ctx, talk.conversation).await.expect("they see the conversation");
    all.into_iter().map(|one| (one.name, one.text)).collect()
}

fn held(talk: &Talk, text: &str, key: &str) -> Reply {
    Reply { hold_seconds: 600, ..reply(talk.conversation, text, key) }
}

both_databases! {
    async fn a_draft_is_kept_until_it_is_sent_or_emptied_and_a_note_has_its_own(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        writes(&noor, &talk, "Wij gaan").await;
        writes(&noor, &talk, "Wij gaan kijken\0").await;
        let note = KeepDraft { conversation: talk.conversation, purpose: Purpose::Note, text: "Bellen".to_owned(), reply_to: None, form_key: String::new() };
        keep_draft(&noor.ctx, note.clone()).await.expect("kept");
        assert_eq!(drafts(&noor, &talk).await.len(), 2);
        noor.replies(&talk, "Wij gaan kijken.").await;
        assert_eq!(drafts(&noor, &talk).await, [("Noor Bakker".to_owned(), "Bellen".to_owned())]);
        keep_draft(&noor.ctx, KeepDraft { text: " \n".to_owned(), ..note }).await.expect("forgotten");
        assert_eq!(drafts(&noor, &talk).await, []);
    }

    /// A save that was under way when the answer was sent comes late: what was sent is no draft again.
    async fn a_save_that_comes_after_the_answer_brings_nothing_back(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        reply_to_conversation(&noor.ctx, reply(talk.conversation, "Wij gaan kijken.", "form-1")).await.expect("taken");
        let late = |form_key: &str| KeepDraft {
            conversation: talk.conversation,
            purpose: Purpose::Reply,
            text: "Wij gaan kijken.".to_owned(),
            reply_to: None,
            form_key: form_key.to_owned(),
        };
        let form = reply(talk.conversation, "", "form-1").key.key;
        keep_draft(&noor.ctx, late(&form)).await.expect("heard");
        assert_eq!(drafts(&noor, &talk).await, []);
        keep_draft(&noor.ctx, late("form-2")).await.expect("kept");
        assert_eq!(drafts(&noor, &talk).await.len(), 1, "another form is another answer");
    }

    /// P18: a change of owner loses nothing that was written.
    async fn a_colleague_sees_what_was_written_and_takes_it_over(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let (noor, daan) = (world.agent("Noor").await, world.agent("Daan").await);
        writes(&noor, &talk, "Morgen is de lamp").await;
        daan.takes(&talk).await;
        assert_eq!(drafts(&daan, &talk).await, [("Noor Bakker".to_owned(), "Morgen is de lamp".to_owned())]);
        take_over_draft(&daan.ctx, talk.conversation, Purpose::Reply, noor.id()).await.expect("taken over");
        assert_eq!(drafts(&daan, &talk).await, [("Daan Visser".to_owned(), "Morgen is de lamp".to_owned())]);
        let again = take_over_draft(&daan.ctx, talk.conversation, Purpose::Reply, noor.id()).await;
        assert!(matches!(again, Err(Failure::NotFound)), "{again:?}");
    }

    async fn whoever_does_not_see_a_conversation_sees_and_keeps_no_draft_in_it(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        writes(&world.agent("Noor").await, &talk, "Vertrouwelijk").await;
        for stranger in ["Joris", "Femke", "Ingrid"] {
            let ctx = world.ctx(stranger).await;
            let keep = KeepDraft { conversation: talk.conversation, purpose: Purpose::Reply, text: "x".to_owned(), reply_to: None, form_key: String::new() };
            assert!(list_written(&ctx, talk.conversation).await.is_err(), "{stranger}");
            assert!(keep_draft(&ctx, keep).await.is_err(), "{stranger}");
        }
    }

    /// Nothing of it reaches the resident, who waits as if it had never been sent; its text is a draft again.
    async fn an_answer_that_has_not_left_is_taken_back(world: World) {
        let talk = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.at("09:10").agent("Noor").await;
        let before = noor.sees(&talk).await.listed.conversation;
        let message = reply_to_conversation(&noor.ctx, held(&talk, "Morgen is de lamp gemaakt.", "form-1")).await.expect("taken");
        assert_eq!(world.send_all(|_| Answer::Delivered { provider_id: None }).await, 0, "it is still here");
        assert_eq!(noor.sees(&talk).await.listed.conversation.waiting_since_at, None);
        for _ in 0..2 {
            // A second click finds it done.
            take_back_reply(&noor.ctx, talk.conversation, message).await.expect("taken back");
        }
        let after = noor.sees(&talk).await.listed.conversation;
        assert_eq!(after.waiting_since_at, before.waiting_since_at, "the resident waits since then");
        assert!(after.state.is_active() && after.state != ConversationState::WaitingForResident, "{:?}", after.state);
        let shown = noor.reads(&talk).await;
        assert_eq!(shown.iter().filter_map(|view| view.message.delivery).collect::<Vec<_>>(), [DeliveryStatus::Cancelled]);
        assert_eq!(drafts(&noor, &talk).await, [("Noor Bakker".to_owned(), "Morgen is de lamp gemaakt.".to_owned())]);
        assert_eq!(world.send_all(|_| Answer::Delivered { provider_id: None }).await, 0, "nothing is left to send");
    }

    async fn an_answer_with_which_the_conversation_was_closed_opens_it_again_when_taken_back(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let noor = world.agent("Noor").await;
        let message = reply_to_conversation(&noor.ctx, held(&talk, "Klaar.", "form-1")).await.expect("taken");
        noor.closes(&talk).await;
        writes(&noor, &talk, "Iets nieuws").await;
        take_back_reply(&noor.ctx, talk.conversation, message).await.expect("taken back");
        let after = noor.sees(&talk).await.listed.conversation;
        assert!(after.state.is_active() && after.waiting_since_at.is_some(), "{after:?}");
        assert_eq!(drafts(&noor, &talk).await, [("Noor Bakker".to_owned(), "Iets nieuws".to_owned())], "the newer text stays");
    }

    async fn what_has_left_is_not_taken_back(world: World) {
        let talk = world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let other = world.resident("Anna").writes("Hallo").await;
        let noor = world.agent("Noor").await;
        let message = noor.replies(&talk, "Wij gaan kijken.").await;
        let elsewhere = take_back_reply(&noor.ctx, other.conversation, message).await;
        assert!(matches!(elsewhere, Err(Failure::NotFound)), "{elsewhere:?}");
        assert_eq!(world.send_all(|_| Answer::Delivered { provider_id: None }).await, 1);
        let late = take_back_reply(&noor.ctx, talk.conversation, message).await;
        assert!(matches!(late, Err(Failure::Refused(_))), "{late:?}");
        assert_eq!(drafts(&noor, &talk).await, []);
        let questions = noor.reads(&talk).await.into_iter().find(|view| view.message.delivery.is_none()).expect("his");
        let his = take_back_reply(&noor.ctx, talk.conversation, questions.message.id).await;
        assert!(matches!(his, Err(Failure::NotFound)), "only what is ours: {his:?}");
    }
}
