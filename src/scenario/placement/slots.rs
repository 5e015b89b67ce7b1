//! The slots of Redis Cluster: a key belongs to one of 16,384 slots by its CRC16, and each slot to a node. At first the
//! nodes have equal ranges of slots. A node that joins takes its fair share from those that have most, and the slots of one
//! that leaves go to those that have fewest; no other slot moves.
//!
//! # Source
//! Redis Cluster specification, "Key distribution model" and "Hash tags".
//! <https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/>. The first ranges are those of
//! `redis-cli --cluster create`. Which slots move is left to the operator by Redis; here the lowest-numbered of a giver go
//! first, and ties between nodes go to the lower index.

use super::{Node, Scheme, SchemeInfo};
use crate::core::{Error, Result};
use crc::{CRC_16_XMODEM, Crc};

pub(super) static SCHEME: SchemeInfo = SchemeInfo {
    name: "slots",
    summary: "Redis Cluster's 16,384 slots by CRC16, in equal ranges; slots move evenly and no more than needed",
    source: "Redis Cluster specification",
    takes_vnodes: false,
    takes_bound: false,
    build: |_| Box::new(Slots::default()),
};

const SLOTS: usize = 16_384;

static CRC16: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);

/// See the module text.
#[derive(Debug, Default)]
struct Slots {
    /// The node of each slot; empty before the first nodes.
    owners: Vec<u16>,
}

/// The part of a key that is hashed: what is between the first `{` and the first `}` after it, if that is anything.
fn tag(key: &[u8]) -> &[u8] {
    let inside = key.iter().position(|&c| c == b'{').and_then(|open| {
        let rest = &key[open + 1..];
        rest.iter().position(|&c| c == b'}').map(|close| &rest[..close])
    });
    inside.filter(|tag| !tag.is_empty()).unwrap_or(key)
}

/// The slot of a key.
fn slot(key: &[u8]) -> usize {
    usize::from(CRC16.checksum(tag(key))) % SLOTS
}

/// Equal ranges, with ends rounded to the nearest slot.
fn ranges(alive: &[Node]) -> Vec<u16> {
    let nodes = alive.len();
    let start = |i: usize| (2 * i * SLOTS + nodes) / (2 * nodes);
    alive.iter().enumerate().flat_map(|(i, node)| (start(i)..start(i + 1)).map(|_| node.index)).collect()
}

/// Position in `counts` (of node and count) of the first node with the most or the fewest slots.
fn first_by(counts: &[(u16, usize)], key: impl Fn(usize) -> isize) -> usize {
    (0..counts.len()).min_by_key(|&i| key(counts[i].1)).unwrap_or_default()
}

impl Slots {
    /// Nodes that have slots, or are `alive`, and how many slots each has.
    fn counts(&self, alive: &[Node]) -> Vec<(u16, usize)> {
        let mut loads = vec![0; usize::from(u16::MAX) + 1];
        self.owners.iter().for_each(|&owner| loads[usize::from(owner)] += 1);
        alive.iter().map(|node| (node.index, loads[usize::from(node.index)])).collect()
    }

    /// Gives the slots of nodes that are not alive to those with the fewest.
    fn spread(&mut self, alive: &[Node]) {
        let mut counts = self.counts(alive);
        for owner in &mut self.owners {
            if alive.binary_search_by_key(owner, |node| node.index).is_err() {
                let heir = first_by(&counts, |count| count as isize);
                counts[heir].1 += 1;
                *owner = counts[heir].0;
            }
        }
    }

    /// Takes slots for a node that has none from those with the most.
    fn take(&mut self, alive: &[Node], newcomer: u16) {
        let mut counts = self.counts(alive);
        let mut owed = vec![0; usize::from(u16::MAX) + 1];
        for _ in 0..SLOTS / alive.len() {
            let giver = first_by(&counts, |count| -(count as isize));
            counts[giver].1 -= 1;
            owed[usize::from(counts[giver].0)] += 1;
        }
        for owner in &mut self.owners {
            let owed = &mut owed[usize::from(*owner)];
            if *owed > 0 {
                *owed -= 1;
                *owner = newcomer;
            }
        }
    }
}

impl Scheme for Slots {
    fn settle(&mut self, alive: &[Node], _: usize) -> Result<()> {
        if alive.len() > SLOTS {
            return Err(Error::usage(format!("{} nodes: a cluster has {SLOTS} slots to give", alive.len()))
                .hint(format!("use at most {SLOTS} nodes")));
        }
        if self.owners.is_empty() {
            self.owners = ranges(alive);
            return Ok(());
        }
        self.spread(alive);
        for (node, count) in self.counts(alive) {
            if count == 0 {
                self.take(alive, node);
            }
        }
        Ok(())
    }

    fn place(&mut self, key: &[u8]) -> u16 {
        self.owners[slot(key)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(indexes: &[usize]) -> Vec<Node> {
        indexes.iter().map(|&index| Node::new(index)).collect()
    }

    fn settled(indexes: &[usize]) -> Slots {
        let mut slots = Slots::default();
        slots.settle(&nodes(indexes), 0).unwrap();
        slots
    }

    /// Slots of each node and the number of slots that moved by going over to `indexes`.
    fn change(slots: &mut Slots, indexes: &[usize]) -> (Vec<usize>, usize) {
        let before = slots.owners.clone();
        slots.settle(&nodes(indexes), 0).unwrap();
        let counts = slots.counts(&nodes(indexes)).into_iter().map(|(_, count)| count).collect();
        (counts, before.iter().zip(&slots.owners).filter(|(was, is)| was != is).count())
    }

    #[test]
    fn slots_are_those_of_redis() {
        // The specification's check value, and the examples of the documentation of CLUSTER KEYSLOT.
        assert_eq!(CRC16.checksum(b"123456789"), 0x31C3);
        assert_eq!(slot(b"somekey"), 11_058);
        assert_eq!(slot(b"foo{hash_tag}"), 2515);
        assert_eq!(slot(b"bar{hash_tag}"), 2515);
    }

    #[test]
    fn hash_tags_are_those_of_the_specification() {
        assert_eq!(tag(b"{user1000}.following"), b"user1000");
        assert_eq!(tag(b"foo{}{bar}"), b"foo{}{bar}");
        assert_eq!(tag(b"foo{{bar}}zap"), b"{bar");
        assert_eq!(tag(b"foo{bar}{zap}"), b"bar");
        assert_eq!(tag(b"}foo{bar"), b"}foo{bar");
    }

    #[test]
    fn three_nodes_start_with_the_ranges_of_redis_cli() {
        let slots = settled(&[0, 1, 2]);
        for (node, range) in [(0, 0..=5460), (1, 5461..=10_922), (2, 10_923..=16_383)] {
            assert!(slots.owners[range].iter().all(|&owner| owner == node), "node {node}");
        }
        assert_eq!(slots.owners.len(), SLOTS);
    }

    #[test]
    fn a_node_that_joins_takes_its_share_and_no_more() {
        let mut slots = settled(&[0, 1, 2]);
        assert_eq!(change(&mut slots, &[0, 1, 2, 3]), (vec![4096; 4], 4096));
        assert!(slots.owners[..1365].iter().all(|&owner| owner == 3), "the lowest slots of a giver go first");
        // 16384 / 5 = 3276.8, of which the newcomer takes the whole part.
        assert_eq!(change(&mut slots, &[0, 1, 2, 3, 4]), (vec![3277, 3277, 3277, 3277, 3276], 3276));
    }

    #[test]
    fn the_slots_of_a_node_that_leaves_are_spread() {
        let mut slots = settled(&[0, 1, 2, 3]);
        assert_eq!(change(&mut slots, &[0, 2, 3]), (vec![5462, 5461, 5461], 4096));
        assert_eq!(change(&mut slots, &[2]), (vec![SLOTS], 5462 + 5461));
    }

    #[test]
    fn every_slot_can_have_its_own_node_and_no_more() {
        let all: Vec<_> = (0..SLOTS).collect();
        let mut slots = settled(&all[1..]);
        slots.settle(&nodes(&all[1..]), 0).unwrap();
        let more: Vec<_> = (0..=SLOTS).collect();
        assert!(Slots::default().settle(&nodes(&more), 0).is_err());
    }
}
