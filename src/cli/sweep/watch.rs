//! Progress of a sweep on stderr.

use crate::cli::interrupt;
use crate::cli::output::say;
use crate::core::quantity::{show_count, show_rate};
use crate::record::Status;
use crate::sweep::{Observer, TraceFacts};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Counts what is done, and shows it where somebody looks.
pub(super) struct Progress {
    bar: ProgressBar,
    quiet: bool,
    failed: AtomicU64,
    requests: AtomicU64,
    begun: Instant,
}

/// Failures said at once; the rest is in the results.
const FAILURES_SAID: u64 = 5;

impl Progress {
    /// For so many cells.
    pub(super) fn new(cells: usize, quiet: bool, hidden: bool) -> Self {
        let seen = std::io::stderr().is_terminal() && !quiet && !hidden;
        let target = if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(cells as u64), target);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} cells  {msg}{left}")
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("left", |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                // By cells, since how many requests a trace has is only known when it is read.
                if state.pos() > 0 {
                    let _ = write!(out, "  {} left", HumanDuration(state.eta()));
                }
            });
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(250));
        Self { bar, quiet, failed: AtomicU64::new(0), requests: AtomicU64::new(0), begun: Instant::now() }
    }

    /// Ends the bar, and gives the requests that were replayed and the seconds it took.
    pub(super) fn finish(&self) -> (u64, f64) {
        self.bar.finish_and_clear();
        (self.requests.load(Ordering::Relaxed), self.begun.elapsed().as_secs_f64())
    }

    fn line(&self, text: &str) {
        self.bar.suspend(|| say(text));
    }
}

impl Observer for Progress {
    fn stopped(&self) -> bool {
        interrupt::flag().load(Ordering::Relaxed)
    }

    fn opened(&self, trace: &TraceFacts) {
        if !self.quiet {
            let (requests, objects) = (show_count(trace.requests), show_count(trace.objects));
            self.line(&format!("{}: {}; {requests} requests to {objects} objects", trace.name, trace.how));
            trace.notes.iter().for_each(|note| self.line(&format!("note: {note}")));
        }
    }

    fn requests(&self, count: u64) {
        let all = self.requests.fetch_add(count, Ordering::Relaxed) + count;
        let seconds = self.begun.elapsed().as_secs_f64();
        if !self.bar.is_hidden() {
            self.bar.set_message(format!("{} requests", show_rate(all as f64 / seconds.max(1e-9))));
        }
    }

    fn cell(&self, what: &str, status: Status, error: &str) {
        self.bar.inc(1);
        if status == Status::Failed && self.failed.fetch_add(1, Ordering::Relaxed) < FAILURES_SAID {
            self.line(&format!("error: {what}: {error}"));
        }
    }
}
