//! Scans, sequential runs and loops: requests in an order that popularity does not explain.
//!
//! # Definitions
//! - A **scan** is a run of at least [`SCAN`] consecutive requests to objects that were never asked for before. Ids are
//!   numbered in order of first appearance, so it is a run of fresh ids. The first requests of any trace are to new objects;
//!   where many objects are equally popular, the beginning is a scan by this rule. What tells them apart is `one_time_share`:
//!   the objects of a scan that nobody uses are never asked for again.
//! - A **sequential run** is a run of at least [`SEQUENTIAL`] consecutive requests whose keys, which must be integers, rise or
//!   fall by the same number from each to the next. Chance makes no such runs: each further request would have to hit one key
//!   of all.
//! - A **loop** is a run of requests with the same stack distance L, of at least [`LOOP`] of them, not counting requests that
//!   repeat the one before, which neither make nor break a run. A request at distance L asks for the object that was longest
//!   ago among the last L; a run of such requests asks for these in the order in which they were asked for before. So the same
//!   sequence of L objects comes again. Runs of the same L are taken together; the L with the most requests is the length of
//!   the loop if it has a hundredth of all requests.
//!
//! Sequential references, which occur once, and looping references, which are sequential ones that come again, are how J. M.
//! Kim, J. Choi, J. Kim, S. H. Noh, S. L. Min, Y. Cho, C. S. Kim describe file accesses: A low-overhead high-performance
//! unified buffer management scheme that exploits sequential and looping references. OSDI 2000.
//! <https://www.usenix.org/legacy/publications/library/proceedings/osdi2000/kim.html> The thresholds are ours.
//!
//! # Weak on
//! What is interleaved: a scan or a loop between whose requests others come is cut into pieces, which may be too short.

use crate::core::{ObjId, prefetch};
use crate::trace::{Keys, Trace};
use serde::Serialize;
use std::collections::BTreeMap;

/// Requests of the shortest scan.
pub const SCAN: u64 = 100;
/// Requests of the shortest sequential run.
pub const SEQUENTIAL: u64 = 16;
/// Requests of the shortest run of a loop.
pub const LOOP: u64 = 16;
/// Requests ahead whose key is asked for.
const AHEAD: usize = 24;

/// Scans.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scans {
    /// Requests in scans, as a share of all, 0 to 1.
    pub requests_share: f64,
    /// Number of scans.
    pub scans: u64,
    /// Requests of the longest.
    pub longest_requests: u64,
    /// Share of the objects of scans that are asked for once in the whole trace, 0 to 1; 0 without scans.
    pub one_time_share: f64,
}

/// Sequential runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sequential {
    /// Requests in sequential runs, as a share of all, 0 to 1.
    pub requests_share: f64,
    /// Number of runs.
    pub runs: u64,
    /// Requests of the longest.
    pub longest_requests: u64,
    /// What most requests in runs rise by (fall by, where it is negative), in units of the key; `None` without runs.
    pub stride: Option<f64>,
}

/// Loops.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Loops {
    /// Requests in loops of any length, as a share of all, 0 to 1.
    pub requests_share: f64,
    /// Requests of the longest run.
    pub longest_requests: u64,
    /// Objects of the loop that has the most requests; `None` where that is less than a hundredth of all.
    pub length_objects: Option<u64>,
    /// Requests in loops of that length, as a share of all, 0 to 1; 0 without one.
    pub length_share: f64,
}

/// Runs, counted when they end.
#[derive(Debug, Default)]
struct Runs {
    requests: u64,
    count: u64,
    longest: u64,
}

impl Runs {
    fn add(&mut self, requests: u64) {
        self.requests += requests;
        self.count += 1;
        self.longest = self.longest.max(requests);
    }

    fn share(&self, all: usize) -> f64 {
        self.requests as f64 / all.max(1) as f64
    }
}

impl Scans {
    /// `counts` are the requests of each object.
    pub(super) fn of(trace: &Trace, counts: &[u32]) -> Self {
        let mut runs = Runs::default();
        let (mut seen, mut begun, mut once) = (0, 0, 0);
        let mut end = |begun: ObjId, seen: ObjId| {
            if u64::from(seen - begun) >= SCAN {
                runs.add(u64::from(seen - begun));
                once += counts[begun as usize..seen as usize].iter().filter(|&&count| count == 1).count();
            }
        };
        for &id in &trace.ids {
            if id == seen {
                seen += 1;
            } else {
                end(begun, seen);
                begun = seen;
            }
        }
        end(begun, seen);
        Self {
            requests_share: runs.share(trace.requests()),
            scans: runs.count,
            longest_requests: runs.longest,
            one_time_share: once as f64 / runs.requests.max(1) as f64,
        }
    }
}

impl Sequential {
    /// `None` where keys are no integers.
    pub(super) fn of(trace: &Trace) -> Option<Self> {
        let Keys::Int(keys) = &trace.keys else { return None };
        let mut runs = Runs::default();
        let mut strides: BTreeMap<i64, u64> = BTreeMap::new();
        // Of the run under way: what keys rise by, and its requests.
        let (mut stride, mut length) = (0i64, 0u64);
        let mut previous = trace.ids.first().map_or(0, |&id| keys[id as usize]);
        let mut end = |stride: i64, length: u64| {
            if stride != 0 && length >= SEQUENTIAL {
                runs.add(length);
                *strides.entry(stride).or_default() += length;
            }
        };
        for (index, &id) in trace.ids.iter().enumerate() {
            prefetch(keys, trace.ids.get(index + AHEAD).map_or(0, |&id| id as usize));
            let key = keys[id as usize];
            let step = key.wrapping_sub(previous) as i64;
            if step != stride {
                end(stride, length);
                // The last request of one run may be the first of the next.
                (stride, length) = (step, 1);
            }
            length += 1;
            previous = key;
        }
        end(stride, length);
        // Of equally common ones the smallest, so that it does not depend on their order.
        let common = strides.iter().max_by_key(|&(&stride, &requests)| (requests, std::cmp::Reverse(stride)));
        Some(Self {
            requests_share: runs.share(trace.requests()).min(1.0),
            runs: runs.count,
            longest_requests: runs.longest,
            stride: common.map(|(&stride, _)| stride as f64),
        })
    }
}

/// Finds loops as the stack distances go by.
#[derive(Debug, Default)]
pub(super) struct LoopFinder {
    /// Distance of the run under way; 0 for none.
    distance: u32,
    /// Its requests at that distance, and those that repeat the one before.
    length: u64,
    repeats: u64,
    runs: Runs,
    by_distance: BTreeMap<u32, u64>,
}

impl LoopFinder {
    /// A request at this distance, from 1; 0 for the first request of an object.
    #[inline(always)]
    pub(super) fn request(&mut self, distance: u32) {
        if distance == self.distance {
            self.length += 1;
        } else if distance == 1 {
            self.repeats += 1;
        } else {
            self.end(distance);
        }
    }

    #[inline(always)]
    fn end(&mut self, next: u32) {
        if self.length >= LOOP && self.distance != 0 {
            self.keep();
        }
        (self.distance, self.length, self.repeats) = (next, 1, 0);
    }

    #[inline(never)]
    fn keep(&mut self) {
        let requests = self.length + self.repeats;
        self.runs.add(requests);
        *self.by_distance.entry(self.distance).or_default() += requests;
    }

    /// What was found in a trace of so many requests.
    pub(super) fn done(mut self, requests: usize) -> Loops {
        self.end(0);
        let common = self.by_distance.iter().max_by_key(|&(&distance, &own)| (own, std::cmp::Reverse(distance)));
        let common = common.filter(|&(_, &own)| own * 100 >= requests as u64);
        Loops {
            requests_share: self.runs.share(requests),
            longest_requests: self.runs.longest,
            length_objects: common.map(|(&distance, _)| u64::from(distance)),
            length_share: common.map_or(0.0, |(_, &own)| own as f64 / requests.max(1) as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace(keys: impl IntoIterator<Item = u64>) -> Trace {
        let all: Vec<u64> = keys.into_iter().collect();
        let mut trace = Trace::from_keys("t", all.iter().copied());
        let mut of_id = vec![0; trace.objects];
        trace.ids.iter().zip(&all).for_each(|(&id, &key)| of_id[id as usize] = key);
        trace.keys = Keys::Int(of_id);
        trace
    }

    fn scans(keys: impl IntoIterator<Item = u64>) -> Scans {
        let trace = trace(keys);
        let mut counts = vec![0; trace.objects];
        trace.ids.iter().for_each(|&id| counts[id as usize] += 1);
        Scans::of(&trace, &counts)
    }

    fn loops(distances: &[u32]) -> Loops {
        let mut finder = LoopFinder::default();
        for &distance in distances {
            finder.request(distance);
        }
        finder.done(distances.len())
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn runs_of_new_objects_are_scans() {
        let found = scans(0..150);
        assert_eq!((found.scans, found.longest_requests), (1, 150));
        assert!(near(found.requests_share, 1.0) && near(found.one_time_share, 1.0));
        // 99 are too few; 0 in between ends a run; those of the second scan come again.
        let keys = || (0..99).chain([0]).chain(99..199).chain([0]).chain(199..399).chain(300..399);
        let found = scans(keys());
        assert_eq!((found.scans, found.longest_requests), (2, 200));
        assert!(near(found.requests_share, 300.0 / 500.0) && near(found.one_time_share, 201.0 / 300.0), "{found:?}");
        assert_eq!(scans([]), scans([1, 1, 1]));
    }

    #[test]
    fn keys_at_equal_distances_are_sequential() {
        // 20 that rise by 8, 16 that fall by 1, 15 that rise by 1, and three that are the same.
        let keys = (0..20).map(|i| 1000 + 8 * i).chain((1..=16).rev()).chain(50..65).chain([7, 7, 7]);
        let found = Sequential::of(&trace(keys)).unwrap();
        assert_eq!((found.runs, found.longest_requests, found.stride), (2, 20, Some(8.0)));
        assert!(near(found.requests_share, 36.0 / 54.0), "{found:?}");
        let found = Sequential::of(&trace(vec![3; 40])).unwrap();
        assert!(found.runs == 0 && found.stride.is_none() && near(found.requests_share, 0.0));
        // Down from 0 is up from the largest key.
        assert_eq!(Sequential::of(&trace((0..20u64).map(|i| 5u64.wrapping_sub(i)))).unwrap().stride, Some(-1.0));
        assert_eq!(Sequential::of(&Trace::from_keys("t", ["a", "b"])), None);
    }

    #[test]
    fn runs_at_one_distance_are_loops() {
        // Three new objects, then 20 requests at distance 3, with repeats that do not count towards the 16.
        let mut distances = vec![0, 0, 0];
        distances.extend([3, 1, 1].repeat(20));
        distances.extend([7; 15]);
        distances.extend([2, 4, 4, 1, 0]);
        let found = loops(&distances);
        assert_eq!((found.length_objects, found.longest_requests), (Some(3), 60));
        assert!(near(found.requests_share, 60.0 / 83.0) && near(found.length_share, 60.0 / 83.0), "{found:?}");
        // Two runs of one length are more than a longer one of another; less than a hundredth has no length.
        let mut distances = [vec![5; 20], vec![9; 30], vec![5; 20]].concat();
        assert_eq!(loops(&distances).length_objects, Some(5));
        distances.extend((0..4000).map(|i| 10 + i % 5));
        let found = loops(&distances);
        assert_eq!((found.length_objects, found.longest_requests), (None, 30));
        assert!(near(found.requests_share, 70.0 / 4070.0) && near(found.length_share, 0.0), "{found:?}");
        assert_eq!(loops(&[1; 100]).longest_requests, 0, "repeats alone are no loop");
        assert!(near(loops(&[0; 100]).requests_share, 0.0) && near(loops(&[]).requests_share, 0.0));
    }
}
