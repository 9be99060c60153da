//! What the worker takes from itself before it reads the first byte of a file: as far as a process without privileges can.

use rustix::io::Errno;
use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};

/// Memory, in bytes: the pixels of the largest picture three times over, and what it was packed in.
const MEMORY: u64 = 768 * 1024 * 1024;
/// Seconds of CPU.
const CPU_SECONDS: u64 = 30;
/// Files and connections that may be open: input, output, and the file once more. A fifth, a connection say, cannot be.
const OPEN: u64 = 4;

/// Sets the limits; none of them can be raised again.
pub fn set() -> Result<(), Errno> {
    // Orphaned it would judge for nobody.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    rustix::thread::set_no_new_privs(true)?;
    for (resource, most) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, CPU_SECONDS),
        (Resource::Core, 0),
        // What it writes goes into a pipe: no file can grow, the one that it reads neither.
        (Resource::Fsize, 0),
        (Resource::Nofile, OPEN),
        (Resource::Nproc, 0),
    ] {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        rustix::process::setrlimit(resource, limit)?;
    }
    Ok(())
}
