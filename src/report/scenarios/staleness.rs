//! Stale reads: how many and how old for each configuration, or over time where there is only one.

use super::bars::{self, Measure, Panel};
use super::configurations::{results, series};
use super::over_time;
use crate::core::{Error, Result};
use crate::report::axis::Unit;
use crate::report::scene::Scene;
use crate::report::{Figure, Input, Needs, PlotOptions};

/// Staleness.
pub(in crate::report) static FIGURE: Figure = Figure {
    name: "staleness",
    summary: "stale reads and their age: a bar for each configuration of a scenario; over time, of one or of a time series",
    needs: Needs::ScenariosOrSeries,
    draw,
};

const BARS: [Measure; 3] = [
    Measure { title: "Stale reads (%)", unit: Unit::Percent, of: |row| Some(row.stale_ratio * 100.0) },
    Measure {
        title: "Mean age of these",
        unit: Unit::Seconds,
        of: |row| (row.stale_reads > 0).then_some(row.stale_age_mean_seconds),
    },
    Measure {
        title: "Greatest age",
        unit: Unit::Seconds,
        of: |row| (row.stale_reads > 0).then_some(row.stale_age_max_seconds),
    },
];

const OVER_TIME: [over_time::Measure; 1] = [over_time::Measure {
    title: "Stale reads (%)",
    unit: Unit::Percent,
    of: |row| (row.requests > 0).then(|| row.stale_reads as f64 / row.requests as f64 * 100.0),
}];

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let fresh = || {
        Error::failure("nothing to draw: no read was stale")
            .hint("staleness comes of writes, lost invalidations or serving stale on purpose")
    };
    if !input.scenarios.is_empty() {
        let data = results(input.scenarios)?;
        // One configuration has more to say over time.
        if data.rows.len() > 1 || input.series.is_empty() {
            let panels: Vec<Panel> = BARS.iter().map(|measure| Panel::of(measure, &data)).collect::<Result<_>>()?;
            let panels: Vec<Panel> = panels.into_iter().filter(Panel::says_something).collect();
            return if panels.is_empty() { Err(fresh()) } else { Ok(bars::draw(&data, &panels, options)) };
        }
    }
    if input.series.iter().all(|row| row.stale_reads == 0) {
        return Err(fresh());
    }
    over_time::draw(&series(input.series)?, &OVER_TIME, options)
}
