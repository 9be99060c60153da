//! Setting accounts up, changing and removing them, and the test message.

use std::collections::BTreeMap;

use domain::channels::{Answer, SecretValue, SettingFault, SettingFaultKind};
use domain::messages::DeliveryStatus;
use simulation::both_databases;
use simulation::world::World;
use usecases::accounts::{
    RemoveRefused, SaveAccount, SaveRefused, SendTestMessage, TestRefused, read_test_message, remove_account,
    save_account, send_test_message,
};
use usecases::configuration::DeclaredAccount;
use usecases::{Failure, RequestKey};

fn account(settings: &[(&str, &str)], secrets: &[(&str, &str)]) -> SaveAccount {
    let settings: BTreeMap<_, _> =
        settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let secret = |(name, value): &(&str, &str)| ((*name).to_owned(), SecretValue::new((*value).to_owned()));
    SaveAccount {
        account: DeclaredAccount {
            id: "wa-nieuwe".parse().expect("a short name"),
            channel: domain::channels::ChannelName::new("whatsapp").expect("a name"),
            team: "webcare".parse().expect("a short name"),
            base_url: None,
            settings,
            secrets: secrets.iter().map(secret).collect(),
        },
        is_new: true,
    }
}

const NUMBER: (&str, &str) = ("phone_number_id", "777000777000777");
const SECRETS: [(&str, &str); 2] = [("app_secret", "0123456789abcdef"), ("access_token", "EAAGabcdef012345")];

fn test(phone: &str, key: &str) -> SendTestMessage {
    SendTestMessage {
        channel_account: "wa-main".parse().expect("a short name"),
        phone: phone.to_owned(),
        text: "Dit is een test.".to_owned(),
        key: RequestKey::new(key, "test", phone.as_bytes()),
    }
}

both_databases! {
    async fn everything_that_is_wrong_with_settings_is_named_at_once(world: World) {
        let ingrid = world.ctx("Ingrid").await;
        let wrong = account(&[("phone_number_id", "+31 6 1234"), ("colour", "blue")], &[("access_token", "EAAG 1234 5678")]);
        let refused = save_account(&ingrid, wrong).await;
        let Err(Failure::Refused(SaveRefused::Settings(faults))) = refused else { unreachable!("{refused:?}") };
        let fault = |field: &str, kind| SettingFault { field: field.to_owned(), kind };
        let expected = [
            fault("colour", SettingFaultKind::Unknown),
            fault("phone_number_id", SettingFaultKind::Malformed),
            fault("access_token", SettingFaultKind::Malformed),
            fault("app_secret", SettingFaultKind::Missing),
        ];
        assert_eq!(faults, expected);
    }

    async fn a_new_account_takes_deliveries_at_once_and_its_verify_token_is_shown_once(world: World) {
        let ingrid = world.ctx("Ingrid").await;
        let saved = save_account(&ingrid, account(&[NUMBER], &SECRETS)).await.expect("it can be");
        let [("verify_token", made_up)] = saved.made_up.as_slice() else { unreachable!("{saved:?}") };
        assert_eq!(made_up.reveal().len(), 64);
        let door = usecases::ingest::resolve_door(&world.installation, &"wa-nieuwe".parse().expect("a name")).await;
        assert!(door.expect("the store answers").is_some());
        let again = save_account(&ingrid, account(&[NUMBER], &SECRETS)).await;
        assert!(matches!(again, Err(Failure::Refused(SaveRefused::IdTaken))), "{again:?}");
        let mut other = account(&[NUMBER], &SECRETS);
        other.account.id = "wa-andere".parse().expect("a short name");
        let taken = save_account(&ingrid, other).await;
        assert!(matches!(taken, Err(Failure::Refused(SaveRefused::NumberTaken))), "{taken:?}");
    }

    async fn a_change_keeps_the_secrets_that_it_does_not_name(world: World) {
        let ingrid = world.ctx("Ingrid").await;
        save_account(&ingrid, account(&[NUMBER], &SECRETS)).await.expect("it can be");
        let change = SaveAccount { is_new: false, ..account(&[NUMBER, ("waba_id", "888000888000")], &[]) };
        let saved = save_account(&ingrid, change).await.expect("it can be");
        assert!(saved.made_up.is_empty());
        let missing = SaveAccount { is_new: false, ..account(&[], &[]) };
        let refused = save_account(&ingrid, missing).await;
        assert!(matches!(refused, Err(Failure::Refused(SaveRefused::Settings(_)))), "{refused:?}");
    }

    async fn an_account_with_conversations_stays(world: World) {
        let ingrid = world.ctx("Ingrid").await;
        world.resident("Yusuf").writes("Hallo").await;
        let kept = remove_account(&ingrid, "wa-main".parse().expect("a short name")).await;
        assert!(matches!(kept, Err(Failure::Refused(RemoveRefused::HasConversations))), "{kept:?}");
        save_account(&ingrid, account(&[NUMBER], &SECRETS)).await.expect("it can be");
        let id: domain::ids::ChannelAccountId = "wa-nieuwe".parse().expect("a short name");
        remove_account(&ingrid, id.clone()).await.expect("nobody wrote to it");
        assert!(matches!(remove_account(&ingrid, id).await, Err(Failure::NotFound)));
    }

    async fn a_test_message_goes_the_way_of_every_answer(world: World) {
        let ingrid = world.ctx("Ingrid").await;
        let phone = world.resident("Yusuf").phone().to_owned();
        let unseen = send_test_message(&ingrid, test(&phone, "1")).await;
        assert!(matches!(unseen, Err(Failure::Refused(TestRefused::NotSeen))), "{unseen:?}");
        let wrong = send_test_message(&ingrid, test("geen nummer", "2")).await;
        assert!(matches!(wrong, Err(Failure::Refused(TestRefused::NotANumber))), "{wrong:?}");
        world.resident("Yusuf").writes("Test").await;
        let id = send_test_message(&ingrid, test(&format!("+{phone}"), "3")).await.expect("he wrote");
        assert_eq!(send_test_message(&ingrid, test(&format!("+{phone}"), "3")).await.expect("the same"), id);
        let account = "wa-main".parse().expect("a short name");
        let state = async || read_test_message(&ingrid, &account, id).await.expect("hers").delivery;
        assert_eq!(state().await, DeliveryStatus::Queued);
        assert_eq!(world.send_all(|_| Answer::Delivered { provider_id: None }).await, 1);
        assert_eq!(state().await, DeliveryStatus::Accepted);
        assert!(matches!(read_test_message(&world.ctx("Fatima").await, &account, id).await, Err(Failure::NotAllowed(_))));
    }
}
