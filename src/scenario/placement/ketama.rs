//! Ketama, the ring of the memcached clients: 160 points of 32 bits for each node, from 40 MD5 digests of 4 points each.
//!
//! # Source
//! R. Jones (Last.fm), libketama, 2007; <https://www.last.fm/user/RJ/journal/2007/04/10/392555/>. Digest `r` of a node is
//! the MD5 of `name-r`, its four points are its four little-endian words; a key's place is the first word of its MD5, and
//! a key that falls on a point belongs to it. All nodes have the same weight.

use super::ring::Ring;
use super::{Node, Scheme, SchemeInfo, md5};
use crate::core::Result;

pub(super) static SCHEME: SchemeInfo = SchemeInfo {
    name: "ketama",
    summary: "the memcached clients' ring: 160 points of 32 bits for each node, from 40 MD5 digests",
    source: "R. Jones (Last.fm): libketama. 2007",
    takes_vnodes: false,
    takes_bound: false,
    build: |_| Box::new(Ketama::default()),
};

const DIGESTS: usize = 40;
const POINTS_OF_A_DIGEST: usize = 4;

/// See the module text.
#[derive(Debug, Default)]
struct Ketama {
    ring: Ring<u32>,
}

/// A little-endian word of a digest, 0 to 3.
fn word(digest: [u8; 16], i: usize) -> u32 {
    let at = 4 * i;
    u32::from_le_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]])
}

/// Point `i` of a node.
fn point(name: &str, i: usize) -> u32 {
    word(md5(format!("{name}-{}", i / POINTS_OF_A_DIGEST).as_bytes()), i % POINTS_OF_A_DIGEST)
}

impl Scheme for Ketama {
    fn settle(&mut self, alive: &[Node], _: usize) -> Result<()> {
        self.ring = Ring::new(alive, DIGESTS * POINTS_OF_A_DIGEST, point)?;
        Ok(())
    }

    fn place(&mut self, key: &[u8]) -> u16 {
        self.ring.from(word(md5(key), 0)).next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_gives_four_little_endian_points() {
        // Computed with Python's hashlib.
        let points: Vec<_> = (0..4).map(|i| point("cache1:11211", i)).collect();
        assert_eq!(points, [3_386_016_127, 213_743_497, 1_112_727_674, 1_846_724_673]);
        assert_ne!(point("cache1:11211", 4), points[0]);
    }
}
