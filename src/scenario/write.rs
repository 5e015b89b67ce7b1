//! Writes: what each path does to origin and caches, and in which order.

use super::load::Arrival;
use super::model::{Call, Event, Flags, Model};
use super::node::Entry;
use super::spec::WritePath;
use crate::core::rng::unit;
use crate::core::{NEVER, Time};
use hashbrown::HashMap;
use std::collections::VecDeque;

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
    key: u32,
    version: u32,
    server: u32,
    group: u16,
    started: Time,
    /// Number of the step at hand.
    step: u8,
    /// Parts of the step that are not done.
    pending: u8,
    /// It is a batch of the queue, and no client waits for it.
    batch: bool,
    failed: bool,
}

/// The writes that wait for the origin.
#[derive(Debug, Default)]
pub(super) struct Behind {
    queue: VecDeque<Waiting>,
    /// Batches on their way, by the number of their write.
    batches: HashMap<u32, Vec<Waiting>>,
    /// The queue will be looked at.
    planned: bool,
}

/// A write that waits, with those before it of the same key that it replaces.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    key: u32,
    version: u32,
    count: u64,
}

impl Behind {
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.batches.is_empty()
    }
}

impl Model<'_> {
    /// A client begins to write.
    pub(super) fn begin_write(&mut self, arrival: &Arrival) {
        let op = WriteOp {
            key: arrival.key,
            version: 0,
            server: arrival.server,
            group: arrival.group,
            started: self.now,
            step: 0,
            pending: 0,
            batch: false,
            failed: false,
        };
        let number = self.writes.insert(op);
        self.begin_step(number);
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
            match step {
                Step::Queue => self.enqueue(op.key, op.version),
                _ => self.publish(op.key, op.server, op.group),
            }
            self.next_step(number);
        }
    }

    /// How long it takes to reach the last cache on the way of a write.
    fn cache_delay(&mut self, op: &WriteOp) -> Time {
        let path = self.path(op.group);
        let mut delay = 0;
        for index in path {
            let node = self.levels[index].route(op.key, op.server, op.group);
            delay = delay.max(self.levels[index].latency(node));
        }
        delay
    }

    /// The levels from a group's clients to the origin.
    pub(super) fn path(&self, group: u16) -> Vec<usize> {
        let next = |&index: &usize| Some(self.levels[index].behind).filter(|&behind| behind < self.levels.len());
        let first = self.groups[group as usize].level as usize;
        std::iter::successors(Some(first).filter(|&first| first < self.levels.len()), next).collect()
    }

    /// The time of the caches' part of a step is over.
    pub(super) fn go_on_writing(&mut self, number: u32) {
        let op = self.writes[number];
        match self.step(&op) {
            Some(Step::Delete) => self.delete(op.key, op.server, op.group),
            Some(Step::Set | Step::Both) => self.set(&op),
            Some(Step::Commit) => {
                let rollback = self.spec.write.rollback;
                if rollback > 0.0 && unit(&mut self.write_rng) < rollback {
                    self.truth.roll_back(op.key, op.version);
                    return self.fail(number);
                }
                self.truth.commit(op.key, op.version);
            }
            _ => {}
        }
        self.part_done(number);
    }

    /// The origin is done with a write, or with a batch of them.
    pub(super) fn written(&mut self, number: u32, ok: bool) {
        let op = self.writes[number];
        if op.batch {
            return self.batch_done(number, ok);
        }
        if !ok {
            if op.version > 0 {
                self.truth.roll_back(op.key, op.version);
            }
            self.writes[number].failed = true;
            return self.part_done(number);
        }
        match self.step(&op) {
            Some(Step::Origin) => {
                let version = if op.version == 0 { self.truth.begin(op.key) } else { op.version };
                self.writes[number].version = version;
                self.truth.commit(op.key, version);
            }
            Some(Step::Both) => self.truth.commit(op.key, op.version),
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
        let path = self.path(op.group);
        let first = if self.spec.invalidation.local { 0 } else { path.len().saturating_sub(1) };
        for &index in &path[first..] {
            let node = self.levels[index].route(op.key, op.server, op.group);
            if !self.levels[index].is_up(node) {
                continue;
            }
            let expires = self.levels[index].spec.ttl.map_or(NEVER, |ttl| self.now.saturating_add(ttl));
            let entry = Entry { stored: self.now, version: op.version, ..Entry::default() };
            let id = self.object_of(op.key, op.server, op.version);
            self.store(index, node, id, entry, expires);
            self.point(index, node, op.key, op.version);
        }
    }

    fn enqueue(&mut self, key: u32, version: u32) {
        let spec = &self.spec.write;
        let waiting = self.behind.queue.iter_mut().find(|waiting| spec.consolidate && waiting.key == key);
        match waiting {
            Some(waiting) => (waiting.version, waiting.count) = (version, waiting.count + 1),
            None => self.behind.queue.push_back(Waiting { key, version, count: 1 }),
        }
        if spec.full.is_some_and(|full| self.behind.queue.len() as u64 >= full) || spec.interval == 0 {
            self.send_batches();
        }
        self.plan_look();
    }

    fn plan_look(&mut self) {
        if !self.behind.planned && !self.behind.queue.is_empty() && self.spec.write.interval > 0 {
            self.behind.planned = true;
            self.queue.plan(self.now + self.spec.write.interval, Event::Flush);
        }
    }

    /// The interval is over: the workers look at the queue.
    pub(super) fn look_at_queue(&mut self) {
        self.behind.planned = false;
        self.send_batches();
        self.plan_look();
    }

    fn send_batches(&mut self) {
        let spec = &self.spec.write;
        while self.behind.batches.len() < spec.workers as usize && !self.behind.queue.is_empty() {
            let n = self.behind.queue.len().min(spec.batch as usize);
            let batch: Vec<Waiting> = self.behind.queue.drain(..n).collect();
            let key = batch[0].key;
            let op = WriteOp {
                key,
                version: 0,
                server: 0,
                group: 0,
                started: self.now,
                step: 0,
                pending: 1,
                batch: true,
                failed: false,
            };
            let number = self.writes.insert(op);
            self.behind.batches.insert(number, batch);
            let flags = Flags { write: true, ..Flags::default() };
            let id = self.object(key, 0);
            self.submit(Call { parent: number, flags, ..self.call(key, id, 0, 0) });
        }
    }

    fn batch_done(&mut self, number: u32, ok: bool) {
        self.writes.remove(number);
        let batch = self.behind.batches.remove(&number).unwrap_or_default();
        if ok {
            for waiting in &batch {
                let newest = waiting.version.max(self.truth.committed(waiting.key));
                self.truth.commit(waiting.key, newest);
            }
        } else if self.spec.write.retry {
            batch.into_iter().rev().for_each(|waiting| self.behind.queue.push_front(waiting));
        } else {
            self.lose(&batch);
        }
        // A worker takes the next one at once, as long as there is one.
        self.send_batches();
        self.plan_look();
    }

    /// The queue is gone with the cache that held it.
    pub(super) fn lose_queue(&mut self) {
        let queue: Vec<Waiting> = self.behind.queue.drain(..).collect();
        self.lose(&queue);
    }

    fn lose(&mut self, writes: &[Waiting]) {
        for waiting in writes {
            self.truth.lose(waiting.key);
            self.measure.lost_writes += waiting.count;
        }
    }

    /// The nodes that a server's request for a key meets, by level.
    pub(super) fn nodes_on_path(&mut self, key: u32, server: u32, group: u16) -> Vec<(usize, usize)> {
        self.path(group).into_iter().map(|index| (index, self.levels[index].route(key, server, group))).collect()
    }

}
