//! What 3L-Cache tunes by itself: which residents a walk over them takes, how much newcomers count, and how long the
//! history is.

use super::window::MOST_COUNT;

/// Residents that are taken at once.
const MOST_PICKS: usize = 1024;
/// Residents and history together are at most so many times the residents.
const MOST_TIMES: usize = 6;
/// Requests after which the length of the history is thought over.
const ENOUGH: u64 = 1_000_000;
/// One for each bit of a count.
const BUCKETS: usize = MOST_COUNT.ilog2() as usize + 1;

/// What a part of the residents gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Yield {
    /// Evictions of objects that the walk had passed.
    evicted: u64,
    /// Residents that were taken for them.
    picks: u64,
}

/// A walk over all residents, from the one used longest ago on.
#[derive(Debug)]
pub(super) struct Lap {
    /// Residents when it began; 0 before the first lap.
    pub(super) residents: u64,
    /// How many are taken at once.
    pub(super) quota: usize,
    /// Newcomers are taken when they are more than so many hundredths of what is in use (the paper's Q).
    pub(super) percent: u64,
    /// Who has more requests is passed over (the paper's f).
    most_uses: u32,
    /// Of the first so many hundredths of the residents none is (the paper's x).
    first: u64,
    steps: u64,
    /// Those first residents, and the others.
    parts: [Yield; 2],
    /// The part where the walk is.
    part: usize,
    /// What was used later was not passed yet.
    passed: u64,
    /// Objects that left, by the logarithm of their requests.
    left: [u64; BUCKETS],
    /// Is anything tuned?
    tunes: bool,
}

impl Lap {
    /// None was begun yet. Where nothing is tuned, nobody is passed over.
    pub(super) fn new(tunes: bool) -> Self {
        Self {
            residents: 0,
            quota: 1,
            percent: 2,
            most_uses: if tunes { 1 } else { MOST_COUNT },
            first: 1,
            steps: 0,
            parts: [Yield::default(); 2],
            part: 0,
            passed: 0,
            left: [0; BUCKETS],
            tunes,
        }
    }

    /// Begins anew, with so many residents.
    pub(super) fn begin(&mut self, residents: u64) {
        self.residents = residents;
        self.quota = if residents > 2 { (residents as usize / 100 + 2).min(MOST_PICKS) } else { 1 };
        (self.steps, self.part) = (0, 0);
        self.parts = [Yield::default(); 2];
        self.left = [0; BUCKETS];
    }

    /// Has the walk seen as many as there were?
    pub(super) fn is_over(&self) -> bool {
        self.steps >= self.residents
    }

    /// The next resident, which was requested so often: is it taken?
    pub(super) fn step(&mut self, count: u32) -> bool {
        self.steps += 1;
        let first = self.residents * self.first;
        if self.steps * 100 > first {
            self.part = 1;
        }
        count <= self.most_uses || self.steps <= first / 100 + 2
    }

    /// Enough were taken, the last of which was used at that time.
    pub(super) fn walked(&mut self, last: u64) {
        self.parts[self.part].picks += self.quota as u64;
        self.passed = last;
    }

    /// An object left that was requested so often, at last at that time.
    pub(super) fn evicted(&mut self, count: u32, last: u64) {
        self.left[count.max(1).ilog2() as usize] += 1;
        self.parts[self.part].evicted += u64::from(last <= self.passed);
    }

    /// What the lap teaches for the next one, when so many newcomers wait.
    pub(super) fn tune(&mut self, waiting: u64) {
        if !self.tunes {
            return;
        }
        self.most_uses = most_uses(&self.left).unwrap_or(self.most_uses);
        let [first, others] = self.parts;
        if first.evicted * others.picks > others.evicted * first.picks {
            self.first += 1;
        } else {
            self.first = (self.first - 1).max(1);
        }
        if first.evicted + others.evicted > waiting {
            self.percent += 1;
        } else {
            self.percent = (self.percent / 2).max(1);
        }
    }
}

/// About how many requests 99 % of those had at most that left, who are counted by the logarithm of their requests.
fn most_uses(left: &[u64; BUCKETS]) -> Option<u32> {
    let total: u64 = left.iter().sum();
    let mut before = 0;
    for (bucket, &count) in left.iter().enumerate() {
        if count > 0 && 100 * (before + count) >= 99 * total {
            let half = (1u64 << bucket) / 2;
            let within = (half * (99 * total - 100 * before)).div_ceil(100 * count);
            return Some((half + within).max(1) as u32);
        }
        before += count;
    }
    None
}

/// How long the history is, and whether more of it would pay.
#[derive(Debug)]
pub(super) struct History {
    /// Residents and history together are so many times the residents.
    times: usize,
    /// Was it ever as long as it may be, since it may be so long?
    pub(super) full: bool,
    hits: u64,
    misses: u64,
    /// Misses of objects in the history.
    returns: u64,
}

impl History {
    pub(super) fn new() -> Self {
        Self { times: 2, full: false, hits: 0, misses: 0, returns: 0 }
    }

    /// From so many objects on it gives up its oldest.
    pub(super) fn most(&self, residents: usize) -> usize {
        residents * (self.times - 1) + 2
    }

    /// A request of an object that is resident, or else known.
    pub(super) fn count(&mut self, resident: bool, known: bool) {
        self.hits += u64::from(resident);
        self.misses += u64::from(!resident);
        self.returns += u64::from(known && !resident);
    }

    /// Makes it longer if it is full and what is in it is requested often enough, next to what is in the cache.
    pub(super) fn tune(&mut self) {
        if !self.full || self.hits + self.misses <= ENOUGH {
            return;
        }
        let times = self.times as u64 - 1;
        let pays = 100 * self.returns > self.hits * times && times < self.misses / self.returns;
        if pays && self.times < MOST_TIMES {
            self.times += 1;
            self.full = false;
        }
        (self.hits, self.misses, self.returns) = (0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_lets_through_what_most_victims_had() {
        let uses = |counts: &[u64]| {
            let mut left = [0; BUCKETS];
            left[..counts.len()].copy_from_slice(counts);
            most_uses(&left)
        };
        assert_eq!(uses(&[]), None);
        assert_eq!(uses(&[100]), Some(1));
        assert_eq!(uses(&[99, 0, 0, 1]), Some(1), "99 % are enough");
        assert_eq!(uses(&[50, 50]), Some(2));
        // Of the two in the fourth bucket one is needed: half of the way from 4 to 8.
        assert_eq!(uses(&[98, 0, 0, 2]), Some(6));
        assert_eq!(uses(&[0, 0, 0, 7]), Some(8));
        assert_eq!(BUCKETS, 16);
    }

    #[test]
    fn a_lap_sets_the_shares_of_the_next() {
        let mut lap = Lap::new(true);
        lap.begin(200);
        assert_eq!(lap.quota, 4);
        // Two are the first hundredth, and two more are taken whatever they are.
        let taken: Vec<bool> = (0..6).map(|_| lap.step(9)).collect();
        assert_eq!(taken, [true, true, true, true, false, false]);
        assert!(lap.step(1) && !lap.is_over());
        // All that was gained came from the first part.
        lap.parts = [Yield { evicted: 3, picks: 4 }, Yield { evicted: 0, picks: 4 }];
        lap.tune(2);
        assert_eq!((lap.first, lap.percent), (2, 3));
        lap.tune(3);
        assert_eq!((lap.first, lap.percent), (3, 1));
        // What was used after the last that was taken gains nothing.
        lap.begin(200);
        lap.walked(50);
        lap.evicted(1, 50);
        lap.evicted(1, 51);
        assert_eq!(lap.parts[0], Yield { evicted: 1, picks: 4 });
    }

    #[test]
    fn the_history_grows_where_it_pays() {
        let mut history = History { full: true, ..History::new() };
        assert_eq!(history.most(10), 12);
        (history.hits, history.misses, history.returns) = (900_000, 100_001, 9_001);
        history.tune();
        assert_eq!((history.most(10), history.full, history.misses), (22, false, 0));
        // One hit in the history for a hundred in the cache is too few.
        history = History { full: true, hits: 900_000, misses: 100_001, returns: 9_000, ..History::new() };
        history.tune();
        assert_eq!(history.most(10), 12);
    }
}
