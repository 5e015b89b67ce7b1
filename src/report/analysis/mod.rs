//! Figures of what traces are like, from the rows of an analysis: a panel for each trace.

mod distributions;
mod over_time;
mod panels;
mod popularity;
#[cfg(test)]
mod tests;
mod traces;

pub(super) use distributions::{OBJECT_SIZES, REUSE_DISTANCE, REUSE_TIME};
pub(super) use over_time::{REQUEST_RATE, WORKING_SET};
pub(super) use popularity::POPULARITY;
