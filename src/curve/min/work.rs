//! The passes over a node, compiled for the processor at hand.

use super::event::{Event, Sink};
use super::greedy::{Decided, Greedy};
use super::room::Room;
use super::split::{Apart, Split, rank};
use super::stream::Stream;
use crate::core::machine::Work;
use bytemuck::Zeroable;

/// What the passes need for a while, kept from node to node.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    room: Room,
    pub(super) decided: Decided,
    ranks: Vec<u32>,
    misses: Vec<Event>,
}

/// Decides which intervals of a node are hits.
pub(super) struct Decide<'a> {
    pub(super) events: &'a [Event],
    pub(super) slots: u32,
    pub(super) scratch: &'a mut Scratch,
}

impl Work for Decide<'_> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let Scratch { room, decided, .. } = self.scratch;
        let mut greedy = Greedy::new(room, decided, self.events.len() / 2, self.slots);
        for pair in self.events.windows(2) {
            greedy.event(pair[0], pair[1].base);
        }
        if let Some(&last) = self.events.last() {
            greedy.event(last, 0);
        }
    }
}

/// Decides which intervals of the whole trace are hits.
pub(super) struct DecideAll<'a, 'b> {
    pub(super) stream: &'a mut Stream<'b>,
    pub(super) slots: u32,
    pub(super) scratch: &'a mut Scratch,
}

impl Work for DecideAll<'_, '_> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let Scratch { room, decided, .. } = self.scratch;
        self.stream.each(&mut Greedy::new(room, decided, self.stream.intervals, self.slots));
    }
}

/// Moves the hits of a node to its front and the misses behind them.
pub(super) struct Part<'a> {
    pub(super) events: &'a mut [Event],
    /// Number of hits.
    pub(super) hits: usize,
    pub(super) scratch: &'a mut Scratch,
}

impl Work for Part<'_> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let Self { events, hits, scratch: Scratch { decided, ranks, misses, .. } } = self;
        rank(decided, ranks);
        let mut split = Split::new(decided, ranks);
        let last = events.len() - 2 * hits;
        if misses.len() <= last {
            misses.resize(last + 1, Event::zeroed());
        }
        let misses = &mut misses[..=last];
        let (mut left, mut right) = (0, 0);
        for at in 0..events.len() {
            // Both are written, since which of the two is right nobody can foresee; the wrong one is written over.
            let (hit, first, second) = split.step(events[at]);
            events[left.min(at)] = first;
            misses[right.min(last)] = second;
            left += usize::from(hit);
            right += usize::from(!hit);
        }
        events[2 * hits..].copy_from_slice(&misses[..last]);
    }
}

/// The events of the whole trace, those of the hits first.
pub(super) struct PartAll<'a, 'b> {
    pub(super) stream: &'a mut Stream<'b>,
    /// Number of hits.
    pub(super) hits: usize,
    pub(super) scratch: &'a mut Scratch,
}

impl Work for PartAll<'_, '_> {
    type Done = Vec<Event>;

    #[inline(always)]
    fn run(self) -> Vec<Event> {
        let Scratch { decided, ranks, .. } = self.scratch;
        rank(decided, ranks);
        let mut events = vec![Event::zeroed(); 2 * self.stream.intervals];
        let (hits, misses) = events.split_at_mut(2 * self.hits);
        let split = Split::new(decided, ranks);
        self.stream.each(&mut Apart { split, hits: hits.iter_mut(), misses: misses.iter_mut() });
        events
    }
}
