//! Files of messages as they are announced: the message is there at once, its files follow or say why not (2.1, D4).

use domain::attachments::{AttachmentState, AttachmentTrouble};
use domain::messages::{Extra, MessageKind};
use serde_json::{Value, json};
use simulation::both_databases;
use simulation::world::webhook::{Webhook, Who};
use simulation::world::{Talk, World};
use usecases::conversations::MessageView;

const BY_PHONE: Who<'static> = Who { phone: Some("31600000001"), user_id: None };
const BY_ID: Who<'static> = Who { phone: None, user_id: Some("NL.1") };
const BY_BOTH: Who<'static> = Who { phone: Some("31600000001"), user_id: Some("NL.1") };

/// SHA-256 of nothing, as the platform writes it.
const HASH: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

async fn sends(world: &World, who: Who<'_>, wamid: &str, mut message: Value) -> Talk {
    world.seconds_later(60);
    message["id"] = json!(wamid);
    message["timestamp"] = json!(world.now().as_second().to_string());
    let webhook = Webhook::about(&world.number("wa-main").settings).message_of(who, message);
    world.deliver("wa-main", &webhook).await;
    world.read_all().await;
    let conversation = world.conversation_of("wa-main", wamid).await.expect("it is in a conversation");
    let phone = who.phone.unwrap_or_default().to_owned();
    Talk {
        conversation,
        account: "wa-main".to_owned(),
        phone,
        wamid: wamid.to_owned(),
    }
}

async fn seen(world: &World, talk: &Talk) -> Vec<MessageView> {
    world.agent("Noor").await.reads(talk).await
}

fn photo(id: &str) -> Value {
    json!({"type": "image", "image": {"id": id, "mime_type": "image/jpeg", "sha256": HASH, "caption": "Kijk"}})
}

both_databases! {
    /// The message does not wait for its file.
    async fn a_photo_is_shown_at_once_and_its_file_is_on_its_way(world: World) {
        let talk = sends(&world, BY_PHONE, "wamid.P", photo("9001")).await;
        let views = seen(&world, &talk).await;
        let [view] = views.as_slice() else { unreachable!("one message: {views:?}") };
        assert_eq!((view.message.kind, view.message.text.as_deref()), (MessageKind::Image, Some("Kijk")));
        let [file] = view.attachments.as_slice() else { unreachable!("one file: {view:?}") };
        assert_eq!((file.state, file.trouble, file.ordinal), (AttachmentState::Waiting, None, 0));
        assert_eq!(file.reference, Some(json!({"id": "9001"})));
        assert_eq!(file.stated_type.as_deref(), Some("image/jpeg"));
        assert!(file.stated_sha256.as_deref().is_some_and(|hash| hash.starts_with("e3b0c44298fc1c14")));
        // The platform keeps it for a week after the message, whenever we read that.
        let kept = file.expires_at.expect("the platform says how long it keeps it");
        assert_eq!(domain::time::seconds_between(view.message.sent_at, kept), 7 * 24 * 3600);
    }

    /// 2.3: told twice, read twice, it is one file.
    async fn a_photo_that_is_told_again_has_one_file(world: World) {
        let talk = sends(&world, BY_PHONE, "wamid.P", photo("9001")).await;
        sends(&world, BY_PHONE, "wamid.P", photo("9001")).await;
        usecases::ingest::replay_all(&world.ctx("Fatima").await, jiff::Timestamp::MIN, |_| ()).await.expect("may");
        world.read_all().await;
        let views = seen(&world, &talk).await;
        assert_eq!(views.iter().map(|view| view.attachments.len()).collect::<Vec<_>>(), [1]);
    }

    /// What the platform cannot pass on is visible as lost, with its reason, and not just a message without anything.
    async fn a_file_that_the_platform_cannot_pass_on_is_lost_with_the_reason(world: World) {
        let refused = json!({"type": "video", "errors": [{"code": 131_052, "title": "Media download error"}]});
        let talk = sends(&world, BY_PHONE, "wamid.V", refused).await;
        let views = seen(&world, &talk).await;
        let file = &views[0].attachments[0];
        assert_eq!((file.state, file.trouble), (AttachmentState::Lost, Some(AttachmentTrouble::NotPassedOn)));
        let told = views[0].message.extras.iter().any(|one| matches!(one, Extra::Trouble(trouble) if trouble.code == Some(131_052)));
        assert!(told, "{:?}", views[0].message.extras);
        // A text has no file to lose.
        let text = json!({"type": "text", "text": {"body": "Hallo"}, "errors": [{"code": 1, "title": "Odd"}]});
        let talk = sends(&world, BY_PHONE, "wamid.T", text).await;
        let views = seen(&world, &talk).await;
        assert!(views.iter().find(|view| view.message.kind == MessageKind::Text).expect("it").attachments.is_empty());
    }

    /// The webhook names the file and says beside it that it was over 100 MB: nobody asks for it, and the agent reads why.
    async fn a_video_over_the_limit_is_shown_with_its_reason_and_never_asked_for(world: World) {
        let title = "Media file size too big. Max file size we currently support: 100MB.";
        let video = json!({"type": "video", "video": {"id": "9001", "mime_type": "video/mp4", "sha256": HASH, "caption": "Kijk"},
            "errors": [{"code": 131_052, "title": title, "message": title}]});
        let talk = sends(&world, BY_PHONE, "wamid.V", video).await;
        let views = seen(&world, &talk).await;
        assert_eq!((views[0].message.kind, views[0].message.text.as_deref()), (MessageKind::Video, Some("Kijk")));
        let [file] = views[0].attachments.as_slice() else { unreachable!("one file: {views:?}") };
        assert_eq!((file.state, file.trouble), (AttachmentState::Lost, Some(AttachmentTrouble::TooLargeForChannel)));
        assert_eq!((file.stated_type.as_deref(), file.reference.as_ref()), (Some("video/mp4"), None));
        // The next photo is asked for, and nothing else.
        sends(&world, BY_PHONE, "wamid.P", photo("9002")).await;
        let claimed = usecases::attachments::claim_attachments(&world.installation, 8).await.expect("answers");
        let references: Vec<_> = claimed.iter().map(|one| one.attachment.reference.clone()).collect();
        assert_eq!(references, [Some(json!({"id": "9002"}))]);
    }

    /// An error that says nothing of the kind is a remark beside a file that may be there.
    async fn a_photo_with_another_error_beside_it_is_asked_for(world: World) {
        let mut odd = photo("9001");
        odd["errors"] = json!([{"code": 400, "title": "Media download failed: Not retrying as download is not retriable at this time"}]);
        let talk = sends(&world, BY_PHONE, "wamid.P", odd).await;
        let views = seen(&world, &talk).await;
        assert_eq!(views[0].attachments[0].state, AttachmentState::Waiting);
        assert!(matches!(views[0].message.extras.as_slice(), [Extra::Trouble(_)]), "the agent reads it all the same");
    }

    /// D4: tricks in a name end at the door.
    async fn a_name_of_a_file_is_made_safe_before_anything_is_done_with_it(world: World) {
        let tricky = json!({"type": "document", "document": {"id": "1", "mime_type": "application/pdf",
            "filename": "../../.ssh/factuur\u{202e}fdp.exe\u{0}"}});
        let talk = sends(&world, BY_PHONE, "wamid.D", tricky).await;
        let views = seen(&world, &talk).await;
        assert_eq!(views[0].attachments[0].file_name.as_deref(), Some("factuurfdp.exe"));
    }

    /// A4: who wrote under two names is one, and the files of both stand in the one conversation.
    async fn files_go_along_when_two_conversations_prove_to_be_one(world: World) {
        let first = sends(&world, BY_PHONE, "wamid.1", photo("9001")).await;
        let second = sends(&world, BY_ID, "wamid.2", photo("9002")).await;
        assert_ne!(first.conversation, second.conversation);
        let joined = sends(&world, BY_BOTH, "wamid.3", photo("9003")).await;
        let views = seen(&world, &joined).await;
        let references: Vec<String> = views
            .iter()
            .flat_map(|view| &view.attachments)
            .filter_map(|file| Some(file.reference.as_ref()?["id"].as_str()?.to_owned()))
            .collect();
        assert_eq!(references, ["9001", "9002", "9003"]);
        assert!(views.iter().flat_map(|view| &view.attachments).all(|file| file.conversation == joined.conversation));
    }
}
