//! Requests on their way: a read's call to a level or to the origin, and the value that answers it.

use crate::core::{ObjId, Time};

/// A value on its way.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own, and most can stand together")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Value {
    pub(super) version: u32,
    /// The key does not exist.
    pub(super) absent: bool,
    /// There is none: the request failed.
    pub(super) failed: bool,
    /// It came from the origin.
    pub(super) from_origin: bool,
    /// Somebody else's fetch brought it.
    pub(super) shared: bool,
    /// When it was fetched from the origin, for its age.
    pub(super) fetched: Time,
}

/// A request to a level, or to the origin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) key: u32,
    /// The object of caches: of its variant or version.
    pub(super) id: ObjId,
    pub(super) server: u32,
    pub(super) group: u16,
    pub(super) level: u8,
    pub(super) node: u16,
    /// The call that waits for this one's answer; [`super::slab::NONE`] for a client's.
    pub(super) parent: u32,
    /// The next call that waits for the same fetch.
    pub(super) next_waiter: u32,
    /// The first call that waits for this one's fetch.
    pub(super) waiters: u32,
    pub(super) started: Time,
    /// When its fetch began.
    pub(super) fetching: Time,
    pub(super) value: Value,
    /// Lock or lease that it holds; 0 for none.
    pub(super) token: u32,
    pub(super) polls: u32,
    /// Tries at the origin, and the number of the last one over all calls; 0 before the first.
    pub(super) attempt: u32,
    pub(super) serial: u32,
    pub(super) flags: Flags,
}

/// What is special about a call.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own, and most can stand together")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Flags {
    /// Nobody waits for it.
    pub(super) background: bool,
    /// What it fetches is not stored.
    pub(super) no_store: bool,
    /// Others can wait for its fetch: it stands among the flights under its server, or its node.
    pub(super) flight_of_server: bool,
    pub(super) flight_of_node: bool,
    /// An expired copy is held; the level behind may say that it is still good.
    pub(super) validates: bool,
    /// A fresh copy is asked for.
    pub(super) reload: bool,
    /// It is a write of the origin, with the number of the write as its parent.
    pub(super) write: bool,
    /// It was given up; its answer means nothing.
    pub(super) abandoned: bool,
}
