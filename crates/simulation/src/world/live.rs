//! What tests of live updates look at beneath the doors: the journal itself, who is in conversations, and what a command
//! does beside the server.

use domain::access::Scope;
use domain::happenings::Happened;
use store::door::{Kind, Reads, Statement, Val};
use store::tables::{journal, session};
use store::{StoreError, Tx};
use usecases::Ctx;

use super::World;

static UNTILS: Statement = Statement {
    name: "UNTILS",
    sqlite: "SELECT until_at FROM presence ORDER BY until_at",
    postgres: "SELECT until_at FROM presence ORDER BY until_at",
    columns: &[("until_at", Kind::Int)],
};
static EARLIER: Statement = Statement {
    name: "EARLIER",
    sqlite: "UPDATE presence SET until_at = until_at - $1",
    postgres: "UPDATE presence SET until_at = until_at - $1",
    columns: &[],
};

impl World {
    /// The journal of a municipality: positions, and what happened.
    pub async fn journal(&self, municipality: &str) -> Vec<(i64, Happened)> {
        let scope = Scope::whole(municipality.parse().expect("a short name"));
        let read = journal::after(&mut self.installation.store.read(&scope), 0, 1_000_000).await;
        let entries = read.expect("the store answers").into_iter();
        entries.map(|entry| (entry.position, entry.happened)).collect()
    }

    /// The last position of a municipality's journal.
    pub async fn journal_head(&self, municipality: &str) -> i64 {
        let scope = Scope::whole(municipality.parse().expect("a short name"));
        journal::head(&mut self.installation.store.read(&scope)).await.expect("the store answers")
    }

    /// Until when those who are in conversations are believed to be there, by the database's clock.
    pub async fn presence_until(&self) -> Vec<i64> {
        let scope = Scope::installation();
        let rows = self.installation.store.read(&scope).all(&UNTILS, Vec::new()).await;
        rows.expect("the store answers").iter().map(|row| row.int(0).expect("a moment")).collect()
    }

    /// For those who are in conversations, so many seconds go by: the database's clock cannot be set.
    pub async fn presence_ages(&self, seconds: i64) {
        let act = async move |tx: &mut Tx| {
            tx.all(&EARLIER, vec![Val::from(seconds * 1_000_000)]).await?;
            Ok::<_, StoreError>(())
        };
        let done = self.installation.store.write(&Scope::installation(), act).await;
        done.expect("the store answers");
    }

    /// All sessions of an actor end by another process on the same database, which this one is not told of. Returns how
    /// many they were.
    pub async fn ends_sessions_beside(&self, ctx: &Ctx) -> u64 {
        let (beside, now) = (self.engine.open().await, self.now());
        let user = ctx.actor.user().expect("a user");
        let act = async move |tx: &mut Tx| session::end_all(tx, user, now).await;
        let ended = beside.write(&ctx.scope(), act).await;
        beside.close().await;
        ended.expect("the store answers")
    }
}
