//! Maglev hashing: the nodes take turns in choosing places of a table, each by its own permutation of it; a key's hash is
//! looked up there. The shares differ by at most one place in 65,537, and a change moves slightly more than it must.
//!
//! # Source
//! D. E. Eisenbud et al.: Maglev: a fast and reliable software network load balancer. NSDI 2016, section 3.4.
//! <https://www.usenix.org/conference/nsdi16/technical-sessions/presentation/eisenbud>. The table has the paper's smaller
//! size, the prime 65,537; offset and skip of a node are two seeded XXH3 of its name.

use super::{Node, Scheme, SchemeInfo};
use crate::core::{Result, hash};

pub(super) static SCHEME: SchemeInfo = SchemeInfo {
    name: "maglev",
    summary: "a table of 65,537 places which the nodes fill in turns; even shares, slightly more than minimal movement",
    source: "Eisenbud et al.: Maglev. NSDI 2016",
    takes_vnodes: false,
    takes_bound: false,
    build: |_| Box::new(Maglev::default()),
};

/// Places of the table: a prime, so that every skip makes a permutation, and more than there can be nodes.
const PLACES: usize = 65_537;

/// The place of the next choice and the step to the one after it, per node.
struct Permutation {
    next: usize,
    skip: usize,
}

impl Permutation {
    fn new(name: &str) -> Self {
        let hash = |seed, range: usize| (hash::seeded(name.as_bytes(), seed) % range as u64) as usize;
        Self { next: hash(0, PLACES), skip: hash(1, PLACES - 1) + 1 }
    }

    fn choose(&mut self) -> usize {
        let place = self.next;
        self.next = (self.next + self.skip) % PLACES;
        place
    }
}

/// See the module text.
#[derive(Debug, Default)]
struct Maglev {
    /// The node of each place.
    table: Vec<u16>,
}

impl Scheme for Maglev {
    fn settle(&mut self, alive: &[Node], _: usize) -> Result<()> {
        let mut permutations: Vec<_> = alive.iter().map(|node| Permutation::new(&node.name)).collect();
        let mut table = vec![None; PLACES];
        // Each turn takes a free place of a permutation of all of them, so there is one as long as the table is not full.
        for turn in 0..PLACES {
            let i = turn % alive.len();
            let free = loop {
                let place = permutations[i].choose();
                if table[place].is_none() {
                    break place;
                }
            };
            table[free] = Some(alive[i].index);
        }
        self.table = table.into_iter().flatten().collect();
        Ok(())
    }

    fn place(&mut self, key: &[u8]) -> u16 {
        self.table[(hash::bytes(key) % PLACES as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_has_the_same_number_of_places_but_for_one() {
        for nodes in [1usize, 2, 3, 7, 100] {
            let alive: Vec<_> = (0..nodes).map(Node::new).collect();
            let mut maglev = Maglev::default();
            maglev.settle(&alive, 0).unwrap();
            assert_eq!(maglev.table.len(), PLACES);
            let mut loads = vec![0; nodes];
            maglev.table.iter().for_each(|&node| loads[usize::from(node)] += 1);
            assert!(loads.iter().all(|&load| load == PLACES / nodes || load == PLACES.div_ceil(nodes)), "{loads:?}");
        }
    }
}
