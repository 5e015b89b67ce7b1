//! Popularity: requests by rank, both on logarithmic axes, with the Zipf law that fits best.

use super::panels::{Across, Line, Panel, Picture, Scale};
use super::traces::{Trace, each};
use crate::core::Result;
use crate::report::axis::Unit;
use crate::report::scene::Scene;
use crate::report::{Figure, Input, Needs, PlotOptions};

/// Popularity.
pub(in crate::report) static POPULARITY: Figure = Figure {
    name: "popularity",
    summary: "requests by rank of popularity, with the fitted Zipf law: a panel for each trace",
    needs: Needs::Analyses,
    draw,
};

const SECTION: &str = "popularity";

/// What a panel shows before its axes are known.
struct Ranks<'a> {
    name: &'a str,
    alpha: Option<f64>,
    points: Vec<(f64, f64)>,
    law: Vec<(f64, f64)>,
}

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let (found, remark) = each(&Trace::all(input.analyses), "requests", ranks)?;
    let all = || found.iter().flat_map(|ranks| ranks.points.iter().chain(&ranks.law));
    let ends =
        |of: fn(&(f64, f64)) -> f64| (all().map(of).fold(f64::INFINITY, f64::min), all().map(of).fold(0.0, f64::max));
    let (low, high) = ends(|point| point.1);
    let up = Scale::log(low, high, Unit::Count);
    let fitted = found.iter().any(|ranks| !ranks.law.is_empty());
    let panel = |ranks: Ranks<'_>| Panel {
        title: ranks.name.to_owned(),
        fact: ranks.alpha.map_or_else(String::new, |alpha| format!("\u{3b1}\u{a0}=\u{a0}{alpha:.3}")),
        x_title: "Rank of the object".to_owned(),
        across: Across::Log(1.0, ranks.points.last().map_or(1.0, |point| point.0), Unit::Count),
        up: up.clone(),
        lines: vec![Line { look: 0, points: ranks.points }, Line { look: 1, points: ranks.law }],
    };
    let labels = ["Objects of the trace", "Zipf\u{2019}s law, maximum likelihood"];
    Ok(Picture {
        panels: found.into_iter().map(panel).collect(),
        y_title: "Requests",
        labels: if fitted { labels.map(str::to_owned).to_vec() } else { Vec::new() },
        note: "",
        remark,
    }
    .draw(options))
}

/// The points of the trace, and those of the line that fits, from the first rank on down to where it leaves the range of the
/// trace.
fn ranks<'a>(trace: &Trace<'a>) -> Option<Ranks<'a>> {
    let points = trace.list(SECTION, "ranks.requests");
    let points: Vec<(f64, f64)> = points.into_iter().filter(|point| point.0 > 0.0 && point.1 > 0.0).collect();
    let &(last, fewest) = points.last()?;
    let alpha = trace.number(SECTION, "zipf_alpha");
    let law = match (alpha, trace.number(SECTION, "zipf_first_requests")) {
        (Some(alpha), Some(first)) if first > fewest => {
            let end = if alpha > 0.0 { libm::pow(first / fewest, 1.0 / alpha).min(last) } else { last };
            vec![(1.0, first), (end, first * libm::pow(end, -alpha))]
        }
        _ => Vec::new(),
    };
    Some(Ranks { name: trace.name, alpha, points, law })
}
