//! Layer 7: what many result rows say together, as the literature summarises them.
//!
//! Rows become [`Observation`]s (a series on a trace at a cache size, seeds and repetitions averaged); everything else is
//! computed from those. Nothing here opens a file or prints.

mod distribution;
mod grid;
mod interval;
mod observation;
mod quantile;
mod ranks;
mod reduction;
mod series;

pub use interval::{Interval, mean_interval};
pub use observation::{Metric, Observation, Place, observe};
pub use quantile::{quantile, weighted_quantile};
pub use ranks::{Friedman, Ranks, ranks};
pub use reduction::{Reduction, reduction, reductions};
pub use series::{Samples, Series, identify};
