//! Files that colleagues upload and have not sent.

use std::fs::File;
use std::io;
use std::sync::Arc;

use simulation::both_databases;
use simulation::world::World;
use tokio::io::AsyncReadExt;
use usecases::Failure;
use usecases::drafts::{BareIntake, Intake, LookingInto, UploadRefused, upload_draft};

/// A disk on which so many bytes are free for uploads.
struct Disk(u64);

impl Intake for Disk {
    fn nameless(&self) -> io::Result<File> {
        BareIntake.nameless()
    }

    fn room(&self, bytes: u64) -> io::Result<()> {
        if bytes < self.0 { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
    }

    fn look_into(&self, file: File) -> LookingInto<'_> {
        Box::pin(async move { BareIntake.look_into(file).await })
    }
}

const MB: u64 = 1024 * 1024;

both_databases! {
    /// B: a disk that is nearly full is for what residents send; who uploads is told so, and nothing is left behind.
    async fn an_upload_leaves_the_reserve_of_the_disk_alone(world: World) {
        world.installation.hand_in(Arc::new(Disk(MB)));
        let noor = world.ctx("Noor").await;
        let small = upload_draft(&noor, &mut &b"Beste mevrouw"[..], Some("brief.txt")).await;
        assert!(small.is_ok(), "{small:?}");
        let large = upload_draft(&noor, &mut tokio::io::repeat(b'a').take(2 * MB), Some("plan.txt")).await;
        assert!(matches!(large, Err(Failure::Refused(UploadRefused::NoRoom))), "{large:?}");
    }

    /// Nobody can fill the disk alone, in files or in bytes; also not with several at once.
    async fn one_person_has_so_many_bytes_waiting_and_no_more(world: World) {
        let noor = world.ctx("Noor").await;
        let upload = async || upload_draft(&noor, &mut tokio::io::repeat(b'a').take(MB), Some("plan.txt")).await;
        // Of 300 MB there is room for one of these and not for two.
        world.waits_to_be_sent("Noor", 299 * MB - 1024).await;
        let (one, other) = tokio::join!(upload(), upload());
        let taken = [&one, &other].into_iter().filter(|upload| upload.is_ok()).count();
        assert_eq!(taken, 1, "{one:?} {other:?}");
        let next = upload().await;
        assert!(matches!(next, Err(Failure::Refused(UploadRefused::TooMany))), "{next:?}");
        // What one cannot, another still can.
        let other = world.ctx("Fatima").await;
        upload_draft(&other, &mut &b"Hallo"[..], Some("brief.txt")).await.expect("taken");
    }
}
