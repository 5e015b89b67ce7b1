//! Layer 7: what many result rows say together, as the literature summarises them.
//!
//! Rows become [`Observation`]s (a series on a trace at a cache size, seeds and repetitions averaged); everything else is
//! computed from those. Nothing here opens a file or prints.

mod bootstrap;
mod compare;
mod distribution;
mod gap;
mod grid;
mod interval;
mod observation;
mod quantile;
mod ranks;
mod reduction;
mod series;
mod spread;
mod summary;
mod table;
mod tables;
mod wins;

pub use bootstrap::{Bootstrap, FEW_CLUSTERS, cluster_intervals};
pub use compare::{CellChange, ColumnChange, Comparison, Speed, compare};
pub use gap::{Gap, gaps};
pub use interval::{Interval, mean_interval};
pub use observation::{Metric, Observation, Place, observe};
pub use quantile::{quantile, weighted_quantile};
pub use ranks::{Friedman, Ranks, ranks};
pub use reduction::{Reduction, reduction, reductions};
pub use series::{Samples, Series, identify};
pub use spread::{PERCENTILES, Spread, Weighting, spread};
pub use summary::{Sizes, Summary, SummaryOptions, summarise};
pub use table::{Column, Line, Record, Table, Unit, aligned};
pub use wins::{Duel, Wins, duels, wins};
