//! Layer 0: the words every other module uses. Ids, time, errors, quantities, seeded random numbers, the stable hash.

pub(crate) mod document;
pub mod error;
pub mod guard;
pub mod hash;
pub mod machine;
pub mod quantity;
pub mod rng;

pub use error::{Error, Result};
pub use machine::{Mapped, Pages, map_file, prefetch};
pub use rng::Rng;

/// A dense object id: `0..objects`, in the order in which a trace first names the objects.
///
/// Everything that is kept per object is an array indexed by it; no policy hashes a key.
pub type ObjId = u32;

/// A point in time or a duration, in nanoseconds; points count from the first request of the trace.
pub type Time = u64;

/// A time that does not come.
pub const NEVER: Time = Time::MAX;

/// One second as a [`Time`].
pub const SECOND: Time = 1_000_000_000;

/// "Not asked for again", in a column of next uses (request indexes).
pub const NO_NEXT_USE: u32 = u32::MAX;
