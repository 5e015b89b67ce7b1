//! Writes and invalidation.

use super::text::{law, span};
use crate::core::{SECOND, Time};
use crate::scenario::law::Law;
use serde::Deserialize;

/// What a write does, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum WritePath {
    /// The origin alone.
    WriteAround,
    /// The origin, then the key is deleted from the caches.
    #[default]
    UpdateThenDelete,
    /// The key is deleted, then the origin.
    DeleteThenUpdate,
    /// The origin, then the key is deleted, then set.
    DeleteThenSet,
    /// The origin, then the caches.
    WriteThrough,
    /// The origin within a transaction, the caches, then the commit.
    WriteThroughInTransaction,
    /// Origin and caches at the same time.
    WriteThroughConcurrent,
    /// The caches; the origin later.
    WriteBehind,
}

/// Writes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::scenario) struct Write {
    pub(in crate::scenario) path: WritePath,
    /// Time between commit request and commit, within a transaction.
    #[serde(deserialize_with = "law")]
    pub(in crate::scenario) commit: Law,
    /// Probability that the origin rolls a client's write back.
    pub(in crate::scenario) rollback: f64,
    /// Time between two looks at the queue of writes.
    #[serde(deserialize_with = "span")]
    pub(in crate::scenario) interval: Time,
    /// Writes that are brought to the origin at once.
    pub(in crate::scenario) batch: u32,
    /// A queue of so many writes is brought to the origin without waiting for the interval.
    pub(in crate::scenario) full: Option<u64>,
    /// Workers that bring writes to the origin.
    pub(in crate::scenario) workers: u32,
    /// Later writes of a key replace those that still wait.
    pub(in crate::scenario) consolidate: bool,
    /// Writes that the origin fails are tried again; otherwise they are lost.
    pub(in crate::scenario) retry: bool,
}

impl Default for Write {
    fn default() -> Self {
        Self {
            path: WritePath::UpdateThenDelete,
            commit: Law::ZERO,
            rollback: 0.0,
            interval: SECOND,
            batch: 1,
            full: None,
            workers: 1,
            consolidate: false,
            retry: false,
        }
    }
}

/// How other nodes hear of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Publish {
    /// Not at all.
    #[default]
    None,
    /// A message to every node, at most once.
    PubSub,
    /// A message to the nodes that read the key from the level behind, which remembers them.
    Tracking,
}

/// What a write removes from caches.
#[allow(clippy::struct_excessive_bools, reason = "each is a setting of its own in the file")]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::scenario) struct Invalidation {
    /// Does a write reach the writer's own caches before the last level, or that level only?
    pub(in crate::scenario) local: bool,
    /// All keys of the entity, or only the one that was written?
    pub(in crate::scenario) related: bool,
    /// Tags; a write removes every key with its key's tag. 0 for none.
    pub(in crate::scenario) tags: u32,
    /// Each version has a key of its own, and a pointer in the last level names the current one. Of a key, eight are held side
    /// by side; a later one takes the place of the oldest.
    pub(in crate::scenario) versioned: bool,
    pub(in crate::scenario) pointer: Pointer,
    pub(in crate::scenario) publish: Publish,
    #[serde(deserialize_with = "law")]
    pub(in crate::scenario) delay: Law,
    /// Probability that a message is lost.
    pub(in crate::scenario) loss: f64,
    /// Does the publisher drop its own copy when its message arrives?
    pub(in crate::scenario) to_self: bool,
    /// Keys whose readers are remembered.
    pub(in crate::scenario) tracked_keys: u64,
}

impl Default for Invalidation {
    fn default() -> Self {
        Self {
            local: true,
            related: false,
            tags: 0,
            versioned: false,
            pointer: Pointer::Last,
            publish: Publish::None,
            delay: Law::fixed(SECOND / 1000),
            loss: 0.0,
            to_self: true,
            tracked_keys: 1_000_000,
        }
    }
}

/// Which version the pointer of a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::scenario) enum Pointer {
    /// That which was stored last; it may be an older one.
    #[default]
    Last,
    /// The newest that was stored.
    Newest,
}
