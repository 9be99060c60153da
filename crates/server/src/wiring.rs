//! Putting the rooms together.

use std::sync::Arc;

use api::hooks::{Answering, HookAnswer, HookDoor};
use connectors::Registry;
use domain::channels::{Handshake, RawRequest};
use domain::ids::ChannelAccountId;
use drivers::egress::{Allowed, Egress};
use drivers::media::{Judge, MediaOptions, Uploads};
use drivers::{Checker, Delivered, Media, Poller, Post, Reader, Sender, Templates, Webhooks, Workers};
use store::{Engine, Store, StoreOptions};
use tokio_util::sync::CancellationToken;
use usecases::ingest::Refusal;
use usecases::outbox::sweep_lost_leases;
use usecases::{Installation, attachments};

use crate::config::Config;
use crate::system::{SystemClock, SystemIds, SystemRandomness};
use crate::{data_directory, key_file, media_worker};

/// Opens the installation that the configuration names. Works beside a running server.
///
/// # Errors
/// One line: what is wrong and what to do.
pub async fn open(config: &Config) -> Result<Arc<Installation>, String> {
    let engine = config.engine();
    if let Engine::Sqlite { directory } = &engine {
        data_directory::check(directory)?;
    }
    let keys = key_file::read_or_make(&config.key_file, &engine).await?;
    let store = Store::open(StoreOptions { engine, keys }).await.map_err(|error| error.to_string())?;
    let clock = Arc::new(SystemClock);
    let connectors = Arc::new(Registry::standard());
    let clocks = (clock.clone() as Arc<dyn domain::time::Clock>, clock as Arc<dyn domain::time::Clock>);
    let installation =
        Installation::new(store, clocks, Arc::new(SystemIds), Arc::new(SystemRandomness), connectors);
    installation.hand_in(Arc::new(Uploads::new(media_options(&installation, config)?)));
    Ok(installation)
}

/// The door that the webhooks' routes knock on.
pub struct Door {
    webhooks: Webhooks,
}

impl Door {
    /// A door to this driver.
    #[must_use]
    pub fn new(webhooks: Webhooks) -> Arc<Self> {
        Arc::new(Self { webhooks })
    }
}

impl HookDoor for Door {
    fn handshake<'a>(&'a self, account: &'a ChannelAccountId, request: RawRequest) -> Answering<'a> {
        Box::pin(async move {
            match self.webhooks.handshake(account, &request).await {
                Ok(Handshake::Answer(challenge)) => HookAnswer::Challenge(challenge),
                Ok(Handshake::Refuse) => HookAnswer::Forbidden,
                Ok(Handshake::None) => HookAnswer::NotFound,
                Err(_) => HookAnswer::NotStored,
            }
        })
    }

    fn deliver<'a>(&'a self, account: &'a ChannelAccountId, request: RawRequest) -> Answering<'a> {
        Box::pin(async move {
            match self.webhooks.deliver(account, &request).await {
                Delivered::Stored => HookAnswer::Stored,
                Delivered::Refused(Refusal::NoSuchAccount) => HookAnswer::NotFound,
                Delivered::Refused(Refusal::Forged) => HookAnswer::Forbidden,
                Delivered::Refused(Refusal::Malformed(_)) => HookAnswer::Malformed,
                Delivered::Refused(Refusal::NotStored(_)) => HookAnswer::NotStored,
            }
        })
    }
}

/// Starts the workers of a node: reading, sending, fetching files, looking for lost leases, polling, reading templates,
/// looking after the accounts, keeping house, indexing.
///
/// # Errors
/// When the outbox cannot be looked at, or TLS cannot be set up.
pub async fn start_workers(
    installation: &Arc<Installation>,
    webhooks: &Webhooks,
    config: &Config,
    stop: CancellationToken,
) -> Result<Workers, String> {
    let egress = Egress::new(Allowed::parse(&config.egress_allow))?;
    if installation.store.directory().is_some() {
        // No other process reads or sends from this directory: whatever was leased has lost its worker.
        installation.store.inbox().release_all().await.map_err(|error| error.to_string())?;
        sweep_lost_leases(installation, 24 * 3600).await.map_err(|error| error.to_string())?;
        attachments::release_all(installation).await.map_err(|error| error.to_string())?;
    }
    let mut workers = Workers::new(stop);
    let reader = Reader::new(Arc::clone(installation), webhooks.arrived());
    workers.start("reader", move |stop| reader.clone().run(stop));
    let sender = Sender::new(Arc::clone(installation), egress.clone());
    let sweeper = sender.clone();
    workers.start("sender", move |stop| sender.clone().run(stop));
    workers.start("sweeper", move |stop| sweeper.clone().sweep(stop));
    let templates = Templates::new(Arc::clone(installation), egress.clone());
    workers.start("templates", move |stop| templates.clone().run(stop));
    let media = Media::new(Arc::clone(installation), egress.clone(), media_options(installation, config)?);
    workers.start("media", move |stop| media.clone().run(stop));
    let checker = Checker::new(Arc::clone(installation), egress.clone(), config.public_url.as_deref());
    workers.start("checker", move |stop| checker.clone().run(stop));
    if let (Some(server), Some(public_url)) = (&config.mail, config.public_url.as_deref()) {
        let letters = Arc::new(web::MailLetters);
        let post = Post::new(Arc::clone(installation), letters, server, public_url)?;
        installation.mail_is_sent();
        workers.start("post", move |stop| post.clone().run(stop));
    }
    let watched = Arc::clone(installation);
    workers.start("watcher", move |stop| usecases::accounts::run(Arc::clone(&watched), stop));
    let poller = Poller::new(Arc::clone(installation), egress, webhooks.arrived());
    workers.start("poller", move |stop| poller.clone().run(stop));
    let housekeeping = Arc::clone(installation);
    workers.start("housekeeper", move |stop| usecases::housekeeping::run(Arc::clone(&housekeeping), stop));
    let indexed = Arc::clone(installation);
    workers.start("indexer", move |stop| usecases::search::run(Arc::clone(&indexed), stop));
    Ok(workers)
}

/// Files are poured out on the disk that they are kept on; on PostgreSQL, on this node's disk for files in passing. They
/// are judged by this program, started once more.
///
/// # Errors
/// When this program does not know where it is.
pub fn media_options(installation: &Installation, config: &Config) -> Result<MediaOptions, String> {
    let spool = installation.store.directory().map_or_else(std::env::temp_dir, |data| data.join("spool"));
    let program = std::env::current_exe().map_err(|error| format!("cannot find this program: {error}"))?;
    let judge = Judge::new(program, vec![media_worker::COMMAND.into()]);
    let reserve = u64::from(config.disk_reserve_mb) * 1024 * 1024;
    Ok(MediaOptions {
        reserve,
        ..MediaOptions::usual(spool, judge, config.scan.clone())
    })
}
