//! What a log of commands says of its keys, and the requests that follow from it.

use crate::core::{NEVER, Time};
use crate::trace::batch::Batch;
use crate::trace::remember::Remembered;
use crate::trace::{Columns, Op};
use std::collections::VecDeque;

/// Requests that are held back, since a later command may still give the key of one a time to live.
pub(super) const HELD: usize = 128;

/// A key longer than this gives its memory back.
const LONG_KEY: usize = 1 << 12;

/// What is known of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    /// The size it had last.
    size: u32,
    /// The time to live that it was given last.
    lasts: Time,
    /// When it ends; 0 once it was deleted.
    ends: Time,
}

impl Default for Known {
    fn default() -> Self {
        Self { size: 0, lasts: NEVER, ends: NEVER }
    }
}

/// The size of a value after a write.
#[derive(Debug, Clone, Copy)]
pub(super) enum Size {
    /// This.
    Whole(usize),
    /// So much more than before.
    Longer(usize),
    /// As before, or this if that is more.
    AtLeast(usize),
}

/// What becomes of a key's time to live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// It goes on.
    Same,
    /// It begins anew with this; [`NEVER`] for one without an end.
    New(Time),
}

#[derive(Debug)]
struct Row {
    key: Vec<u8>,
    time: Time,
    size: u32,
    op: Op,
    ttl: Time,
}

/// The keys, and the requests that are held back.
#[derive(Debug, Default)]
pub(super) struct Keyspace {
    known: Remembered<Known>,
    /// Stands in for what need not be remembered.
    blank: Known,
    rows: VecDeque<Row>,
    /// Memory of keys that were handed out.
    spare: Vec<Vec<u8>>,
    /// Writes after which the size is not known.
    pub(super) bounds: u64,
}

impl Keyspace {
    fn known(&mut self, key: &[u8], want: Columns) -> &mut Known {
        if want.sizes || want.ttls {
            return self.known.of(Remembered::<Known>::name(key));
        }
        self.blank = Known::default();
        &mut self.blank
    }

    fn push(&mut self, key: &[u8], time: Time, op: Op, size: u32, ttl: Time) {
        let mut copy = self.spare.pop().unwrap_or_default();
        copy.clear();
        copy.extend_from_slice(key);
        self.rows.push_back(Row { key: copy, time, size, op, ttl });
    }

    /// A read of `key`.
    pub(super) fn read(&mut self, key: &[u8], now: Time, want: Columns) {
        let Known { size, lasts, .. } = *self.known(key, want);
        self.push(key, now, Op::Get, size, lasts);
    }

    /// A write of `key`.
    pub(super) fn write(&mut self, key: &[u8], now: Time, size: Size, life: Life, want: Columns) {
        let known = self.known(key, want);
        // A key that is gone begins anew.
        let before = if known.ends > now { *known } else { Known::default() };
        let size = match size {
            Size::Whole(size) => size,
            Size::Longer(more) => (before.size as usize).saturating_add(more),
            Size::AtLeast(size) => size.max(before.size as usize),
        };
        *known = match life {
            Life::Same => before,
            Life::New(lasts) => Known { lasts, ends: now.saturating_add(lasts), ..before },
        };
        known.size = u32::try_from(size).unwrap_or(u32::MAX);
        let Known { size, ends, .. } = *known;
        self.push(key, now, Op::Set, size, if ends == NEVER { NEVER } else { ends - now });
    }

    /// Gives `key` what is known of `from`: a write.
    pub(super) fn copy(&mut self, from: &[u8], key: &[u8], now: Time, want: Columns) {
        let source = *self.known(from, want);
        *self.known(key, want) = source;
        self.write(key, now, Size::AtLeast(0), Life::Same, want);
    }

    /// The removal of `key`.
    pub(super) fn delete(&mut self, key: &[u8], now: Time, want: Columns) {
        let known = self.known(key, want);
        known.ends = 0;
        let size = known.size;
        self.push(key, now, Op::Delete, size, NEVER);
    }

    /// When `key` ends, as far as is known; [`NEVER`] for one that is gone, too.
    pub(super) fn end(&mut self, key: &[u8], now: Time, want: Columns) -> Time {
        Some(self.known(key, want).ends).filter(|&ends| ends > now).unwrap_or(NEVER)
    }

    /// `key` is to live for `lasts` from now on, which is no request. The last one to it is told, if it is still held back;
    /// was it?
    pub(super) fn outlive(&mut self, key: &[u8], now: Time, lasts: Time, want: Columns) -> bool {
        let last = self.rows.iter_mut().rev().take(HELD).find(|row| row.key == key);
        let held = last.is_some();
        if let Some(row) = last {
            if row.op == Op::Delete {
                return true;
            }
            row.ttl = lasts;
        }
        let known = self.known(key, want);
        (known.lasts, known.ends) = (lasts, now.saturating_add(lasts));
        held
    }

    /// Hands out requests, the oldest first, until `keep` are left or the batch is full.
    pub(super) fn give(&mut self, batch: &mut Batch, keep: usize) {
        while self.rows.len() > keep && batch.room() > 0 {
            let Some(row) = self.rows.pop_front() else { return };
            batch.texts.push(&row.key);
            if batch.want.times {
                batch.times.push(row.time);
            }
            if batch.want.sizes {
                batch.sizes.push(row.size);
            }
            if batch.want.ops {
                batch.ops.push(row.op);
            }
            if batch.want.ttls {
                batch.ttls.push(row.ttl);
            }
            if row.key.capacity() <= LONG_KEY && self.spare.len() <= HELD {
                self.spare.push(row.key);
            }
        }
    }

    /// Is no request held back?
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}
