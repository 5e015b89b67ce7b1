//! Several levels: what exclusive, inclusive and neither mean, and to the count where theory is exact.

use super::super::model::Model;
use super::super::spec;
use super::{near, preset_rows, rows, run_text};
use crate::registry;
use crate::replay::{Options, Replayer, parse_capacities};
use crate::scenario::Scenario;
use crate::trace::Columns;
use crate::workload;

const ZIPF: &str = "zipf:objects=2000,alpha=0.8,requests=50000";

/// Hits of a plain replay.
fn hits(workload: &str, policy: &str, capacity: u64) -> u64 {
    let trace = workload::generate(workload, 42, Columns::IDS).expect("a workload");
    let options = Options::default();
    let mut replayer = Replayer::new(&trace, &options).expect("a trace that can be replayed");
    let capacities = parse_capacities(&capacity.to_string()).expect("a capacity");
    let cells = replayer.cells(&registry::parse_list(policy).expect("a policy"), &capacities).expect("cells");
    replayer.run(&cells, &|_| ())[0].row.hits
}

/// One client: exclusive LRU over LRU with demotion is one LRU of the summed size.
#[test]
fn exclusive_lru_over_lru_is_one_lru() {
    for (l1, l2) in [(1, 1), (1, 99), (50, 50), (99, 1), (10, 390), (200, 200), (1000, 500)] {
        for workload in [ZIPF, "zipf:objects=500,alpha=0.3,requests=20000", "loop:objects=150,requests=3000"] {
            let sets = [("l1", &*l1.to_string()), ("l2", &*l2.to_string()), ("workload", workload)];
            assert_eq!(
                preset_rows("exclusive-two-level", &sets)[0].hits,
                hits(workload, "lru", l1 + l2),
                "{l1} + {l2}: {workload}"
            );
        }
    }
}

/// Three levels too.
#[test]
fn three_exclusive_levels_are_one_lru() {
    let text = "[load]\nworkload = \"zipf:objects=2000,alpha=0.8,requests=50000\"\nrate = 1\narrivals = \"even\"\n\
                [[level]]\nname = \"l1\"\ncapacity = 10\ninclusion = \"exclusive\"\n\
                [[level]]\nname = \"l2\"\ncapacity = 40\nlatency = \"1ms\"\ninclusion = \"exclusive\"\n\
                [[level]]\nname = \"l3\"\ncapacity = 150\nlatency = \"10ms\"\n[origin]\nlatency = \"100ms\"\n";
    for (a, b, c) in [(10, 40, 150), (1, 1, 1), (300, 20, 100)] {
        let sets = [("level.l1.capacity", a), ("level.l2.capacity", b), ("level.l3.capacity", c)]
            .map(|(key, n)| (key, n.to_string()));
        let sets: Vec<(&str, &str)> = sets.iter().map(|(key, n)| (*key, n.as_str())).collect();
        assert_eq!(rows(text, &sets)[0].hits, hits(ZIPF, "lru", a + b + c));
    }
}

/// Levels that repeat each other hold less.
#[test]
fn levels_that_repeat_each_other_have_fewer_hits() {
    let count = |inclusion| {
        preset_rows("exclusive-two-level", &[("l1", "200"), ("l2", "300"), ("inclusion", inclusion)])[0].hits
    };
    let (exclusive, nine, inclusive) = (count("exclusive"), count("nine"), count("inclusive"));
    assert!(exclusive > nine && nine >= inclusive, "{exclusive} {nine} {inclusive}");
}

const INCLUSIVE: &str = "seed = 1\nduration = \"60s\"\n[load]\nkeys = 300\nrate = 50\nalpha = 0.6\n[[clients]]\nservers = 3\n\
                         [[level]]\nname = \"l1\"\nnodes = 3\ncapacity = 30\ninclusion = \"inclusive\"\n\
                         [[level]]\nname = \"l2\"\ncapacity = 40\nlatency = \"20ms\"\npolicy = \"lru\"\n\
                         [origin]\nlatency = \"exponential(100ms)\"\n";

/// What an inclusive first level holds, the second one holds too, at whatever time one looks, although fetches overlap.
#[test]
fn an_inclusive_level_holds_what_the_one_behind_holds() {
    for policy in ["lru", "sieve", "random", "w-tiny-lfu"] {
        for seconds in [1, 2, 5, 10, 20, 60] {
            let mut scenario = Scenario::read("test.toml", INCLUSIVE).expect("a scenario");
            scenario.set("duration", &format!("{seconds}s")).expect("a key");
            scenario.set("level.l2.policy", policy).expect("a key");
            let configuration = scenario.configurations().expect("a scenario that can be").remove(0);
            let mut model = Model::new(&configuration.spec, None).expect("a model");
            model.run();
            let [l1, l2] = &model.levels[..] else { unreachable!("two levels") };
            let mut held = 0;
            for node in &l1.nodes {
                for id in (0..model.sizes.len() as u32).filter(|&id| node.holds(id)) {
                    held += 1;
                    assert!(l2.nodes[0].holds(id), "{policy} {seconds} s: {id}");
                }
            }
            assert!(held > 0);
        }
    }
    assert_eq!(spec::Inclusion::default(), spec::Inclusion::Nine);
}

/// With a probability p of promotion, a key is asked of the second level 1 / p times until the first one keeps it. 6 %.
#[test]
fn promotion_has_its_probability() {
    let text = "seed = [1, 2, 3]\n[load]\nworkload = \"zipf:objects=2000,alpha=0,requests=400000\"\nrate = 1\narrivals = \"even\"\n\
                [[level]]\nname = \"l1\"\npromote = 0.1\n[[level]]\nname = \"l2\"\n[origin]\nlatency = \"1ms\"\n";
    for (promote, share) in [("0.1", 0.04), ("0.5", 0.04), ("1", 0.0)] {
        for outcome in run_text(text, &[("level.l1.promote", promote)]) {
            let asks = outcome.levels[0].misses as f64 / 2000.0;
            near(asks, 1.0 / promote.parse::<f64>().expect("a number"), share);
            assert_eq!(outcome.row.origin_fetches, 2000);
        }
    }
    let none = &run_text(text, &[("level.l1.promote", "0")])[0];
    assert_eq!(none.levels[0].hits, 0);
}

/// An object that moves between exclusive levels does not get younger: it expires one time to live after its fetch.
#[test]
fn moving_does_not_make_young() {
    let text = "duration = \"1h\"\n[load]\nkeys = 2\nalpha = 0\nrate = 10\n\
                [[level]]\nname = \"l1\"\ncapacity = 1\ninclusion = \"exclusive\"\nttl = \"60s\"\n\
                [[level]]\nname = \"l2\"\ncapacity = 1\nttl = \"60s\"\n[origin]\nlatency = \"1ms\"\n";
    // Both keys are held somewhere, and fetched once a minute.
    near(rows(text, &[])[0].origin_fetches as f64, 120.0, 0.02);
}
