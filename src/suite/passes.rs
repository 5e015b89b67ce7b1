//! Cells that share a pass count what they count alone.

use evictlab::policies::POLICIES;
use evictlab::record::Row;
use evictlab::registry::parse_list;
use evictlab::replay::{Options, Replayer, SharedPasses, Warmup, parse_capacities};
use evictlab::trace::{BUNDLED, Columns, Trace};
use evictlab::workload::generate;

/// More capacities than a pass takes, among them 1, repeated ones and more than there are objects.
const CAPACITIES: &str = "1,2,3,5,8,13,13,21,34,55,89,144,233,377,610,987,1597,2584,4181,1e6,1e12";

/// Policies with parameters that passes must heed.
const VARIANTS: &str = "clock:bits=3,s3-fifo:small=0.25,ghost=2,threshold=1,s3-fifo:fill=main";

fn rows(trace: &Trace, policy: &str, warmup: Warmup, shared_passes: SharedPasses) -> Vec<Row> {
    let options = Options { warmup, shared_passes, ..Options::default() };
    let mut replayer = Replayer::new(trace, &options).unwrap();
    let cells = replayer.cells(&parse_list(policy).unwrap(), &parse_capacities(CAPACITIES).unwrap()).unwrap();
    replayer.run(&cells, &|_| {}).into_iter().map(|outcome| outcome.row).collect()
}

/// What must be equal: everything but the time and who shared it.
fn timeless(row: &Row) -> Row {
    Row { seconds: 0.0, requests_per_second: 0.0, pass_cells: 0, ..row.clone() }
}

#[test]
fn shared_and_single_passes_count_the_same() {
    let mut traces: Vec<Trace> = BUNDLED.iter().map(|bundled| bundled.load(Columns::IDS).unwrap()).collect();
    for spec in ["zipf:objects=3000,alpha=0.8,requests=5e4", "loop:objects=700,requests=2e4", "scan:requests=5000"] {
        traces.push(generate(spec, 42, Columns::IDS).unwrap());
    }
    let mut compared = 0;
    let sharing = POLICIES.iter().filter(|unit| unit.shared_pass.is_some()).map(|unit| unit.entry.info.name);
    let policies = sharing.chain([VARIANTS]).collect::<Vec<_>>().join(",");
    for trace in &traces {
        for warmup in [Warmup::None, Warmup::Requests(777), Warmup::Share(0.5)] {
            let shared = rows(trace, &policies, warmup, SharedPasses::Always);
            let single = rows(trace, &policies, warmup, SharedPasses::Never);
            assert!(shared.iter().all(|row| row.pass_cells > 1) && single.iter().all(|row| row.pass_cells == 1));
            for (shared, single) in shared.iter().zip(&single) {
                assert_eq!(timeless(shared), timeless(single), "{} at {}", single.policy, single.capacity);
                compared += 1;
            }
        }
    }
    assert!(compared >= 2000, "{compared}");
}

/// A parameter that is out of its range fails in a pass as it does alone.
#[test]
fn bad_parameters_are_refused_before_there_is_a_pass() {
    let error = parse_list("clock:bits=7").unwrap_err().to_string();
    assert!(error.contains("clock: bits=7 is out of range"), "{error}");
}

#[test]
fn the_time_of_a_pass_is_that_of_all_its_cells() {
    let trace = BUNDLED[0].load(Columns::IDS).unwrap();
    for row in rows(&trace, "fifo", Warmup::None, SharedPasses::Always) {
        let expected = (row.requests + row.warmup_requests) as f64 * f64::from(row.pass_cells) / row.seconds;
        assert!((row.requests_per_second / expected - 1.0).abs() < 1e-9);
    }
}
