//! Several ordered lists over dense ids, an object in at most one of them, without links.
//!
//! A list is a ring of ids in order of arrival. An object's word says in which list it is and at which position of that
//! list's ring, so an entry of the ring counts only if the word of its object points back at it. Moving an object is one
//! append and one word; what it leaves behind is stale and is skipped when it comes to the front. So a hit touches the
//! object's own word and the end of a ring, where a doubly linked list touches four objects; and because rings are read
//! in order, the words of the next candidates can be prefetched.
//!
//! Word, from the top: list number plus one (0 = in no list), `FLAGS` flag bits for the policy, 28 bits of position.

use super::ring::{POSITION, POSITION_BITS, Ring};
use crate::core::{ObjId, Pages, prefetch};

/// What an object weighs in the units of the cache's capacity.
pub trait Weigh {
    /// The weight of the object: its bytes, or 1.
    fn weight(&self, id: ObjId) -> u64;
}

/// Nothing weighs anything: for lists whose weights nobody asks for, which then cost nothing.
impl Weigh for () {
    #[inline]
    fn weight(&self, _id: ObjId) -> u64 {
        0
    }
}

/// Bytes per object of the trace: its word.
pub const WORD_BYTES: u32 = 4;
/// Bytes per object in a list that objects leave at the front: the ring has as many slots as the list is long, rounded up
/// to a power of two.
pub const QUEUE_BYTES: u32 = 4;
/// As [`QUEUE_BYTES`], for a list that many objects leave from the middle: as many entries may be stale as are live.
pub const SPARSE_QUEUE_BYTES: u32 = 8;
/// As [`QUEUE_BYTES`], for a list whose objects are renewed: a ring doubles while at least a quarter of it is live.
pub const LRU_BYTES: u32 = 16;

/// `N` lists with `FLAGS` flag bits per object (`FLAGS` <= 3, `N` < 2^(4 - FLAGS)), each at most 2^27 objects long.
#[derive(Debug)]
pub struct Lists<const N: usize, const FLAGS: u32> {
    words: Pages<u32>,
    lists: [List; N],
}

#[derive(Debug)]
struct List {
    ring: Ring,
    len: u32,
    weight: u64,
}

impl<const N: usize, const FLAGS: u32> Lists<N, FLAGS> {
    const SHAPE: () = assert!(FLAGS <= 3 && N < 1 << (4 - FLAGS), "list numbers and flags share four bits");
    const TAG_SHIFT: u32 = POSITION_BITS + FLAGS;
    const FLAG_MASK: u32 = ((1 << FLAGS) - 1) << POSITION_BITS;

    /// Empty lists over ids `0..objects`.
    pub fn new(objects: usize) -> Self {
        let () = Self::SHAPE;
        let list = || List { ring: Ring::new(), len: 0, weight: 0 };
        Self { words: Pages::zeroed(objects), lists: std::array::from_fn(|_| list()) }
    }

    /// The list the object is in.
    #[inline]
    pub fn list_of(&self, id: ObjId) -> Option<usize> {
        (self.words[id as usize] >> Self::TAG_SHIFT).checked_sub(1).map(|list| list as usize)
    }

    /// Is the object in any of the lists?
    #[inline]
    pub fn contains(&self, id: ObjId) -> bool {
        self.words[id as usize] != 0
    }

    /// Is the object in this list?
    #[inline]
    pub fn is_in(&self, id: ObjId, list: usize) -> bool {
        self.words[id as usize] >> Self::TAG_SHIFT == list as u32 + 1
    }

    /// The object's flags; 0 where it is in no list.
    #[inline]
    pub fn flags(&self, id: ObjId) -> u32 {
        (self.words[id as usize] & Self::FLAG_MASK) >> POSITION_BITS
    }

    /// Sets the flags of an object that is in a list.
    #[inline]
    pub fn set_flags(&mut self, id: ObjId, flags: u32) {
        debug_assert!(self.contains(id) && flags < 1 << FLAGS);
        let word = &mut self.words[id as usize];
        *word = *word & !Self::FLAG_MASK | flags << POSITION_BITS;
    }

    /// Number of objects in the list.
    #[inline]
    pub fn len(&self, list: usize) -> u64 {
        u64::from(self.lists[list].len)
    }

    /// Is the list empty?
    #[inline]
    pub fn is_empty(&self, list: usize) -> bool {
        self.lists[list].len == 0
    }

    /// Sum of the weights of the objects in the list.
    #[inline]
    pub fn weight(&self, list: usize) -> u64 {
        self.lists[list].weight
    }

    /// Puts the object at the back (the newest end) of the list, from wherever it was, with the given flags.
    ///
    /// # Panics
    /// A list of more than 2^27 objects.
    #[inline(always)]
    pub fn push_flagged(&mut self, list: usize, id: ObjId, flags: u32, weigh: &impl Weigh) {
        let weight = weigh.weight(id);
        let old = self.words[id as usize] >> Self::TAG_SHIFT;
        if old != 0 {
            let from = &mut self.lists[old as usize - 1];
            from.len -= 1;
            from.weight -= weight;
        }
        self.append(list, id, flags);
        let to = &mut self.lists[list];
        to.len += 1;
        to.weight += weight;
    }

    /// Puts an object that is in the list already at its back, with no flag set.
    #[inline(always)]
    pub fn renew(&mut self, list: usize, id: ObjId) {
        debug_assert!(self.is_in(id, list));
        self.append(list, id, 0);
    }

    /// Writes a new entry for the object; whichever it had is stale from now on.
    #[inline(always)]
    fn append(&mut self, list: usize, id: ObjId, flags: u32) {
        if self.lists[list].ring.is_full() {
            self.words[id as usize] = 0;
            self.make_room(list);
        }
        let position = self.lists[list].ring.append(id);
        self.words[id as usize] = (list as u32 + 1) << Self::TAG_SHIFT | flags << POSITION_BITS | position;
    }

    /// Puts the object at the back (the newest end) of the list, from wherever it was, with no flag set.
    #[inline(always)]
    pub fn push(&mut self, list: usize, id: ObjId, weigh: &impl Weigh) {
        self.push_flagged(list, id, 0, weigh);
    }

    /// The oldest object of the list.
    #[inline(always)]
    pub fn front(&mut self, list: usize) -> Option<ObjId> {
        let this = &mut self.lists[list];
        if this.len == 0 {
            this.ring.front = this.ring.back;
            return None;
        }
        let tag = (list as u32 + 1) << Self::TAG_SHIFT;
        loop {
            debug_assert!(this.ring.front != this.ring.back, "a list with a length has a live entry");
            prefetch(&self.words, this.ring.upcoming(this.ring.front) as usize);
            let id = this.ring.at(this.ring.front);
            if self.words[id as usize] & !Self::FLAG_MASK == tag | this.ring.front & POSITION {
                return Some(id);
            }
            this.ring.front = this.ring.front.wrapping_add(1);
        }
    }

    /// Takes the oldest object out of the list.
    #[inline(always)]
    pub fn pop(&mut self, list: usize, weigh: &impl Weigh) -> Option<ObjId> {
        self.pop_flagged(list, weigh).map(|(id, _)| id)
    }

    /// Takes the oldest object out of the list, and says which flags it had.
    #[inline(always)]
    pub fn pop_flagged(&mut self, list: usize, weigh: &impl Weigh) -> Option<(ObjId, u32)> {
        let id = self.front(list)?;
        let this = &mut self.lists[list];
        this.ring.front = this.ring.front.wrapping_add(1);
        this.len -= 1;
        this.weight -= weigh.weight(id);
        let word = std::mem::take(&mut self.words[id as usize]);
        Some((id, (word & Self::FLAG_MASK) >> POSITION_BITS))
    }

    /// The hand of a clock goes over the list from its oldest object on: who was used goes to the back of `kept`, with one use
    /// less. Returns the first who was not, which stays the oldest; nothing if all were and `kept` is another list.
    #[inline(always)]
    pub fn turn(&mut self, list: usize, kept: usize, weigh: &impl Weigh) -> Option<ObjId> {
        loop {
            let id = self.front(list)?;
            let uses = self.flags(id);
            if uses == 0 {
                return Some(id);
            }
            self.pop(list, weigh);
            self.push_flagged(kept, id, uses - 1, weigh);
        }
    }

    /// The newest object of the list.
    #[inline(always)]
    pub fn back(&mut self, list: usize) -> Option<ObjId> {
        let this = &mut self.lists[list];
        if this.len == 0 {
            this.ring.front = this.ring.back;
            return None;
        }
        let tag = (list as u32 + 1) << Self::TAG_SHIFT;
        loop {
            debug_assert!(this.ring.front != this.ring.back, "a list with a length has a live entry");
            let newest = this.ring.back.wrapping_sub(1);
            let id = this.ring.at(newest);
            if self.words[id as usize] & !Self::FLAG_MASK == tag | newest & POSITION {
                return Some(id);
            }
            this.ring.back = newest;
        }
    }

    /// Takes the newest object out of the list.
    #[inline(always)]
    pub fn pop_back(&mut self, list: usize, weigh: &impl Weigh) -> Option<ObjId> {
        let id = self.back(list)?;
        self.remove(id, weigh);
        Some(id)
    }

    /// [`Lists::pop`] for lists where many entries are stale, such as one in order of last use.
    ///
    /// How many of the next entries are stale is anybody's guess, the branch predictor's too; so four are looked at
    /// together, and the front moves by a sum. What lies behind the back cannot pass for live: no word points there.
    #[inline(always)]
    pub fn pop_sparse(&mut self, list: usize, weigh: &impl Weigh) -> Option<ObjId> {
        const TOGETHER: u32 = 4;
        let tag = (list as u32 + 1) << Self::TAG_SHIFT;
        let this = &mut self.lists[list];
        while this.len > 0 {
            let (mut stale, mut all_stale) = (0, 1);
            for i in 0..TOGETHER {
                let position = this.ring.front.wrapping_add(i);
                prefetch(&self.words, this.ring.upcoming(position) as usize);
                let word = self.words[this.ring.at(position) as usize];
                all_stale &= u32::from(word & !Self::FLAG_MASK != tag | position & POSITION);
                stale += all_stale;
            }
            this.ring.front = this.ring.front.wrapping_add(stale);
            if stale < TOGETHER {
                break;
            }
        }
        self.pop(list, weigh)
    }

    /// Takes the object out of whichever list it is in.
    #[inline]
    pub fn remove(&mut self, id: ObjId, weigh: &impl Weigh) {
        if let Some(list) = self.list_of(id) {
            self.words[id as usize] = 0;
            self.lists[list].len -= 1;
            self.lists[list].weight -= weigh.weight(id);
        }
    }

    /// The weight of an object changed from `old` to what `weigh` says now.
    pub fn resized(&mut self, id: ObjId, old: u32, weigh: &impl Weigh) {
        if let Some(list) = self.list_of(id) {
            let weight = &mut self.lists[list].weight;
            *weight = *weight - u64::from(old) + weigh.weight(id);
        }
    }

    /// Brings the object's word near.
    #[inline]
    pub fn preload(&self, id: ObjId) {
        prefetch(&self.words, id as usize);
    }

    /// The objects of the list from the oldest to the newest.
    pub fn iter(&self, list: usize) -> impl Iterator<Item = ObjId> + '_ {
        let this = &self.lists[list];
        let tag = (list as u32 + 1) << Self::TAG_SHIFT;
        this.ring.positions().filter_map(move |position| {
            let id = this.ring.at(position);
            (self.words[id as usize] & !Self::FLAG_MASK == tag | position & POSITION).then_some(id)
        })
    }

    #[cold]
    fn make_room(&mut self, list: usize) {
        let (tag, this) = ((list as u32 + 1) << Self::TAG_SHIFT, &mut self.lists[list]);
        let is_live = |word, from, _| word & !Self::FLAG_MASK == tag | from & POSITION;
        this.ring.make_room(&mut self.words, this.len as usize, is_live);
    }

    /// Checks that lengths agree with what the rings hold.
    ///
    /// # Errors
    /// Names the list that does not.
    pub fn check(&self) -> Result<(), String> {
        for list in 0..N {
            let found = self.iter(list).count();
            if found as u64 != self.len(list) {
                return Err(format!("list {list} says {} objects and holds {found}", self.len(list)));
            }
        }
        let placed = self.words.iter().filter(|&&w| w != 0).count() as u64;
        let counted: u64 = (0..N).map(|l| self.len(l)).sum();
        if placed == counted { Ok(()) } else { Err(format!("{placed} objects have a place, the lists hold {counted}")) }
    }
}

#[cfg(test)]
mod tests;
