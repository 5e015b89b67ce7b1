//! Agreement with an independent simulator on recorded traces, and with a published table.

use crate::shared::{Agreement, Wanted, folder, misses, traces, wanted};
use std::sync::OnceLock;

/// The policy that keeps as many ghosts as LIRS's peer does.
const BOUNDED: &str = "lirs:history=1";
/// Cells to look at must be so near, in points of the miss ratio ...
const LOOK: f64 = 1.5;
/// ... and LIRS with the peer's bound on its ghosts so near.
const LOOK_BOUNDED: f64 = 1.0;

/// Cells of each agreement for the traces and policies that there are today; more may come.
const EXACT: usize = 448;
const BAND: usize = 124;
const LOOKED_AT: usize = 431;

const GHOSTS: &str = "the peer keeps at most as many ghosts as objects; the paper sets no bound, and here they matter";
const ROUNDING: &str = "a tenth of so few places is one; the peer's small queue has none, and it misses everything";

const LIFE_TIME: &str = "the peer's rule for the life time is not known; here it is the paper's peak temporal distance";
const INTERVAL: &str = "how often the peer learns anew is not known; on these traces of one phase or a loop it matters";
const LOTS: &str = "it draws lots, and where the experts differ much the first draws decide who is believed";

/// Cells to look at that are farther off, and why.
const EXCEPTIONS: &[(&str, &str, u64, &str)] = &[
    ("lirs-cpp", "clock2q-plus", 12, ROUNDING),
    ("lirs-cs", "clock2q-plus", 14, ROUNDING),
    ("lirs-cpp", "lecar", 61, LOTS),
    ("lirs-multi1", "lecar", 130, LOTS),
    ("address-gcc", "lhd", 35, INTERVAL),
    ("arc-oltp", "lhd", 1000, INTERVAL),
    ("arc-oltp", "lhd", 2000, INTERVAL),
    ("lirs-2_pools", "lhd", 99, INTERVAL),
    ("lirs-backf", "lhd", 150, INTERVAL),
    ("lirs-cpp", "lhd", 12, INTERVAL),
    ("lirs-cpp", "lhd", 61, INTERVAL),
    ("lirs-gli", "lhd", 505, INTERVAL),
    ("lirs-loop", "lhd", 303, INTERVAL),
    ("lirs-multi1", "lhd", 26, INTERVAL),
    ("lirs-multi2", "lhd", 56, INTERVAL),
    ("lirs-multi2", "lhd", 1136, INTERVAL),
    ("lirs-multi3", "lhd", 74, INTERVAL),
    ("lirs-multi3", "lhd", 1490, INTERVAL),
    ("lirs-ps", "lhd", 154, INTERVAL),
    ("lirs-ps", "lhd", 616, INTERVAL),
    ("lirs-scan", "lhd", 100, INTERVAL),
    ("lirs-scan", "lhd", 400, INTERVAL),
    ("lirs-sprite", "lhd", 70, INTERVAL),
    ("lirs-2_pools", "lirs", 99, GHOSTS),
    ("lirs-cpp", "lirs", 12, GHOSTS),
    ("lirs-multi1", "lirs", 26, GHOSTS),
    ("lirs-multi2", "lirs", 56, GHOSTS),
    ("lirs-multi2", "lirs", 284, GHOSTS),
    ("lirs-multi3", "lirs", 74, GHOSTS),
    ("lirs-multi3", "lirs", 372, GHOSTS),
    ("lirs-ps", "lirs", 30, GHOSTS),
    ("lirs-ps", "lirs", 154, GHOSTS),
    ("lirs-sprite", "lirs", 70, GHOSTS),
    ("mooncake-conversation", "lirs", 1827, GHOSTS),
    ("adaptsize", "multi-queue", 368, LIFE_TIME),
    ("address-gcc", "multi-queue", 35, LIFE_TIME),
    ("address-gcc", "multi-queue", 350, LIFE_TIME),
    ("arc-oltp", "multi-queue", 1000, LIFE_TIME),
    ("arc-oltp", "multi-queue", 5000, LIFE_TIME),
    ("arc-oltp", "multi-queue", 10000, LIFE_TIME),
    ("cache2k-web07", "multi-queue", 204, LIFE_TIME),
    ("lirs-backf", "multi-queue", 37, LIFE_TIME),
    ("lirs-multi1", "multi-queue", 130, LIFE_TIME),
    ("lirs-multi3", "multi-queue", 74, LIFE_TIME),
    ("lirs-ps", "multi-queue", 30, LIFE_TIME),
    ("lirs-sprite", "multi-queue", 70, LIFE_TIME),
    ("lirs-sprite", "multi-queue", 353, LIFE_TIME),
    ("lirs-sprite", "multi-queue", 1415, LIFE_TIME),
    ("lirs-zigzag", "multi-queue", 100, LIFE_TIME),
    ("lirs-cpp", "s3-fifo:fill=main", 12, ROUNDING),
    ("lirs-cs", "s3-fifo:fill=main", 14, ROUNDING),
];

/// A cell of the peer's beside ours.
struct Compared {
    wanted: Wanted,
    misses: u64,
    /// Of LIRS with the peer's bound, where the cell is LIRS's.
    bounded: Option<u64>,
}

impl Compared {
    /// How far `misses` are from the peer's, in points of the miss ratio.
    fn points(&self, misses: u64) -> f64 {
        misses.abs_diff(self.wanted.misses) as f64 / self.wanted.requests as f64 * 100.0
    }

    fn described(&self) -> String {
        let Wanted { trace, policy, capacity, misses, .. } = &self.wanted;
        let points = self.points(self.misses);
        format!("{trace} {policy} at {capacity}: {} misses, the peer has {misses} ({points:.2} points)", self.misses)
    }
}

/// Every cell, replayed once; nothing where the data are not there.
fn compared() -> &'static [Compared] {
    static ALL: OnceLock<Vec<Compared>> = OnceLock::new();
    ALL.get_or_init(|| {
        let Some(folder) = folder() else { return Vec::new() };
        let all = wanted(&folder);
        let mut compared = Vec::new();
        for recorded in traces(&folder) {
            let mine: Vec<&Wanted> = all.iter().filter(|w| w.trace == recorded.name).collect();
            let lirs = mine.iter().filter(|w| w.policy == "lirs").map(|w| (BOUNDED, w.capacity));
            let cells: Vec<(&str, u64)> = mine.iter().map(|w| (w.policy.as_str(), w.capacity)).chain(lirs).collect();
            let misses = misses(&recorded.load(), &cells);
            let (own, mut bounded) = (&misses[..mine.len()], misses[mine.len()..].iter());
            compared.extend(mine.into_iter().zip(own).map(|(wanted, &misses)| Compared {
                wanted: wanted.clone(),
                misses,
                bounded: (wanted.policy == "lirs").then(|| *bounded.next().unwrap()),
            }));
        }
        compared
    })
}

/// The cells of the agreement that `of` picks; all of them must pass.
fn all_pass(least: usize, of: impl Fn(Agreement) -> bool, passes: impl Fn(&Compared) -> bool) {
    let cells: Vec<&Compared> = compared().iter().filter(|cell| of(cell.wanted.agreement)).collect();
    let wrong: Vec<String> = cells.iter().filter(|cell| !passes(cell)).map(|cell| cell.described()).collect();
    assert!(wrong.is_empty(), "{} of {} cells:\n{}", wrong.len(), cells.len(), wrong.join("\n"));
    assert!(cells.len() >= least || compared().is_empty(), "only {} cells were compared", cells.len());
}

#[test]
fn exact_cells_are_equal() {
    all_pass(EXACT, |agreement| agreement == Agreement::Exact, |cell| cell.misses == cell.wanted.misses);
}

#[test]
fn cells_with_a_band_are_inside() {
    let inside = |cell: &Compared| match cell.wanted.agreement {
        Agreement::Band(points) => {
            let misses = (points / 100.0 * cell.wanted.requests as f64).max(30.0);
            cell.misses.abs_diff(cell.wanted.misses) as f64 <= misses
        }
        _ => false,
    };
    all_pass(BAND, |agreement| matches!(agreement, Agreement::Band(_)), inside);
}

/// What an exception is excused from, it must fail: one that is no longer needed has to go.
#[test]
fn cells_to_look_at_are_near_or_explained() {
    let excuse = |w: &Wanted| EXCEPTIONS.iter().find(|e| (e.0, e.1, e.2) == (&w.trace, &w.policy, w.capacity));
    all_pass(
        LOOKED_AT,
        |agreement| agreement == Agreement::Look,
        |cell| (cell.points(cell.misses) <= LOOK) != excuse(&cell.wanted).is_some(),
    );
    let met = compared().iter().filter(|cell| excuse(&cell.wanted).is_some()).count();
    assert!(met == EXCEPTIONS.len() || compared().is_empty(), "an exception is for no cell");
}

/// The reasons of the exceptions: with the peer's bound LIRS agrees everywhere; where S3-FIFO differs the peer hits never.
#[test]
fn the_exceptions_have_their_reason() {
    let bounded_agrees = |cell: &Compared| cell.bounded.is_none_or(|misses| cell.points(misses) <= LOOK_BOUNDED);
    all_pass(LOOKED_AT, |agreement| agreement == Agreement::Look, bounded_agrees);
    for cell in compared() {
        let Wanted { trace, policy, capacity, requests, misses, .. } = &cell.wanted;
        if EXCEPTIONS.iter().any(|e| e.3 == ROUNDING && (e.0, e.1, e.2) == (trace, policy, *capacity)) {
            assert_eq!(misses, requests, "{trace}: the peer hits something");
        }
    }
}

/// Megiddo and Modha, FAST 2003, hit ratios in per cent on the trace OLTP at these capacities.
const PAGES: [u64; 5] = [1000, 2000, 5000, 10_000, 15_000];
const PAPER: [(&str, [f64; 5]); 6] = [
    ("lru", [32.83, 42.47, 53.65, 60.70, 64.63]),
    // The paper prints 75.13 for the last; the replay's 75.138 is printed as 75.14, or cut to 75.13.
    ("belady", [53.61, 60.40, 68.27, 73.02, 75.138]),
    ("arc", [38.93, 46.08, 55.25, 61.87, 65.40]),
    ("two-q", [40.48, 46.53, 55.70, 62.58, 65.82]),
    // The paper prints 47.14 at 5000, less than half the rise from 2000 to 10000 would make. As a miss ratio it would be
    // a hit ratio of 52.86, which is what the replay gives but for 0.06.
    ("lirs", [34.80, 42.51, 100.0 - 47.14, 60.35, 63.99]),
    ("lfu", [27.98, 35.21, 44.76, 52.15, 56.22]),
];

/// For `cargo test oracle -- --nocapture`: how far the replay is from the paper.
#[allow(clippy::print_stdout, reason = "a distance that is asserted is worth seeing too")]
fn shown(distance: &str) {
    println!("{distance}");
}

fn published(policy: &str) -> [f64; 5] {
    PAPER.iter().find(|row| row.0 == policy).unwrap().1
}

/// Hit ratios in per cent on OLTP; nothing where the trace is not there.
fn oltp(specs: &[&str]) -> Option<Vec<[f64; 5]>> {
    let recorded = traces(&folder()?).into_iter().find(|recorded| recorded.name == "arc-oltp")?;
    let trace = recorded.load();
    let cells: Vec<(&str, u64)> = specs.iter().flat_map(|&spec| PAGES.map(|pages| (spec, pages))).collect();
    let misses = misses(&trace, &cells);
    let per_cent = |misses: u64| 100.0 - misses as f64 / trace.requests() as f64 * 100.0;
    Some(misses.chunks(PAGES.len()).map(|row| std::array::from_fn(|i| per_cent(row[i]))).collect())
}

#[test]
fn the_published_table_is_reproduced() {
    // Half a unit of the last printed digit for LRU and MIN; the others depend on how a paper's sizes are rounded.
    let tolerances = [("lru", 0.0051), ("belady", 0.0051), ("arc", 0.05), ("two-q", 0.5), ("lirs", 0.1)];
    let Some(rows) = oltp(&tolerances.map(|t| t.0)) else { return };
    for ((policy, tolerance), row) in tolerances.into_iter().zip(rows) {
        for (i, paper) in published(policy).into_iter().enumerate() {
            let distance = row[i] - paper;
            shown(&format!("{policy} at {}: {:.3}, {distance:+.3} from the paper's", PAGES[i], row[i]));
            assert!(distance.abs() <= tolerance, "{policy} at {}: {} is not {paper}", PAGES[i], row[i]);
        }
    }
}

/// The paper does not say which LFU it means. Its column is between the two that there are, nearer to perfect history:
/// 2 to 4 points below that, 13 to 19 above counts in the cache alone. No tie rule closes the gap.
#[test]
fn the_published_lfu_is_between_two_kinds() {
    let Some(rows) = oltp(&["lfu", "lfu:history=perfect"]) else { return };
    for (i, paper) in published("lfu").into_iter().enumerate() {
        let (cache, perfect) = (rows[0][i] - paper, rows[1][i] - paper);
        shown(&format!("lfu at {}: in cache {cache:+.2}, perfect {perfect:+.2} from the paper's {paper}", PAGES[i]));
        assert!((-19.0..-13.0).contains(&cache), "in cache at {}: {cache}", PAGES[i]);
        assert!((2.0..4.0).contains(&perfect), "perfect history at {}: {perfect}", PAGES[i]);
    }
}
