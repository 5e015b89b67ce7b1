//! Versions: which value of an entity is the newest, at the origin and to the clients' knowledge, and since when.

use crate::core::Time;
use std::collections::VecDeque;

/// Acknowledgements of an entity that are remembered. What is out of date by more versions has been so for at least as long as
/// the oldest of them.
const REMEMBERED: usize = 1024;

/// The versions of one entity. A version is a number; 0 was there from the start.
#[derive(Debug, Clone, Default)]
struct Entity {
    /// The last number that was given out.
    given: u32,
    /// What the origin holds.
    committed: u32,
    /// Which of the last 64 numbers were rolled back; the lowest bit is the last number's.
    void: u64,
    /// A number that the origin took after a later one, and the number that it has had since.
    renamed: (u32, u32),
    /// The versions of which clients know that they were written, and since when; both only grow.
    acknowledged: VecDeque<(u32, Time)>,
}

/// The versions of all entities; empty where nothing is ever written.
#[derive(Debug)]
pub(super) struct Truth {
    entities: Vec<Entity>,
    /// Keys of an entity.
    keys: u32,
}

impl Entity {
    fn begin(&mut self) -> u32 {
        self.given += 1;
        self.void <<= 1;
        self.given
    }

    /// The number that a version has by now.
    fn number(&self, version: u32) -> u32 {
        if version > 0 && version == self.renamed.0 { self.renamed.1 } else { version }
    }
}

impl Truth {
    /// Entities of `keys_each` keys; none where `writes` is false.
    pub(super) fn new(keys: u64, keys_each: u32, writes: bool) -> Self {
        let entities = if writes { keys.div_ceil(u64::from(keys_each)) as usize } else { 0 };
        Self { entities: vec![Entity::default(); entities], keys: keys_each }
    }

    /// The keys that change together with `key`.
    pub(super) fn related(&self, key: u32) -> std::ops::Range<u32> {
        let first = key / self.keys * self.keys;
        first..first + self.keys
    }

    fn of(&mut self, key: u32) -> &mut Entity {
        &mut self.entities[(key / self.keys) as usize]
    }

    /// The version that the origin holds.
    #[inline]
    pub(super) fn committed(&self, key: u32) -> u32 {
        if self.entities.is_empty() { 0 } else { self.entities[(key / self.keys) as usize].committed }
    }

    /// A number for a new version.
    pub(super) fn begin(&mut self, key: u32) -> u32 {
        self.of(key).begin()
    }

    /// The origin holds this version now; the last write wins. A version that comes after a later one is the newest from now
    /// on, and gets a new number, which is returned.
    pub(super) fn commit(&mut self, key: u32, version: u32) -> u32 {
        let entity = self.of(key);
        let number = if version < entity.committed { entity.begin() } else { version };
        if number != version {
            entity.renamed = (version, number);
        }
        entity.committed = number;
        number
    }

    /// A client knows now that this version was written.
    pub(super) fn acknowledge(&mut self, now: Time, key: u32, version: u32) {
        let acknowledged = &mut self.of(key).acknowledged;
        // All that a version puts out of date, a later one has put out of date before.
        if acknowledged.back().is_some_and(|&(last, _)| last >= version) {
            return;
        }
        if acknowledged.len() == REMEMBERED {
            acknowledged.pop_front();
        }
        acknowledged.push_back((version, now));
    }

    /// The version will never be: it was rolled back.
    pub(super) fn roll_back(&mut self, key: u32, version: u32) {
        let entity = self.of(key);
        entity.void |= 1u64.checked_shl(entity.given - version).unwrap_or(0);
    }

    /// Acknowledged versions, of these numbers, are lost.
    pub(super) fn lose(&mut self, key: u32, versions: std::ops::RangeInclusive<u32>) {
        self.of(key).acknowledged.retain(|(version, _)| !versions.contains(version));
    }

    /// How long, by `now`, a value of this version has been out of date; none if it was the newest that a client knew of when
    /// the read began, at `started`.
    #[inline]
    pub(super) fn stale(&self, started: Time, now: Time, key: u32, version: u32) -> Option<Time> {
        let entity = self.entities.get((key / self.keys) as usize)?;
        let version = entity.number(version);
        if entity.acknowledged.back()?.0 <= version {
            return None;
        }
        let next = entity.acknowledged.partition_point(|&(known, _)| known <= version);
        let since = entity.acknowledged[next].1;
        (since <= started).then(|| now - since)
    }

    /// Was the version rolled back?
    #[inline]
    pub(super) fn is_void(&self, key: u32, version: u32) -> bool {
        let Some(entity) = self.entities.get((key / self.keys) as usize) else { return false };
        let version = entity.number(version);
        version > 0 && entity.void & 1u64.checked_shl(entity.given - version).unwrap_or(0) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_out_of_date_since_the_next_one_was_acknowledged() {
        let mut truth = Truth::new(10, 2, true);
        assert_eq!(truth.related(5), 4..6);
        assert_eq!(truth.stale(5, 5, 3, 0), None);
        for (now, version) in [(10, 1), (20, 2), (30, 3)] {
            assert_eq!(truth.begin(4), version);
            assert_eq!(truth.commit(4, version), version);
            truth.acknowledge(now, 4, version);
        }
        // Key 5 is of the same entity.
        assert_eq!(truth.committed(5), 3);
        let stale = |truth: &Truth, version| truth.stale(100, 100, 5, version);
        assert_eq!((stale(&truth, 0), stale(&truth, 2), stale(&truth, 3)), (Some(90), Some(70), None));
        // A read that began before the acknowledgement may answer what it found.
        assert_eq!((truth.stale(29, 100, 5, 2), truth.stale(30, 100, 5, 2)), (None, Some(70)));
        truth.lose(4, 3..=3);
        assert_eq!((stale(&truth, 2), stale(&truth, 1)), (None, Some(80)));
    }

    #[test]
    fn versions_that_nobody_acknowledged_put_nothing_out_of_date() {
        let mut truth = Truth::new(1, 1, true);
        for (version, acknowledged) in [(1, true), (2, false), (3, true)] {
            truth.begin(0);
            if acknowledged {
                truth.acknowledge(u64::from(version) * 10, 0, version);
            }
        }
        assert_eq!((truth.stale(50, 50, 0, 1), truth.stale(50, 50, 0, 2)), (Some(20), Some(20)));
        // The earlier one is acknowledged later: nothing changes.
        truth.acknowledge(40, 0, 2);
        assert_eq!((truth.stale(50, 50, 0, 1), truth.stale(50, 50, 0, 3)), (Some(20), None));
    }

    #[test]
    fn long_ago_is_at_least_the_oldest_that_is_remembered() {
        let mut truth = Truth::new(1, 1, true);
        for version in 1..=2000 {
            truth.begin(0);
            truth.acknowledge(u64::from(version) * 10, 0, version);
        }
        let oldest = 10 * (2000 - REMEMBERED as u64 + 1);
        assert_eq!(truth.stale(30_000, 30_000, 0, 2), Some(30_000 - oldest));
        assert_eq!(truth.stale(30_000, 30_000, 0, 1999), Some(10_000));
        assert!(Truth::new(5, 1, false).stale(5, 5, 3, 0).is_none());
    }

    #[test]
    fn the_write_that_the_origin_took_last_is_the_newest() {
        let mut truth = Truth::new(1, 1, true);
        let (first, second) = (truth.begin(0), truth.begin(0));
        assert_eq!(truth.commit(0, second), 2);
        let first_by_now = truth.commit(0, first);
        assert_eq!((first_by_now, truth.committed(0)), (3, 3));
        truth.acknowledge(10, 0, second);
        truth.acknowledge(20, 0, first_by_now);
        // A cache that took the first one under its old number holds what the origin holds.
        assert_eq!((truth.stale(30, 30, 0, first), truth.stale(30, 30, 0, second)), (None, Some(10)));
    }

    #[test]
    fn what_was_rolled_back_is_void() {
        let mut truth = Truth::new(1, 1, true);
        let versions: Vec<u32> = (0..70).map(|_| truth.begin(0)).collect();
        truth.roll_back(0, versions[66]);
        truth.roll_back(0, versions[68]);
        let void: Vec<u32> = (0..=70).filter(|&version| truth.is_void(0, version)).collect();
        assert_eq!(void, [67, 69]);
        assert_eq!(truth.committed(0), 0);
        (0..70).for_each(|_| _ = truth.begin(0));
        assert!(!truth.is_void(0, 67), "too long ago");
    }
}
