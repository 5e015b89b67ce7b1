//! Consistent hashing: nodes are points on a circle, a key belongs to the next point clockwise; a node that joins takes
//! keys from all others and moves no other key. Several points for each node (virtual nodes) even out the shares, whose
//! variation is about 1 / sqrt(vnodes).
//!
//! # Source
//! D. Karger, E. Lehman, T. Leighton, R. Panigrahy, M. Levine, D. Lewin: Consistent hashing and random trees. STOC 1997.
//! <https://doi.org/10.1145/258533.258660>. The circle has 2^128 places, a node's points are the MD5 of `name:i`, a key's
//! place is its MD5, and a key that falls on a point belongs to the one after it: as a Python ring of MD5 and
//! `bisect_right` does, which is the one found in most tutorials.

use super::ring::Ring;
use super::{Node, Scheme, SchemeInfo, md5};
use crate::core::Result;

pub(super) static SCHEME: SchemeInfo = SchemeInfo {
    name: "consistent",
    summary: "a ring of 128-bit MD5 points, vnodes for each node; a key belongs to the next point",
    source: "Karger et al.: Consistent hashing and random trees. STOC 1997",
    takes_vnodes: true,
    takes_bound: false,
    build: |params| Box::new(Consistent { vnodes: params.vnodes, ring: Ring::default() }),
};

/// See the module text.
#[derive(Debug)]
struct Consistent {
    vnodes: usize,
    ring: Ring<u128>,
}

/// A text's place on the circle.
pub(super) fn hash(text: &[u8]) -> u128 {
    u128::from_be_bytes(md5(text))
}

/// The ring of `vnodes` points for each node.
pub(super) fn ring(nodes: &[Node], vnodes: usize) -> Result<Ring<u128>> {
    Ring::new(nodes, vnodes, |name, i| hash(format!("{name}:{i}").as_bytes()))
}

impl Scheme for Consistent {
    fn settle(&mut self, alive: &[Node], _: usize) -> Result<()> {
        self.ring = ring(alive, self.vnodes)?;
        Ok(())
    }

    fn place(&mut self, key: &[u8]) -> u16 {
        self.ring.after(hash(key)).next().unwrap_or_default()
    }
}
