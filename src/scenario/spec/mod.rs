//! The settings of a scenario, as its TOML file names them: who asks, through which caches, of which origin, and what happens.

mod check;
mod event;
pub(super) mod level;
mod load;
mod origin;
mod text;
mod write;

use crate::core::Time;
use serde::Deserialize;
use text::{some_span, span};

pub(super) use check::{behind, check, complete, path};
pub(super) use event::{Action, Content, Event};
pub(super) use level::{Defence, Http, Inclusion, Level, Read, Refresh, Route};
pub(super) use load::{Arrivals, Clients, Load};
pub(super) use origin::{Discipline, Origin};
pub(super) use write::{Invalidation, Pointer, Publish, Write, WritePath};

/// A scenario, all lists expanded.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Spec {
    /// Clients ask for so long; without it, until the workload or trace ends.
    #[serde(deserialize_with = "some_span")]
    pub(super) duration: Option<Time>,
    /// Counting begins so late.
    #[serde(deserialize_with = "span")]
    pub(super) warmup: Time,
    /// Length of a window of the time series; without it, chosen so that there are 128 to 256.
    #[serde(deserialize_with = "some_span")]
    pub(super) window: Option<Time>,
    /// Requests that may be under way at once; more means that the scenario diverges.
    pub(super) most_in_flight: u64,
    pub(super) seed: u64,
    pub(super) load: Load,
    pub(super) clients: Vec<Clients>,
    pub(super) level: Vec<Level>,
    pub(super) origin: Option<Origin>,
    pub(super) write: Write,
    pub(super) invalidation: Invalidation,
    pub(super) content: Vec<Content>,
    pub(super) event: Vec<Event>,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            duration: None,
            warmup: 0,
            window: None,
            most_in_flight: 1_000_000,
            seed: 42,
            load: Load::default(),
            clients: Vec::new(),
            level: Vec::new(),
            origin: None,
            write: Write::default(),
            invalidation: Invalidation::default(),
            content: Vec::new(),
            event: Vec::new(),
        }
    }
}
