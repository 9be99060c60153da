//! Links to choose a password with: once, not for long, and only who may make them (6.4.1, X6).

use domain::access::Device;
use futures_util::future::join_all;
use simulation::both_databases;
use simulation::world::World;
use usecases::access::{
    ChooseRefused, LinkGiven, LogIn, answer_resets, ask_reset, choose_password, log_in, open_link,
};
use usecases::mail::{MailEnd, record_mail, take_due_mail};
use usecases::people::give_link;

use super::passwords::{client, done, is_logged_in, set_password};

async fn link_for(world: &World, first_name: &str) -> String {
    let ingrid = world.agent("Ingrid").await.ctx;
    match give_link(&ingrid, world.agent(first_name).await.id()).await.expect("made") {
        LinkGiven::Shown(token) => token,
        LinkGiven::Mailed => unreachable!("no mail is sent here"),
    }
}

both_databases! {
    async fn of_ten_who_use_a_link_at_once_one_chooses_the_password(world: World) {
        let token = link_for(&world, "Noor").await;
        let passwords: Vec<String> = (0..10).map(|number| format!("de zwaan zwemt om {number} uur")).collect();
        let ended = join_all(passwords.iter().map(|one| choose_password(&world.installation, &token, one))).await;
        assert_eq!(ended.iter().filter(|one| one.is_ok()).count(), 1);
        assert!(ended.iter().all(|one| !matches!(one, Err(ChooseRefused::Store(_)))));
        assert!(open_link(&world.installation, &token).await.expect("the store answers").is_none());
    }

    async fn a_reset_lives_an_hour_and_a_new_password_ends_every_session(world: World) {
        set_password(&world, "de-zwaan-zwemt-om-zes").await;
        let try_ = LogIn {
            email: "noor@zwanendam.example".to_owned(),
            password: "de-zwaan-zwemt-om-zes".to_owned(),
            from: client("203.0.113.7"),
            device: Device::UNKNOWN,
        };
        let session = done(log_in(&world.installation, try_).await.unwrap_or_else(|refused| unreachable!("{refused}")));
        let old = link_for(&world, "Noor").await;
        world.seconds_later(3600);
        let late = choose_password(&world.installation, &old, "de zwaan vliegt weg").await;
        assert!(matches!(late, Err(ChooseRefused::Gone)));
        let token = link_for(&world, "Noor").await;
        choose_password(&world.installation, &token, "de zwaan vliegt weg").await.expect("in time");
        assert!(!is_logged_in(&world, &session.token).await);
    }

    /// What waits in the mail holds no secret in the clear, and is dropped when it is of no use any more.
    async fn mail_is_tried_again_and_what_is_of_no_use_is_dropped(world: World) {
        let here = &world.installation;
        here.mail_is_sent();
        set_password(&world, "de-zwaan-zwemt-om-zes").await;
        ask_reset(here, "noor@zwanendam.example", client("203.0.113.7")).await.expect("asked");
        ask_reset(here, "niemand@zwanendam.example", client("203.0.113.7")).await.expect("asked");
        assert_eq!(answer_resets(here).await.expect("the store answers"), 2);
        let mut due = take_due_mail(here, "https://webcare.example", 10).await.expect("the store answers");
        assert_eq!(due.len(), 1);
        let mail = due.pop().expect("one");
        // It is leased: nobody else takes it meanwhile.
        assert!(take_due_mail(here, "https://webcare.example", 10).await.expect("answers").is_empty());
        let token = mail.queued.token.clone();
        record_mail(here, mail.queued, MailEnd::Later("the mail server answered 451".to_owned())).await.expect("noted");
        assert!(open_link(here, &token).await.expect("the store answers").is_some());
        // Whoever asks again at once, or for somebody else, makes no link useless that was just mailed.
        ask_reset(here, "noor@zwanendam.example", client("203.0.113.8")).await.expect("asked");
        assert_eq!(answer_resets(here).await.expect("the store answers"), 1);
        assert!(open_link(here, &token).await.expect("the store answers").is_some());
        // Later a question replaces the link; the mail with the first one is dropped when it is due.
        world.seconds_later(15 * 60);
        ask_reset(here, "noor@zwanendam.example", client("203.0.113.8")).await.expect("asked");
        answer_resets(here).await.expect("the store answers");
        let due = take_due_mail(here, "https://webcare.example", 10).await.expect("the store answers");
        assert!(due.len() == 1 && due[0].queued.token != token);
        assert!(open_link(here, &token).await.expect("the store answers").is_none());
    }

    /// Who was blocked gets no link, and one that was made before does not let them in.
    async fn who_is_blocked_chooses_nothing(world: World) {
        let token = link_for(&world, "Noor").await;
        let ingrid = world.agent("Ingrid").await.ctx;
        let noor = world.agent("Noor").await.id();
        let known = usecases::people::read_person(&ingrid, noor).await.expect("known").person;
        usecases::people::disable_person(&ingrid, noor, known.version).await.expect("blocked");
        let chosen = choose_password(&world.installation, &token, "de zwaan vliegt weg").await;
        assert!(matches!(chosen, Err(ChooseRefused::Gone)));
        assert!(give_link(&ingrid, noor).await.is_err());
    }
}
