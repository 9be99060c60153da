//! What must hold in numbers: thousands of messages, in every order, as often as a platform cares to tell.
//!
//! `./test` plays a part of each, `./test --nightly` the figures of the list ([`simulation::figures`]). What stands here
//! and in `several_nodes` of `gehoor-server` is what that step runs.

#![allow(clippy::print_stdout, reason = "a test says how much of it was played")]

mod albums;
mod any_order;
mod redeliveries;
mod week;

use domain::access::Scope;
use domain::happenings::Happened;
use simulation::world::World;

/// Everything that colleagues and live pages were told of Zwanendam, in order.
async fn journal(world: &World) -> Vec<Happened> {
    let scope = Scope::whole("zwanendam".parse().expect("a short name"));
    let mut reader = world.installation.store.read(&scope);
    let mut told = Vec::new();
    let mut at = 0;
    loop {
        let page = store::tables::journal::after(&mut reader, at, 1000).await.expect("the store answers");
        let Some(last) = page.last() else { return told };
        at = last.position;
        told.extend(page.into_iter().map(|entry| entry.happened));
    }
}
