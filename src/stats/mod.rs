//! Layer 7: what many result rows say together, as the literature summarises them.
//!
//! Rows become [`Observation`]s (a series on a trace at a cache size, seeds and repetitions averaged); everything else is
//! computed from those. Nothing here opens a file or prints.

mod observation;
mod quantile;
mod reduction;
mod series;

pub use observation::{Metric, Observation, Place, observe};
pub use quantile::{quantile, weighted_quantile};
pub use reduction::{Reduction, reduction, reductions};
pub use series::{Samples, Series, identify};
