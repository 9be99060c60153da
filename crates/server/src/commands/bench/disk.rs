//! What the disk does while we measure.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a second 4 KiB can be appended and synced in `directory`; measured for a quarter of a second.
///
/// # Errors
/// When the directory cannot be written.
pub fn syncs_per_second(directory: &Path) -> Result<f64, String> {
    let path = directory.join(".syncs");
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = std::fs::File::create(&path).map_err(failed)?;
    let (block, began) = ([7_u8; 4096], Instant::now());
    let mut syncs = 0_u32;
    while began.elapsed() < Duration::from_millis(250) {
        file.write_all(&block).map_err(failed)?;
        file.sync_data().map_err(failed)?;
        syncs += 1;
    }
    let rate = f64::from(syncs) / began.elapsed().as_secs_f64();
    std::fs::remove_file(&path).map_err(failed)?;
    Ok(rate)
}

/// Microseconds of CPU that this process has used, all threads, user and system.
///
/// # Errors
/// When the system does not tell.
pub fn cpu_micros() -> Result<u64, String> {
    let text = std::fs::read_to_string("/proc/self/stat").map_err(|error| error.to_string())?;
    // The name, which may hold anything, stands in brackets; user and system time are the 12th and 13th field after.
    let fields = text.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks =
        |index: usize| fields.split_whitespace().nth(index).and_then(|field| field.parse::<u64>().ok());
    match (ticks(11), ticks(12)) {
        (Some(user), Some(system)) => {
            let per_second = rustix::param::clock_ticks_per_second().max(1);
            Ok((user + system) * 1_000_000 / per_second)
        }
        _ => Err("the system does not tell how much CPU was used".to_owned()),
    }
}
