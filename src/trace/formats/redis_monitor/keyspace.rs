//! What a log of commands says of its keys, and the requests that follow from it.

use crate::core::{NEVER, Time};
use crate::trace::Op;
use crate::trace::batch::Batch;
use crate::trace::remember::Remembered;
use hashbrown::HashMap;
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
    /// Which of the databases the key is in.
    database: usize,
    /// Was the key flushed since?
    flushed: bool,
}

/// The keys, and the requests that are held back.
#[derive(Debug, Default)]
pub(super) struct Keyspace {
    /// What is known of the keys of each database. Conditions of EXPIRE depend on it, and with them which requests there
    /// are, so it does not matter which columns are wanted.
    known: Vec<Remembered<Known>>,
    /// Where each database is in `known`, by its number as written.
    databases: HashMap<Vec<u8>, usize>,
    /// The database of the command at hand.
    database: usize,
    rows: VecDeque<Row>,
    /// Memory of keys that were handed out.
    spare: Vec<Vec<u8>>,
    /// Writes after which the size is not known.
    pub(super) bounds: u64,
}

impl Keyspace {
    /// What follows is about keys of this database.
    pub(super) fn select(&mut self, db: &[u8]) {
        if let Some(&at) = self.databases.get(db) {
            self.database = at;
            return;
        }
        self.database = self.known.len();
        self.databases.insert(db.to_vec(), self.database);
        self.known.push(Remembered::default());
    }

    /// Forgets the keys of all databases, or of the one at hand.
    pub(super) fn flush(&mut self, all: bool) {
        let at = self.database;
        let which = if all { 0..self.known.len() } else { at..at + 1 };
        self.known[which].fill_with(Remembered::default);
        for row in self.rows.iter_mut().filter(|row| all || row.database == at) {
            row.flushed = true;
        }
    }

    fn known(&mut self, key: &[u8]) -> &mut Known {
        self.known[self.database].of(Remembered::<Known>::name(key))
    }

    fn push(&mut self, key: &[u8], time: Time, op: Op, size: u32, ttl: Time) {
        let mut copy = self.spare.pop().unwrap_or_default();
        copy.clear();
        copy.extend_from_slice(key);
        self.rows.push_back(Row { key: copy, time, size, op, ttl, database: self.database, flushed: false });
    }

    /// A read of `key`.
    pub(super) fn read(&mut self, key: &[u8], now: Time) {
        let Known { size, lasts, .. } = *self.known(key);
        self.push(key, now, Op::Get, size, lasts);
    }

    /// A write of `key`.
    pub(super) fn write(&mut self, key: &[u8], now: Time, size: Size, life: Life) {
        let known = self.known(key);
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

    /// Gives `key`, of a database that may be another one, what is known of `from`: a write.
    pub(super) fn copy(&mut self, from: &[u8], (db, key): (&[u8], &[u8]), now: Time) {
        let (source, database) = (*self.known(from), self.database);
        self.select(db);
        *self.known(key) = source;
        self.write(key, now, Size::AtLeast(0), Life::Same);
        self.database = database;
    }

    /// The removal of `key`.
    pub(super) fn delete(&mut self, key: &[u8], now: Time) {
        let known = self.known(key);
        known.ends = 0;
        let size = known.size;
        self.push(key, now, Op::Delete, size, NEVER);
    }

    /// When `key` ends, as far as is known; [`NEVER`] for one that is gone, too.
    pub(super) fn end(&mut self, key: &[u8], now: Time) -> Time {
        Some(self.known(key).ends).filter(|&ends| ends > now).unwrap_or(NEVER)
    }

    /// `key` is to live for `lasts` from now on, which is no request. The last one to it is told, if it is still held back:
    /// from its own time on the key lives so much longer. Was it?
    pub(super) fn outlive(&mut self, key: &[u8], now: Time, lasts: Time) -> bool {
        let last = self.rows.iter_mut().rev().take(HELD).find(|row| row.key == key);
        let held = last.is_some();
        if let Some(row) = last {
            if row.op == Op::Delete || row.flushed {
                return true;
            }
            row.ttl = now.saturating_sub(row.time).saturating_add(lasts);
        }
        let known = self.known(key);
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
