//! The greatest of many values that change with time at different speeds.
//!
//! A kinetic tournament (J. Basch, L. J. Guibas, J. Hershberger: Data structures for mobile data, SODA 1997): a tree in
//! which each node holds the winner of its two children and the time at which that will no longer be so. Time may only go
//! on, and when it does only the nodes whose time has come are played again.

use crate::core::{NEVER, ObjId, Time};

/// Largest divisor of a [`Line`], so that 128 bits hold every product.
pub const MOST: u64 = 1 << 62;

/// Who grows: at time `t` the value is `(t - start) / divisor`, compared exactly; of equal values that of the smaller
/// `order` is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// When the value is 0.
    pub start: Time,
    /// Time in which the value grows by 1, `1..=MOST`.
    pub divisor: u64,
    /// Breaks ties; no two members have the same.
    pub order: u64,
    /// Whose line it is; nothing depends on it.
    pub id: ObjId,
}

/// A member of a [`Tournament`]: a value that changes with time.
pub trait Contender: Copy {
    /// Nobody's.
    const NOBODY: Self;

    /// Is it somebody's?
    fn is_somebody(&self) -> bool;

    /// Is this value the greater one at `now`? Of two exactly one is.
    fn beats(&self, other: &Self, now: Time) -> bool;

    /// The first time at which `loser`, beaten at `now`, beats this value.
    fn overtaken(&self, loser: &Self, now: Time) -> Time;
}

impl Line {
    /// The value at `now`, but for the divisor.
    fn grown(&self, now: Time) -> i128 {
        i128::from(now) - i128::from(self.start)
    }
}

impl Contender for Line {
    const NOBODY: Self = Self { start: 0, divisor: 0, order: 0, id: 0 };

    fn is_somebody(&self) -> bool {
        self.divisor != 0
    }

    fn beats(&self, other: &Self, now: Time) -> bool {
        let (own, its) = (self.grown(now) * i128::from(other.divisor), other.grown(now) * i128::from(self.divisor));
        own > its || own == its && self.order < other.order
    }

    fn overtaken(&self, loser: &Self, now: Time) -> Time {
        if loser.divisor >= self.divisor {
            return NEVER;
        }
        // What this line is ahead now, and what the other gains in a nanosecond, both times the two divisors.
        let ahead = self.grown(now) * i128::from(loser.divisor) - loser.grown(now) * i128::from(self.divisor);
        let gain = u128::from(self.divisor - loser.divisor);
        let ahead = ahead.unsigned_abs();
        let span = if loser.order < self.order { ahead.div_ceil(gain) } else { ahead / gain + 1 };
        Time::try_from(span).map_or(NEVER, |span| now.saturating_add(span))
    }
}

/// The winner of a part of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Node {
    /// Its slot, or [`NOBODY`].
    winner: u32,
    /// Until before when this node and those below it are right.
    fails: Time,
}

const NOBODY: u32 = u32::MAX;
const EMPTY: Node = Node { winner: NOBODY, fails: NEVER };

/// A kinetic tournament. Each member has a slot, a number that stays the same until it leaves.
#[derive(Debug)]
pub struct Tournament<L = Line> {
    /// By slot; a power of two, with nobody's in slots that are free.
    lines: Vec<L>,
    /// The root is 1, the children of `n` are `2n` and `2n + 1`; those from `lines.len()` on are slots.
    nodes: Vec<Node>,
    free: Vec<u32>,
    /// The time that all nodes are right for.
    now: Time,
}

impl<L: Contender> Tournament<L> {
    /// Bytes per member, their number rounded up to a power of two.
    pub const MEMBER_BYTES: u32 = (size_of::<L>() + size_of::<Node>() + size_of::<u32>()) as u32;

    /// An empty tournament at time 0.
    pub fn new() -> Self {
        Self { lines: vec![L::NOBODY; 2], nodes: vec![EMPTY; 2], free: vec![1, 0], now: 0 }
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.lines.len() - self.free.len()
    }

    /// Has it no members?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a line; its slot.
    pub fn insert(&mut self, line: L) -> u32 {
        let slot = self.free.pop().unwrap_or_else(|| self.grow());
        self.set(slot, line);
        slot
    }

    /// Changes the line of a slot.
    pub fn set(&mut self, slot: u32, line: L) {
        debug_assert!(line.is_somebody());
        self.lines[slot as usize] = line;
        self.replay(slot);
    }

    /// The member of a slot.
    pub fn line(&self, slot: u32) -> &L {
        &self.lines[slot as usize]
    }

    /// Takes out the member of a slot.
    pub fn remove(&mut self, slot: u32) {
        self.lines[slot as usize] = L::NOBODY;
        self.free.push(slot);
        self.replay(slot);
    }

    /// Goes on to `now`; an earlier time than the last changes nothing.
    pub fn advance(&mut self, now: Time) {
        if now > self.now {
            self.now = now;
            self.refresh(1);
        }
    }

    /// The slot and the line of the greatest value at the time last advanced to.
    pub fn winner(&self) -> Option<(u32, &L)> {
        let slot = self.nodes[1].winner;
        (slot != NOBODY).then(|| (slot, &self.lines[slot as usize]))
    }

    /// Twice the slots; the first of the new ones.
    fn grow(&mut self) -> u32 {
        let old = self.lines.len();
        self.lines.resize(2 * old, L::NOBODY);
        self.free.extend((old as u32 + 1..2 * old as u32).rev());
        self.nodes = vec![EMPTY; 2 * old];
        for node in (1..2 * old).rev() {
            self.nodes[node] = self.played(node);
        }
        old as u32
    }

    /// Plays the nodes above a slot again, as far as anything changes.
    fn replay(&mut self, slot: u32) {
        let mut node = (self.lines.len() + slot as usize) >> 1;
        while node > 0 {
            let played = self.played(node);
            // The winner may be the slot itself, with another line.
            if played == self.nodes[node] && played.winner != slot {
                break;
            }
            self.nodes[node] = played;
            node >>= 1;
        }
    }

    /// Plays what fails by now again, below `node` and at it.
    fn refresh(&mut self, node: usize) {
        if node < self.nodes.len() && self.nodes[node].fails <= self.now {
            self.refresh(2 * node);
            self.refresh(2 * node + 1);
            self.nodes[node] = self.played(node);
        }
    }

    /// What a node is if its children are right.
    fn played(&self, node: usize) -> Node {
        let (left, right) = (self.child(2 * node), self.child(2 * node + 1));
        if right.winner == NOBODY || left.winner == NOBODY {
            return if right.winner == NOBODY { left } else { right };
        }
        let (mut winner, mut loser) = (left.winner, right.winner);
        if self.lines[loser as usize].beats(&self.lines[winner as usize], self.now) {
            (winner, loser) = (loser, winner);
        }
        let overtaken = self.lines[winner as usize].overtaken(&self.lines[loser as usize], self.now);
        Node { winner, fails: overtaken.min(left.fails).min(right.fails) }
    }

    #[inline]
    fn child(&self, node: usize) -> Node {
        match node.checked_sub(self.lines.len()) {
            None => self.nodes[node],
            Some(slot) if !self.lines[slot].is_somebody() => EMPTY,
            Some(slot) => Node { winner: slot as u32, fails: NEVER },
        }
    }

    /// Checks every node and the free slots.
    ///
    /// # Errors
    /// Says which is broken.
    pub fn check(&self) -> Result<(), String> {
        if let Some(node) = (1..self.nodes.len()).find(|&n| self.nodes[n] != self.played(n)) {
            return Err(format!("tournament: node {node} is {:?}, not {:?}", self.nodes[node], self.played(node)));
        }
        let free = self.lines.iter().filter(|l| !l.is_somebody()).count();
        if free != self.free.len() || self.free.iter().any(|&slot| self.lines[slot as usize].is_somebody()) {
            return Err(format!("tournament: {free} free slots, {} listed", self.free.len()));
        }
        Ok(())
    }
}

impl<L: Contender> Default for Tournament<L> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cmp::Ordering;

    fn line(start: Time, divisor: u64, order: u64) -> Line {
        Line { start, divisor, order, id: 0 }
    }

    /// Which is greater at `now`: cross multiplication of numbers that fit.
    fn compare(a: &Line, b: &Line, now: Time) -> Ordering {
        let value = |a: &Line, b: &Line| (i128::from(now) - i128::from(a.start)) * i128::from(b.divisor);
        value(a, b).cmp(&value(b, a)).then(b.order.cmp(&a.order))
    }

    #[test]
    fn the_faster_one_overtakes_at_the_computed_time() {
        // t/10 against (t - 50)/5: equal at 100.
        let (slow, fast) = (line(0, 10, 0), line(50, 5, 1));
        let mut tournament = Tournament::new();
        let slots = [tournament.insert(slow), tournament.insert(fast)];
        let winner = |tournament: &Tournament| tournament.winner().map(|w| w.0);
        for (now, expected) in [(0, 0), (60, 0), (100, 0), (101, 1), (1000, 1)] {
            tournament.advance(now);
            assert_eq!(winner(&tournament), Some(slots[expected]), "at {now}");
        }
        // The other way around the tie at 100 goes to the faster one, which is older.
        assert_eq!(line(0, 10, 1).overtaken(&line(50, 5, 0), 60), 100);
        assert_eq!(fast.overtaken(&slow, 101), NEVER);
        tournament.remove(slots[1]);
        assert_eq!(winner(&tournament), Some(slots[0]));
        tournament.remove(slots[0]);
        assert_eq!((winner(&tournament), tournament.is_empty()), (None, true));
    }

    #[test]
    fn the_largest_numbers_fit() {
        // At the end of time the slow one has grown to 2^-62 * (2^64 - 1) = 3.99..., so 1 is too little and 4 enough.
        let (slow, late, fast) = (line(0, MOST, 0), line(NEVER - 1, 1, 1), line(NEVER - 9, 1, 2));
        assert!(slow.beats(&late, 0) && slow.beats(&late, NEVER) && fast.beats(&slow, NEVER));
        assert_eq!((slow.overtaken(&late, 0), slow.overtaken(&fast, 0)), (NEVER, NEVER - 5));
        assert_eq!(line(0, MOST, 0).overtaken(&line(1 << 63, 1, 1), 5), (1 << 63) + 3);
    }

    /// What a script does to a tournament: time goes on, a member comes, changes or leaves.
    type Step = (u8, u64, u64, u64);

    fn run(script: &[Step], most_divisor: u64) -> Result<(), TestCaseError> {
        let mut tournament = Tournament::new();
        let mut model: Vec<(u32, Line)> = Vec::new();
        let mut now = 0;
        for (order, &(what, which, gap, divisor)) in (0u64..).zip(script) {
            now += gap;
            let new = Line { start: now, divisor: 1 + divisor % most_divisor, order, id: order as ObjId };
            let at = which as usize % model.len().max(1);
            match what % 8 {
                0..4 => model.push((tournament.insert(new), new)),
                4 | 5 if !model.is_empty() => {
                    tournament.set(model[at].0, new);
                    model[at].1 = new;
                }
                6 if !model.is_empty() => tournament.remove(model.swap_remove(at).0),
                _ => {
                    tournament.advance(now);
                    let expected = model.iter().max_by(|a, b| compare(&a.1, &b.1, now));
                    prop_assert_eq!(tournament.winner().map(|w| (w.0, *w.1)), expected.copied());
                    prop_assert_eq!(tournament.len(), model.len());
                    if let Some(&(slot, _)) = expected {
                        tournament.remove(slot);
                        model.retain(|m| m.0 != slot);
                    }
                }
            }
            tournament.check().map_err(TestCaseError::fail)?;
        }
        Ok(())
    }

    proptest! {
        /// Few divisors and short gaps: many ties.
        #[test]
        fn equals_a_scan_with_ties(script in prop::collection::vec((any::<u8>(), any::<u64>(), 0u64..3, 0u64..4), 1..300)) {
            run(&script, 4)?;
        }

        #[test]
        fn equals_a_scan_with_large_numbers(
            script in prop::collection::vec((any::<u8>(), any::<u64>(), 0u64..1 << 52, any::<u64>()), 1..300),
        ) {
            run(&script, MOST)?;
        }
    }
}
