use simulation::world::World;
#[test]
#[ignore]
fn look() {
    simulation::world::play(
        Some(simulation::world::TestEngine::sqlite()),
        crate::connectors(),
        |world: World| {
            Box::pin(async move {
                let site = crate::site::Site::of(&world);
                site.password_of("Fatima").await;
                site.password_of("Noor").await;
                let talk = world
                    .at("09:00")
                    .resident("Yusuf")
                    .writes("De lantaarn in de Kerkstraat is kapot.\nKan iemand komen kijken?")
                    .await;
                world
                    .at("09:30")
                    .agent("Noor")
                    .await
                    .replies(&talk, "Dank u wel. Wij sturen morgen een monteur.")
                    .await;
                world.send_all(|_| domain::channels::Answer::Delivered { provider_id: None }).await;
                world.at("09:35").agent("Daan").await.notes(&talk, "Zie ook melding van gisteren.").await;
                world
                    .at("09:40")
                    .resident("Yusuf")
                    .writes("Top, en weet u ook hoe laat? Mijn moeder loopt hier ’s avonds.")
                    .await;
                world.at("09:50").agent("Noor").await.replies(&talk, "Tussen 10 en 12 uur.").await;
                world
                    .send_all(|_| domain::channels::Answer::Unknown {
                        reason: "HTTP 502 without a message id".to_owned(),
                    })
                    .await;
                for n in 0..6 {
                    world.seconds_later(200).resident(&format!("Inwoner {n}")).writes("Wanneer wordt het grofvuil opgehaald in de Rietlanden? Ik heb al twee keer gebeld en niemand weet het.").await;
                }
                crate::administration::raw_events::unreadable(&world, "wa-main").await;
                world.seconds_later(2000);
                let app = web::router(web::WebState::new(world.installation.clone(), false));
                let listener = tokio::net::TcpListener::bind("127.0.0.1:9788").await.unwrap();
                println!("talk {}", talk.conversation);
                std::fs::write("/tmp/look-talk", talk.conversation.to_string()).unwrap();
                let _ = tokio::time::timeout(
                    std::time::Duration::from_secs(240),
                    axum::serve(listener, app).into_future(),
                )
                .await;
            })
        },
    );
}
