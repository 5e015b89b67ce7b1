//! Laws of caching that hold exactly, or that theory gives a number for.

use super::{Check, irm, replay};
use crate::core::{Result, SECOND};
use crate::engine::Expiry;
use crate::record::Row;
use crate::replay::Warmup;
use crate::trace::{BUNDLED, Columns, Trace};
use crate::workload::generate;

const OBJECTS: usize = 10_000;
const ALPHA: f64 = 0.8;
const CAPACITY: usize = 1000;
const SEED: u64 = 42;

/// Two million independent requests; half of them fill the caches.
fn independent() -> Result<Trace> {
    generate(&format!("zipf:objects={OBJECTS},alpha={ALPHA},requests=2e6"), SEED, Columns::IDS)
}

fn hit_ratio(trace: &Trace, policy: &str, capacity: usize, warmup: Warmup) -> Result<f64> {
    Ok(replay(trace, policy, &capacity.to_string(), warmup, Expiry::default())?[0].hit_ratio)
}

fn check(name: &str, source: &'static str, value: f64, expected: f64, tolerance: f64) -> Check {
    Check { name: name.to_owned(), source, value, expected, tolerance, detail: String::new() }
}

/// Under independent requests FIFO and random have the same hit ratio, and it is known.
pub(super) fn fifo_and_random() -> Result<Vec<Check>> {
    let trace = independent()?;
    let half = Warmup::Share(0.5);
    let (fifo, random) = (hit_ratio(&trace, "fifo", CAPACITY, half)?, hit_ratio(&trace, "random", CAPACITY, half)?);
    let theory = irm::fifo(&irm::zipf(OBJECTS, ALPHA), CAPACITY as f64);
    Ok(vec![
        check("FIFO = random under independent requests", "Gelenbe 1973", random, fifo, 0.002),
        check("FIFO's hit ratio under independent requests", "Fricker, Robert, Roberts 2012", fifo, theory, 0.002),
    ])
}

/// LRU follows Che's approximation.
pub(super) fn lru_characteristic_time() -> Result<Vec<Check>> {
    let lru = hit_ratio(&independent()?, "lru", CAPACITY, Warmup::Share(0.5))?;
    let theory = irm::lru(&irm::zipf(OBJECTS, ALPHA), CAPACITY as f64);
    Ok(vec![check("LRU's hit ratio under independent requests", "Che, Tung, Wang 2002", lru, theory, 0.002)])
}

/// LFU with perfect counts keeps the most popular objects: all but the slot that every miss passes through.
pub(super) fn perfect_lfu() -> Result<Vec<Check>> {
    let lfu = hit_ratio(&independent()?, "lfu:history=perfect", CAPACITY, Warmup::Share(0.5))?;
    let theory: f64 = irm::zipf(OBJECTS, ALPHA).iter().take(CAPACITY - 1).sum();
    Ok(vec![check("perfect LFU holds the most popular objects", "Breslau et al. 1999", lfu, theory, 0.003)])
}

/// Without renewal, a time to live of T hits lambda T / (1 + lambda T): one miss, then the hits until it is over.
pub(super) fn ttl() -> Result<Vec<Check>> {
    let spec = "uniform:objects=100,requests=1e6,arrivals=poisson(100),ttl=fixed(2s)";
    let trace = generate(spec, SEED, Columns { times: true, ttls: true, ..Columns::IDS })?;
    let ratio = |eager| -> Result<f64> {
        let expiry = Expiry { on: true, eager, ..Expiry::default() };
        Ok(replay(&trace, "lru", "100", Warmup::Time(10 * SECOND), expiry)?[0].hit_ratio)
    };
    let source = "renewal theory: lambda T / (1 + lambda T)";
    Ok(vec![
        check("hit ratio under a time to live, lazy expiry", source, ratio(false)?, 2.0 / 3.0, 0.002),
        check("hit ratio under a time to live, eager expiry", source, ratio(true)?, 2.0 / 3.0, 0.002),
    ])
}

/// Random replacement on a loop has a hit ratio that solves an equation.
pub(super) fn loop_under_random() -> Result<Vec<Check>> {
    let trace = generate("loop:objects=1000,requests=5e5", SEED, Columns::IDS)?;
    let random = hit_ratio(&trace, "random", 500, Warmup::Share(0.2))?;
    let theory = irm::random_on_a_loop(1000.0, 500.0);
    Ok(vec![check("random replacement on a loop", "survival of (1 - 1/C)^misses", random, theory, 0.003)])
}

/// LRU and FIFO never hit on a loop one object longer than the cache.
pub(super) fn loop_under_lru() -> Result<Vec<Check>> {
    let trace = generate("loop:objects=1001,requests=1e5", SEED, Columns::IDS)?;
    let (lru, fifo) = (hit_ratio(&trace, "lru", 1000, Warmup::None)?, hit_ratio(&trace, "fifo", 1000, Warmup::None)?);
    Ok(vec![
        check("LRU never hits on a loop longer than the cache", "by definition", lru, 0.0, 0.0),
        check("FIFO never hits on a loop longer than the cache", "by definition", fifo, 0.0, 0.0),
    ])
}

/// FIFO can miss more with more room.
pub(super) fn fifo_anomaly() -> Result<Vec<Check>> {
    let trace = Trace::from_keys("anomaly", [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]);
    let rows = replay(&trace, "fifo", "3,4", Warmup::None, Expiry::default())?;
    let source = "Belady, Nelson, Shedler 1969";
    Ok(vec![
        check("FIFO's anomaly: misses with 3 frames", source, rows[0].misses as f64, 9.0, 0.0),
        check("FIFO's anomaly: misses with 4 frames", source, rows[1].misses as f64, 10.0, 0.0),
    ])
}

/// What LRU holds, a larger LRU cache holds too, so hits never fall with the capacity.
pub(super) fn lru_inclusion() -> Result<Vec<Check>> {
    let mut falls = 0;
    for bundled in BUNDLED {
        let rows = replay(&bundled.load(Columns::IDS)?, "lru", "log:1..3000:40", Warmup::None, Expiry::default())?;
        falls += rows.windows(2).filter(|pair| pair[1].hits < pair[0].hits).count();
    }
    Ok(vec![check("LRU's inclusion: capacities where hits fall", "Mattson et al. 1970", falls as f64, 0.0, 0.0)])
}

/// No policy misses less than MIN.
pub(super) fn belady_is_best() -> Result<Vec<Check>> {
    let mut better = Vec::new();
    for bundled in BUNDLED {
        let rows = replay(&bundled.load(Columns::IDS)?, "all", "1%,10%,50%", Warmup::None, Expiry::default())?;
        // One that holds more than fits is no rival, and one that may refuse an object has MIN with bypass above it.
        let fits = |row: &&Row| row.misses - row.rejections - row.evictions <= row.capacity;
        for row in rows.iter().filter(|row| fits(row) && row.rejections == 0) {
            let bound = rows.iter().find(|r| r.policy == "belady" && r.capacity == row.capacity);
            if bound.is_none_or(|bound| row.misses < bound.misses) {
                better.push(format!("{} on {} at {}", row.policy, row.trace, row.capacity));
            }
        }
    }
    let count = better.len() as f64;
    Ok(vec![Check {
        detail: better.join(", "),
        ..check("policies that miss less than MIN", "Belady 1966", count, 0.0, 0.0)
    }])
}
