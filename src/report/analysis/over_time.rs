//! How a trace goes on: the request rate, and the growth of the working set.

use super::panels::{Across, Line, Panel, Picture, Scale};
use super::traces::{Trace, each};
use crate::core::quantity::{show_bytes, show_count};
use crate::core::{Error, Result};
use crate::report::axis::{Unit, number, show};
use crate::report::hit_ratio_over_time::unit_of_time;
use crate::report::scene::Scene;
use crate::report::{Figure, Input, Needs, PlotOptions, XAxis};

/// Request rate.
pub(in crate::report) static REQUEST_RATE: Figure = Figure {
    name: "request-rate",
    summary: "requests per second over time, and their mean: a panel for each trace",
    needs: Needs::Analyses,
    draw: request_rate,
};

/// Working set.
pub(in crate::report) static WORKING_SET: Figure = Figure {
    name: "working-set",
    summary: "distinct objects and bytes so far, and objects of each hundredth of the trace: a panel for each trace",
    needs: Needs::Analyses,
    draw: working_set,
};

fn request_rate(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let (found, remark) = each(&Trace::all(input.analyses), "times", rate)?;
    let (mut panels, widths): (Vec<Panel>, Vec<String>) = found.into_iter().unzip();
    let one = widths.windows(2).all(|pair| pair[0] == pair[1]);
    if !one {
        for (panel, width) in panels.iter_mut().zip(&widths) {
            panel.fact.push_str(", spans of\u{a0}");
            panel.fact.push_str(width);
        }
    }
    let span = if one { widths[0].as_str() } else { "span" };
    let labels = vec![format!("In each {span}"), "Mean".to_owned()];
    Ok(Picture { panels, y_title: "Requests per second", labels, note: "", remark }.draw(options))
}

/// Steps, one for each span, and how long a span is.
fn rate(trace: &Trace<'_>) -> Option<(Panel, String)> {
    let of = |name: &str| trace.number("request_rate", name);
    let (width, mean, ratio) = (of("span_seconds")?, of("mean_requests_per_second")?, of("peak_to_mean")?);
    let spans = trace.list("request_rate", "spans.requests_per_second");
    let highest = spans.iter().map(|span| span.1).fold(mean, f64::max);
    // The last span may be shorter: it ends with the trace.
    let requests: f64 = trace.list("request_rate", "spans.requests").iter().map(|span| span.1).sum();
    let end = if mean > 0.0 { requests / mean } else { spans.last()?.0 + width };
    let steps = spans.iter().flat_map(|&(from, rate)| [(from, rate), ((from + width).min(end), rate)]);
    let (unit, seconds) = unit_of_time(end);
    let panel = Panel {
        title: trace.name.to_owned(),
        fact: format!("peak\u{a0}{}\u{a0}\u{d7}\u{a0}mean", number(ratio)),
        x_title: format!("Time ({unit})"),
        across: Across::From0(end, seconds),
        up: Scale::count(highest),
        lines: vec![
            Line { look: 0, points: steps.collect() },
            Line { look: 1, points: vec![(0.0, mean), (end, mean)] },
        ],
    };
    Some((panel, show(Unit::Seconds, width).replace(' ', "\u{a0}")))
}

fn working_set(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let time = match options.x {
        None | Some(XAxis::Requests) => false,
        Some(XAxis::Time) => true,
        Some(XAxis::Capacity | XAxis::Share) => {
            return Err(Error::usage("a working set over time has no axis of capacities").hint("--x requests or time"));
        }
    };
    let lacking = if time { "times" } else { "requests" };
    let (panels, remark) = each(&Trace::all(input.analyses), lacking, |trace| growth(trace, time))?;
    let bytes = panels.iter().any(|panel| panel.lines.iter().any(|line| line.look == 2));
    let labels = ["Objects so far", "Objects in each hundredth", "Bytes so far"].map(str::to_owned);
    let labels = labels[..if bytes { 3 } else { 2 }].to_vec();
    Ok(Picture { panels, y_title: "Share of the whole trace (%)", labels, note: "", remark }.draw(options))
}

/// All in percent of the whole trace, so that traces are compared, and objects with bytes.
fn growth(trace: &Trace<'_>, time: bool) -> Option<Panel> {
    let of = |name: &str| trace.list("working_set", &format!("points.{name}"));
    let objects = of("objects");
    let &(requests, all) = objects.last()?;
    let seconds = if time { of("seconds") } else { Vec::new() };
    // By requests or by the time at which they had come.
    let at = |index: usize, requests: f64| {
        if time { seconds.get(index).map(|point| point.1) } else { Some(requests) }
    };
    let shares = |points: &[(f64, f64)], whole: f64| -> Option<Vec<(f64, f64)>> {
        let share = |(index, &(x, value)): (usize, &(f64, f64))| Some((at(index, x)?, 100.0 * value / whole));
        points.iter().enumerate().map(share).collect()
    };
    let from_0 = |points: Vec<(f64, f64)>| [(0.0, 0.0)].into_iter().chain(points).collect();
    let mut lines = vec![Line { look: 0, points: from_0(shares(&objects, all)?) }];
    // A window is a step from its beginning to its end.
    let windows = shares(&of("window_objects"), all)?;
    let begins = std::iter::once(0.0).chain(windows.iter().map(|point| point.0));
    let steps = windows.iter().zip(begins).flat_map(|(&(end, value), begin)| [(begin, value), (end, value)]);
    lines.push(Line { look: 1, points: steps.collect() });
    let bytes = of("bytes");
    let footprint = bytes.last().map(|point| point.1).filter(|&bytes| bytes > 0.0);
    if let Some(footprint) = footprint {
        lines.push(Line { look: 2, points: from_0(shares(&bytes, footprint)?) });
    }
    let end = at(objects.len() - 1, requests)?;
    let (unit, seconds) = if time { unit_of_time(end) } else { ("", 1.0) };
    let size =
        footprint.map(|bytes| format!(", {}", show_bytes(bytes as u64).replace(' ', "\u{a0}"))).unwrap_or_default();
    Some(Panel {
        title: trace.name.to_owned(),
        fact: format!("{}\u{a0}objects{size}", show_count(all as u64)),
        x_title: if time { format!("Time ({unit})") } else { "Requests".to_owned() },
        across: Across::From0(end, seconds),
        up: Scale::percent(),
        lines,
    })
}
