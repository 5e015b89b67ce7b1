//! The origin against its rules and against stations computed another way; see also `theory`.

use super::*;
use crate::core::{SECOND, rng};
use proptest::prelude::*;

pub(super) fn law(text: &str) -> Law {
    Law::parse(text).unwrap()
}

pub(super) fn station(latency: &str, servers: u32) -> OriginSpec {
    OriginSpec { servers: Some(servers), ..OriginSpec::unlimited(law(latency)) }
}

pub(super) fn shared(latency: &str, servers: u32) -> OriginSpec {
    OriginSpec { sharing: true, ..station(latency, servers) }
}

#[test]
fn sharing_does_not_drift() {
    // A processor that is never idle does one nanosecond of work in each: after three million jobs, of which three are
    // always present, the time is the sum of all services, to the nanosecond.
    let mut origin = Origin::new(shared("1ms", 1));
    let mut draws = rng::rng(9, "drift");
    let (mut work, mut now) = (0, 0);
    let mut next = |origin: &mut Origin, now, job| {
        let service = 1 + rng::below(&mut draws, 2000);
        work += service;
        origin.admit(now, job, service);
    };
    (0..3).for_each(|job| next(&mut origin, 0, job));
    for job in 3..3_000_000 {
        now = origin.next();
        origin.finish();
        next(&mut origin, now, job);
    }
    while origin.next() != NEVER {
        now = origin.next();
        origin.finish();
    }
    assert!(now.abs_diff(work) <= 1, "{now} ns for {work} ns of work");
}

#[test]
fn two_jobs_share_as_computed_by_hand() {
    // One processor. a (10 ns) alone until 4, has 6 left; with b (3 ns) at half the rate: b is done at 10, a has 3 left
    // and is done at 13.
    let mut origin = Origin::new(shared("10ns", 1));
    origin.admit(0, 1, 10);
    origin.admit(4, 2, 3);
    assert_eq!((origin.next(), origin.finish()), (10, 2));
    assert_eq!((origin.next(), origin.finish()), (13, 1));
    assert_eq!(origin.next(), NEVER);
    // At a third of the speed from 20 on, usual again from 26 on: 2 of 10 ns are done by then, the rest at 34.
    origin.admit(20, 3, 10);
    origin.set_speed(20, 3.0);
    assert!((49..=51).contains(&origin.next()), "{}", origin.next());
    origin.set_speed(26, 1.0);
    assert_eq!((origin.next(), origin.finish()), (34, 3));
}

#[test]
fn the_speed_is_that_of_the_start() {
    let mut origin = Origin::new(station("10ns", 1));
    let mut rng = rng::rng(1, "none");
    origin.arrive(0, 1, &mut rng).unwrap();
    origin.arrive(0, 2, &mut rng).unwrap();
    origin.set_speed(5, 2.0);
    assert_eq!((origin.next(), origin.finish()), (10, 1));
    assert_eq!((origin.next(), origin.finish(), origin.next()), (30, 2, NEVER));
    // Without a line a later job may overtake one of slower days.
    let mut origin = Origin::new(OriginSpec::unlimited(law("10ns")));
    origin.set_speed(0, 10.0);
    origin.arrive(0, 1, &mut rng).unwrap();
    origin.set_speed(1, 1.0);
    origin.arrive(1, 2, &mut rng).unwrap();
    origin.arrive(90, 3, &mut rng).unwrap();
    assert_eq!((origin.next(), origin.finish()), (11, 2));
    // Ties go to who came first.
    assert_eq!((origin.next(), origin.finish()), (100, 1));
    assert_eq!((origin.next(), origin.finish()), (100, 3));
}

#[test]
fn what_is_down_refuses_and_loses_what_it_had() {
    for spec in [station("10ns", 2), shared("10ns", 2), OriginSpec::unlimited(law("10ns"))] {
        let mut origin = Origin::new(spec);
        let mut rng = rng::rng(1, "none");
        for (job, at) in [(7, 0), (5, 0), (6, 3)] {
            origin.arrive(at, job, &mut rng).unwrap();
        }
        assert_eq!((origin.in_flight(), origin.waiting()), (3, u64::from(spec.servers.is_some())));
        assert_eq!(origin.set_down(4, true), [7, 5, 6]);
        assert_eq!((origin.in_flight(), origin.next()), (0, NEVER));
        assert_eq!(origin.arrive(5, 8, &mut rng), Err(Full));
        assert!(origin.set_down(6, false).is_empty());
        origin.arrive(6, 9, &mut rng).unwrap();
        // What is done at the moment of the crash is done.
        assert!(origin.set_down(16, true).is_empty());
        assert_eq!((origin.next(), origin.finish()), (16, 9));
    }
}

#[test]
fn specs_that_make_no_sense_are_refused() {
    let good = station("1ms", 2);
    assert!(good.check().is_ok() && OriginSpec::unlimited(law("1ms")).check().is_ok());
    for (bad, part) in [
        (OriginSpec { servers: Some(0), ..good }, "at least 1 server"),
        (OriginSpec { servers: None, sharing: true, ..good }, "share unlimited"),
        (OriginSpec { servers: None, queue: Some(3), ..good }, "queues for unlimited"),
    ] {
        assert!(bad.check().unwrap_err().to_string().contains(part));
        Origin::new(bad).arrive(0, 1, &mut rng::rng(1, "none")).unwrap();
    }
}

#[test]
fn times_near_the_end_do_not_overflow() {
    for spec in [station("26000d", 1), shared("26000d", 1), OriginSpec::unlimited(law("26000d"))] {
        let mut origin = Origin::new(spec);
        let mut rng = rng::rng(1, "none");
        origin.set_speed(0, 1e300);
        (0..50).for_each(|job| origin.arrive(NEVER - 9, job, &mut rng).unwrap());
        (0..50).for_each(|_| {
            assert!(origin.next() < NEVER);
            origin.finish();
        });
        assert_eq!(origin.next(), NEVER);
    }
}

/// Ends of jobs that share `c` processors, computed from event to event, job by job.
fn shared_slowly(c: f64, jobs: &[(Time, Time)]) -> Vec<f64> {
    let mut left: Vec<f64> = jobs.iter().map(|j| j.1 as f64).collect();
    let mut ends = vec![0.0; jobs.len()];
    let (mut now, mut present, mut next): (f64, Vec<usize>, usize) = (0.0, Vec::new(), 0);
    while next < jobs.len() || !present.is_empty() {
        let rate = (c / present.len() as f64).min(1.0);
        let arrival = jobs.get(next).map_or(f64::INFINITY, |j| j.0 as f64);
        let least = present.iter().map(|&j| left[j]).fold(f64::INFINITY, f64::min);
        let step = (least / rate).min(arrival - now);
        for &j in &present {
            left[j] -= step * rate;
        }
        now += step;
        present.retain(|&j| {
            let done = left[j] < 1e-6;
            if done {
                ends[j] = now;
            }
            !done
        });
        while jobs.get(next).is_some_and(|j| j.0 as f64 <= now) {
            present.push(next);
            next += 1;
        }
    }
    ends
}

proptest! {
    #[test]
    fn sharing_equals_sharing_step_by_step(c in 1u32..4, script in prop::collection::vec((0u64..40, 1u64..50), 1..60)) {
        let mut now = 0;
        let jobs: Vec<_> = script.iter().map(|&(gap, service)| { now += gap; (now, service) }).collect();
        let expected = shared_slowly(f64::from(c), &jobs);
        let mut origin = Origin::new(shared("1ms", c));
        let mut ends = vec![0; jobs.len()];
        for (job, &(at, service)) in jobs.iter().enumerate() {
            while origin.next() <= at {
                let end = origin.next();
                ends[origin.finish() as usize] = end;
            }
            origin.admit(at, job as u32, service);
        }
        while origin.next() != NEVER {
            let end = origin.next();
            ends[origin.finish() as usize] = end;
        }
        // Rounded up to the nanosecond; the reference has errors of its own.
        for (end, exact) in ends.iter().zip(&expected) {
            let late = *end as f64 - exact;
            prop_assert!((-1e-6..1.0 + 1e-6).contains(&late), "{} for {}", end, exact);
        }
    }

    #[test]
    fn no_job_is_lost_or_made_and_time_goes_on(
        servers in prop::option::of(1u32..4),
        sharing: bool,
        queue in prop::option::of(0u64..5),
        script in prop::collection::vec((0u64..3000, 0u32..12), 1..300),
    ) {
        let mut origin = Origin::new(OriginSpec { latency: law("lognormal(1us,1)"), servers, sharing, queue });
        let mut rng = rng::rng(3, "script");
        let (mut now, mut last, mut here) = (0, 0, std::collections::BTreeSet::new());
        for (job, (gap, what)) in (0u32..).zip(script) {
            now += gap;
            while origin.next() <= now {
                prop_assert!(origin.next() >= last);
                last = origin.next();
                prop_assert!(here.remove(&origin.finish()), "a job ends twice or never came");
            }
            match what {
                0 => for lost in origin.set_down(now, true) {
                    prop_assert!(here.remove(&lost));
                },
                1 => prop_assert!(origin.set_down(now, false).is_empty()),
                2 => origin.set_speed(now, f64::from(job % 7) / 2.0),
                _ => if origin.arrive(now, job, &mut rng).is_ok() {
                    prop_assert!(here.insert(job));
                },
            }
            last = now;
            prop_assert_eq!(origin.in_flight(), here.len() as u64);
            if let (Some(c), Some(q)) = (servers, queue) {
                prop_assert!(origin.in_flight() <= u64::from(c) + q && origin.waiting() <= q);
            }
            prop_assert!(here.is_empty() == (origin.next() == NEVER) && origin.next() >= now);
        }
        while origin.next() != NEVER {
            prop_assert!(origin.next() >= last && origin.next() < 1000 * SECOND);
            last = origin.next();
            prop_assert!(here.remove(&origin.finish()));
        }
        prop_assert!(here.is_empty());
    }
}
