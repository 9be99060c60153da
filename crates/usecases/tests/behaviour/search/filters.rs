//! Filters typed as words.

use simulation::both_databases;
use simulation::world::World;
use usecases::search::Doubt;

use super::{finds, texts};

both_databases! {
    async fn filters_narrow_down_by_writer_channel_team_owner_state_and_day(world: World) {
        let yusuf = world.at("09:00").resident("Yusuf").writes("De lantaarn is kapot").await;
        let anna = world.at("09:05").resident("Anna").writes("Onze lantaarn knippert").await;
        let joke = world.at("09:10").resident("Joke").to("wa-tweede").writes("Lantaarn om").await;
        world.agent("Noor").await.takes(&yusuf).await;
        world.agent("Noor").await.replies(&yusuf, "Wij kijken naar de lantaarn.").await;
        world.agent("Daan").await.closes(&anna).await;
        let (y, a, j, ours) = ("De [lantaarn] is kapot", "Onze [lantaarn] knippert", "[Lantaarn] om", "Wij kijken naar de [lantaarn].");
        for (typed, expected) in [
            ("lantaarn van:yusuf", &[y][..]),
            ("lantaarn van:yus", &[y]),
            ("lantaarn van:noor", &[ours]),
            (&format!("lantaarn van:{}", yusuf.phone), &[y]),
            ("lantaarn van:piet", &[]),
            ("lantaarn kanaal:wa -kijken", &[j, a, y]),
            ("lantaarn kanaal:mail", &[]),
            ("lantaarn team:burgerzaken", &[j]),
            ("lantaarn team:bestaatniet", &[]),
            ("lantaarn voor:noor", &[ours, y]),
            ("lantaarn voor:niemand", &[j, a]),
            ("lantaarn voor:mij", &[]),
            ("lantaarn status:gesloten", &[a]),
            ("lantaarn status:open -kijken", &[j, y]),
            ("lantaarn sinds:2026-03-02 tot:2026-03-02 van:anna", &[a]),
            ("lantaarn tot:2026-03-01", &[]),
            ("lantaarn sinds:2026-03-03", &[]),
        ] {
            assert_eq!(texts(&world, "Fatima", typed).await, expected, "{typed}");
        }
        // Without a word: what is newest.
        assert_eq!(finds(&world, "Fatima", "voor:noor").await.items.len(), 1);
        assert_eq!(finds(&world, "Fatima", "van:joke").await.items[0].listed.conversation.id, joke.conversation);
    }

    async fn when_a_filter_leaves_nothing_it_is_named_and_what_is_unknown_is_a_word(world: World) {
        world.resident("Yusuf").writes("De lantaarn is kapot").await;
        let page = finds(&world, "Noor", "lantaarn kanaal:mail status:open").await;
        assert_eq!(format!("{:?}", page.to_drop), "[Channel]");
        let page = finds(&world, "Noor", "kleur:rood").await;
        assert_eq!(page.query.doubts, [Doubt::UnknownFilter("kleur".to_owned())]);
    }
}
