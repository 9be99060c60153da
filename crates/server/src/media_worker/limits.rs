//! What the worker takes from itself before it reads the first byte of a file: as far as a process without privileges can.

use rustix::io::Errno;
use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};

/// Memory of its own, in bytes. With the pages of this program that it touches it stays below 256 MB (RELIABILITY D4).
const DATA: u64 = 216 * 1024 * 1024;
/// Addresses, in bytes: this program, and what memory there is that is not counted as its own.
const ADDRESSES: u64 = 512 * 1024 * 1024;
/// Seconds of CPU (RELIABILITY D4). A debug build is about ten times slower, and judges the same pictures in its tests.
const CPU_SECONDS: u64 = if cfg!(debug_assertions) { 20 } else { 2 };
/// Files and connections that may be open: input, output, and the file once more. A fifth, a connection say, cannot be.
const OPEN: u64 = 4;

/// Sets the limits; none of them can be raised again.
///
/// Each has its own end, by which the server knows what happened: too little time is SIGXCPU (the second limit, SIGKILL,
/// is never reached), too little memory SIGABRT. A SIGKILL comes from elsewhere, and says nothing about the file.
pub fn set() -> Result<(), Errno> {
    // Orphaned it would judge for nobody.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    rustix::thread::set_no_new_privs(true)?;
    for (resource, most, beyond) in [
        (Resource::Data, DATA, 0),
        (Resource::As, ADDRESSES, 0),
        (Resource::Cpu, CPU_SECONDS, 1),
        (Resource::Core, 0, 0),
        // What it writes goes into a pipe: no file can grow, the one that it reads neither.
        (Resource::Fsize, 0, 0),
        (Resource::Nofile, OPEN, 0),
        (Resource::Nproc, 0, 0),
    ] {
        let limit = Rlimit { current: Some(most), maximum: Some(most + beyond) };
        rustix::process::setrlimit(resource, limit)?;
    }
    Ok(())
}
