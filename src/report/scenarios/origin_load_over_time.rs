//! What the origin has to bear over time, above the hit ratio of the same windows.

use super::configurations::series;
use super::over_time::{self, Measure};
use crate::core::Result;
use crate::report::axis::Unit;
use crate::report::scene::Scene;
use crate::report::{Figure, Input, Needs, PlotOptions};

/// Origin load and hit ratio over time.
pub(in crate::report) static FIGURE: Figure = Figure {
    name: "origin-load-over-time",
    summary: "requests per second at the origin, and hit ratio, over time: a curve for each configuration of a scenario",
    needs: Needs::Series,
    draw,
};

const MEASURES: [Measure; 2] = [
    Measure { title: "Origin requests per second", unit: Unit::Count, of: |row| Some(row.origin_rate) },
    Measure {
        title: "Hit ratio (%)",
        unit: Unit::Percent,
        of: |row| (row.requests > 0).then(|| row.hits as f64 / row.requests as f64 * 100.0),
    },
];

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    over_time::draw(&series(input.series)?, &MEASURES, options)
}
