//! Ctrl-C and the signal that asks a job to end: the first one is noted, so that work in hand can be closed; the second ends
//! the program at once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code of an interrupted program.
pub(super) const CODE: u8 = 130;

/// Is set when the program has been asked to end. From the first call on, signals are caught.
pub(super) fn flag() -> &'static AtomicBool {
    static STOP: AtomicBool = AtomicBool::new(false);
    static CAUGHT: OnceLock<()> = OnceLock::new();
    CAUGHT.get_or_init(|| {
        // Where signals cannot be caught they end the program, which loses no file either.
        let _ = ctrlc::set_handler(|| {
            if STOP.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(CODE));
            }
            super::output::say("interrupted: keeping what is finished (once more to end at once)");
        });
    });
    &STOP
}
