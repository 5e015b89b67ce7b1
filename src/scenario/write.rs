//! Writes: what each path does to origin and caches, and in which order.

use super::behind::Waiting;
use super::call::{Call, Flags};
use super::load::Arrival;
use super::model::{Event, Model};
use super::node::Entry;
use super::spec::{Route, WritePath};
use crate::core::rng::{below, unit};
use crate::core::{NEVER, SECOND, Time};
use std::sync::Arc;

/// Batches that may fail one after another when no clients ask and no events come any more; then nothing ever will bring the
/// queue to the origin.
const PATIENCE: u32 = 1000;
/// The least time before a batch that failed is tried again.
const SHORTEST_PAUSE: Time = SECOND / 1000;

/// A step of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The origin takes the value.
    Origin,
    /// The origin takes the value, but does not show it yet.
    Prepare,
    /// The transaction is committed, or rolled back.
    Commit,
    /// The key is deleted from the caches.
    Delete,
    /// The caches take the value.
    Set,
    /// Origin and caches take it at the same time.
    Both,
    /// The value is queued for the origin.
    Queue,
    /// The others are told.
    Publish,
}

impl WritePath {
    fn steps(self) -> &'static [Step] {
        match self {
            Self::WriteAround => &[Step::Origin],
            Self::UpdateThenDelete => &[Step::Origin, Step::Delete, Step::Publish],
            Self::DeleteThenUpdate => &[Step::Delete, Step::Origin, Step::Publish],
            Self::DeleteThenSet => &[Step::Origin, Step::Delete, Step::Set, Step::Publish],
            Self::WriteThrough => &[Step::Origin, Step::Set, Step::Publish],
            Self::WriteThroughInTransaction => &[Step::Prepare, Step::Set, Step::Commit, Step::Publish],
            Self::WriteThroughConcurrent => &[Step::Both, Step::Publish],
            Self::WriteBehind => &[Step::Set, Step::Queue, Step::Publish],
        }
    }
}

/// A write under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct WriteOp {
    pub(super) key: u32,
    pub(super) version: u32,
    pub(super) server: u32,
    pub(super) group: u16,
    /// Chooses its node of levels where any node may be asked: the same one for all its steps.
    luck: u32,
    started: Time,
    /// Number of the step at hand.
    step: u8,
    /// Parts of the step that are not done.
    pending: u8,
    /// It is a batch of the queue, and no client waits for it.
    batch: bool,
    failed: bool,
}

impl Model<'_> {
    /// A client begins to write.
    pub(super) fn begin_write(&mut self, arrival: &Arrival) {
        let op = WriteOp { server: arrival.server, group: arrival.group, ..self.write_of(arrival.key) };
        let number = self.writes.insert(op);
        self.begin_step(number);
    }

    /// A write of a key that begins now.
    pub(super) fn write_of(&mut self, key: u32) -> WriteOp {
        WriteOp {
            key,
            version: 0,
            server: 0,
            group: 0,
            luck: below(&mut self.write_rng, 1 << 32) as u32,
            started: self.now,
            step: 0,
            pending: 0,
            batch: false,
            failed: false,
        }
    }

    fn step(&self, op: &WriteOp) -> Option<Step> {
        self.spec.write.path.steps().get(op.step as usize).copied()
    }

    /// Begins the step at hand of a write; without one, the write is acknowledged.
    fn begin_step(&mut self, number: u32) {
        let op = self.writes[number];
        let Some(step) = self.step(&op) else { return self.acknowledge(number) };
        let first_part = u8::from(matches!(step, Step::Origin | Step::Prepare | Step::Both));
        let second_part = u8::from(matches!(step, Step::Delete | Step::Set | Step::Both | Step::Commit));
        self.writes[number].pending = first_part + second_part;
        match step {
            // The order of versions is that in which the origin takes them; here the caches may have them before.
            Step::Prepare | Step::Both => self.writes[number].version = self.truth.begin(op.key),
            Step::Set if op.version == 0 => self.writes[number].version = self.truth.begin(op.key),
            _ => {}
        }
        if first_part > 0 {
            let id = self.object(op.key, op.server);
            let flags = Flags { write: true, ..Flags::default() };
            self.submit(Call { parent: number, flags, ..self.call(op.key, id, op.server, op.group) });
        }
        if second_part > 0 {
            let delay = if step == Step::Commit {
                self.spec.write.commit.draw(&mut self.write_rng)
            } else {
                self.cache_delay(&op)
            };
            self.queue.plan(self.now + delay, Event::Write(number));
        }
        if first_part + second_part == 0 {
            if step == Step::Publish {
                self.publish(&op);
            } else if !self.enqueue(&op) {
                return self.fail(number);
            }
            self.next_step(number);
        }
    }

    /// How long it takes to reach the last cache on the way of a write.
    fn cache_delay(&mut self, op: &WriteOp) -> Time {
        let mut longest = 0;
        for &index in self.path(op).iter() {
            let node = self.node_of(index, op);
            longest = longest.max(self.levels[index].latency(node));
        }
        longest
    }

    /// The levels that a write meets on its way to the origin.
    pub(super) fn path(&self, op: &WriteOp) -> Arc<[usize]> {
        Arc::clone(&self.groups[op.group as usize].path)
    }

    /// Those levels of a path that a write changes.
    pub(super) fn changed<'p>(&self, path: &'p [usize]) -> &'p [usize] {
        let first = if self.spec.invalidation.local { 0 } else { path.len().saturating_sub(1) };
        &path[first..]
    }

    /// The time of the caches' part of a step is over.
    pub(super) fn go_on_writing(&mut self, number: u32) {
        let op = self.writes[number];
        match self.step(&op) {
            Some(Step::Delete) => self.delete(&op),
            Some(Step::Set | Step::Both) => self.set(&op),
            Some(Step::Commit) => {
                if self.is_rolled_back() {
                    self.truth.roll_back(op.key, op.version);
                    return self.fail(number);
                }
                self.writes[number].version = self.truth.commit(op.key, op.version);
            }
            _ => {}
        }
        self.part_done(number);
    }

    /// Does a transaction of the origin end in vain?
    fn is_rolled_back(&mut self) -> bool {
        let rollback = self.spec.write.rollback;
        rollback > 0.0 && unit(&mut self.write_rng) < rollback
    }

    /// The origin is done with a write, or with a batch of them.
    pub(super) fn written(&mut self, number: u32, ok: bool) {
        let op = self.writes[number];
        if op.batch {
            return self.batch_done(number, ok);
        }
        let at_once = matches!(self.step(&op), Some(Step::Origin | Step::Both));
        if !ok || at_once && self.is_rolled_back() {
            if op.version > 0 {
                self.truth.roll_back(op.key, op.version);
            }
            self.writes[number].failed = true;
            return self.part_done(number);
        }
        match self.step(&op) {
            Some(Step::Origin) => {
                let version = if op.version == 0 { self.truth.begin(op.key) } else { op.version };
                self.writes[number].version = self.truth.commit(op.key, version);
            }
            Some(Step::Both) => self.writes[number].version = self.truth.commit(op.key, op.version),
            _ => {}
        }
        self.part_done(number);
    }

    fn part_done(&mut self, number: u32) {
        let op = &mut self.writes[number];
        op.pending -= 1;
        if op.pending == 0 {
            if op.failed { self.fail(number) } else { self.next_step(number) }
        }
    }

    fn next_step(&mut self, number: u32) {
        self.writes[number].step += 1;
        self.begin_step(number);
    }

    fn acknowledge(&mut self, number: u32) {
        let op = self.writes.remove(number);
        self.truth.acknowledge(self.now, op.key, op.version);
        self.measure.write(self.now, op.started, true);
    }

    fn fail(&mut self, number: u32) {
        let op = self.writes.remove(number);
        self.measure.write(self.now, op.started, false);
    }

    /// The caches on the way of a write take its value.
    fn set(&mut self, op: &WriteOp) {
        let path = self.path(op);
        for &index in self.changed(&path) {
            let node = self.node_of(index, op);
            if !self.levels[index].is_up(node) {
                continue;
            }
            let expires = self.levels[index].ttl_of(op.key).map_or(NEVER, |ttl| self.now.saturating_add(ttl));
            let entry = Entry { stored: self.now, version: op.version, ..Entry::default() };
            let id = self.object_of(op.key, op.server, op.version);
            let moment = self.moment_of(id);
            self.levels[index].nodes[node].written(&moment, id);
            self.store(index, node, id, entry, expires);
            self.point(index, node, op.key, op.version);
        }
    }

    /// The node of a level that a write meets.
    pub(super) fn node_of(&mut self, index: usize, op: &WriteOp) -> usize {
        let level = &mut self.levels[index];
        match level.spec.route {
            Route::Random => op.luck as usize % level.nodes.len(),
            _ => level.route(op.key, op.server, op.group),
        }
    }

    /// The last cache on its way keeps a write for the origin. False if it cannot be reached.
    fn enqueue(&mut self, op: &WriteOp) -> bool {
        let Some(&last) = self.path(op).last() else { return false };
        let holder = (last, self.node_of(last, op));
        if !self.levels[holder.0].is_up(holder.1) {
            return false;
        }
        let (key, version) = (op.key, op.version);
        self.behind.push(Waiting { key, version, first: version, count: 1, holder, orphan: false });
        let spec = &self.spec.write;
        if spec.full.is_some_and(|full| self.behind.waiting() as u64 >= full) || spec.interval == 0 {
            self.send_batches();
        }
        self.plan_look();
        true
    }

    fn plan_look(&mut self) {
        if self.behind.planned || self.behind.waiting() == 0 {
            return;
        }
        let interval = self.spec.write.interval;
        let at = match self.behind.paused_until {
            paused if paused > self.now => paused,
            _ if interval > 0 => self.now + interval,
            // The next worker that is done looks.
            _ => return,
        };
        self.behind.planned = true;
        self.queue.plan(at, Event::Flush);
    }

    /// The interval is over: the workers look at the queue.
    pub(super) fn look_at_queue(&mut self) {
        self.behind.planned = false;
        self.send_batches();
        self.plan_look();
    }

    fn send_batches(&mut self) {
        // A batch that is refused at once comes back here.
        if std::mem::replace(&mut self.behind.sending, true) {
            return;
        }
        let spec = &self.spec.write;
        while self.behind.batches.len() < spec.workers as usize
            && self.behind.waiting() > 0
            && self.behind.paused_until <= self.now
        {
            let batch = self.behind.take(spec.batch as usize);
            let key = batch[0].key;
            let op = WriteOp { pending: 1, batch: true, ..self.write_of(key) };
            let number = self.writes.insert(op);
            self.behind.batches.insert(number, batch);
            let flags = Flags { write: true, ..Flags::default() };
            let id = self.object(key, 0);
            self.submit(Call { parent: number, flags, ..self.call(key, id, 0, 0) });
        }
        self.behind.sending = false;
    }

    fn batch_done(&mut self, number: u32, ok: bool) {
        self.writes.remove(number);
        let batch = self.behind.batches.remove(&number).unwrap_or_default();
        self.behind.failures = if ok { 0 } else { self.behind.failures.saturating_add(1) };
        if ok {
            for waiting in &batch {
                // Each write carries its number, and an earlier one does not replace a later one.
                if waiting.version > self.truth.committed(waiting.key) {
                    self.truth.commit(waiting.key, waiting.version);
                }
            }
        } else if !self.spec.write.retry {
            self.lose(&batch);
        } else if self.behind.failures >= PATIENCE && self.is_over() {
            self.lose(&batch);
            let rest = self.behind.take(usize::MAX);
            self.lose(&rest);
        } else {
            let (orphans, rest): (Vec<Waiting>, Vec<Waiting>) = batch.into_iter().partition(|waiting| waiting.orphan);
            self.lose(&orphans);
            rest.into_iter().rev().for_each(|waiting| self.behind.put_back(waiting));
            let pause = self.spec.write.interval.max(self.origin_spec.backoff).max(SHORTEST_PAUSE);
            self.behind.paused_until = self.now.saturating_add(pause);
        }
        // A worker takes the next one at once, as long as there is one.
        self.send_batches();
        self.plan_look();
    }

    /// A cache has died, and with it the writes that waited in it.
    pub(super) fn lose_queue(&mut self, index: usize, node: usize) {
        let lost = self.behind.take_of((index, node));
        self.lose(&lost);
    }

    fn lose(&mut self, writes: &[Waiting]) {
        for waiting in writes {
            self.truth.lose(waiting.key, waiting.versions());
            self.measure.lost_writes += if self.measure.counts(self.now) { waiting.count } else { 0 };
        }
    }
}
