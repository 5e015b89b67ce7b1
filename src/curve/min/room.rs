//! Where there is still room: the least slack from any place to the newest, kept as a set of marks.

/// A set of places with counts, asked for the newest one at or before a place.
///
/// Bits, with a bit above for every 64 of them that are not all zero, and so on up to a single word.
#[derive(Debug, Default)]
pub(super) struct Room {
    words: [Vec<u64>; HEIGHT],
    /// Marks at each place whose bit is set; anything elsewhere.
    counts: Vec<u32>,
}

/// 64 to this power is more than the places there can be.
const HEIGHT: usize = 5;

impl Room {
    /// Empty, for places below `places`, but for a mark at place 0 that is never taken.
    pub(super) fn reset(&mut self, places: usize) {
        let mut len = places;
        for level in &mut self.words {
            len = len.div_ceil(64).max(1);
            if level.len() < len {
                level.resize(len, 0);
            }
            level[..len].fill(0);
            level[0] = 1;
        }
        if self.counts.len() < places {
            self.counts.resize(places, 0);
        }
    }

    /// Puts marks at a place that has none and is newer than all others.
    #[inline(always)]
    pub(super) fn put(&mut self, place: u32, marks: u32) {
        self.counts[place as usize] = marks;
        let mut at = place as usize;
        for level in &mut self.words {
            let word = &mut level[at / 64];
            let was = *word;
            *word |= 1 << (at % 64);
            if was != 0 {
                break;
            }
            at /= 64;
        }
    }

    /// The newest place with marks that is at most `place`; 0 if there is none.
    #[inline(always)]
    pub(super) fn newest(&self, place: u32) -> u32 {
        let at = place as usize;
        let word = self.words[0][at / 64] & (u64::MAX >> (63 - at % 64));
        if word != 0 {
            return (at | 63) as u32 - word.leading_zeros();
        }
        self.newest_above(at / 64)
    }

    /// As `newest`, where the word `at` of the lowest level has nothing.
    #[inline(always)]
    fn newest_above(&self, mut at: usize) -> u32 {
        for height in 1..HEIGHT {
            let word = self.words[height][at / 64] & !(u64::MAX << (at % 64));
            if word != 0 {
                let mut found = (at | 63) - word.leading_zeros() as usize;
                for level in self.words[..height].iter().rev() {
                    found = (found * 64 | 63) - level[found].leading_zeros() as usize;
                }
                return found as u32;
            }
            at /= 64;
        }
        0
    }

    /// Takes marks off a place; how many there were, if fewer than wanted.
    #[inline(always)]
    pub(super) fn take(&mut self, place: u32, wanted: u32) -> u32 {
        let count = &mut self.counts[place as usize];
        if *count > wanted {
            *count -= wanted;
            return wanted;
        }
        let taken = *count;
        let mut at = place as usize;
        for level in &mut self.words {
            let word = &mut level[at / 64];
            *word &= !(1 << (at % 64));
            if *word != 0 {
                break;
            }
            at /= 64;
        }
        taken
    }
}
