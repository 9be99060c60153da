//! Search over conversations: what is found, by whom, and what is never an error.

mod filters;
mod index;
mod scope;
mod typed;
mod words;

use simulation::world::World;
use usecases::search::{Order, Search, SearchPage, search_conversations};

/// What somebody finds.
async fn finds(world: &World, who: &str, typed: &str) -> SearchPage {
    let search = Search { typed: typed.to_owned(), ..Search::default() };
    search_conversations(&world.ctx(who).await, &search).await.expect("a search is no error")
}

/// The texts of the messages that somebody finds, with what is marked in brackets, in their order.
async fn texts(world: &World, who: &str, typed: &str) -> Vec<String> {
    shown(&finds(world, who, typed).await)
}

/// The same by fit.
async fn best(world: &World, who: &str, typed: &str) -> Vec<String> {
    let search = Search { typed: typed.to_owned(), order: Order::Best, before: None };
    shown(&search_conversations(&world.ctx(who).await, &search).await.expect("a search is no error"))
}

fn shown(page: &SearchPage) -> Vec<String> {
    let messages = page.items.iter().flat_map(|item| &item.messages);
    messages
        .map(|message| {
            let mut text = message.excerpt.text.clone();
            for mark in message.excerpt.marks.iter().rev() {
                text.insert(mark.end, ']');
                text.insert(mark.start, '[');
            }
            text
        })
        .collect()
}
