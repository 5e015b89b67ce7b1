//! Figures of timed scenarios: a configuration, which is a scenario and the keys that were set or varied, is a curve or a bar.

mod bars;
mod configurations;
mod defences;
mod latency_distribution;
mod origin_load_over_time;
mod over_time;
mod scale;
mod staleness;
#[cfg(test)]
mod tests;

pub(super) use defences::FIGURE as DEFENCES;
pub(super) use latency_distribution::FIGURE as LATENCY_DISTRIBUTION;
pub(super) use origin_load_over_time::FIGURE as ORIGIN_LOAD_OVER_TIME;
pub(super) use staleness::FIGURE as STALENESS;
