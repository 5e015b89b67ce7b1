//! LRU-MAD: the object leaves whose next miss, with all who would wait for its fetch, costs the least per time until then.
//!
//! While an object is fetched, later requests for it wait as well (delayed hits): a miss costs the sum of their waits, its
//! aggregate delay. The rank of an object is an estimate of that sum over an estimate of the time to its next use, and the
//! least rank leaves.
//!
//! # State
//! Per object, resident or not: the start of its window, the number of its windows, the sum of delays. A use later than `z`
//! after the window's start begins a new window and adds `z`, as the miss that it would be; one inside adds what is left of
//! `z`. The aggregate delay is the mean sum of a window. The time to the next use is estimated, as in LRU, by the time since
//! the last one, so that ranks change with time at different speeds; a kinetic tournament of the residents has their order.
//!
//! # Parameters
//! `z` = 100ms: how long a fetch takes, in the time of the trace. A trace without times has a request a second; there no
//! request meets a fetch of 100 ms, all objects are equal and the policy is LRU. `z=50s` makes a fetch last 50 such requests.
//!
//! # Source
//! N. Atre, J. Sherry, W. Wang, D. S. Berger: Caching with delayed hits. SIGCOMM 2020, section 5 and algorithm 1.
//! <https://doi.org/10.1145/3387514.3405883>
//!
//! # Departures
//! The mean is rounded down to a nanosecond; apart from that ranks are exact. Ties go to the least recently used. An object
//! that comes in counts as used then, as in LRU. What is known of objects that left is kept, as in the paper, and stays as it
//! is once their delays add up to 584 years. Sizes are not looked at; those of the paper are equal.
//!
//! # Weak on
//! Hit ratio: it trades hits on objects that nobody waits for against waiting.

use crate::core::{Error, ObjId, Pages, Result, Time, prefetch, quantity};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::Tournament;
use crate::structs::tournament::{Line, MOST};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<LruMad>(Info {
    name: "lru-mad",
    aliases: &["mad", "lru-minimum-aggregate-delay"],
    summary: "the object leaves whose next miss and the hits delayed by it cost the least per time until then",
    family: Family::Size,
    paper: Paper {
        authors: "N. Atre, J. Sherry, W. Wang, D. S. Berger",
        title: "Caching with delayed hits",
        venue: "SIGCOMM",
        year: 2020,
        url: "https://doi.org/10.1145/3387514.3405883",
    },
    params: &[Param {
        name: "z",
        range: "1ns..",
        origin: Origin::Practice,
        help: "how long a fetch takes, in the trace's time; 100 ms is usual for a query of a database",
    }],
    needs: Needs::NOTHING,
    state: State::of(size_of::<Waits>() as u32, Tournament::<Line>::MEMBER_BYTES * 3 / 2),
    source: include_str!("lru_mad.rs"),
});

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    z: String,
}

impl Default for Params {
    fn default() -> Self {
        Self { z: "100ms".into() }
    }
}

/// What is known of an object.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Waits {
    /// Start of the last window.
    window: Time,
    /// Sum of the delays in all windows.
    delay: Time,
    /// Number of windows; 0 = never used.
    windows: u32,
    /// Slot in the tournament plus one; 0 = not resident.
    place: u32,
}

/// See the module text.
#[derive(Debug)]
pub struct LruMad {
    z: Time,
    waits: Pages<Waits>,
    tournament: Tournament,
    now: Time,
    uses: u64,
}

impl LruMad {
    /// Counts a use of the object.
    #[inline]
    fn touch(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.now = self.now.max(cx.now);
        let waits = &mut self.waits[id as usize];
        let elapsed = self.now - waits.window;
        let opens = waits.windows == 0 || elapsed > self.z;
        let delay = waits.delay.checked_add(if opens { self.z } else { self.z - elapsed });
        if let (Some(delay), Some(windows)) = (delay, waits.windows.checked_add(u32::from(opens))) {
            (waits.delay, waits.windows) = (delay, windows);
        }
        if opens {
            waits.window = self.now;
        }
    }

    /// The reciprocal of the object's rank by time, from a use now.
    #[inline]
    fn line(&mut self, id: ObjId) -> Line {
        let waits = &self.waits[id as usize];
        let divisor = (waits.delay / u64::from(waits.windows.max(1))).clamp(1, MOST);
        self.uses += 1;
        Line { start: self.now, divisor, order: self.uses, id }
    }
}

impl Build for LruMad {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        let z = quantity::duration(&params.z).map_err(|e| e.at(format_args!("lru-mad: z={}", params.z)))?;
        if z == 0 {
            return Err(Error::usage(format!("lru-mad: z={} is out of range", params.z))
                .hint("a fetch takes at least 1ns; where it takes no time, use lru"));
        }
        Ok(Self { z, waits: Pages::zeroed(setup.objects), tournament: Tournament::new(), now: 0, uses: 0 })
    }
}

impl Policy for LruMad {
    #[inline]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let place = self.waits[id as usize].place;
        if place == 0 {
            return false;
        }
        self.touch(cx, id);
        let line = self.line(id);
        self.tournament.set(place - 1, line);
        true
    }

    #[inline]
    fn miss(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.touch(cx, id);
    }

    fn evict(&mut self, cx: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
        // Who leaves depends on when, so that no victim can be announced.
        self.now = self.now.max(cx.now);
        self.tournament.advance(self.now);
        if let Some((slot, id)) = self.tournament.winner().map(|(slot, line)| (slot, line.id)) {
            self.tournament.remove(slot);
            self.waits[id as usize].place = 0;
            out.push(id);
        }
        Verdict::Freed
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.now = self.now.max(cx.now);
        if self.waits[id as usize].windows == 0 {
            self.touch(cx, id);
        }
        let line = self.line(id);
        self.waits[id as usize].place = self.tournament.insert(line) + 1;
    }

    fn remove(&mut self, _: &Cx<'_>, id: ObjId) {
        if let Some(slot) = self.waits[id as usize].place.checked_sub(1) {
            self.tournament.remove(slot);
            self.waits[id as usize].place = 0;
        }
    }

    fn set_capacity(&mut self, _: u64) {}

    #[inline]
    fn preload(&self, id: ObjId) {
        prefetch(&self.waits, id as usize);
    }

    #[inline]
    fn contains(&self, id: ObjId) -> bool {
        self.waits[id as usize].place != 0
    }

    fn check(&self) -> Result<(), String> {
        let residents = self.waits.iter().filter(|w| w.place != 0).count();
        if residents != self.tournament.len() {
            return Err(format!("{residents} residents, {} in the tournament", self.tournament.len()));
        }
        self.tournament.check()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parts::walk::{check, unit};
    use super::*;
    use crate::core::{SECOND, rng};
    use crate::policy::parse_pairs;
    use crate::trace::Trace;
    use std::collections::VecDeque;

    #[test]
    fn walk_through() {
        // A request a nanosecond and a fetch of 10 ns. The second a comes 1 ns after the first: a miss would have cost
        // 10 + 9 ns, one of b or c 10 ns. At d the ages of a, b, c are 3, 2, 1 ns, the ranks 19/3 = 6.3, 10/2 = 5, 10/1 = 10
        // and b leaves, where LRU would give up a. At e those of a, c, d are 19/4 = 4.75, 10/2 = 5 and 10: the turn of a.
        check("lru-mad:z=10ns", 3, "a a b c d e", "m h m m m-b m-a");
        // The second a comes when the fetch is just done, so nobody ever waits: LRU.
        check("lru-mad:z=1ns", 3, "a a b c d e", "m h m m m-a m-b");
    }

    #[test]
    fn windows_are_those_of_the_paper() {
        // z = 10 s: uses at 0, 4, 10, 11 and 30 s. The first three are one window (10 + 6 + 0), 11 s begins another, and so
        // does 30 s: 16 + 10 + 10 s in three windows.
        let setup = Setup::TRIAL;
        let mut policy = LruMad::build(&Params { z: "10s".into() }, &setup).unwrap();
        let at = |seconds: u64| Cx::unit(0, seconds * SECOND);
        policy.miss(&at(0), 0);
        policy.insert(&at(0), 0);
        assert!([4, 10, 11].iter().all(|&s| policy.hit(&at(s), 0)));
        assert_eq!((policy.waits[0].delay, policy.waits[0].windows), (26 * SECOND, 2));
        // What was seen of it outlives it.
        policy.evict(&at(12), Cause::Shrink, &mut Vec::new());
        assert!(!policy.hit(&at(30), 0));
        policy.miss(&at(30), 0);
        assert_eq!((policy.waits[0].delay, policy.waits[0].windows), (36 * SECOND, 3));
        assert_eq!(policy.line(0).divisor, 12 * SECOND);
        // An end of what can be counted.
        policy.waits[0].delay = Time::MAX - 1;
        policy.miss(&at(60), 0);
        assert_eq!((policy.waits[0].delay, policy.waits[0].windows), (Time::MAX - 1, 3));
    }

    #[test]
    fn a_fetch_takes_time() {
        let setup = Setup::TRIAL;
        for (z, part) in
            [("0s", "out of range"), ("soon", "expected a number"), ("-1s", "negative"), ("5q", "duration")]
        {
            let error = LruMad::build(&Params { z: z.into() }, &setup).unwrap_err().to_string();
            assert!(error.starts_with(&format!("lru-mad: z={z}")) && error.contains(part), "{error}");
        }
    }

    /// The sum of all waits where a fetch takes `z` and stores the object when it ends; a use of an object on its way waits
    /// for what is left of the fetch, and is a miss that fetches nothing.
    fn waits(name: &str, z: Time, capacity: usize, trace: &Trace) -> u128 {
        let setup =
            Setup { objects: trace.objects, capacity: capacity as u64, expected: capacity, seed: 0, bytes: false };
        let (name, params) = name.split_once(':').unwrap_or((name, ""));
        let mut policy = unit(name).entry.build(&parse_pairs(name, params).unwrap(), &setup).unwrap();
        let mut fetches: VecDeque<(Time, ObjId)> = VecDeque::new();
        let (mut held, mut sum, mut out) = (0, 0, Vec::new());
        for (i, (&id, &now)) in trace.ids.iter().zip(trace.times.as_ref().unwrap()).enumerate() {
            while let Some((end, done)) = fetches.pop_front_if(|fetch| fetch.0 <= now) {
                let cx = Cx::unit(i as u64, end);
                if held == capacity {
                    policy.evict(&cx, Cause::Incoming(done), &mut out);
                    held -= 1;
                }
                policy.insert(&cx, done);
                held += 1;
            }
            let cx = Cx::unit(i as u64, now);
            if !policy.hit(&cx, id) {
                policy.miss(&cx, id);
                let end = fetches.iter().find(|fetch| fetch.1 == id).map(|fetch| fetch.0);
                if end.is_none() {
                    fetches.push_back((now + z, id));
                }
                sum += u128::from(end.unwrap_or(now + z) - now);
            }
        }
        sum
    }

    #[test]
    fn users_wait_less_than_under_lru() {
        // Half of the objects are used once every second in the mean, the others twenty times within 20 ms every 4 s. LRU
        // keeps each equally long after a use, but a fetch for one of the others keeps twenty waiting.
        let mut rng = rng::rng(1, "bursts");
        let mut uses: Vec<(Time, ObjId)> = Vec::new();
        for id in 0..400u32 {
            let mut now = rng::below(&mut rng, 4 * SECOND);
            while now < 60 * SECOND {
                let (burst, gap) = if id % 2 == 0 { (1, 2 * SECOND) } else { (20, 8 * SECOND) };
                uses.extend((0..burst).map(|_| (now + rng::below(&mut rng, SECOND / 50), id)));
                now += rng::below(&mut rng, gap);
            }
        }
        uses.sort_unstable();
        let mut trace = Trace::from_keys("bursts", uses.iter().map(|u| &u.1));
        trace.times = Some(uses.iter().map(|u| u.0).collect());
        let of = |name| waits(name, SECOND / 10, 100, &trace) as f64;
        let ratio = of("lru-mad:z=100ms") / of("lru");
        assert!(ratio < 0.92, "{ratio}");
        assert!((of("lru-mad:z=1ns") / of("lru") - 1.0).abs() < 1e-12, "where nobody waits it is LRU");
    }
}
