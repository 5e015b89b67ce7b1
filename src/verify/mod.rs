//! Layer 8: the program against known answers: analytic laws, and golden counts on the bundled traces.
//!
//! Everything is replayed by the same code as any run; only the expectations come from elsewhere.

mod golden;
mod irm;
mod laws;

pub use golden::{GOLDEN, Golden};

use crate::core::Result;
use crate::engine::Expiry;
use crate::record::Row;
use crate::registry;
use crate::replay::{Options, Replayer, Warmup, parse_capacities};
use crate::trace::Trace;

/// One known answer, and what the program says.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What is checked, in a few words.
    pub name: String,
    /// Where the expectation comes from.
    pub source: &'static str,
    /// What the program says.
    pub value: f64,
    /// What it should say.
    pub expected: f64,
    /// By how much it may differ; 0 = not at all.
    pub tolerance: f64,
    /// What is wrong, where a number does not tell.
    pub detail: String,
}

impl Check {
    /// Is the value what it should be?
    pub fn passed(&self) -> bool {
        (self.value - self.expected).abs() <= self.tolerance
    }
}

/// A check that has not run yet.
pub type Job = fn() -> Result<Vec<Check>>;

/// All checks, in groups that can run side by side.
pub static JOBS: &[Job] = &[
    laws::fifo_and_random,
    laws::lru_characteristic_time,
    laws::perfect_lfu,
    laws::ttl,
    laws::loop_under_random,
    laws::loop_under_lru,
    laws::fifo_anomaly,
    laws::lru_inclusion,
    laws::belady_is_best,
    golden::checks,
];

/// Replays a trace through policies at capacities, with unit sizes.
fn replay(trace: &Trace, policies: &str, capacities: &str, warmup: Warmup, expiry: Expiry) -> Result<Vec<Row>> {
    let options = Options { expiry, warmup, ..Options::default() };
    let mut replayer = Replayer::new(trace, &options)?;
    let cells = replayer.cells(&registry::parse_list(policies)?, &parse_capacities(capacities)?)?;
    Ok(replayer.run(&cells, &|_| {}).into_iter().map(|outcome| outcome.row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The laws and golden counts hold; each check is of something.
    #[test]
    fn all_checks_pass() {
        let checks: Vec<Check> = JOBS.iter().flat_map(|job| job().unwrap()).collect();
        let failed: Vec<&Check> = checks.iter().filter(|check| !check.passed()).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        assert!(checks.len() >= 12);
    }

    #[test]
    fn a_wrong_value_fails() {
        let check = Check {
            name: String::new(),
            source: "",
            value: 0.5,
            expected: 0.6,
            tolerance: 0.05,
            detail: String::new(),
        };
        assert!(!check.passed());
        assert!(Check { tolerance: 0.11, ..check.clone() }.passed());
        assert!(!Check { value: f64::NAN, ..check }.passed());
    }
}
