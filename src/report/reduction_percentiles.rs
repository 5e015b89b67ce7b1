//! How miss-ratio reductions spread over traces: a box for each policy, a panel for each cache size.

use super::axis::Linear;
use super::layout::{Cell, Request, layout};
use super::pen::Pen;
use super::reductions::Reductions;
use super::scene::{Anchor, Scene};
use super::theme::{GRID, HAIRLINE, INK, Style, looks, tint};
use super::{Figure, Input, Needs, PlotOptions, crowded, font};
use crate::core::Result;
use crate::stats::{Spread, Weighting, spread};

/// Percentiles of miss-ratio reduction.
pub(super) static FIGURE: Figure = Figure {
    name: "reduction-percentiles",
    summary: "percentiles over traces of the miss-ratio reduction from a --baseline: a box for each policy",
    needs: Needs::Results,
    draw,
};

/// More panels than this do not fit beside each other.
const SIZES_MOST: usize = 4;
/// Height of a policy's row, and half the height of its box, in text sizes.
const ROW: f64 = 1.55;
const HALF_BOX: f64 = 0.42;

/// The spreads of a panel, by series; none where a series was not observed there.
type Boxes = Vec<Option<Spread>>;

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let data = Reductions::of(input.rows, options, SIZES_MOST)?;
    let boxes: Vec<Boxes> = data.sizes.iter().map(|size| boxes(&data, size)).collect();
    let order = best_first(&boxes, data.labels.len());
    let size = options.text;
    let x_titles = vec![data.axis(); data.sizes.len()];
    let counts = |boxes: &Boxes| boxes.iter().flatten().map(|spread| spread.count).max().unwrap_or(0);
    let alike = boxes.windows(2).all(|pair| counts(&pair[0]) == counts(&pair[1]));
    let over = if alike { traces(boxes.first().map_or(0, counts)) } else { "traces".to_owned() };
    let note = format!("Box: P25 to P75 over {over}; line: median; whiskers: P10 and P90; marker: mean");
    let titles: Vec<String> = data
        .sizes
        .iter()
        .zip(&boxes)
        .map(
            |(size, boxes)| {
                if alike { size.title.clone() } else { format!("{} ({})", size.title, traces(counts(boxes))) }
            },
        )
        .collect();
    let shown: Vec<String> =
        data.labels.iter().map(|label| font::fit(label, size, 0.34 * f64::from(options.width))).collect();
    let request = Request {
        has_y_title: false,
        y_labels: shown.iter().map(|label| font::width(label, size)).fold(0.0, f64::max),
        abreast: 4,
        gap: 2.4,
        panel: (8.0, ROW * data.labels.len() as f64 + 0.4),
        note: &note,
        ..Request::new(options, &titles, &x_titles)
    };
    let places = layout(&request);
    let mut pen = Pen::new(options, &places, "", &x_titles);
    let values = || boxes.iter().flatten().flatten().flat_map(|s| s.percentiles.into_iter().chain([s.mean]));
    let (low, high) = (values().fold(0.0, f64::min) * 100.0, values().fold(0.0, f64::max) * 100.0);
    let x = Linear::across(low, high, places.cells[0].plot.width(), size);
    let styles = looks(&data.policies);
    for (boxes, cell) in boxes.iter().zip(&places.cells) {
        panel(&mut pen, cell, &x, &order, boxes, &shown, &styles);
    }
    pen.scene.notes.extend(data.notes);
    crowded(&mut pen.scene, data.labels.len());
    Ok(pen.scene)
}

fn traces(count: usize) -> String {
    format!("{count} {}", if count == 1 { "trace" } else { "traces" })
}

fn boxes(data: &Reductions, size: &super::reductions::Size) -> Boxes {
    let values = |label: &String| -> Vec<(&str, f64)> {
        let own = size.reductions.iter().filter(|r| r.series == *label);
        own.map(|r| (r.dataset.as_str(), r.value)).collect()
    };
    data.labels.iter().map(|label| spread(&values(label), Weighting::Places)).collect()
}

/// The series by their mean over the panels, the largest reduction first.
fn best_first(boxes: &[Boxes], series: usize) -> Vec<usize> {
    let mean = |s: usize| {
        let means: Vec<f64> = boxes.iter().filter_map(|boxes| boxes[s]).map(|spread| spread.mean).collect();
        means.iter().sum::<f64>() / means.len().max(1) as f64
    };
    let mut order: Vec<usize> = (0..series).collect();
    order.sort_by(|&a, &b| mean(b).total_cmp(&mean(a)));
    order
}

fn panel(pen: &mut Pen, cell: &Cell, x: &Linear, order: &[usize], boxes: &Boxes, labels: &[String], styles: &[Style]) {
    let (size, plot) = (pen.size, cell.plot);
    pen.panel_title(cell);
    pen.x_grid(plot, &x.ticks, |value| x.position(value));
    for (row, &series) in order.iter().enumerate() {
        let up = 1.0 - (row as f64 + 0.5) / order.len() as f64;
        let (left, middle) = plot.at(0.0, up);
        if cell.first {
            let at = (left - 0.45 * size, middle + 0.35 * size);
            pen.scene.text(&labels[series], at, Anchor::End, size);
        }
        pen.scene.line([(left, middle), (plot.right, middle)], GRID, HAIRLINE * size);
        if let Some(spread) = &boxes[series] {
            let across = |value: f64| plot.at(x.position(value * 100.0), up).0;
            whiskers(pen, &styles[series], middle, spread, across);
        }
    }
    // The baseline itself.
    let (zero, _) = plot.at(x.position(0.0), 0.0);
    pen.scene.line([(zero, plot.top), (zero, plot.bottom)], INK, HAIRLINE * size);
    pen.frame(plot);
    pen.x_ticks(plot, &x.ticks, |value| x.position(value));
}

fn whiskers(pen: &mut Pen, style: &Style, middle: f64, spread: &Spread, across: impl Fn(f64) -> f64) {
    let half = HALF_BOX * pen.size;
    let [p10, p25, p50, p75, p90] = spread.percentiles.map(&across);
    for (from, to) in [(p10, p25), (p75, p90)] {
        pen.thin_line(style.color, [(from, middle), (to, middle)]);
    }
    for end in [p10, p90] {
        pen.thin_line(style.color, [(end, middle - 0.55 * half), (end, middle + 0.55 * half)]);
    }
    pen.scene.area((p25, middle - half), (p75, middle + half), tint(style.color, 0.3));
    let width = 0.08 * pen.size;
    pen.scene.outline((p25, middle - half), (p75, middle + half), style.color, width);
    pen.scene.line([(p50, middle - half), (p50, middle + half)], style.color, 2.2 * width);
    pen.marker(style, (across(spread.mean), middle));
}
