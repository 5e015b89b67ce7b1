//! Who asks, for what, and when.

use super::text::{Size, law, span};
use crate::core::{SECOND, Time};
use crate::scenario::law::Law;
use serde::Deserialize;

/// When requests come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Arrivals {
    /// As the workload or trace says; a Poisson process where it does not.
    #[default]
    Auto,
    /// A Poisson process.
    Poisson,
    /// Equal gaps.
    Even,
    /// Many at once, again and again.
    Burst,
}

/// What clients ask for, and when.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::scenario) struct Load {
    /// Keys of the built-in workload.
    pub(in crate::scenario) keys: u64,
    /// Its skew: 0 asks for all keys alike.
    pub(in crate::scenario) alpha: f64,
    /// Requests per second.
    pub(in crate::scenario) rate: f64,
    pub(in crate::scenario) arrivals: Arrivals,
    /// Requests of a burst.
    pub(in crate::scenario) burst: u64,
    /// Time before the first burst, and between bursts.
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) every: Time,
    /// A workload instead of keys and alpha.
    pub(in crate::scenario) workload: Option<String>,
    /// A recorded trace instead.
    pub(in crate::scenario) trace: Option<String>,
    pub(in crate::scenario) trace_format: Option<String>,
    /// Share of the requests that write; of a trace with operations, those that it says.
    pub(in crate::scenario) writes: f64,
    /// Share of the keys that do not exist at the origin.
    pub(in crate::scenario) absent: f64,
    /// Bytes of a value, where workload or trace name none.
    pub(in crate::scenario) size: Size,
    /// Keys that are derived from one thing, and change together.
    pub(in crate::scenario) entity: u32,
    /// Share of the reads that ask for a fresh copy, as a browser's reload does.
    pub(in crate::scenario) reload: f64,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            keys: 10_000,
            alpha: 0.9,
            rate: 1000.0,
            arrivals: Arrivals::Auto,
            burst: 100,
            every: 60 * SECOND,
            workload: None,
            trace: None,
            trace_format: None,
            writes: 0.0,
            absent: 0.0,
            size: Size(1024),
            entity: 1,
            reload: 0.0,
        }
    }
}

/// A group of clients.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::scenario) struct Clients {
    pub(in crate::scenario) name: String,
    /// Its part of the requests, relative to the other groups.
    pub(in crate::scenario) share: f64,
    /// Application servers (or browsers) that its requests go to in turn by chance.
    pub(in crate::scenario) servers: u32,
    /// Round trip between client and first level.
    #[serde(deserialize_with = "law")]
    pub(in crate::scenario) rtt: Law,
    /// The level it asks first; without it, the first one.
    pub(in crate::scenario) level: Option<String>,
}

impl Default for Clients {
    fn default() -> Self {
        Self { name: "clients".to_owned(), share: 1.0, servers: 1, rtt: Law::ZERO, level: None }
    }
}
