//! Where there is still room: the least slack from any place to the newest, kept as a set of marks.

/// A set of places with counts, asked for the newest one at or before a place.
///
/// A bit for each place, a bit above for every 64 of them, and so on up to a single word. Only the lowest ones are always
/// right: one above may be set where all below are not, and is put right by the search that finds out.
#[derive(Debug, Default)]
pub(super) struct Room {
    bits: Vec<u64>,
    above: [Vec<u64>; HEIGHT],
    /// Marks at each place.
    counts: Vec<u32>,
}

/// 64 to this power and one more is above the number of places that there can be.
const HEIGHT: usize = 4;

/// Marks at place 0, where nobody takes any.
const NONE: u32 = 1 << 31;

impl Room {
    /// Empty, for places below `places`, but for place 0.
    pub(super) fn reset(&mut self, places: usize) {
        if self.counts.len() < places {
            self.counts.resize(places, 0);
        }
        self.counts[..places].fill(0);
        let mut len = places;
        for level in [&mut self.bits].into_iter().chain(&mut self.above) {
            len = len.div_ceil(64).max(1);
            if level.len() < len {
                level.resize(len, 0);
            }
            level[..len].fill(0);
            level[0] = 1;
        }
        self.counts[0] = NONE;
    }

    /// Puts marks at a place that is newer than all others.
    #[inline(always)]
    pub(super) fn put(&mut self, place: u32, marks: u32) {
        self.counts[place as usize] = marks;
        let mut at = place as usize;
        let word = &mut self.bits[at / 64];
        let was = *word;
        *word = was | 1 << (at % 64);
        if was == 0 {
            for level in &mut self.above {
                at /= 64;
                let word = &mut level[at / 64];
                let was = *word;
                *word = was | 1 << (at % 64);
                if was != 0 {
                    break;
                }
            }
        }
    }

    /// The newest place with marks that is at most `place`; 0 if there is none.
    #[inline(always)]
    pub(super) fn newest(&mut self, place: u32) -> u32 {
        let at = place as usize;
        let word = self.bits[at / 64] & (u64::MAX >> (63 - at % 64));
        if word != 0 { (at | 63) as u32 - word.leading_zeros() } else { self.newest_above(at / 64) }
    }

    /// The newest place with marks in the words before `at` of the lowest level.
    #[inline(always)]
    fn newest_above(&mut self, mut at: usize) -> u32 {
        loop {
            let word = self.above[0][at / 64] & !(u64::MAX << (at % 64));
            at = if word != 0 { (at | 63) - word.leading_zeros() as usize } else { self.newest_far(at / 64) };
            let word = self.bits[at];
            if word != 0 {
                return (at * 64 + 63) as u32 - word.leading_zeros();
            }
            self.above[0][at / 64] &= !(1 << (at % 64));
        }
    }

    /// The newest word of the lowest level that may have marks, of those whose bits are in words before `at`.
    #[cold]
    #[inline(never)]
    fn newest_far(&mut self, mut at: usize) -> usize {
        let mut height = 1;
        loop {
            let word = self.above[height][at / 64] & !(u64::MAX << (at % 64));
            if word == 0 {
                at /= 64;
                height += 1;
                continue;
            }
            at = (at | 63) - word.leading_zeros() as usize;
            while height > 0 {
                let word = self.above[height - 1][at];
                if word == 0 {
                    self.above[height][at / 64] &= !(1 << (at % 64));
                    break;
                }
                at = at * 64 + 63 - word.leading_zeros() as usize;
                height -= 1;
            }
            if height == 0 {
                return at;
            }
        }
    }

    /// Takes marks off a place that has at least so many.
    #[inline(always)]
    pub(super) fn take(&mut self, place: u32, marks: u32) {
        let at = place as usize;
        let left = self.counts[at] - marks;
        self.counts[at] = left;
        self.bits[at / 64] &= !(u64::from(left == 0) << (at % 64));
    }

    /// Marks at a place.
    #[inline(always)]
    pub(super) fn count(&self, place: u32) -> u32 {
        self.counts[place as usize]
    }
}
