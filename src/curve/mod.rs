//! Layer 7: hit-ratio curves. All sizes from one pass where a policy allows it, many in one pass where that pays, estimates
//! with intervals from samples, and what any cache could reach at best.

pub mod bounds;
mod chosen;
mod distances;
mod jackknife;
mod lfu;
mod limits;
mod lru;
mod lru_bytes;
mod lru_expiring;
mod method;
pub mod min;
mod minisim;
mod passes;
mod points;
mod progress;
mod run;
mod sampled;
mod shape;
mod shards;

#[cfg(test)]
mod tests;

pub use limits::Bound;
pub use method::{Choice, Method};
pub use points::{Curve, Sizes};
pub use progress::Progress;
pub use run::{Ask, Curves, Sampling};
pub use shape::{Cliff, Extent, LEVELS, Shape, shape};
