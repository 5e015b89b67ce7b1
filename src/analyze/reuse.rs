//! The one pass that follows every object from use to use: how far back its last use lies in objects, in requests and in
//! seconds; with it go one-hit wonders of windows, distinct objects of windows, and loops.
//!
//! # Definitions
//! - The **reuse distance** of a request is the number of distinct objects asked for since the last use of its object, that
//!   object counted: 1 repeats the request before. It is the stack distance of R. L. Mattson, J. Gecsei, D. R. Slutz, I. L.
//!   Traiger: Evaluation techniques for storage hierarchies. IBM Systems Journal 9(2), 1970.
//!   <https://doi.org/10.1147/sj.92.0078> The request hits in an LRU cache of at least so many objects, so the cumulative share
//!   is LRU's hit ratio by cache size. Who counts only the objects in between has one less.
//! - The **reuse time** is the number of requests since then (1 repeats the one before), or the seconds since then.
//! - The first request of an object has neither. Every request is a use, whatever its operation.

use super::bins::{Distribution, Histogram};
use super::one_hit::{OneHit, Window};
use super::scans::{LoopFinder, Loops};
use crate::core::machine::fastest;
use crate::core::{ObjId, Pages, SECOND, Time, prefetch};
use crate::structs::{Ahead, Feed, LruStack};
use crate::trace::Trace;
use std::ops::Range;

/// Requests between two calls of what watches.
const CHUNK: usize = 1 << 20;

/// What the pass finds.
#[derive(Debug)]
pub(super) struct Reuse {
    pub(super) distance_objects: Option<Distribution>,
    pub(super) time_requests: Option<Distribution>,
    pub(super) time_seconds: Option<Distribution>,
    pub(super) one_hit: Vec<OneHit>,
    /// Distinct objects of each window of [`super::growth::windows`].
    pub(super) distinct: Vec<u64>,
    pub(super) loops: Loops,
}

/// What is kept while requests go by.
struct Pass<'a> {
    stack: LruStack,
    /// By object: its last request, and the one before that; each plus one, 0 for none.
    uses: Pages<[u32; 2]>,
    /// By object: when the last request was. Empty where there are no times.
    when: Pages<Time>,
    times: &'a [Time],
    previous: Option<ObjId>,
    distances: Histogram,
    requests: Histogram,
    nanoseconds: Histogram,
    one_hit: Vec<Window>,
    loops: LoopFinder,
    /// First request of the window of the working set, and distinct objects in it so far.
    window: (u32, u64),
}

impl Reuse {
    /// `watch` is told of requests that are done.
    pub(super) fn of(trace: &Trace, watch: &dyn Fn(u64)) -> Self {
        let times = trace.times.as_deref().unwrap_or_default();
        let mut pass = Pass {
            stack: LruStack::new(trace.objects),
            uses: Pages::zeroed(trace.objects),
            when: Pages::zeroed(if times.is_empty() { 0 } else { trace.objects }),
            times,
            previous: None,
            distances: Histogram::new(),
            requests: Histogram::new(),
            nanoseconds: Histogram::new(),
            one_hit: Window::sizes(trace.objects),
            loops: LoopFinder::default(),
            window: (0, 0),
        };
        let mut distinct = Vec::new();
        for window in super::growth::windows(trace.requests()) {
            pass.window = (window.start as u32, 0);
            for range in chunks(window) {
                let done = range.len() as u64;
                fastest(Feed { pass: &mut pass, ids: &trace.ids, range });
                watch(done);
            }
            distinct.push(pass.window.1);
        }
        let all = trace.requests();
        Self {
            distance_objects: Distribution::of(&pass.distances, 1.0, all),
            time_requests: Distribution::of(&pass.requests, 1.0, all),
            time_seconds: Distribution::of(&pass.nanoseconds, SECOND as f64, all),
            one_hit: pass.one_hit.into_iter().map(|window| window.done(all)).collect(),
            distinct,
            loops: pass.loops.done(all),
        }
    }
}

fn chunks(range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    range.clone().step_by(CHUNK).map(move |start| start..range.end.min(start + CHUNK))
}

impl Ahead for &mut Pass<'_> {
    #[inline(always)]
    fn preload(&self, far: ObjId, near: ObjId) {
        self.stack.preload(far, near);
        prefetch(&self.uses, far as usize);
        prefetch(&self.when, far as usize);
    }

    #[inline(always)]
    fn request(&mut self, index: usize, id: ObjId) {
        let now = index as u32;
        let [last, before] = self.uses[id as usize];
        self.uses[id as usize] = [now + 1, last];
        for window in &mut self.one_hit {
            window.request(now, last, before);
        }
        self.window.1 += u64::from(last <= self.window.0);
        let distance = if self.previous == Some(id) { 1 } else { self.stack.touch(id).unwrap_or(0) };
        self.previous = Some(id);
        self.loops.request(distance);
        let at = self.times.get(index).copied();
        let then = at.map(|at| std::mem::replace(&mut self.when[id as usize], at));
        if last == 0 {
            return;
        }
        self.distances.add(u64::from(distance));
        self.requests.add(u64::from(now + 1 - last));
        if let (Some(at), Some(then)) = (at, then) {
            self.nanoseconds.add(at - then);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng;
    use proptest::prelude::*;

    fn of(keys: &[u32]) -> Reuse {
        Reuse::of(&Trace::from_keys("t", keys.iter().copied()), &|_| {})
    }

    /// The bins that have a request.
    fn bins(found: Option<&Distribution>) -> Vec<(u64, u64)> {
        let bins = found.iter().flat_map(|found| &found.bins).filter(|bin| bin.requests > 0);
        bins.map(|bin| (bin.up_to as u64, bin.requests)).collect()
    }

    #[test]
    fn a_small_trace_by_hand() {
        let mut trace = Trace::from_keys("t", [1, 2, 1, 1, 3, 2, 1]);
        trace.times = Some([0, 1, 3, 3, 4, 7, 8].map(|s| s * SECOND).to_vec().into());
        let found = Reuse::of(&trace, &|_| {});
        assert_eq!(bins(found.distance_objects.as_ref()), [(1, 1), (2, 1), (3, 2)]);
        assert_eq!(bins(found.time_requests.as_ref()), [(1, 1), (2, 1), (3, 1), (4, 1)]);
        let distances = found.distance_objects.unwrap();
        assert_eq!(distances.requests, 4, "first requests are no reuses");
        assert!((distances.bins[2].cumulative_share - 4.0 / 7.0).abs() < 1e-12, "of all requests");
        let seconds = found.time_seconds.unwrap();
        assert!((seconds.mean - 3.5).abs() < 1e-12 && seconds.min.abs() < 1e-12 && (seconds.max - 6.0).abs() < 1e-12);
        assert_eq!(found.distinct, [1; 7], "seven windows of one request");
        assert!(of(&[]).distance_objects.is_none() && of(&[1, 2]).time_requests.is_none());
        assert!(of(&[1, 1]).time_seconds.is_none());
    }

    #[test]
    fn a_loop_has_one_distance_and_one_time() {
        let keys: Vec<u32> = (0..10_000).map(|i| i % 500).collect();
        let found = of(&keys);
        for found in [found.distance_objects.unwrap(), found.time_requests.unwrap()] {
            assert_eq!((found.requests, found.min as u32, found.max as u32), (9500, 500, 500));
            assert!(found.quantiles.iter().all(|quantile| (quantile.value - 500.0).abs() < 1e-9));
        }
        assert_eq!(found.loops.length_objects, Some(500));
        assert!((found.loops.length_share - 0.95).abs() < 1e-12);
        assert_eq!(found.distinct, [100; 100]);
    }

    /// Under independent requests to N equally popular objects the time to the next use is geometric with mean N.
    #[test]
    fn reuse_times_of_uniform_requests_are_geometric() {
        let (objects, requests) = (400u32, 400_000);
        let mut rng = rng::rng(7, "reuse");
        let keys: Vec<u32> = (0..requests).map(|_| rng::below(&mut rng, u64::from(objects)) as u32).collect();
        let found = of(&keys).time_requests.unwrap();
        let n = found.requests as f64;
        assert!((found.mean - 400.0).abs() < 5.0 * 400.0 / n.sqrt() + 1.0, "{}", found.mean);
        for bin in found.bins.iter().filter(|bin| bin.up_to >= 1.0) {
            let known = 1.0 - libm::pow(1.0 - 1.0 / f64::from(objects), bin.up_to);
            let share = bin.cumulative_share * f64::from(requests) / n;
            assert!((share - known).abs() < 0.004, "{}: {share} {known}", bin.up_to);
        }
        // The distance of such requests is uniform: the object may be at any place of the stack.
        let found = of(&keys).distance_objects.unwrap();
        for quantile in &found.quantiles {
            assert!((quantile.value - 400.0 * quantile.quantile).abs() < 4.0, "{quantile:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn distances_times_and_windows_are_those_of_lists(keys in prop::collection::vec(0u32..40, 0..400)) {
            let found = of(&keys);
            let mut distances = std::collections::BTreeMap::<u64, u64>::new();
            let mut gaps = std::collections::BTreeMap::<u64, u64>::new();
            for (i, key) in keys.iter().enumerate() {
                if let Some(last) = keys[..i].iter().rposition(|other| other == key) {
                    let between: std::collections::BTreeSet<_> = keys[last..i].iter().collect();
                    *distances.entry(shown(between.len() as u64)).or_default() += 1;
                    *gaps.entry(shown((i - last) as u64)).or_default() += 1;
                }
            }
            prop_assert_eq!(bins(found.distance_objects.as_ref()), distances.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(bins(found.time_requests.as_ref()), gaps.into_iter().collect::<Vec<_>>());
            let distinct = |range: Range<usize>| keys[range].iter().collect::<std::collections::BTreeSet<_>>().len() as u64;
            let known: Vec<u64> = super::super::growth::windows(keys.len()).map(distinct).collect();
            prop_assert_eq!(found.distinct, known);
        }
    }

    /// The end of the bin of a number, by trying: eight to an octave.
    fn shown(number: u64) -> u64 {
        let is_end =
            |end: &u64| *end <= 8 || (0..6).any(|k| end.is_multiple_of(1 << k) && *end >= 8 << k && *end <= 16 << k);
        (number..=512).find(is_end).unwrap()
    }
}
