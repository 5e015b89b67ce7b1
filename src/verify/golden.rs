//! Golden counts: the misses of every policy on the bundled traces, in one reviewed file, `traces/golden.csv`.
//!
//! A change there is a change of a policy, and has to be explained by whoever makes it.

use super::{Check, replay};
use crate::core::{Error, Result};
use crate::engine::Expiry;
use crate::policies::POLICIES;
use crate::replay::Warmup;
use crate::trace::{BUNDLED, Columns};
use serde::Deserialize;

/// The file.
pub const GOLDEN: &str = include_str!("../../traces/golden.csv");

/// One line of the file: unit sizes, default parameters, seed 42, no warm-up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Golden {
    /// Name of a bundled trace.
    pub trace: String,
    /// Name of a policy.
    pub policy: String,
    /// Capacity in objects.
    pub capacity: u64,
    /// Misses.
    pub misses: u64,
}

impl Golden {
    /// All lines.
    ///
    /// # Errors
    /// The file is damaged, which a test would notice.
    pub fn all() -> Result<Vec<Self>> {
        let rows = csv::Reader::from_reader(GOLDEN.as_bytes()).into_deserialize().collect::<Result<Vec<_>, _>>();
        rows.map_err(|e| Error::failure(format!("traces/golden.csv: {e}")))
    }
}

/// Is it a policy of this build that `all` leaves out?
fn is_on_request(policy: &str) -> bool {
    POLICIES.iter().any(|unit| unit.entry.info.name == policy && unit.on_request)
}

/// One check per bundled trace: how many counts differ.
pub(super) fn checks() -> Result<Vec<Check>> {
    let golden = Golden::all()?;
    let mut checks = Vec::new();
    for bundled in BUNDLED {
        let trace = bundled.load(Columns::IDS)?;
        let mut rows = replay(&trace, "all", "1%,5%,25%", Warmup::None, Expiry::default())?;
        // Those that take far longer than all others have a count or two.
        for slow in golden.iter().filter(|golden| golden.trace == bundled.name && is_on_request(&golden.policy)) {
            rows.extend(replay(&trace, &slow.policy, &slow.capacity.to_string(), Warmup::None, Expiry::default())?);
        }
        let mut wrong = Vec::new();
        for row in &rows {
            let said =
                golden.iter().find(|g| (&g.trace, &g.policy, g.capacity) == (&row.trace, &row.policy, row.capacity));
            match said {
                Some(said) if said.misses == row.misses => {}
                Some(said) => {
                    wrong.push(format!("{} at {}: {} not {}", row.policy, row.capacity, row.misses, said.misses));
                }
                None => wrong.push(format!("{} at {}: no golden count", row.policy, row.capacity)),
            }
        }
        checks.push(Check {
            name: format!("golden counts on {} that differ, of {}", bundled.name, rows.len()),
            source: "traces/golden.csv",
            value: wrong.len() as f64,
            expected: 0.0,
            tolerance: 0.0,
            detail: wrong.iter().take(5).cloned().collect::<Vec<_>>().join("; "),
        });
    }
    Ok(checks)
}
