//! The candidates that stay between evictions.

use crate::core::ObjId;

/// As many as Redis keeps.
const MOST: usize = 16;

/// Candidates with how much each deserved to leave when it was drawn, the best last. The same object may be in it more than
/// once, and may be gone meanwhile.
#[derive(Debug)]
pub(super) struct Pool {
    candidates: Vec<(u64, ObjId)>,
}

impl Pool {
    pub(super) fn new() -> Self {
        Self { candidates: Vec::with_capacity(MOST) }
    }

    /// Adds a candidate before those that deserve it as much or more. A full pool drops its worst one for it, unless it
    /// would be that itself.
    pub(super) fn offer(&mut self, deserves: u64, id: ObjId) {
        let place = self.candidates.partition_point(|&(other, _)| other < deserves);
        if self.candidates.len() < MOST {
            self.candidates.insert(place, (deserves, id));
        } else if place > 0 {
            self.candidates[..place].rotate_left(1);
            self.candidates[place - 1] = (deserves, id);
        }
    }

    /// Takes out the best candidate that may still leave, and those before it that may not.
    pub(super) fn take(&mut self, leaves: impl Fn(ObjId) -> bool) -> Option<ObjId> {
        std::iter::from_fn(|| self.candidates.pop()).map(|(_, id)| id).find(|&id| leaves(id))
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let ordered = self.candidates.is_sorted_by_key(|candidate| candidate.0) && self.candidates.len() <= MOST;
        if ordered { Ok(()) } else { Err(format!("pool out of order: {:?}", self.candidates)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_leaves_and_scores_stay_as_they_were() {
        let mut pool = Pool::new();
        for (deserves, id) in [(30, 3), (10, 1), (20, 2), (20, 4)] {
            pool.offer(deserves, id);
        }
        // Of equals the older one is behind, and so is better.
        assert_eq!(pool.candidates, [(10, 1), (20, 4), (20, 2), (30, 3)]);
        // 3 is gone, and is passed over for good.
        assert_eq!(pool.take(|id| id != 3), Some(2));
        assert_eq!(pool.candidates, [(10, 1), (20, 4)]);
        pool.offer(15, 1);
        assert_eq!(pool.candidates, [(10, 1), (15, 1), (20, 4)]);
        assert_eq!(pool.take(|id| id == 9), None);
        assert_eq!(pool.candidates, []);
    }

    #[test]
    fn a_full_pool_gives_up_its_worst() {
        let mut pool = Pool::new();
        (1..=16).for_each(|i| pool.offer(10 * i, i as ObjId));
        pool.offer(5, 90);
        pool.offer(10, 91);
        assert_eq!(pool.candidates[0], (10, 1), "none worse than the worst comes in");
        pool.offer(35, 92);
        assert_eq!(pool.candidates[..4], [(20, 2), (30, 3), (35, 92), (40, 4)]);
        pool.offer(999, 93);
        assert_eq!((pool.candidates.len(), pool.candidates[0], pool.candidates[15]), (16, (30, 3), (999, 93)));
        pool.check().unwrap();
    }
}
