//! Modulo hashing: the key's hash modulo the number of nodes. When that number changes from n to n + 1, only one key in
//! n + 1 stays where it was.
//!
//! # Source
//! Folklore; the scheme that D. Karger et al. (STOC 1997) set out to replace. The hash is the MD5 of [`consistent`], and
//! the remainder counts the nodes that are alive in order of their indexes.
//!
//! [`consistent`]: super::consistent

use super::consistent::hash;
use super::{Node, Scheme, SchemeInfo};
use crate::core::Result;

pub(super) static SCHEME: SchemeInfo = SchemeInfo {
    name: "modulo",
    summary: "the MD5 of the key modulo the number of nodes; nearly every key moves with a change",
    source: "folklore; what Karger et al. (STOC 1997) replaced",
    takes_vnodes: false,
    takes_bound: false,
    build: |_| Box::new(Modulo::default()),
};

/// See the module text.
#[derive(Debug, Default)]
struct Modulo {
    nodes: Vec<u16>,
}

impl Scheme for Modulo {
    fn settle(&mut self, alive: &[Node], _: usize) -> Result<()> {
        self.nodes = alive.iter().map(|node| node.index).collect();
        Ok(())
    }

    fn place(&mut self, key: &[u8]) -> u16 {
        self.nodes[(hash(key) % self.nodes.len() as u128) as usize]
    }
}
