//! Rendezvous hashing (highest random weight): every node has a weight for the key, and the heaviest gets it. Movement is
//! minimal, no memory is needed, and a look-up costs a hash for each node.
//!
//! # Source
//! D. G. Thaler, C. V. Ravishankar: Using name-based mappings to increase hit rates. IEEE/ACM Transactions on Networking
//! 6 (1), 1998. <https://doi.org/10.1109/90.663936>. The paper's linear congruential weights are replaced by a 64-bit
//! mixer of the XXH3 of both names, whose ties (which go to the lower index) do not happen in practice.

use super::{Node, Scheme, SchemeInfo};
use crate::core::{Result, hash};
use std::cmp::Reverse;

pub(super) static SCHEME: SchemeInfo = SchemeInfo {
    name: "rendezvous",
    summary: "the node with the highest random weight for the key; minimal movement, a hash for each node",
    source: "Thaler, Ravishankar: Using name-based mappings to increase hit rates. ToN 1998",
    takes_vnodes: false,
    takes_bound: false,
    build: |_| Box::new(Rendezvous::default()),
};

/// See the module text.
#[derive(Debug, Default)]
struct Rendezvous {
    /// Hash of the name and index of each node.
    nodes: Vec<(u64, u16)>,
}

impl Scheme for Rendezvous {
    fn settle(&mut self, alive: &[Node], _: usize) -> Result<()> {
        self.nodes = alive.iter().map(|node| (hash::bytes(node.name.as_bytes()), node.index)).collect();
        Ok(())
    }

    fn place(&mut self, key: &[u8]) -> u16 {
        let key = hash::bytes(key);
        let heaviest = self.nodes.iter().max_by_key(|&&(node, index)| (hash::mix(key ^ node), Reverse(index)));
        heaviest.map_or(0, |&(_, index)| index)
    }
}
