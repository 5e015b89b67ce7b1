//! Perfect LFU at every size from one pass.
//!
//! # The order
//! Objects that were ever asked for stand in the order of (uses, time of the last use), the most used first. Who has been used
//! `n` times stands in class `n`, in the order in which it came there. How large the classes will become is known before the
//! pass, so all classes lie one behind the other on one axis, an object has a mark on its place, and its rank is the number of
//! marks from its own on, as for LRU.
//!
//! # Who is in the cache
//! A cache of size C holds the first C - 1 objects of the order, and the one it last missed, since a new object enters whatever
//! its count; where that one is among the first C - 1 by now, the C-th is there too. A request for the object of rank r so hits
//! at all C > r, at C = r if the object last missed there is of a higher rank or the same one, and below r only where it is the
//! one last missed. Each request is a miss for a range of sizes from 1 on, so "who was last missed, by size" is a stack of
//! ranges: a request takes the ranges below its rank off and puts one on.

use crate::core::machine::Vectors;
use crate::core::{ObjId, Pages, prefetch};
use crate::structs::{Ahead, Feed, Marks};
use std::ops::Range;

/// Requests ahead whose counter is asked for while uses are counted.
const AHEAD: usize = 24;

/// What is known of an object.
#[derive(Debug, Clone, Copy, Default, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
struct Place {
    /// Uses so far; the class. 0 before the first.
    uses: u32,
    /// Its slot on the axis.
    slot: u32,
}

/// Sizes up to `most`, from where the range above ends, at which `missed` was last missed.
#[derive(Debug, Clone, Copy)]
struct Missed {
    most: u32,
    missed: ObjId,
}

/// LFU with counts that outlive eviction, over unit sizes, without expiry.
#[derive(Debug)]
pub(super) struct Lfu {
    places: Pages<Place>,
    /// By class: the slot that the next object to come there gets.
    ends: Vec<u32>,
    marks: Marks,
    /// Objects seen.
    live: u32,
    /// The smallest sizes are last.
    missed: Vec<Missed>,
    /// By size: hits that begin there less hits that end before it.
    changes: Vec<i64>,
    vectors: Vectors,
}

impl Lfu {
    /// For a pass over these requests.
    pub(super) fn new(ids: &[ObjId], objects: usize) -> Self {
        Self::with(ids, objects, Vectors::best())
    }

    fn with(ids: &[ObjId], objects: usize, vectors: Vectors) -> Self {
        let mut uses = vec![0u32; objects];
        for (index, &id) in ids.iter().enumerate() {
            prefetch(&uses, ids.get(index + AHEAD).map_or(0, |&id| id as usize));
            uses[id as usize] += 1;
        }
        // Objects that are used at least n times come to class n.
        let mut sizes = vec![0u32; uses.iter().max().map_or(0, |&most| most as usize) + 2];
        for &uses in &uses {
            sizes[uses as usize] += 1;
        }
        (0..sizes.len() - 1).rev().for_each(|class| sizes[class] += sizes[class + 1]);
        sizes[0] = 0;
        let mut end = 0;
        let mut start = |&size: &u32| {
            end += size;
            end - size
        };
        let ends = sizes.iter().map(&mut start).collect();
        Self {
            places: Pages::zeroed(objects),
            ends,
            marks: Marks::new(ids.len()),
            live: 0,
            missed: Vec::new(),
            changes: vec![0; objects + 2],
            vectors,
        }
    }

    /// Takes the requests `range`; ranges follow one another.
    pub(super) fn feed(&mut self, ids: &[ObjId], range: Range<usize>) {
        self.vectors.run(Feed { pass: self, ids, range });
    }

    /// Hits since the last call by size, from 0 on.
    pub(super) fn take(&mut self) -> Vec<u64> {
        let mut hits = 0;
        let mut take = |change: &mut i64| {
            hits += std::mem::take(change);
            hits as u64
        };
        let mut hits: Vec<u64> = self.changes.iter_mut().map(&mut take).collect();
        // The last one is behind the largest size.
        hits.pop();
        hits
    }

    #[inline(always)]
    fn touch(&mut self, id: ObjId) {
        let Place { uses, slot } = self.places[id as usize];
        if uses == 0 {
            // A miss at every size.
            self.live += 1;
            self.missed.clear();
            self.missed.push(Missed { most: u32::MAX, missed: id });
        } else {
            let rank = self.live - self.marks.before(slot);
            self.count(id, rank, slot);
            self.marks.clear(slot);
        }
        let end = &mut self.ends[uses as usize + 1];
        self.marks.set(*end);
        self.places[id as usize] = Place { uses: uses + 1, slot: *end };
        *end += 1;
    }

    /// Counts the hits of a request for the object of this rank, and notes where it missed.
    #[inline(always)]
    fn count(&mut self, id: ObjId, rank: u32, slot: u32) {
        self.changes[rank as usize + 1] += 1;
        let mut from = 1;
        while let Some(&Missed { most, missed }) = self.missed.last() {
            // Sizes below the rank at which it is the last one missed.
            if missed == id && from < rank {
                self.changes[from as usize] += 1;
                self.changes[most.min(rank - 1) as usize + 1] -= 1;
            }
            if most < rank {
                from = most + 1;
                self.missed.pop();
                continue;
            }
            let hit = missed == id || self.places[missed as usize].slot > slot;
            if hit {
                self.changes[rank as usize] += 1;
                self.changes[rank as usize + 1] -= 1;
            } else if most == rank {
                self.missed.pop();
            }
            let most = rank - u32::from(hit);
            if most > 0 {
                self.missed.push(Missed { most, missed: id });
            }
            break;
        }
    }
}

impl Ahead for &mut Lfu {
    #[inline(always)]
    fn preload(&self, far: ObjId, near: ObjId) {
        prefetch(&self.places, far as usize);
        self.marks.preload(self.places[near as usize].slot);
    }

    #[inline(always)]
    fn request(&mut self, _: usize, id: ObjId) {
        self.touch(id);
    }
}
