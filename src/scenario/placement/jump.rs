//! Jump consistent hashing: a key jumps through the numbers of buckets at which it would change its bucket, until the next
//! is beyond those there are. Near perfect balance without memory, but buckets are numbered, so only the last can leave.
//!
//! # Source
//! J. Lamping, E. Veach: A fast, minimal memory, consistent hash algorithm. 2014. <https://arxiv.org/abs/1406.2294>.
//! The 64-bit key is the XXH3 of the key's name.

use super::{Node, Scheme, SchemeInfo};
use crate::core::{Error, Result, hash};

pub(super) static SCHEME: SchemeInfo = SchemeInfo {
    name: "jump",
    summary: "jumps through bucket numbers; near perfect balance, no memory; only the last node can leave",
    source: "Lamping, Veach: A fast, minimal memory, consistent hash algorithm. 2014",
    takes_vnodes: false,
    takes_bound: false,
    build: |_| Box::new(Jump::default()),
};

/// See the module text.
#[derive(Debug, Default)]
struct Jump {
    /// The node of each bucket.
    buckets: Vec<u16>,
}

/// The bucket of a key, in `0..buckets`. The arithmetic is the paper's, exact in IEEE 754 on every machine.
fn bucket(mut key: u64, buckets: usize) -> usize {
    let (mut bucket, mut next) = (0, 0);
    while next < buckets {
        bucket = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        next = ((bucket + 1) as f64 * ((1u64 << 31) as f64 / ((key >> 33) + 1) as f64)) as usize;
    }
    bucket
}

impl Scheme for Jump {
    fn settle(&mut self, alive: &[Node], _: usize) -> Result<()> {
        let buckets: Vec<_> = alive.iter().map(|node| node.index).collect();
        if let Some((left, _)) = self.buckets.iter().zip(&buckets).find(|(was, is)| was != is) {
            let last = self.buckets.last().copied().unwrap_or_default();
            return Err(Error::usage(format!(
                "jump hashing cannot lose node {left}: its buckets are numbered, so only the last, {last}, can leave"
            ))
            .hint("remove the last node, or use a scheme such as consistent, rendezvous or maglev"));
        }
        self.buckets = buckets;
        Ok(())
    }

    fn place(&mut self, key: &[u8]) -> u16 {
        self.buckets[bucket(hash::bytes(key), self.buckets.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_codes_buckets() {
        // For 1 to 19 buckets. Values which independent implementations state as those of the paper's C++ code; they agree
        // with a transcription of it to Python.
        let known: [(u64, [usize; 19]); 4] = [
            (0, [0; 19]),
            (1, [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 17, 17]),
            (0xdead_beef, [0, 1, 2, 3, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 16, 16, 16]),
            (0x0ddc_0ffe_ebad_f00d, [0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 15, 15, 15, 15]),
        ];
        for (key, buckets) in known {
            for (i, &expected) in buckets.iter().enumerate() {
                assert_eq!(bucket(key, i + 1), expected, "key {key:#x}, {} buckets", i + 1);
            }
        }
    }
}
