//! A clock with several hands over dense ids, without links: one ring in order of arrival, and hands that each look for objects
//! with certain marks.
//!
//! An object's word has its mark and the position of its entry, as in [`super::Lists`]. An object that moves is appended anew,
//! ahead of every hand; so no hand ever has to go back, and each looks at an entry once unless it is rewound. As they read the
//! ring in order, the words of what comes next can be prefetched.
//!
//! Word, from the top: 4 bits of mark (0 = not in the clock), 28 bits of position.

use super::ring::{POSITION, POSITION_BITS, Ring};
use crate::core::{ObjId, Pages, prefetch};

/// A set of marks: bit `m` stands for mark `m`.
pub type Marked = u16;

/// A clock with `HANDS` hands beside its front; at most 2^27 objects.
#[derive(Debug)]
pub struct Dial<const HANDS: usize> {
    words: Pages<u32>,
    ring: Ring,
    len: u32,
    hands: [u32; HANDS],
}

impl<const HANDS: usize> Dial<HANDS> {
    /// Bytes per object of the trace: its word.
    pub const WORD_BYTES: u32 = 4;
    /// Bytes per object in the clock: a ring doubles while at least a quarter of it is live, and is there twice when it does.
    pub const SLOT_BYTES: u32 = 24;

    /// An empty clock over ids `0..objects`.
    pub fn new(objects: usize) -> Self {
        Self { words: Pages::zeroed(objects), ring: Ring::new(), len: 0, hands: [0; HANDS] }
    }

    /// The object's mark; 0 where it is not in the clock.
    #[inline(always)]
    pub fn mark(&self, id: ObjId) -> u32 {
        self.words[id as usize] >> POSITION_BITS
    }

    /// Has the object one of these marks?
    #[inline(always)]
    pub fn is(&self, id: ObjId, marked: Marked) -> bool {
        marked & !1 & 1 << self.mark(id) != 0
    }

    /// Adds bits to the mark of an object in the clock, which stays where it is.
    #[inline(always)]
    pub fn add(&mut self, id: ObjId, bits: u32) {
        self.words[id as usize] |= bits << POSITION_BITS;
    }

    /// Gives an object in the clock, which stays where it is, another mark.
    #[inline(always)]
    pub fn set(&mut self, id: ObjId, mark: u32) {
        debug_assert!(self.mark(id) != 0 && mark != 0 && mark < 16);
        let word = &mut self.words[id as usize];
        *word = *word & POSITION | mark << POSITION_BITS;
    }

    /// Puts the object at the back, from wherever it was.
    #[inline(always)]
    pub fn push(&mut self, id: ObjId, mark: u32) {
        debug_assert!(mark != 0 && mark < 16);
        self.remove(id);
        if self.ring.is_full() {
            self.make_room();
        }
        self.words[id as usize] = mark << POSITION_BITS | self.ring.append(id);
        self.len += 1;
    }

    /// Takes the object out.
    #[inline(always)]
    pub fn remove(&mut self, id: ObjId) {
        self.len -= u32::from(self.mark(id) != 0);
        self.words[id as usize] = 0;
    }

    /// The first object at `position` or behind it with one of the marks; `position` goes there.
    #[inline(always)]
    fn seek(&self, position: &mut u32, marked: Marked) -> Option<ObjId> {
        while *position != self.ring.back {
            prefetch(&self.words, self.ring.upcoming(*position) as usize);
            let id = self.ring.at(*position);
            if is_live(self.words[id as usize], *position, marked) {
                return Some(id);
            }
            *position = position.wrapping_add(1);
        }
        None
    }

    /// The object at the front, the one that was appended before all others.
    #[inline(always)]
    pub fn front(&mut self) -> Option<ObjId> {
        let mut front = self.ring.front;
        let found = self.seek(&mut front, !0);
        self.ring.front = front;
        // No hand is left behind: positions wrap, and one that is too far behind would seem to be ahead.
        self.hands = self.hands.map(|hand| later(hand, front));
        found
    }

    /// The object that this hand comes to next: the first with one of the marks. A hand stays where it found one, until that
    /// moves, leaves or loses its mark; what was behind the hand and gets the mark where it stands is not found.
    #[inline(always)]
    pub fn hand(&mut self, hand: usize, marked: Marked) -> Option<ObjId> {
        let mut position = self.hands[hand];
        let found = self.seek(&mut position, marked);
        self.hands[hand] = position;
        found
    }

    /// The hand leaves the object that [`Dial::hand`] found just before.
    #[inline(always)]
    pub fn pass(&mut self, hand: usize) {
        debug_assert!(self.hands[hand] != self.ring.back, "a hand at the end has found nothing");
        self.hands[hand] = self.hands[hand].wrapping_add(1);
    }

    /// The hand goes back to the front.
    pub fn rewind(&mut self, hand: usize) {
        self.hands[hand] = self.ring.front;
    }

    /// Number of objects.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Is there no object?
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Brings the object's word near.
    #[inline(always)]
    pub fn preload(&self, id: ObjId) {
        prefetch(&self.words, id as usize);
    }

    /// The objects with one of the marks, from the front on.
    pub fn iter(&self, marked: Marked) -> impl Iterator<Item = ObjId> + '_ {
        self.ring.positions().filter_map(move |position| {
            let id = self.ring.at(position);
            is_live(self.words[id as usize], position, marked).then_some(id)
        })
    }

    #[cold]
    fn make_room(&mut self) {
        let Self { words, ring, len, hands } = self;
        let (at, end) = (*hands, ring.back);
        ring.make_room(words, *len as usize, |word, from, to| {
            for (hand, &at) in hands.iter_mut().zip(&at) {
                *hand = if at == from { to } else { *hand };
            }
            is_live(word, from, !0)
        });
        for (hand, &at) in hands.iter_mut().zip(&at) {
            *hand = if at == end { ring.back } else { *hand };
        }
    }

    /// Checks that as many objects are in the clock as are counted.
    ///
    /// # Errors
    /// Says how many there are.
    pub fn check(&self) -> Result<(), String> {
        let (found, placed) = (self.iter(!0).count(), self.words.iter().filter(|&&word| word != 0).count());
        if found == self.len as usize && placed == found {
            return Ok(());
        }
        Err(format!("the clock says {} objects and holds {found}; {placed} have a place", self.len))
    }
}

/// Is the entry at this position the object's own, and has the object one of the marks?
#[inline(always)]
fn is_live(word: u32, position: u32, marked: Marked) -> bool {
    word & POSITION == position & POSITION && marked & !1 & 1 << (word >> POSITION_BITS) != 0
}

/// The later of two positions.
#[inline(always)]
fn later(a: u32, b: u32) -> u32 {
    if (b.wrapping_sub(a) as i32) > 0 { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng;

    /// Against a list of all objects in order, with hands that look at it from the front each time.
    #[test]
    fn random_moves_equal_a_model_through_many_rebuilds() {
        const IDS: u64 = 150;
        let mut rng = rng::rng(3, "dial");
        let mut dial = Dial::<2>::new(IDS as usize);
        // Positions wrap on the way.
        let begin = u32::MAX - 20_000;
        (dial.ring.front, dial.ring.back, dial.hands) = (begin, begin, [begin; 2]);
        let mut model: Vec<(ObjId, u32)> = Vec::new();
        let mut below = |n: u64| rng::below(&mut rng, n);
        for step in 0..80_000 {
            let id = below(IDS) as ObjId;
            let first = |model: &[(ObjId, u32)], marked: Marked| {
                model.iter().find(|&&(_, mark)| marked >> mark & 1 != 0).map(|&(id, _)| id)
            };
            match below(10) {
                0 => {
                    dial.remove(id);
                    model.retain(|&(other, _)| other != id);
                }
                1 | 2 => assert_eq!(dial.front(), first(&model, !1), "step {step}"),
                // What a hand has passed gets its mark only by moving: hands look for 1 and 2, or for 3.
                3 | 4 => assert_eq!(dial.hand(0, 0b110), first(&model, 0b110), "step {step}"),
                5 => assert_eq!(dial.hand(1, 0b1000), first(&model, 0b1000), "step {step}"),
                6 if dial.is(id, 0b1110) => {
                    dial.set(id, 4);
                    model.iter_mut().find(|(other, _)| *other == id).unwrap().1 = 4;
                }
                6 => assert_eq!(dial.mark(id) == 0, model.iter().all(|&(other, _)| other != id)),
                _ => {
                    let mark = 1 + below(4) as u32;
                    dial.push(id, mark);
                    model.retain(|&(other, _)| other != id);
                    model.push((id, mark));
                }
            }
            if step % 1000 == 0 {
                dial.check().unwrap();
                assert_eq!(dial.iter(!0).collect::<Vec<_>>(), model.iter().map(|&(id, _)| id).collect::<Vec<_>>());
            }
        }
    }
}
