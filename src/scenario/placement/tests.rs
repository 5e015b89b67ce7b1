//! What all schemes hold, and the known answers about balance and movement.

use super::{Placement, SCHEMES, scheme};

const KEYS: usize = 100_000;

fn placement(scheme: &str, nodes: usize) -> Placement {
    Placement::new(scheme, nodes, 150, 1.25, KEYS).unwrap()
}

fn counts(placement: &Placement) -> Vec<u64> {
    let keys = placement.table.len() as f64;
    placement.shares().iter().map(|share| (share * keys).round() as u64).collect()
}

/// Coefficient of variation.
fn variation(shares: &[f64]) -> f64 {
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    let squares = shares.iter().map(|share| (share - mean) * (share - mean)).sum::<f64>();
    libm::sqrt(squares / shares.len() as f64) / mean
}

#[test]
fn the_ring_of_md5_has_its_known_shares_and_movements() {
    // The counts of the ring of Python's hashlib and bisect for the keys user:0 to user:99999; the percentages (32.7, 31.7,
    // 35.6 and 24.9) are the same for user:1 to user:100000.
    let mut ring = placement("consistent", 3);
    assert_eq!(counts(&ring), [32_697, 31_653, 35_650]);
    assert_eq!([123, 456, 789].map(|user| ring.node(user)), [0, 1, 0]);
    assert_eq!(ring.add_node().unwrap(), 24_865);
    assert_eq!(counts(&ring), [22_709, 24_461, 27_965, 24_865]);

    let mut ring = placement("consistent", 3);
    assert_eq!(ring.remove_node(1).unwrap(), 31_653, "the keys of the removed node move and no others");
}

#[test]
fn ketamas_ring_is_that_of_an_independent_model() {
    // Computed with Python's hashlib and bisect.
    let mut ring = placement("ketama", 3);
    assert_eq!(counts(&ring), [37_673, 30_961, 31_366]);
    let first: Vec<_> = (0..12).map(|key| ring.node(key)).collect();
    assert_eq!(first, [2, 2, 1, 1, 0, 1, 2, 1, 2, 1, 1, 0]);
    assert_eq!(ring.add_node().unwrap(), 26_565);
}

#[test]
fn modulo_moves_three_keys_in_four() {
    // hash % 3 == hash % 4 for 3 remainders of 12. The count is Python's.
    assert_eq!(placement("modulo", 3).add_node().unwrap(), 75_029);
}

#[test]
fn a_bounded_ring_is_that_of_an_independent_model() {
    // Computed with Python: loads of three nodes, and keys moved by the fourth.
    for (bound, loads, moved) in [
        (1.0, [33_334, 33_332, 33_334], 27_146),
        (1.05, [33_130, 31_870, 35_000], 26_198),
        (1.25, [32_697, 31_653, 35_650], 24_865),
    ] {
        let mut ring = Placement::new("bounded", 3, 150, bound, KEYS).unwrap();
        assert_eq!(counts(&ring), loads, "bound {bound}");
        assert_eq!(ring.add_node().unwrap(), moved, "bound {bound}");
    }
}

#[test]
fn bounded_loads_never_exceed_the_cap() {
    for bound in [1.0, 1.01, 1.1, 1.5] {
        for nodes in [1usize, 2, 7, 40] {
            let mut ring = Placement::new("bounded", nodes, 3, bound, 10_007).unwrap();
            for alive in [nodes, nodes + 1] {
                let cap = (bound * 10_007.0 / alive as f64).ceil() as u64;
                let loads = counts(&ring);
                assert!(loads.iter().all(|&load| load <= cap), "bound {bound}, cap {cap}: {loads:?}");
                assert_eq!(loads.iter().sum::<u64>(), 10_007);
                ring.add_node().unwrap();
            }
        }
    }
}

#[test]
fn the_variation_of_loads_falls_with_the_root_of_the_virtual_nodes() {
    let (nodes, keys) = (400, 800_000);
    for vnodes in [10, 40, 150] {
        let shares = Placement::new("consistent", nodes, vnodes, 1.25, keys).unwrap().shares();
        // The square of the variation that a sample of keys has of its own is taken off.
        let of_arcs = libm::pow(variation(&shares), 2.0) - nodes as f64 / keys as f64;
        let ratio = libm::sqrt(of_arcs * vnodes as f64);
        // The estimate from 400 nodes has a relative error of 3.5 %.
        assert!((ratio - 1.0).abs() < 0.12, "{vnodes} virtual nodes: {ratio}");
    }
}

#[test]
fn a_node_that_joins_gets_all_keys_that_move() {
    for name in ["consistent", "ketama", "jump", "rendezvous", "slots"] {
        let mut placement = placement(name, 3);
        let before = placement.table.clone();
        let moved = placement.add_node().unwrap();
        let changed: Vec<_> = before.iter().zip(&placement.table).filter(|(was, is)| was != is).collect();
        assert_eq!(changed.len() as u64, moved);
        assert!(changed.iter().all(|&(_, &is)| is == 3), "{name}");
        assert_eq!(counts(&placement)[3], moved, "{name}");
    }
}

#[test]
fn even_schemes_move_a_share_of_one_node() {
    // One key in four, with a standard deviation of 137 keys for random choices.
    for name in ["jump", "rendezvous", "slots"] {
        let moved = placement(name, 3).add_node().unwrap();
        assert!(moved.abs_diff(25_000) < 600, "{name}: {moved}");
        let shares = placement(name, 3).shares();
        assert!(variation(&shares) < 0.02, "{name}: {shares:?}");
    }
}

#[test]
fn maglev_is_even_and_moves_slightly_more_than_it_must() {
    let mut table = placement("maglev", 10);
    // Sampling alone varies by 1 % here.
    assert!(variation(&table.shares()) < 0.02);
    let share = counts(&table)[4];
    let moved = table.remove_node(4).unwrap();
    assert!(moved > share && moved < share + KEYS as u64 / 20, "{share} of the node, {moved} moved");
}

#[test]
fn a_node_that_leaves_moves_only_its_keys() {
    for name in ["consistent", "ketama", "rendezvous", "slots"] {
        let mut placement = placement(name, 4);
        let share = counts(&placement)[1];
        assert_eq!(placement.remove_node(1).unwrap(), share, "{name}");
        assert_eq!(counts(&placement)[1], 0);
    }
    let mut jump = placement("jump", 4);
    let share = counts(&jump)[3];
    assert_eq!(jump.remove_node(3).unwrap(), share);
}

#[test]
fn indexes_stay_and_are_not_given_again() {
    for info in SCHEMES {
        let mut placement = placement(info.name, 3);
        placement.remove_node(2).unwrap();
        let two = placement.table.clone();
        placement.add_node().unwrap();
        assert_eq!(placement.alive().collect::<Vec<_>>(), [0, 1, 3], "{}", info.name);
        assert_eq!(placement.shares().len(), 4);
        assert_eq!(counts(&placement)[2], 0, "{}", info.name);
        assert!(counts(&placement)[3] > KEYS as u64 / 5, "{}", info.name);
        assert!(placement.remove_node(2).is_err());
        if info.name != "slots" {
            // All but the slots, which remember who had them, depend on the nodes alone.
            placement.remove_node(3).unwrap();
            assert_eq!(placement.table, two, "{}", info.name);
        }
    }
}

#[test]
fn jump_can_lose_only_its_last_node_and_says_so() {
    let mut jump = placement("jump", 3);
    let before = jump.table.clone();
    let error = jump.remove_node(1).unwrap_err().to_string();
    assert!(error.contains("only the last, 2, can leave") && error.contains("hint"), "{error}");
    assert_eq!(jump.alive().count(), 3);
    assert_eq!(jump.table, before);
    jump.remove_node(2).unwrap();
    jump.remove_node(1).unwrap();
    assert!(jump.table.iter().all(|&node| node == 0));
}

#[test]
fn names_of_keys_matter() {
    for info in SCHEMES {
        let of = |prefix| Placement::with_prefix(info.name, 5, 150, 1.25, 1000, prefix).unwrap().table;
        assert_eq!(of("user:"), of("user:"));
        assert_ne!(of("user:"), of("item:"), "{}", info.name);
    }
    // Keys of one hash tag share a slot.
    let tagged = Placement::with_prefix("slots", 5, 150, 1.25, 1000, "{user}:").unwrap();
    assert!(tagged.table.iter().all(|&node| node == tagged.table[0]));
}

#[test]
fn one_node_and_no_keys_are_fine() {
    for info in SCHEMES {
        let mut placement = Placement::new(info.name, 1, 1, 1.0, 10).unwrap();
        assert_eq!(placement.shares(), [1.0]);
        assert!(placement.remove_node(0).is_err(), "{}", info.name);
        let mut empty = Placement::new(info.name, 2, 1, 1.0, 0).unwrap();
        assert_eq!(empty.add_node().unwrap(), 0);
        assert_eq!(empty.shares(), [0.0; 3]);
        placement.add_node().unwrap();
    }
}

#[test]
fn bad_requests_are_refused() {
    let new = Placement::new;
    for result in [
        new("consistent", 0, 150, 1.25, 10),
        new("consistent", 3, 0, 1.25, 10),
        new("consistent", 1000, 1_000_000, 1.25, 10),
        new("consistent", usize::MAX, 150, 1.25, 10),
        new("bounded", 3, usize::MAX, 1.25, 10),
        new("bounded", 3, 150, 0.99, 10),
        new("bounded", 3, 150, f64::NAN, 10),
        new("bounded", 3, 150, f64::INFINITY, 10),
        new("slots", 16_385, 150, 1.25, 10),
        new("modulo", 3, 150, 1.25, (1 << 32) + 1),
        new("rendevous", 3, 150, 1.25, 10),
        placement("maglev", 3).remove_node(3).map(|_| placement("maglev", 3)),
    ] {
        let error = result.unwrap_err().to_string();
        assert!(error.contains("hint"), "{error}");
    }
    assert!(scheme("rendevous").unwrap_err().to_string().contains("did you mean 'rendezvous'?"));
    // A node too many leaves the slots as they were.
    let mut slots = Placement::new("slots", 16_384, 150, 1.25, 10).unwrap();
    let before = slots.table.clone();
    assert!(slots.add_node().is_err());
    assert_eq!((slots.alive().count(), &slots.table), (16_384, &before));
}

#[test]
fn names_are_unique_and_described() {
    for (i, info) in SCHEMES.iter().enumerate() {
        assert!(!info.summary.is_empty() && !info.source.is_empty());
        assert!(SCHEMES[..i].iter().all(|other| other.name != info.name), "{} is there twice", info.name);
        assert!(info.takes_vnodes || !info.takes_bound);
    }
}
