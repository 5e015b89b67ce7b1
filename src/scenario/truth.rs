//! Versions: which value of an entity is the newest, at the origin and to the clients' knowledge, and since when.

use crate::core::Time;

/// Acknowledgements that are remembered; what is out of date by more versions has been so for at least as long as the oldest.
const REMEMBERED: usize = 8;

/// The versions of one entity. A version is a number; 0 was there from the start.
#[derive(Debug, Clone, Copy, Default)]
struct Entity {
    /// The last number that was given out.
    given: u32,
    /// What the origin holds.
    committed: u32,
    /// The newest version of which a client knows that it was written.
    acknowledged: u32,
    /// The version that was rolled back last.
    void: u32,
    /// When the last versions were acknowledged, by number.
    times: [Time; REMEMBERED],
}

/// The versions of all entities; empty where nothing is ever written.
#[derive(Debug)]
pub(super) struct Truth {
    entities: Vec<Entity>,
    /// Keys of an entity.
    keys: u32,
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
        let entity = self.of(key);
        entity.given += 1;
        entity.given
    }

    /// The origin holds this version now. It keeps the order in which it is told: the last write wins.
    pub(super) fn commit(&mut self, key: u32, version: u32) {
        self.of(key).committed = version;
    }

    /// A client knows now that this version was written.
    pub(super) fn acknowledge(&mut self, now: Time, key: u32, version: u32) {
        let entity = self.of(key);
        entity.acknowledged = entity.acknowledged.max(version);
        entity.times[version as usize % REMEMBERED] = now;
    }

    /// The version will never be: it was rolled back.
    pub(super) fn roll_back(&mut self, key: u32, version: u32) {
        self.of(key).void = version;
    }

    /// An acknowledged version is lost: from now on the origin's is the newest there is.
    pub(super) fn lose(&mut self, key: u32) {
        let entity = self.of(key);
        entity.acknowledged = entity.committed;
    }

    /// How long a value of this version has been out of date at `now`; none if it is the newest.
    #[inline]
    pub(super) fn stale(&self, now: Time, key: u32, version: u32) -> Option<Time> {
        let entity = self.entities.get((key / self.keys) as usize)?;
        if version >= entity.acknowledged {
            return None;
        }
        let next = if (entity.acknowledged - version) as usize <= REMEMBERED {
            version + 1
        } else {
            entity.acknowledged + 1 - REMEMBERED as u32
        };
        Some(now.saturating_sub(entity.times[next as usize % REMEMBERED]))
    }

    /// Was the version rolled back?
    #[inline]
    pub(super) fn is_void(&self, key: u32, version: u32) -> bool {
        version > 0 && self.entities.get((key / self.keys) as usize).is_some_and(|entity| entity.void == version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_out_of_date_since_the_next_one_was_acknowledged() {
        let mut truth = Truth::new(10, 2, true);
        assert_eq!(truth.related(5), 4..6);
        assert_eq!(truth.stale(5, 3, 0), None);
        for (now, version) in [(10, 1), (20, 2), (30, 3)] {
            assert_eq!(truth.begin(4), version);
            truth.commit(4, version);
            truth.acknowledge(now, 4, version);
        }
        // Key 5 is of the same entity.
        assert_eq!(truth.committed(5), 3);
        assert_eq!((truth.stale(100, 5, 0), truth.stale(100, 5, 2), truth.stale(100, 5, 3)), (Some(90), Some(70), None));
        truth.lose(4);
        assert_eq!(truth.stale(100, 4, 3), None);
    }

    #[test]
    fn long_ago_is_at_least_the_oldest_that_is_remembered() {
        let mut truth = Truth::new(1, 1, true);
        for version in 1..=20 {
            truth.begin(0);
            truth.acknowledge(u64::from(version) * 10, 0, version);
        }
        assert_eq!(truth.stale(1000, 0, 2), Some(1000 - 130));
        assert_eq!(truth.stale(1000, 0, 19), Some(800));
        assert!(Truth::new(5, 1, false).stale(5, 3, 0).is_none());
    }

    #[test]
    fn what_was_rolled_back_is_void() {
        let mut truth = Truth::new(1, 1, true);
        let version = truth.begin(0);
        truth.roll_back(0, version);
        assert!(truth.is_void(0, version) && !truth.is_void(0, 0));
        assert_eq!(truth.committed(0), 0);
    }
}
