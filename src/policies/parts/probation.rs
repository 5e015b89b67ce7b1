//! A small FIFO queue that tries new objects, a clock for those that passed, and ghosts of those that did not: QD-LP and
//! Clock2Q+. How long the queues are and which uses count is a [`Trial`].

use super::quota::{part, share};
use crate::core::{ObjId, Result};
use crate::policy::{Build, Cause, Cx, Policy, Setup, Verdict};
use crate::structs::{Lists, Weigh};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use std::marker::PhantomData;

/// How long the queues are.
#[derive(Debug, Clone, Copy)]
pub struct Shares {
    /// The small queue, as a share of the capacity.
    pub small: f64,
    /// The newest part of the small queue, where uses do not count, as a share of it.
    pub window: f64,
    /// The ghosts, as a share of the capacity.
    pub ghost: f64,
    /// Where objects go before the first eviction.
    pub fill: Fill,
}

/// Where objects go before the first eviction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fill {
    /// To the small queue.
    Small,
    /// To the clock.
    Main,
    /// To the small queue until it is full, then to the clock.
    Both,
}

/// How new objects are tried.
pub trait Trial: Debug + Send + Sized + 'static {
    /// Its parameters.
    type Params: Debug + Default + Serialize + DeserializeOwned;

    /// # Errors
    /// A parameter out of its range.
    fn shares(params: &Self::Params) -> Result<Shares>;
}

const SMALL: usize = 0;
const MAIN: usize = 1;
const GHOST: usize = 2;
/// The newest objects of the small queue, if there are four lists.
const WINDOW: usize = 3;

/// A policy that tries new objects, with counters of `FLAGS` bits; with a window if `LISTS` is 4.
#[derive(Debug)]
pub struct Probation<T, const LISTS: usize, const FLAGS: u32> {
    lists: Lists<LISTS, FLAGS>,
    shares: Shares,
    small_quota: u64,
    main_quota: u64,
    window_quota: u64,
    ghost_quota: u64,
    /// Nothing was evicted yet.
    filling: bool,
    trial: PhantomData<T>,
}

impl<T, const LISTS: usize, const FLAGS: u32> Probation<T, LISTS, FLAGS> {
    const HAS_WINDOW: bool = LISTS > WINDOW;
    const MOST_USES: u32 = (1 << FLAGS) - 1;

    fn small_weight(&self) -> u64 {
        self.lists.weight(SMALL) + if Self::HAS_WINDOW { self.lists.weight(WINDOW) } else { 0 }
    }

    /// The oldest object of the small queue.
    #[inline(always)]
    fn oldest_small(&mut self) -> Option<ObjId> {
        let oldest = self.lists.front(SMALL);
        if Self::HAS_WINDOW { oldest.or_else(|| self.lists.front(WINDOW)) } else { oldest }
    }

    /// The object that leaves next, at the front of its queue. The queue that the newcomer goes to makes room if it is full, and
    /// otherwise the other one. Who was used in the small queue goes on to the clock, which may then have to make room.
    #[inline(always)]
    fn settle(&mut self, cx: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        let returns = matches!(cause, Cause::Incoming(id) if self.lists.is_in(id, GHOST));
        loop {
            let main = if returns {
                self.lists.weight(MAIN) >= self.main_quota
            } else {
                self.small_weight() < self.small_quota || self.lists.weight(MAIN) > self.main_quota
            };
            if main && let Some(id) = self.turn_main(cx) {
                return Some(id);
            }
            let Some(id) = self.oldest_small() else { return self.turn_main(cx) };
            if self.lists.flags(id) == 0 {
                return Some(id);
            }
            self.lists.push(MAIN, id, cx);
        }
    }

    /// The hand goes on until it finds an object without uses.
    #[inline(always)]
    fn turn_main(&mut self, cx: &Cx<'_>) -> Option<ObjId> {
        self.lists.turn(MAIN, MAIN, cx)
    }

    fn trim(&mut self, cx: &Cx<'_>) {
        while self.lists.weight(GHOST) > self.ghost_quota && self.lists.pop(GHOST, cx).is_some() {}
    }

    /// Does an object of this size go to the clock before the first eviction?
    fn fills_main(&self, size: u64) -> bool {
        match self.shares.fill {
            Fill::Small => false,
            Fill::Main => true,
            Fill::Both => self.small_weight() + size > self.small_quota,
        }
    }
}

impl<T: Trial, const LISTS: usize, const FLAGS: u32> Build for Probation<T, LISTS, FLAGS> {
    type Params = T::Params;

    fn build(params: &T::Params, setup: &Setup) -> Result<Self> {
        let shares = T::shares(params)?;
        let mut this = Self {
            lists: Lists::new(setup.objects),
            shares,
            small_quota: 0,
            main_quota: 0,
            window_quota: 0,
            ghost_quota: 0,
            filling: true,
            trial: PhantomData,
        };
        this.set_capacity(setup.capacity);
        Ok(this)
    }
}

impl<T: Trial, const LISTS: usize, const FLAGS: u32> Policy for Probation<T, LISTS, FLAGS> {
    #[inline(always)]
    fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
        match self.lists.list_of(id) {
            Some(SMALL | MAIN) => self.lists.set_flags(id, (self.lists.flags(id) + 1).min(Self::MOST_USES)),
            Some(WINDOW) => {}
            _ => return false,
        }
        true
    }

    #[inline(always)]
    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        self.filling = false;
        let Some(id) = self.settle(cx, cause) else { return Verdict::Refuse };
        if self.lists.is_in(id, MAIN) {
            self.lists.remove(id, cx);
        } else {
            self.lists.push(GHOST, id, cx);
        }
        out.push(id);
        if cause == Cause::Shrink {
            self.trim(cx);
        }
        Verdict::Freed
    }

    fn victim(&mut self, cx: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        self.settle(cx, cause)
    }

    #[inline(always)]
    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        let main = self.lists.is_in(id, GHOST) || self.filling && self.fills_main(cx.weight(id));
        let list = if main {
            MAIN
        } else if Self::HAS_WINDOW {
            WINDOW
        } else {
            SMALL
        };
        self.lists.push(list, id, cx);
        if list == WINDOW {
            while self.lists.weight(WINDOW) > self.window_quota
                && let Some(oldest) = self.lists.pop(WINDOW, cx)
            {
                self.lists.push(SMALL, oldest, cx);
            }
        }
        // Only now, since the newcomer may have been among the ghosts.
        self.trim(cx);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.small_quota = part(capacity, self.shares.small);
        self.main_quota = capacity.saturating_sub(self.small_quota);
        self.window_quota = (self.small_quota as f64 * self.shares.window).ceil() as u64;
        self.ghost_quota = share(capacity, self.shares.ghost);
    }

    #[inline(always)]
    fn contains(&self, id: ObjId) -> bool {
        matches!(self.lists.list_of(id), Some(SMALL | MAIN | WINDOW))
    }

    super::duties::weighed_lists!();
}
