//! What the program runs on, for the manifest.

use crate::sweep::Machine;
use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

/// Share of the free memory that a sweep takes where nobody says how much.
const SHARE_OF_FREE: f64 = 0.8;

/// The machine, with so many worker threads.
pub(super) fn machine(threads: usize) -> Machine {
    let kinds =
        RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing()).with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(kinds);
    Machine {
        os: System::long_os_version().unwrap_or_else(|| std::env::consts::OS.to_owned()),
        architecture: std::env::consts::ARCH.to_owned(),
        processor: system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).unwrap_or_default(),
        processors: std::thread::available_parallelism().map_or(0, usize::from),
        threads,
        memory_bytes: system.total_memory(),
    }
}

/// Bytes that a sweep may take where nobody says how many.
pub(super) fn default_memory() -> u64 {
    let kinds = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let free = System::new_with_specifics(kinds).available_memory();
    if free == 0 { u64::MAX } else { (free as f64 * SHARE_OF_FREE) as u64 }
}

/// The commit that the program was built from; empty where it is not known.
pub(super) fn commit() -> String {
    const COMMIT: &str = env!("EVICTLAB_COMMIT");
    COMMIT.to_owned()
}

/// Now, as RFC 3339.
pub(super) fn now() -> String {
    humantime::format_rfc3339_seconds(std::time::SystemTime::now()).to_string()
}
