//! Cumulative distributions: reuse distance, reuse time, sizes.

use super::panels::{Across, Line, Panel, Picture, Scale};
use super::traces::{Trace, each};
use crate::core::{Error, Result};
use crate::report::axis::Unit;
use crate::report::scene::Scene;
use crate::report::{Figure, Input, Needs, PlotOptions, XAxis};

/// Reuse distance.
pub(in crate::report) static REUSE_DISTANCE: Figure = Figure {
    name: "reuse-distance",
    summary: "distinct objects from one use to the next, cumulative, which is LRU's hit ratio: a panel for each trace",
    needs: Needs::Analyses,
    draw: |input, options| {
        let note = "Of all requests; first requests of an object have no distance. The hit ratio of LRU by cache size";
        let of = |trace: &Trace<'_>| reuse(trace, "reuse_distance_objects", "Reuse distance (objects)");
        draw(input, options, ("objects that come again", note, &of))
    },
};

/// Reuse time.
pub(in crate::report) static REUSE_TIME: Figure = Figure {
    name: "reuse-time",
    summary: "seconds or requests (--x requests) from one use to the next, cumulative: a panel for each trace",
    needs: Needs::Analyses,
    draw: reuse_time,
};

/// Sizes.
pub(in crate::report) static OBJECT_SIZES: Figure = Figure {
    name: "object-sizes",
    summary: "sizes, cumulative, over the objects and over the requests: a panel for each trace",
    needs: Needs::Analyses,
    draw: object_sizes,
};

/// What is lower than this, in percent, is no higher than the line of the axis.
const UNSEEN: f64 = 0.1;

const FIRST: &str =
    "Of all requests; first requests of an object have no reuse time, and times of 0 are at the left end";

/// What is drawn of a trace, and what it lacks otherwise; and what stands below the figure.
type Drawn<'a> = (&'a str, &'a str, &'a dyn Fn(&Trace<'_>) -> Option<Panel>);

fn draw(input: &Input<'_>, options: &PlotOptions, (lacking, note, of): Drawn<'_>) -> Result<Scene> {
    let (panels, remark) = each(&Trace::all(input.analyses), lacking, of)?;
    let picture = Picture { panels, y_title: "Requests (%)", labels: Vec::new(), note, remark };
    Ok(picture.draw(options))
}

/// In seconds where every trace has times, else in requests.
fn reuse_time(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let traces = Trace::all(input.analyses);
    let timed = |trace: &Trace<'_>| !trace.list("reuse_time_seconds", "bins.cumulative_share").is_empty();
    let seconds = match options.x {
        None => traces.iter().all(timed),
        Some(XAxis::Time) => true,
        Some(XAxis::Requests) => false,
        Some(XAxis::Capacity | XAxis::Share) => {
            return Err(Error::usage("reuse times have no axis of capacities").hint("--x time or requests"));
        }
    };
    if seconds {
        let of = |trace: &Trace<'_>| reuse(trace, "reuse_time_seconds", "Reuse time (s)");
        return draw(input, options, ("times, or objects that come again", FIRST, &of));
    }
    let of = |trace: &Trace<'_>| reuse(trace, "reuse_time_requests", "Reuse time (requests)");
    draw(input, options, ("objects that come again", FIRST, &of))
}

/// The cumulative distribution of a section of reuses.
fn reuse(trace: &Trace<'_>, section: &str, x_title: &str) -> Option<Panel> {
    let points = percent(trace.list(section, "bins.cumulative_share"));
    let (least, most) = (trace.number(section, "min")?, trace.number(section, "max")?);
    panel(trace.name, x_title, Unit::Count, vec![(Line { look: 0, points }, (least, most))])
}

fn object_sizes(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let (panels, remark) = each(&Trace::all(input.analyses), "sizes", sizes)?;
    let labels = ["Objects", "Requests"].map(str::to_owned).to_vec();
    let y_title = "Objects or requests (%)";
    Ok(Picture { panels, y_title, labels, note: "Of at most this size", remark }.draw(options))
}

fn sizes(trace: &Trace<'_>) -> Option<Panel> {
    let line = |(look, of, list): (usize, &str, &str)| {
        let end = |which: &str| trace.number("size_bytes", &format!("{which}_by_{of}"));
        let points = percent(trace.list("size_bytes", list));
        Some((Line { look, points }, (end("min")?, end("max")?)))
    };
    let names = [(0, "object", "bins.cumulative_objects_share"), (1, "request", "bins.cumulative_requests_share")];
    panel(trace.name, "Size", Unit::Bytes, names.into_iter().map(line).collect::<Option<_>>()?)
}

fn percent(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    points.into_iter().map(|(x, share)| (x, 100.0 * share)).collect()
}

/// Lines, each with its least and its largest number: they begin at 0 % on the left, rise at the least and stay where they
/// are from the largest on. A logarithmic axis has no zero: a line with zeros begins at their share.
fn panel(name: &str, x_title: &str, unit: Unit, lines: Vec<(Line, (f64, f64))>) -> Option<Panel> {
    let mut drawn = Vec::with_capacity(lines.len());
    let (mut low, mut high) = (f64::INFINITY, 0.0f64);
    for (mut line, (least, most)) in lines {
        let whole = line.points.last()?.1;
        // A bin ends where its largest number may be; the last one where it is.
        line.points.iter_mut().for_each(|point| point.0 = point.0.min(most));
        // The axis begins where there is something to see beside the zeros.
        let zeros = line.points.iter().take_while(|point| point.0 <= 0.0).last().map_or(0.0, |point| point.1);
        let flat = line.points.iter().take_while(|point| point.1 < zeros + UNSEEN).last().map(|point| point.0);
        let above = line.points.iter().map(|point| point.0).chain([least]).filter(|&x| x > 0.0);
        low = low.min(flat.filter(|&x| x > 0.0).unwrap_or_else(|| above.fold(f64::INFINITY, f64::min)));
        high = high.max(most);
        if least > 0.0 {
            line.points.splice(0..0, [(0.0, 0.0), (least, 0.0)]);
        }
        line.points.push((f64::MAX, whole));
        drawn.push(line);
    }
    // Nothing but zeros has no logarithm; one unit does for an axis.
    let across = if high > 0.0 { Across::Log(low, high, unit) } else { Across::Log(1.0, 10.0, unit) };
    let (title, fact, x_title) = (name.to_owned(), String::new(), x_title.to_owned());
    Some(Panel { title, fact, x_title, across, up: Scale::percent(), lines: drawn })
}
