//! Layer 7: what many result rows say together, as the literature summarises them.
//!
//! Rows become [`Observation`]s (a series on a trace at a cache size, seeds and repetitions averaged); everything else is
//! computed from those. Nothing here opens a file or prints.

mod best;
mod bootstrap;
mod circumstance;
mod close;
mod compare;
mod coverage;
mod distribution;
mod gap;
mod grid;
mod interval;
mod observation;
mod observe;
mod quantile;
mod ranks;
mod reduction;
mod samples;
mod series;
mod size;
mod spread;
mod summary;
mod table;
mod tables;
mod wins;

pub use bootstrap::{Bootstrap, FEW_CLUSTERS, cluster_intervals};
pub use compare::{CellChange, ColumnChange, Comparison, Speed, compare};
pub use gap::gaps;
pub use interval::{Interval, mean_interval};
pub use observation::{Compared, Metric, Observation, Place};
pub use observe::{Coverage, Survey, observe, survey};
pub use quantile::{quantile, weighted_quantile};
pub use ranks::{Friedman, Ranks, few_traces, ranks};
pub use reduction::{reduction, reductions};
pub use samples::Samples;
pub use series::{Classes, Series, classify, identify};
pub use spread::{PERCENTILES, Spread, Weighting, spread};
pub use summary::{Sizes, Summary, SummaryOptions, summarise, summarise_survey};
pub use table::{Column, Line, Record, Table, Unit, aligned};
pub use wins::{Duel, Wins, duels, wins};
