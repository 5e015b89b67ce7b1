//! What happens to the caches themselves: warming, flushes, crashes, partitions, nodes that come and go.

use super::call::Value;
use super::load;
use super::model::{Event, Model};
use super::node::{Entry, Reach};
use super::spec::{Action, Http};
use crate::core::{NEVER, Result, Time};
use crate::trace::Trace;
use std::sync::Arc;

/// How often entries that nothing can reach are counted.
const CENSUSES: u64 = 64;

impl Model<'_> {
    /// Stores popular keys before the start, at no cost of the origin.
    pub(super) fn warm(&mut self, trace: Option<&Arc<Trace>>) -> Result<()> {
        for index in 0..self.levels.len() {
            let most = self.levels[index].spec.warm.0;
            if most == 0 {
                continue;
            }
            let mut keys = load::popular(self.spec, trace, most)?;
            keys.retain(|&key| !load::is_absent(self.spec, key));
            // The most popular last, so that a small cache keeps it.
            for key in keys.into_iter().rev() {
                self.warm_key(index, key);
            }
        }
        Ok(())
    }

    /// Every node that may be asked for the key stores it.
    fn warm_key(&mut self, index: usize, key: u32) {
        let all = 0..self.levels[index].nodes.len();
        let nodes = match &self.levels[index].placement {
            Some(placement) => {
                let node = placement.node(key);
                node..node + 1
            }
            None => all,
        };
        for node in nodes {
            let fetched_in = (self.origin_spec.latency.mean() * 1e9) as Time;
            let entry = Entry { fetched_in, ..Entry::default() };
            let value = Value { fetched: self.now, ..Value::default() };
            let expires = if self.levels[index].spec.http == Http::Off {
                let level = &mut self.levels[index];
                Some(level.ttl_of(key).map_or(NEVER, |ttl| level.jittered(ttl)))
            } else {
                self.web_expiry(index, key, &value)
            };
            let Some(expires) = expires else { return };
            self.store(index, node, key * self.ids_per_key, entry, expires);
        }
    }

    /// Plans what the scenario says will happen.
    pub(super) fn plan_events(&mut self, span: Option<Time>) {
        self.events_left = self.spec.event.len();
        for (number, event) in self.spec.event.iter().enumerate() {
            self.queue.plan(event.at, Event::Happens(number as u32));
        }
        for (index, level) in self.levels.iter().enumerate() {
            if let Some(at) = level.spec.flush_at.or(level.spec.flush_every) {
                self.queue.plan(at, Event::Scheduled { level: index as u8 });
                self.first_event = Some(self.first_event.map_or(at, |first| first.min(at)));
            }
        }
        // Planned even without a warm-up: what was stored before the start made room, too.
        self.queue.plan(self.spec.warmup, Event::Count);
        let dead = self.spec.invalidation.tags > 0 || self.spec.invalidation.versioned;
        if let Some(span) = span.filter(|_| dead) {
            (1..=CENSUSES).for_each(|i| self.queue.plan(span / CENSUSES * i, Event::Census));
        }
    }

    /// The time of a flush has come, and the next one is planned.
    pub(super) fn scheduled_flush(&mut self, index: usize) {
        self.flush(index);
        if let Some(every) = self.levels[index].spec.flush_every {
            self.queue.plan(self.now.saturating_add(every), Event::Scheduled { level: index as u8 });
        }
    }

    fn flush(&mut self, index: usize) {
        for node in 0..self.levels[index].nodes.len() {
            self.clear(index, node);
        }
    }

    fn clear(&mut self, index: usize, node: usize) {
        let moment = self.moment();
        self.levels[index].nodes[node].clear(&moment);
        self.forget(index, node);
    }

    /// An event of the scenario happens.
    pub(super) fn disturb(&mut self, number: usize) {
        let event = &self.spec.event[number];
        self.events_left -= 1;
        let name = event.level.as_deref();
        let index = name.and_then(|name| self.levels.iter().position(|level| level.spec.name == name)).unwrap_or(0);
        let node = event.node as usize;
        match event.action {
            Action::Crash => {
                self.levels[index].nodes[node].reach = Reach::Down;
                self.lose_queue(index, node);
            }
            Action::Restart => {
                self.clear(index, node);
                self.levels[index].nodes[node].reach = Reach::Up;
            }
            Action::RestartWarm | Action::Heal => self.levels[index].nodes[node].reach = Reach::Up,
            Action::Partition => self.levels[index].nodes[node].reach = Reach::Cut,
            Action::Slow if name == Some("origin") => self.origin.set_speed(self.now, event.factor),
            Action::Slow => self.levels[index].nodes[node].slow = event.factor,
            Action::AddNode => self.add_node(index),
            Action::RemoveNode => self.remove_node(index, node),
            Action::Flush => self.flush(index),
            Action::OriginDown => self.origin_down(),
            Action::OriginUp => drop(self.origin.set_down(self.now, false)),
        }
    }

    fn add_node(&mut self, index: usize) {
        let level = &mut self.levels[index];
        let Some(placement) = &mut level.placement else { return };
        // What could be built once can be built again; there are fewer nodes than a placement can have.
        if let Ok(moved) = placement.add_node()
            && level.add_node().is_ok()
        {
            self.keys_moved += moved;
        }
    }

    fn remove_node(&mut self, index: usize, node: usize) {
        let level = &mut self.levels[index];
        let Some(placement) = &mut level.placement else { return };
        if let Ok(moved) = placement.remove_node(node) {
            self.keys_moved += moved;
            level.nodes[node].reach = Reach::Gone;
        }
    }
}
