//! The cache of a cell: a policy, what stands in front of it and beside it.

use super::Options;
use super::cell::{Cell, Replayer};
use crate::core::{Error, ObjId, Result, hash};
use crate::engine::{Config, Replay};
use crate::policy::{Blocks, Setup};
use crate::trace::{Keys, Trace};
use hashbrown::HashMap;
use std::sync::Arc;

impl Replayer<'_> {
    /// Number of ids: the trace's objects, and what a prefetcher may fetch beside them.
    pub(super) fn ids(&self) -> usize {
        self.blocks.as_ref().map_or(self.trace.objects, |blocks| blocks.objects())
    }

    /// The cache of this cell, empty.
    ///
    /// # Errors
    /// A parameter out of its range, or parts that do not go together.
    pub(super) fn build(&self, cell: &Cell) -> Result<Box<dyn Replay>> {
        let Options { bytes, expiry, operations, strict, seed, ref admission, ref prefetch, .. } = *self.options;
        let name = cell.spec.unit.entry.info.name;
        let key = format!("{name} {} {} {}", cell.spec.canonical, cell.capacity, cell.repetition);
        let setup = Setup {
            objects: self.ids(),
            capacity: cell.capacity,
            expected: self.expected(cell.capacity),
            seed: hash::seeded(key.as_bytes(), seed),
            bytes,
        };
        let config = Config { capacity: cell.capacity, bytes, expiry, operations, strict };
        let mut replay = cell.spec.unit.replay(&cell.spec.params, &setup, &config)?;
        let keyed = |canonical: &str| Setup { seed: hash::seeded(canonical.as_bytes(), setup.seed), ..setup };
        if !admission.is_always() {
            admission.suits(&cell.spec)?;
            replay.set_admission(admission.entry.build(&admission.params, &keyed(&admission.canonical))?);
        }
        if !prefetch.is_none() {
            prefetch.suits(&cell.spec, admission)?;
            let mut built = prefetch.entry.build(&prefetch.params, &keyed(&prefetch.canonical))?;
            if let Some(blocks) = &self.blocks {
                built.introduce(blocks);
            }
            replay.set_prefetch(built);
        }
        Ok(replay)
    }
}

/// What follows what in the trace, if the prefetcher needs to know.
pub(super) fn blocks(trace: &Trace, options: &Options) -> Result<Option<Arc<Blocks>>> {
    let prefetch = &options.prefetch;
    if !prefetch.entry.info.needs.keys {
        return Ok(None);
    }
    let step = prefetch.entry.build(&prefetch.params, &Setup::TRIAL)?.step();
    let name = prefetch.entry.info.name;
    let Keys::Int(keys) = &trace.keys else {
        return Err(Error::usage(format!(
            "{name} goes by the numbers of blocks, and the keys of '{}' are no numbers",
            trace.name
        ))
        .hint("use a trace whose keys are, or another prefetcher: evictlab prefetchers"));
    };
    following(keys, step).map(|blocks| Some(Arc::new(blocks))).map_err(|fault| match fault {
        Fault::Shared => Error::usage(format!(
            "{name} goes by the numbers of blocks, and in '{}' several objects have one",
            trace.name
        ))
        .hint("with --size-change distinct a key is an object for each of its sizes; use new or first"),
        Fault::TooMany => {
            Error::failure(format!("'{}' has too many objects to give an id to those that follow them", trace.name))
                .hint("leave some out: --limit, --sample, or another prefetcher")
        }
    })
}

/// Why blocks cannot be put in order.
#[derive(Debug, PartialEq, Eq)]
enum Fault {
    /// Several objects have the same key.
    Shared,
    /// Ids do not suffice.
    TooMany,
}

/// The block that follows each: that of the key by `step` greater, which gets an id of its own where the trace has none.
fn following(keys: &[u64], step: u64) -> Result<Blocks, Fault> {
    let ids: HashMap<u64, ObjId> = keys.iter().enumerate().map(|(id, &key)| (key, id as ObjId)).collect();
    if ids.len() < keys.len() {
        return Err(Fault::Shared);
    }
    let mut objects = keys.len();
    let mut next = Vec::with_capacity(keys.len());
    for &key in keys {
        next.push(match key.checked_add(step).map(|after| ids.get(&after)) {
            // No block has a number beyond the last.
            None => ObjId::MAX,
            Some(Some(&id)) => id,
            Some(None) if objects < ObjId::MAX as usize => {
                objects += 1;
                (objects - 1) as ObjId
            }
            Some(None) => return Err(Fault::TooMany),
        });
    }
    Ok(Blocks::new(next, objects))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_follow_their_keys() {
        let blocks = following(&[10, 12, 11, 30, u64::MAX], 1).unwrap();
        let next: Vec<_> = (0..7).map(|id| blocks.after(id)).collect();
        // 13 and 31 get ids of their own, and have no follower.
        assert_eq!(next, [Some(2), Some(5), Some(1), Some(6), None, None, None]);
        assert_eq!(blocks.objects(), 7);
        assert_eq!(following(&[0, 4096], 4096).unwrap(), Blocks::new(vec![1, 2], 3));
        assert_eq!(following(&[7, 8, 7], 1), Err(Fault::Shared));
    }
}
