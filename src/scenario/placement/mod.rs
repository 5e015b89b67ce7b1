//! Placement: which node of a sharded cache a key belongs to, and how many keys change nodes when one joins or leaves.
//!
//! A [`Placement`] asks its scheme once for every key and keeps the answers in a table, so that a simulated request costs
//! one look-up. Adding a scheme is a file and two lines here: its `mod` and its entry in [`SCHEMES`].

mod bounded;
mod consistent;
mod jump;
mod ketama;
mod maglev;
mod modulo;
mod rendezvous;
mod ring;
mod slots;
#[cfg(test)]
mod tests;

use crate::core::error::closest;
use crate::core::{Error, Result};
use md5::{Digest, Md5};
use std::fmt::{Debug, Write};

/// Every scheme, in the order of lists and help.
pub(super) static SCHEMES: &[&SchemeInfo] = &[
    &consistent::SCHEME,
    &ketama::SCHEME,
    &jump::SCHEME,
    &rendezvous::SCHEME,
    &maglev::SCHEME,
    &bounded::SCHEME,
    &modulo::SCHEME,
    &slots::SCHEME,
];

/// The most nodes a placement can have in its life, removed ones included: a key's node is kept in 16 bits.
const MOST_NODES: usize = u16::MAX as usize;

/// What a scheme says about itself.
#[derive(Debug)]
pub(super) struct SchemeInfo {
    /// Its name in specs.
    pub(super) name: &'static str,
    /// What it does, in one line.
    pub(super) summary: &'static str,
    /// Where it is described.
    pub(super) source: &'static str,
    /// Whether the number of virtual nodes matters to it.
    pub(super) takes_vnodes: bool,
    /// Whether the bound on loads matters to it.
    pub(super) takes_bound: bool,
    build: fn(&Params) -> Box<dyn Scheme>,
}

/// The parameters of all schemes.
#[derive(Debug, Clone, Copy)]
struct Params {
    /// Points of a node on the ring, at least 1.
    vnodes: usize,
    /// The most keys of a node, as a multiple (at least 1) of the average.
    bound: f64,
}

/// A node that takes keys.
#[derive(Debug, Clone)]
struct Node {
    /// Its index, which it keeps and which no other node ever gets.
    index: u16,
    /// The text that schemes hash.
    name: String,
}

impl Node {
    /// The node of that index, whose name counts from 1: `cache1:11211` for index 0.
    fn new(index: usize) -> Self {
        Self { index: index as u16, name: format!("cache{}:11211", index + 1) }
    }
}

/// A way to give keys to nodes.
trait Scheme: Debug {
    /// Takes `alive` (never empty, in order of their indexes) as the nodes from now on, for `keys` keys.
    ///
    /// # Errors
    /// The scheme cannot have these nodes after those it had; it then stays as it was.
    fn settle(&mut self, alive: &[Node], keys: usize) -> Result<()>;

    /// The index of the node of a key. After [`Scheme::settle`], all keys are asked for once, in order.
    fn place(&mut self, key: &[u8]) -> u16;
}

/// The scheme of that name.
///
/// # Errors
/// There is none.
pub(super) fn scheme(name: &str) -> Result<&'static SchemeInfo> {
    SCHEMES.iter().find(|scheme| scheme.name == name).copied().ok_or_else(|| {
        let names: Vec<_> = SCHEMES.iter().map(|scheme| scheme.name).collect();
        let error = Error::usage(format!("there is no placement scheme '{name}'"));
        match closest(name, names.iter().copied()) {
            Some(near) => error.hint(format!("did you mean '{near}'?")),
            None => error.hint(format!("there are: {}", names.join(", "))),
        }
    })
}

/// The nodes of a sharded cache and the node of every key.
#[derive(Debug)]
pub(super) struct Placement {
    scheme: Box<dyn Scheme>,
    prefix: String,
    alive: Vec<Node>,
    /// Nodes there have ever been; the next one gets this index.
    nodes: usize,
    /// Index of the node, per key.
    table: Vec<u16>,
}

impl Placement {
    /// Places the keys `user:0`, `user:1`, ... of the dense ids `0..keys` on nodes `cache1:11211`, `cache2:11211`, ...
    ///
    /// `vnodes` (points of a node on the ring) and `bound` (the most keys of a node, as a multiple of the average) matter
    /// only to the schemes that say so.
    ///
    /// # Errors
    /// An unknown scheme, no nodes or too many, no virtual nodes, a bound below 1, more than 2^32 keys.
    pub(super) fn new(scheme: &str, nodes: usize, vnodes: usize, bound: f64, keys: usize) -> Result<Self> {
        Self::with_prefix(scheme, nodes, vnodes, bound, keys, "user:")
    }

    /// The same with other names of keys: `prefix` and the id.
    ///
    /// # Errors
    /// As [`Placement::new`].
    pub(super) fn with_prefix(
        scheme: &str,
        nodes: usize,
        vnodes: usize,
        bound: f64,
        keys: usize,
        prefix: &str,
    ) -> Result<Self> {
        let info = self::scheme(scheme)?;
        if nodes == 0 {
            return Err(Error::usage("nodes = 0: nothing can hold the keys").hint("give at least 1 node"));
        }
        if nodes > MOST_NODES {
            return Err(too_many_nodes(nodes));
        }
        if vnodes == 0 {
            return Err(Error::usage("vnodes = 0: a node without a point on the ring gets no keys")
                .hint("give at least 1 virtual node; 150 is common"));
        }
        if !(bound >= 1.0 && bound.is_finite()) {
            return Err(Error::usage(format!(
                "bound = {bound}: expected a number of at least 1, or the nodes could not hold all keys"
            ))
            .hint("1.25 lets a node have 25 % more keys than the average"));
        }
        if keys as u64 > 1 << 32 {
            return Err(
                Error::usage(format!("keys = {keys}: at most 2^32 keys can be placed")).hint("place fewer keys")
            );
        }
        let mut scheme = (info.build)(&Params { vnodes, bound });
        let alive: Vec<_> = (0..nodes).map(Node::new).collect();
        scheme.settle(&alive, keys)?;
        let mut placement = Self { scheme, prefix: prefix.to_owned(), alive, nodes, table: vec![0; keys] };
        placement.fill();
        Ok(placement)
    }

    /// The index of the node of a key, which must be below the number of keys.
    #[inline]
    pub(super) fn node(&self, key: u32) -> usize {
        usize::from(self.table[key as usize])
    }

    /// Adds a node, which gets the next index, and answers how many keys moved.
    ///
    /// # Errors
    /// There are too many nodes; the placement stays as it was.
    pub(super) fn add_node(&mut self) -> Result<u64> {
        if self.nodes == MOST_NODES {
            return Err(too_many_nodes(MOST_NODES + 1));
        }
        let mut alive = self.alive.clone();
        alive.push(Node::new(self.nodes));
        let moved = self.settle(alive)?;
        self.nodes += 1;
        Ok(moved)
    }

    /// Removes the node of that index, for good, and answers how many keys moved, its own among them.
    ///
    /// # Errors
    /// There is no such node, it is the only one, or the scheme can lose only its last; the placement stays as it was.
    pub(super) fn remove_node(&mut self, node: usize) -> Result<u64> {
        let Some(at) = self.alive.iter().position(|n| usize::from(n.index) == node) else {
            let indexes: Vec<_> = self.alive().map(|n| n.to_string()).collect();
            return Err(Error::usage(format!("there is no node {node} to remove"))
                .hint(format!("nodes are counted from 0; there are: {}", indexes.join(", "))));
        };
        if self.alive.len() == 1 {
            return Err(Error::usage(format!("node {node} is the only one: without it nothing can hold the keys"))
                .hint("add another node first"));
        }
        let mut alive = self.alive.clone();
        alive.remove(at);
        self.settle(alive)
    }

    /// The indexes of the nodes that take keys, ascending.
    pub(super) fn alive(&self) -> impl Iterator<Item = usize> + '_ {
        self.alive.iter().map(|node| usize::from(node.index))
    }

    /// The share of all keys that each node has, by its index; 0 for a removed one, and for all of no keys.
    #[cfg(test)]
    pub(super) fn shares(&self) -> Vec<f64> {
        let mut loads = vec![0u64; self.nodes];
        for &node in &self.table {
            loads[usize::from(node)] += 1;
        }
        let keys = self.table.len().max(1) as f64;
        loads.into_iter().map(|load| load as f64 / keys).collect()
    }

    /// Goes over to other nodes and answers how many keys moved.
    fn settle(&mut self, alive: Vec<Node>) -> Result<u64> {
        self.scheme.settle(&alive, self.table.len())?;
        self.alive = alive;
        Ok(self.fill())
    }

    /// Asks the scheme for every key and answers how many keys have another node than before.
    fn fill(&mut self) -> u64 {
        let mut name = self.prefix.clone();
        let mut moved = 0;
        for (id, node) in self.table.iter_mut().enumerate() {
            name.truncate(self.prefix.len());
            // Writing to a string cannot fail.
            let _ = write!(name, "{id}");
            let now = self.scheme.place(name.as_bytes());
            moved += u64::from(now != *node);
            *node = now;
        }
        moved
    }
}

fn too_many_nodes(nodes: usize) -> Error {
    Error::usage(format!("{nodes} nodes: at most {MOST_NODES} can be numbered, removed ones included"))
        .hint("use fewer nodes")
}

/// MD5 of a text, the hash of the ring of the memcached clients.
fn md5(text: &[u8]) -> [u8; 16] {
    Md5::digest(text).into()
}
