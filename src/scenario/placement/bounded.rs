//! Consistent hashing with bounded loads: the ring of [`consistent`], on which a key walks on from nodes that already have
//! `ceil(bound * keys / nodes)` keys. No node has more; the price is that some keys move which need not.
//!
//! # Source
//! V. Mirrokni, M. Thorup, M. Zadimoghaddam: Consistent hashing with bounded loads. SODA 2018.
//! <https://arxiv.org/abs/1608.01350>. A node's load is the number of its keys, given to it in the order of their ids, anew
//! after each change of the nodes, as in the paper, whose placement depends on the nodes and not on how they came about.

use super::consistent::{self, hash};
use super::ring::Ring;
use super::{Node, Scheme, SchemeInfo};
use crate::core::Result;

pub(super) static SCHEME: SchemeInfo = SchemeInfo {
    name: "bounded",
    summary: "the consistent ring, on which keys walk on from nodes that have bound times the average",
    source: "Mirrokni, Thorup, Zadimoghaddam: Consistent hashing with bounded loads. SODA 2018",
    takes_vnodes: true,
    takes_bound: true,
    build: |params| {
        Box::new(Bounded {
            vnodes: params.vnodes,
            bound: params.bound,
            ring: Ring::default(),
            loads: Vec::new(),
            cap: 0,
        })
    },
};

/// See the module text.
#[derive(Debug)]
struct Bounded {
    vnodes: usize,
    bound: f64,
    ring: Ring<u128>,
    /// Keys of each node so far, by its index.
    loads: Vec<usize>,
    /// The most keys of a node.
    cap: usize,
}

/// The most keys of one of `nodes` nodes: `bound` times the average, rounded up.
fn cap(bound: f64, keys: usize, nodes: usize) -> usize {
    let exact = bound * keys as f64 / nodes as f64;
    let near = exact.round();
    // A product such as 1.1 * 10 is a little more in binary; what is whole up to that error counts as whole.
    let cap = if (exact - near).abs() <= near * 1e-12 { near } else { exact.ceil() };
    // However that rounds, all keys must find room.
    (cap as usize).max(keys.div_ceil(nodes))
}

impl Scheme for Bounded {
    fn settle(&mut self, alive: &[Node], keys: usize) -> Result<()> {
        self.ring = consistent::ring(alive, self.vnodes)?;
        self.cap = cap(self.bound, keys, alive.len());
        let indexes = alive.last().map_or(0, |node| usize::from(node.index) + 1);
        self.loads = vec![0; indexes];
        Ok(())
    }

    fn place(&mut self, key: &[u8]) -> u16 {
        let Self { ring, loads, cap, .. } = self;
        // The caps add up to at least the number of keys, so there is a node with room.
        let node = ring.after(hash(key)).find(|&node| loads[usize::from(node)] < *cap).unwrap_or_default();
        loads[usize::from(node)] += 1;
        node
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cap_is_rounded_up_and_room_for_all() {
        assert_eq!(cap(1.25, 100_000, 3), 41_667);
        assert_eq!(cap(1.0, 100_000, 3), 33_334);
        assert_eq!(cap(1.1, 10, 1), 11);
        assert_eq!(cap(1.25, 0, 3), 0);
        assert_eq!(cap(f64::MAX, 100, 3), usize::MAX);
        // The average is 65,536 and 1 / 65,535.
        assert_eq!(cap(1.0, 4_294_901_761, 65_535), 65_537);
    }
}
