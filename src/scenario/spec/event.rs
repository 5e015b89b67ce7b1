//! Contents with their headers, and what happens to caches and origin.

use super::text::{self, control, span};
use crate::core::Time;
use crate::scenario::http::Control;
use serde::Deserialize;

/// A kind of content and its HTTP headers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::scenario) struct Content {
    pub(in crate::scenario) name: String,
    /// Share of the keys.
    pub(in crate::scenario) share: f64,
    /// Cache-Control.
    #[serde(deserialize_with = "control")]
    pub(in crate::scenario) cache_control: Control,
    /// CDN-Cache-Control, for shared caches.
    #[serde(deserialize_with = "text::some_control")]
    pub(in crate::scenario) cdn_cache_control: Option<Control>,
    /// Does it have an `ETag`?
    pub(in crate::scenario) etag: bool,
    /// Variants that Vary tells apart.
    pub(in crate::scenario) vary: u32,
}

impl Default for Content {
    fn default() -> Self {
        Self {
            name: String::new(),
            share: 1.0,
            cache_control: Control::default(),
            cdn_cache_control: None,
            etag: false,
            vary: 1,
        }
    }
}

/// What happens at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Action {
    /// A cache node dies; what it held is gone, queued writes too.
    #[default]
    Crash,
    /// It comes back, empty.
    Restart,
    /// It comes back with what it held when it died.
    RestartWarm,
    /// It cannot be reached, and keeps what it holds.
    Partition,
    /// It can be reached again.
    Heal,
    /// It, or the origin, takes `factor` times as long.
    Slow,
    /// A node joins a sharded level.
    AddNode,
    /// A node leaves a sharded level.
    RemoveNode,
    /// Everything is removed.
    Flush,
    /// The origin answers nothing.
    OriginDown,
    /// The origin answers again.
    OriginUp,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::scenario) struct Event {
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) at: Time,
    pub(in crate::scenario) action: Action,
    /// The level that it happens to; the first one without it. `origin` for a slow origin.
    pub(in crate::scenario) level: Option<String>,
    pub(in crate::scenario) node: u32,
    pub(in crate::scenario) factor: f64,
}

impl Default for Event {
    fn default() -> Self {
        Self { at: 0, action: Action::Crash, level: None, node: 0, factor: 10.0 }
    }
}
