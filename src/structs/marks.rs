//! Marks on an axis of slots: set, clear, and how many lie before a slot, each in constant time for all practical lengths.
//!
//! The axis is cut into lines of 512 bits, a cache line each, and these into groups, regions and zones. Beside each of them
//! stands the number of marks before it within the next larger one, so that a count is four of these numbers and the bits of
//! one line. Setting or clearing a mark moves the numbers behind it, which are neighbours in memory, by one: vector
//! instructions do it without a loop ([`crate::core::machine::fastest`]). A mark behind all others moves no number at all.
//!
//! The layout follows the idea of a counted bitmap with a directory (Jacobson 1989), with sums instead of positions because
//! bits change.

use crate::core::{Pages, prefetch};

/// Slots in a line.
const LINE: usize = 512;
/// Lines in a group.
const LINES: usize = 32;
const GROUP: usize = LINE * LINES;
/// Groups in a region.
const GROUPS: usize = 16;
const REGION: usize = GROUP * GROUPS;
/// Regions in a zone.
const REGIONS: usize = 16;
const ZONE: usize = REGION * REGIONS;

/// Marks on slots `0..slots`; at first there are none.
#[derive(Debug)]
pub struct Marks {
    bits: Pages<[u64; 8]>,
    /// By line: marks before it in its group.
    lines: Pages<[u16; LINES]>,
    /// By group: marks before it in its region.
    groups: Pages<[u32; GROUPS]>,
    /// By region: marks before it in its zone.
    regions: Pages<[u32; REGIONS]>,
    /// By zone: marks before it.
    zones: Vec<u32>,
    slots: usize,
}

impl Marks {
    /// An axis of at least so many slots (and fewer than 2^32).
    pub fn new(slots: usize) -> Self {
        let slots = slots.max(1).next_multiple_of(GROUP);
        Self {
            bits: Pages::zeroed(slots / LINE),
            lines: Pages::zeroed(slots / GROUP),
            groups: Pages::zeroed(slots.div_ceil(REGION)),
            regions: Pages::zeroed(slots.div_ceil(ZONE)),
            zones: vec![0; slots.div_ceil(ZONE)],
            slots,
        }
    }

    /// Number of slots.
    #[inline]
    pub fn slots(&self) -> usize {
        self.slots
    }

    /// Asks for the line of a slot, which may be out of range.
    #[inline(always)]
    pub fn preload(&self, slot: u32) {
        prefetch(&self.bits, slot as usize / LINE);
    }

    /// Number of marks on the slots before this one.
    #[inline(always)]
    pub fn before(&self, slot: u32) -> u32 {
        let slot = slot as usize;
        let word = slot / 64 % 8;
        let own = (1u64 << (slot % 64)) - 1;
        let mut bits = 0;
        // All eight words, so that it is one piece of vector code without a branch.
        for (at, line) in self.bits[slot / LINE].iter().enumerate() {
            let mask = if at < word { u64::MAX } else { u64::from(at == word).wrapping_neg() & own };
            bits += (line & mask).count_ones();
        }
        bits + u32::from(self.lines[slot / GROUP][slot / LINE % LINES])
            + self.groups[slot / REGION][slot / GROUP % GROUPS]
            + self.regions[slot / ZONE][slot / REGION % REGIONS]
            + self.zones[slot / ZONE]
    }

    /// Sets the mark of a slot that has none.
    #[inline(always)]
    pub fn set(&mut self, slot: u32) {
        let slot = slot as usize;
        self.bits[slot / LINE][slot / 64 % 8] |= 1 << (slot % 64);
        self.shift(slot, 1);
    }

    /// Clears the mark of a slot that has one.
    #[inline(always)]
    pub fn clear(&mut self, slot: u32) {
        let slot = slot as usize;
        self.bits[slot / LINE][slot / 64 % 8] &= !(1 << (slot % 64));
        self.shift(slot, u32::MAX);
    }

    /// Moves the numbers behind a slot. What stands behind the last mark of an axis that is only appended to may wrap around:
    /// it is written anew when the axis gets there.
    #[inline(always)]
    fn shift(&mut self, slot: usize, by: u32) {
        let line = (slot / LINE % LINES) as u16;
        for (at, count) in (0..).zip(&mut self.lines[slot / GROUP]) {
            *count = count.wrapping_add(if at > line { by as u16 } else { 0 });
        }
        shift(&mut self.groups[slot / REGION], slot / GROUP % GROUPS, by);
        shift(&mut self.regions[slot / ZONE], slot / REGION % REGIONS, by);
        for count in &mut self.zones[slot / ZONE + 1..] {
            *count = count.wrapping_add(by);
        }
    }

    /// Sets the mark of a slot behind all that are set, on an axis that is only appended to: slot after slot from 0 on, none
    /// left out. `before` is the number of marks that are set.
    #[inline(always)]
    pub fn append(&mut self, slot: u32, before: u32) {
        let slot = slot as usize;
        if slot.is_multiple_of(LINE) {
            self.open(slot, before);
        }
        self.bits[slot / LINE][slot / 64 % 8] |= 1 << (slot % 64);
    }

    /// Begins a line, and whatever else begins with it.
    #[inline(never)]
    fn open(&mut self, slot: usize, before: u32) {
        self.bits[slot / LINE] = [0; 8];
        let mut rest = before;
        if slot.is_multiple_of(ZONE) {
            self.zones[slot / ZONE] = rest;
        }
        rest -= self.zones[slot / ZONE];
        if slot.is_multiple_of(REGION) {
            self.regions[slot / ZONE][slot / REGION % REGIONS] = rest;
        }
        rest -= self.regions[slot / ZONE][slot / REGION % REGIONS];
        if slot.is_multiple_of(GROUP) {
            self.groups[slot / REGION][slot / GROUP % GROUPS] = rest;
        }
        rest -= self.groups[slot / REGION][slot / GROUP % GROUPS];
        self.lines[slot / GROUP][slot / LINE % LINES] = rest as u16;
    }

    /// Starts over: marks on the slots `0..count` and nowhere else.
    pub fn fill(&mut self, count: u32) {
        (0..count).for_each(|slot| self.append(slot, slot));
    }
}

/// Adds to the numbers behind the one `after`.
#[inline(always)]
fn shift(counts: &mut [u32; 16], after: usize, by: u32) {
    for (at, count) in (0..).zip(counts) {
        *count = count.wrapping_add(if at > after as u32 { by } else { 0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng;

    /// Random sets and clears against a plain list of bits, on an axis of several zones.
    #[test]
    fn counts_are_those_of_a_list_of_bits() {
        let slots = ZONE + 3 * REGION;
        let (mut marks, mut plain) = (Marks::new(slots), vec![false; slots]);
        let mut rng = rng::rng(1, "marks");
        let mut somewhere = Vec::new();
        for round in 0..3000 {
            // Near the ends of lines, groups, regions and zones, where it could go wrong.
            let base = rng::below(&mut rng, (slots / LINE) as u64) as usize * LINE;
            let slot = (base + [0, 1, 63, 64, 511][round % 5]).min(slots - 1);
            if plain[slot] {
                marks.clear(slot as u32);
            } else {
                marks.set(slot as u32);
            }
            plain[slot] = !plain[slot];
            somewhere.push(slot);
        }
        somewhere.sort_unstable();
        let (mut count, mut from) = (0, 0);
        for slot in somewhere {
            count += plain[from..slot].iter().filter(|&&bit| bit).count() as u32;
            from = slot;
            assert_eq!(marks.before(slot as u32), count, "slot {slot}");
        }
    }

    /// Marks appended while older ones are cleared, then everything pushed together and appended to again.
    #[test]
    fn an_axis_is_appended_to_and_starts_over() {
        let mut marks = Marks::new(2 * REGION + 5);
        let mut rng = rng::rng(2, "marks");
        let mut live: std::collections::BTreeSet<u32> = std::collections::BTreeSet::new();
        for _ in 0..2 {
            let start = live.len() as u32;
            marks.fill(start);
            live = (0..start).collect();
            for slot in start..marks.slots() as u32 {
                marks.append(slot, live.len() as u32);
                live.insert(slot);
                if rng::below(&mut rng, 3) > 0 {
                    let from = rng::below(&mut rng, u64::from(slot) + 1) as u32;
                    if let Some(&old) = live.range(from..).next() {
                        live.remove(&old);
                        marks.clear(old);
                    }
                }
                if slot % 4093 == 0 {
                    let at = rng::below(&mut rng, u64::from(slot) + 1) as u32;
                    assert_eq!(marks.before(at) as usize, live.range(..at).count(), "slot {at} of {slot}");
                }
            }
        }
    }
}
