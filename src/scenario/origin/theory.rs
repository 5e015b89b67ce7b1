//! The origin against queueing theory.

use super::tests::{law, shared, station};
use super::*;
use crate::core::rng;

/// Nanoseconds of a mean service time of 1 ms.
const MS: f64 = 1e6;

/// What came of Poisson arrivals.
#[derive(Debug, Default, PartialEq)]
struct Outcome {
    /// Mean time from arrival to end, in milliseconds.
    sojourn: f64,
    /// Share of the arrivals that found no server free, of those let in.
    waited: f64,
    /// Share of the arrivals that were refused.
    refused: f64,
    /// Mean and variance of the jobs present, as arrivals see them.
    present: (f64, f64),
}

/// `jobs` Poisson arrivals, `rate` per millisecond on average.
fn poisson(spec: OriginSpec, rate: f64, jobs: u32) -> Outcome {
    let mut origin = Origin::new(spec);
    let mut arrivals = rng::rng(11, "arrivals");
    let mut service = rng::rng(11, "service");
    let gap = law(&format!("exponential({}ns)", (MS / rate).round()));
    let mut came = vec![0; jobs as usize];
    let (mut now, mut total, mut done, mut waited, mut refused) = (0, 0u128, 0u32, 0u32, 0u32);
    let (mut sum, mut squares) = (0u64, 0u64);
    for job in 0..jobs {
        now += gap.draw(&mut arrivals);
        while origin.next() <= now {
            let at = origin.next();
            total += u128::from(at - came[origin.finish() as usize]);
            done += 1;
        }
        let present = origin.in_flight();
        sum += present;
        squares += present * present;
        came[job as usize] = now;
        match origin.arrive(now, job, &mut service) {
            Ok(()) => waited += u32::from(spec.servers.is_some_and(|c| present >= u64::from(c))),
            Err(Full) => refused += 1,
        }
    }
    let n = f64::from(jobs);
    let mean = sum as f64 / n;
    Outcome {
        sojourn: total as f64 / f64::from(done) / MS,
        waited: f64::from(waited) / f64::from(jobs - refused),
        refused: f64::from(refused) / n,
        present: (mean, squares as f64 / n - mean * mean),
    }
}

/// Erlang's B: the probability that all of `c` servers are taken, `load` = arrivals times service time.
fn erlang_b(c: u32, load: f64) -> f64 {
    (1..=c).fold(1.0, |b, k| load * b / (f64::from(k) + load * b))
}

/// Erlang's C: the probability of waiting for one of `c` servers.
fn erlang_c(c: u32, load: f64) -> f64 {
    let (b, rho) = (erlang_b(c, load), load / f64::from(c));
    b / (1.0 - rho * (1.0 - b))
}

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found / expected - 1.0).abs() < tolerance, "{found}, expected {expected} within {tolerance}");
}

#[test]
fn the_formulas_are_those_of_the_tables() {
    // Two servers at load 1: B = 1/5, C = 1/3; one server: C = rho.
    near(erlang_b(2, 1.0), 0.2, 1e-12);
    near(erlang_c(2, 1.0), 1.0 / 3.0, 1e-12);
    near(erlang_c(1, 0.8), 0.8, 1e-12);
}

#[test]
fn several_servers_keep_to_erlang_c() {
    // M/M/c: P(wait) = C, mean wait = C / (c mu - lambda). The mean wait of n jobs has a standard error of about
    // 1.1 / ((1 - rho) sqrt(n)) of itself or less; the tolerances are at least three of them.
    for (rho, jobs, tolerance) in [(0.5, 1_000_000, 0.01), (0.8, 2_000_000, 0.02), (0.95, 4_000_000, 0.05)] {
        for c in [1, 2, 8] {
            let load = rho * f64::from(c);
            let found = poisson(station("exponential(1ms)", c), load, jobs);
            let waits = erlang_c(c, load);
            near(found.waited, waits, tolerance / 2.0);
            let wait = waits / (f64::from(c) - load);
            near(found.sojourn, 1.0 + wait, tolerance);
        }
    }
}

#[test]
fn one_server_keeps_to_pollaczek_and_khinchine() {
    // M/G/1: mean wait = lambda E[S^2] / (2 (1 - rho)). Tolerance 3 % of the mean sojourn, 2,000,000 jobs at rho 0.7.
    let second_moment = [
        ("1ms", 1.0),
        ("uniform(0s,2ms)", 4.0 / 3.0),
        ("erlang(4,1ms)", 1.25),
        ("exponential(1ms)", 2.0),
        // Median e^(-1/2): mean 1, second moment e^(sigma^2).
        ("lognormal(606531ns,1)", std::f64::consts::E),
    ];
    for (latency, square) in second_moment {
        let found = poisson(station(latency, 1), 0.7, 2_000_000);
        near(found.sojourn, 1.0 + 0.7 * square / 0.6, 0.03);
    }
}

#[test]
fn bounded_queues_refuse_as_often_as_theory_says() {
    // M/M/c/K: p_K = B rho^q / (1 + B (rho + ... + rho^q)) with q places to wait. Tolerance 2 %, 1,000,000 jobs.
    for (c, queue, load) in [(1, 0, 1.0f64), (4, 0, 3.0), (8, 0, 12.0), (1, 4, 0.9), (2, 5, 2.4), (8, 20, 9.0)] {
        let (b, rho) = (erlang_b(c, load), load / f64::from(c));
        let sum: f64 = (1..=queue).map(|k| rho.powi(k)).sum();
        let expected = b * rho.powi(queue) / (1.0 + b * sum);
        let spec = OriginSpec { queue: Some(queue as u64), ..station("exponential(1ms)", c) };
        near(poisson(spec, load, 1_000_000).refused, expected, 0.02);
        // The number of jobs is the same process where they share the processors.
        near(poisson(OriginSpec { sharing: true, ..spec }, load, 1_000_000).refused, expected, 0.02);
    }
    // Without a queue the law does not matter (M/G/c/c).
    for latency in ["1ms", "lognormal(606531ns,1)"] {
        let spec = OriginSpec { queue: Some(0), ..station(latency, 4) };
        near(poisson(spec, 3.0, 1_000_000).refused, erlang_b(4, 3.0), 0.02);
    }
}

#[test]
fn unlimited_servers_hold_a_poisson_number() {
    // M/G/infinity: mean and variance are both lambda E[S], whatever the law. 1,000,000 jobs; 2 % on both.
    for latency in ["1ms", "exponential(1ms)", "uniform(0s,2ms)", "pareto(500us,2)"] {
        let found = poisson(OriginSpec::unlimited(law(latency)), 20.0, 1_000_000);
        near(found.present.0, 20.0, 0.02);
        near(found.present.1, 20.0, if latency.starts_with("pareto") { 0.05 } else { 0.02 });
    }
}

#[test]
fn sharing_does_not_depend_on_the_law() {
    // M/G/1-PS: mean sojourn E[S] / (1 - rho). Tolerance 3 %, 1,000,000 jobs.
    for latency in ["exponential(1ms)", "1ms", "lognormal(606531ns,1)"] {
        for rho in [0.5, 0.8] {
            near(poisson(shared(latency, 1), rho, 1_000_000).sojourn, 1.0 / (1.0 - rho), 0.03);
        }
    }
    // M/M/c-PS holds as many jobs as M/M/c, so the mean sojourn is the same.
    near(poisson(shared("exponential(1ms)", 4), 3.2, 1_000_000).sojourn, 1.0 + erlang_c(4, 3.2) / 0.8, 0.02);
}

#[test]
fn sharing_slows_every_size_alike() {
    // T(x) = x / (1 - rho): one job in five needs 3 ms, the others 0.5 ms, so E[S] = 1 ms; rho = 0.75. Tolerance 3 %.
    let mut origin = Origin::new(shared("1ms", 1));
    let mut draws = rng::rng(5, "sizes");
    let gap = law("exponential(1333333ns)");
    let (mut now, mut came) = (0, Vec::new());
    let (mut sums, mut counts) = ([0u64; 2], [0u64; 2]);
    for job in 0..2_000_000u32 {
        now += gap.draw(&mut draws);
        while origin.next() <= now {
            let at = origin.next();
            let (start, long): (Time, bool) = came[origin.finish() as usize];
            sums[usize::from(long)] += at - start;
            counts[usize::from(long)] += 1;
        }
        let long = rng::below(&mut draws, 5) == 0;
        came.push((now, long));
        origin.admit(now, job, if long { 3_000_000 } else { 500_000 });
    }
    near(sums[0] as f64 / counts[0] as f64 / MS, 0.5 / 0.25, 0.03);
    near(sums[1] as f64 / counts[1] as f64 / MS, 3.0 / 0.25, 0.03);
}

#[test]
fn the_same_draws_give_the_same_outcome() {
    for spec in [station("exponential(1ms)", 2), shared("lognormal(1ms,1)", 2)] {
        assert_eq!(poisson(spec, 1.5, 20_000), poisson(spec, 1.5, 20_000));
    }
}
