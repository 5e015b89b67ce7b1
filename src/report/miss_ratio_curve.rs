//! Miss ratio over capacity: one panel per trace, one curve per policy.

use super::{Figure, Needs, curves};
use crate::stats::Metric;

/// Miss ratio over capacity.
pub(super) static FIGURE: Figure = Figure {
    name: "miss-ratio-curve",
    summary: "miss ratio over cache size: a panel for each trace, a curve for each policy",
    needs: Needs::ResultsOrCurves,
    draw: |input, options| curves::draw(input, options, Metric::MissRatio),
};
