//! The origin.

use super::text::{law, some_law, some_span, span};
use crate::core::{SECOND, Time};
use crate::scenario::law::Law;
use serde::Deserialize;

/// How the origin serves what arrives while all its servers are busy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Discipline {
    /// First come, first served.
    #[default]
    Fcfs,
    /// All share the servers.
    Sharing,
}

/// The database, or whatever is asked in the end.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::scenario) struct Origin {
    #[serde(deserialize_with = "law")]
    pub(in crate::scenario) latency: Law,
    /// Of a write; without it, as of a read.
    #[serde(deserialize_with = "some_law")]
    pub(in crate::scenario) write_latency: Option<Law>,
    /// Requests that it works on at once; without it, any number.
    pub(in crate::scenario) servers: Option<u32>,
    pub(in crate::scenario) discipline: Discipline,
    /// Places to wait; without it, any number.
    pub(in crate::scenario) queue: Option<u64>,
    /// How long a caller waits.
    #[serde(deserialize_with = "some_span")]
    pub(in crate::scenario) timeout: Option<Time>,
    /// How often a caller tries again.
    pub(in crate::scenario) retries: u32,
    /// Time before the first retry; doubled for each further one.
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) backoff: Time,
    /// Probability that a request fails.
    pub(in crate::scenario) errors: f64,
}

impl Default for Origin {
    fn default() -> Self {
        Self {
            latency: Law::fixed(SECOND / 10),
            write_latency: None,
            servers: None,
            discipline: Discipline::Fcfs,
            queue: None,
            timeout: None,
            retries: 0,
            backoff: SECOND / 10,
            errors: 0.0,
        }
    }
}
