//! memcached: memory is cut into slab classes by size, and each class has a segmented LRU of its own: HOT, WARM and COLD.
//!
//! # State
//! Classes of chunks, each 1.25 times as large as the one before; an object takes a chunk of the least class that it fits in.
//! Chunks come in pages that a class keeps, so that a class without a free chunk gives up an object of its own once no page is
//! left. Per class three lists. What comes in, or is written anew, is in HOT. A first hit marks an object as fetched, any
//! further one as active; an active object in COLD moves to WARM at once. At the tails, active objects lose that mark and go
//! from HOT to WARM and from WARM to its head; the others go to COLD if their list is larger than its share of the class, or
//! they are older than 0.2 times (HOT) or twice (WARM) the tail of COLD. Only the tail of COLD leaves.
//!
//! # Parameters
//! - `growth` = 1.25: ratio of neighbouring chunks (memcached, option -f).
//! - `chunk` = 96: bytes of the smallest chunk (memcached, with option -n).
//! - `page` = 1048576: bytes of a page, and of the largest object (memcached, option -I).
//! - `hot` = 0.2: share of HOT (memcached, `hot_lru_pct`).
//! - `warm` = 0.4: share of WARM (memcached, `warm_lru_pct`).
//!
//! # Source
//! A. Kelly (dormando) and others: memcached 1.6, 2020, `doc/new_lru.txt` and the options of `memcached -h`.
//! <https://github.com/memcached/memcached/blob/master/doc/new_lru.txt>
//!
//! # Departures
//! The thread that moves objects between the lists works after each operation on a class, as if it were never late; so the five
//! tries to find a victim, which step over locked objects, are one. Shares are of a class's objects. An object takes its size,
//! without memcached's header of some 50 bytes and its key. Objects above half a page have a chunk of their own class
//! instead of several. A page is at most a 64th of the capacity, so that a small cache has as many pages as the 64 MB of
//! memcached's default; no end of a page is lost, and a chunk that is larger is a page. The last page may end beyond the
//! capacity, and a class without any gets one in any case, as in memcached. Pages go back when the rest of the class has
//! chunks enough for its objects, and never for another class's sake: an object leaves another class only if its own is
//! empty. Where objects are counted, each has a chunk of 1.
//!
//! # Weak on
//! Sizes that change over time: pages stay with the classes that took them first.

use super::parts::quota::within;
use crate::core::{ObjId, Pages, Result, SECOND, Time, prefetch};
use crate::engine::Unit;
use crate::policy::{Build, Cause, Cx, Family, Info, Needs, Origin, Paper, Param, Policy, Setup, State, Verdict};
use crate::structs::Chains;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

pub(super) static POLICY: Unit = Unit::new::<Memcached>(Info {
    name: "memcached",
    aliases: &["memcached-slru"],
    summary: "memcached: slab classes by size, in each a segmented LRU of HOT, WARM and COLD",
    family: Family::System,
    paper: Paper {
        authors: "A. Kelly (dormando) and others",
        title: "memcached 1.6, `doc/new_lru.txt`",
        venue: "memcached",
        year: 2020,
        url: "https://github.com/memcached/memcached/blob/master/doc/new_lru.txt",
    },
    params: &[
        Param { name: "growth", range: "1.05..10", origin: Origin::Paper, help: "ratio of neighbouring chunks" },
        Param { name: "chunk", range: "8..page", origin: Origin::Paper, help: "bytes of the smallest chunk" },
        Param {
            name: "page",
            range: "1KiB..1GiB",
            origin: Origin::Paper,
            help: "bytes of a page and the largest object",
        },
        Param { name: "hot", range: "0..1", origin: Origin::Paper, help: "share of HOT" },
        Param { name: "warm", range: "0..1", origin: Origin::Paper, help: "share of WARM" },
    ],
    needs: Needs::NOTHING,
    state: State::of(Chains::LINK_BYTES + size_of::<Item>() as u32, 0),
    source: include_str!("memcached.rs"),
});

/// As many classes as memcached has at most.
const MOST_CLASSES: usize = 63;
/// Pages that a cache has at least.
const LEAST_PAGES: u64 = 64;
/// Moves at the tails after an operation, at most.
const MOST_MOVES: u32 = 500;
/// What an object that fits no page takes: more than any cache has.
const TOO_LARGE: u64 = u64::MAX / 2;
/// Age in HOT and WARM, as multiples of that of the tail of COLD.
const HOT_AGE: f64 = 0.2;
const WARM_AGE: f64 = 2.0;

const HOT: usize = 0;
const WARM: usize = 1;
const COLD: usize = 2;
const SEGMENTS: usize = 3;

const FETCHED: u32 = 1;
const ACTIVE: u32 = 2;

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    growth: f64,
    chunk: u32,
    page: u32,
    hot: f64,
    warm: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { growth: 1.25, chunk: 96, page: 1 << 20, hot: 0.2, warm: 0.4 }
    }
}

impl Params {
    /// The chunks of the classes, from the smallest on; the first is that of objects that are counted.
    fn chunks(&self) -> Vec<u64> {
        let (page, mut size) = (u64::from(self.page), u64::from(self.chunk));
        let mut chunks = vec![1];
        while chunks.len() < MOST_CLASSES && size as f64 <= page as f64 / self.growth {
            size = size.next_multiple_of(8);
            chunks.push(size);
            size = (size as f64 * self.growth) as u64;
        }
        chunks.push(page);
        chunks
    }
}

/// When an object was last moved by a use, in seconds, and its marks.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct Item {
    time: u32,
    marks: u32,
}

#[derive(Debug, Clone, Copy)]
struct Class {
    chunk: u64,
    /// Chunks in a page.
    per_page: u64,
    len: u64,
}

impl Class {
    /// Bytes of its pages.
    fn taken(&self) -> u64 {
        self.len.div_ceil(self.per_page) * self.per_page * self.chunk
    }
}

/// See the module text.
#[derive(Debug)]
pub struct Memcached {
    classes: Vec<Class>,
    /// Segments by class.
    lists: Chains,
    items: Pages<Item>,
    /// Bytes of the pages of all classes.
    taken: u64,
    capacity: u64,
    bytes: bool,
    page: u64,
    hot: f64,
    warm: f64,
}

fn seconds(now: Time) -> u32 {
    (now / SECOND) as u32
}

impl Memcached {
    /// The class of a size; of one that fits no page the last.
    fn class(&self, size: u32) -> usize {
        if !self.bytes {
            return 0;
        }
        let chunks = &self.classes[1..self.classes.len() - 1];
        1 + chunks.partition_point(|class| class.chunk < u64::from(size))
    }

    /// The class has so many objects now.
    fn set_len(&mut self, class: usize, len: u64) {
        let class = &mut self.classes[class];
        let before = class.taken();
        class.len = len;
        self.taken = self.taken - before + class.taken();
    }

    /// A new item at the head of HOT.
    fn link(&mut self, cx: &Cx<'_>, id: ObjId) {
        let class = self.class(cx.size(id));
        self.lists.push(class * SEGMENTS + HOT, id);
        self.items[id as usize] = Item { time: seconds(cx.now), marks: 0 };
        self.set_len(class, self.classes[class].len + 1);
        self.maintain(cx, class);
    }

    fn unlink(&mut self, id: ObjId) -> Option<usize> {
        let class = self.lists.chain_of(id)? / SEGMENTS;
        self.lists.remove(id);
        self.set_len(class, self.classes[class].len - 1);
        Some(class)
    }

    /// What the thread does that looks after the tails.
    fn maintain(&mut self, cx: &Cx<'_>, class: usize) {
        let now = seconds(cx.now);
        let coldest = self.lists.front(class * SEGMENTS + COLD);
        let age = coldest.map_or(0, |id| now.saturating_sub(self.items[id as usize].time));
        let len = self.classes[class].len as f64;
        let mut moves = 0;
        for (segment, share, factor) in [(HOT, self.hot, HOT_AGE), (WARM, self.warm, WARM_AGE)] {
            let oldest = now.saturating_sub((f64::from(age) * factor) as u32);
            while moves < MOST_MOVES && self.pull(class, segment, len * share, oldest) {
                moves += 1;
            }
        }
    }

    /// Moves the tail of HOT or WARM if it is active, if there are more than `most`, or if it is from before `oldest`.
    fn pull(&mut self, class: usize, segment: usize, most: f64, oldest: u32) -> bool {
        let list = class * SEGMENTS + segment;
        let Some(id) = self.lists.front(list) else { return false };
        let item = &mut self.items[id as usize];
        let to = if item.marks & ACTIVE != 0 {
            item.marks &= !ACTIVE;
            WARM
        } else if self.lists.len(list) as f64 > most || item.time < oldest {
            COLD
        } else {
            return false;
        };
        self.lists.push(class * SEGMENTS + to, id);
        true
    }

    /// Who leaves the class, which is not empty: the tail of COLD, where others are moved if there is none.
    fn victim_of(&mut self, class: usize) -> Option<ObjId> {
        let list = class * SEGMENTS;
        while self.classes[class].len > 0 {
            if let Some(id) = self.lists.front(list + COLD) {
                return Some(id);
            }
            let segment = if self.lists.is_empty(list + HOT) { WARM } else { HOT };
            self.pull(class, segment, 0.0, 0);
        }
        None
    }

    /// The class with the most memory.
    fn largest(&self) -> usize {
        (0..self.classes.len()).max_by_key(|&class| self.classes[class].taken()).unwrap_or(0)
    }
}

impl Build for Memcached {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("memcached", "growth", params.growth, 1.05, 10.0)?;
        within("memcached", "page", f64::from(params.page), 1024.0, f64::from(1 << 30))?;
        within("memcached", "chunk", f64::from(params.chunk), 8.0, f64::from(params.page))?;
        within("memcached", "hot", params.hot, 0.0, 1.0)?;
        within("memcached", "warm", params.warm, 0.0, 1.0)?;
        let classes: Vec<Class> =
            params.chunks().into_iter().map(|chunk| Class { chunk, per_page: 1, len: 0 }).collect();
        let mut this = Self {
            lists: Chains::new(setup.objects, classes.len() * SEGMENTS),
            classes,
            items: Pages::zeroed(setup.objects),
            taken: 0,
            capacity: 0,
            bytes: setup.bytes,
            page: u64::from(params.page),
            hot: params.hot,
            warm: params.warm,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl Policy for Memcached {
    #[inline]
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let Some(list) = self.lists.chain_of(id) else { return false };
        let (class, segment) = (list / SEGMENTS, list % SEGMENTS);
        let now = seconds(cx.now);
        let item = &mut self.items[id as usize];
        if cx.write {
            // A new value is a new item.
            *item = Item { time: now, marks: 0 };
            self.lists.push(class * SEGMENTS + HOT, id);
        } else if item.marks & FETCHED == 0 {
            item.marks |= FETCHED;
        } else if item.marks & ACTIVE == 0 {
            item.time = now;
            if segment == COLD {
                self.lists.push(class * SEGMENTS + WARM, id);
            } else {
                item.marks |= ACTIVE;
            }
        }
        self.maintain(cx, class);
        true
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let Some(id) = self.victim(cx, cause) else { return Verdict::Refuse };
        self.unlink(id);
        out.push(id);
        Verdict::Freed
    }

    fn victim(&mut self, cx: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        let own = match cause {
            Cause::Incoming(id) => Some(self.class(cx.size(id))).filter(|&class| self.classes[class].len > 0),
            Cause::Shrink => None,
        };
        self.victim_of(own.unwrap_or_else(|| self.largest()))
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        self.link(cx, id);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        if let Some(class) = self.unlink(id) {
            self.maintain(cx, class);
        }
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, _: u32) {
        let before = self.lists.chain_of(id).map(|list| list / SEGMENTS);
        if before.is_some_and(|class| class != self.class(cx.size(id))) {
            self.unlink(id);
            self.link(cx, id);
        }
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.capacity = capacity;
        let page = self.page.min(capacity / LEAST_PAGES);
        for class in &mut self.classes {
            class.per_page = (page / class.chunk).max(1);
        }
        self.taken = self.classes.iter().map(Class::taken).sum();
    }

    #[inline]
    fn charge(&self, size: u32) -> u64 {
        if u64::from(size) > self.page { TOO_LARGE } else { self.classes[self.class(size)].chunk }
    }

    #[inline]
    fn crowded(&self, cx: &Cx<'_>, incoming: ObjId) -> bool {
        let class = &self.classes[self.class(cx.size(incoming))];
        class.len > 0 && class.len.is_multiple_of(class.per_page) && self.taken >= self.capacity
    }

    #[inline]
    fn preload(&self, id: ObjId) {
        self.lists.preload(id);
        prefetch(&self.items, id as usize);
    }

    #[inline]
    fn contains(&self, id: ObjId) -> bool {
        self.lists.contains(id)
    }

    fn check(&self) -> Result<(), String> {
        for (number, class) in self.classes.iter().enumerate() {
            let held: u64 = (0..SEGMENTS).map(|segment| self.lists.len(number * SEGMENTS + segment) as u64).sum();
            if held != class.len {
                return Err(format!("class {number} says {} objects and holds {held}", class.len));
            }
        }
        let taken: u64 = self.classes.iter().map(Class::taken).sum();
        if taken != self.taken {
            return Err(format!("{} bytes are said to be taken, {taken} are", self.taken));
        }
        self.lists.check()
    }
}

#[cfg(test)]
mod tests;
