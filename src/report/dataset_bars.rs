//! Mean miss-ratio reduction per dataset: a group of bars for each dataset, a bar for each policy.

use super::axis::Linear;
use super::layout::{Cell, LINE, Layout, NOTE, Request, TICK_LABEL, layout};
use super::pen::{Pen, middle};
use super::reductions::{Reductions, Size};
use super::scene::{Anchor, Scene};
use super::theme::{AXIS, INK, Style, looks, tint};
use super::{Figure, Input, Needs, PlotOptions, crowded, font};
use crate::core::Result;

/// Mean reduction per dataset.
pub(super) static FIGURE: Figure = Figure {
    name: "dataset-bars",
    summary: "mean miss-ratio reduction from a --baseline: a group of bars for each dataset, a bar for each policy",
    needs: Needs::Results,
    draw,
};

/// A small and a large cache.
const SIZES_MOST: usize = 2;
/// A bar narrower than this cannot carry its marker; a group narrower than this cannot carry its label. In text sizes.
const BAR_MIN: f64 = 0.75;
const GROUP_MIN: f64 = 5.0;
const LABEL_LINES_MAX: usize = 3;
/// Free space between two groups, in bars.
const GAP: f64 = 0.9;

/// A label in lines.
type Wrap<'a> = &'a dyn Fn(&str) -> Vec<String>;

/// The means of a dataset at a size, by series.
struct Group {
    dataset: String,
    means: Vec<Option<f64>>,
}

fn draw(input: &Input<'_>, options: &PlotOptions) -> Result<Scene> {
    let data = Reductions::of(input.rows, options, SIZES_MOST)?;
    let all: Vec<(&Size, Vec<Group>)> = data.sizes.iter().map(|size| (size, groups(&data, size))).collect();
    let values = || all.iter().flat_map(|(_, groups)| groups).flat_map(|group| group.means.iter().flatten().copied());
    let y = Linear::spanning(values().fold(0.0, f64::min), values().fold(0.0, f64::max), 7);
    let size = options.text;

    // As many groups in a row as have room, evenly spread over the rows.
    let room = f64::from(options.width) / size - 3.6 - y.label_width(size) / size;
    let group_width = GROUP_MIN.max(BAR_MIN * (data.labels.len() as f64 + GAP));
    let most = ((room / group_width) as usize).max(1);
    let mut panels: Vec<(String, &[Group])> = Vec::new();
    for (size, groups) in &all {
        let rows = groups.len().div_ceil(most).max(1);
        let chunks = groups.chunks(groups.len().div_ceil(rows).max(1)).enumerate();
        panels.extend(chunks.map(|(i, chunk)| (if i == 0 { size.title.clone() } else { String::new() }, chunk)));
    }
    let widest = panels.iter().map(|(_, groups)| groups.len()).max().unwrap_or(1);
    let titles: Vec<String> = panels.iter().map(|(title, _)| title.clone()).collect();
    let x_titles = vec![String::new(); panels.len()];
    let label_room = (room / widest as f64 - 0.4) * size;
    let names = || all.iter().flat_map(|(_, groups)| groups).map(|group| group.dataset.as_str());
    // Smaller where a word would be cut.
    let whole =
        |name: &str| font::wrap(name, size, label_room, LABEL_LINES_MAX).iter().all(|line| !line.ends_with('…'));
    let label_size = if names().all(whole) { size } else { NOTE * size };
    let wrapped = |name: &str| font::wrap(name, label_size, label_room, LABEL_LINES_MAX);
    let x_lines = names().map(|name| wrapped(name).len()).max().unwrap_or(1);
    let request = Request {
        y_labels: y.label_width(size),
        x_lines,
        abreast: 1,
        labels: &data.labels,
        sample: 1.4,
        note: "Mean over the traces of each dataset",
        ..Request::new(options, &titles, &x_titles)
    };
    let places = layout(&request);
    let mut pen = Pen::new(options, &places, &data.axis(), &x_titles);
    let styles = looks(&data.policies);
    for ((_, groups), cell) in panels.iter().zip(&places.cells) {
        panel(&mut pen, cell, &y, groups, widest, &styles, &(label_size, &wrapped));
    }
    legend(&mut pen, &places, &styles);
    pen.scene.notes.extend(data.notes);
    crowded(&mut pen.scene, data.labels.len());
    Ok(pen.scene)
}

/// The datasets of a size by first appearance.
fn groups(data: &Reductions, size: &Size) -> Vec<Group> {
    let mut names: Vec<&str> = Vec::new();
    for r in &size.reductions {
        if !names.contains(&r.dataset.as_str()) {
            names.push(&r.dataset);
        }
    }
    let mean = |dataset: &str, label: &String| {
        let own = size.reductions.iter().filter(|r| r.dataset == dataset && r.series == *label);
        let own: Vec<f64> = own.map(|r| r.value * 100.0).collect();
        (!own.is_empty()).then(|| own.iter().sum::<f64>() / own.len() as f64)
    };
    let group = |dataset: &str| Group {
        dataset: dataset.to_owned(),
        means: data.labels.iter().map(|label| mean(dataset, label)).collect(),
    };
    names.into_iter().map(group).collect()
}

fn panel(
    pen: &mut Pen,
    cell: &Cell,
    y: &Linear,
    groups: &[Group],
    widest: usize,
    styles: &[Style],
    (label_size, wrapped): &(f64, Wrap<'_>),
) {
    let (size, plot) = (pen.size, cell.plot);
    pen.panel_title(cell);
    pen.y_axis(cell, y);
    let group_width = plot.width() / widest as f64;
    let step = group_width / (styles.len() as f64 + GAP);
    let zero = plot.at(0.0, y.position(0.0)).1;
    for (i, group) in groups.iter().enumerate() {
        let left = plot.left + group_width * i as f64;
        for (s, mean) in group.means.iter().enumerate() {
            let Some(mean) = *mean else { continue };
            let middle = left + step * (s as f64 + 0.5 + GAP / 2.0);
            let end = plot.at(0.0, y.position(mean)).1;
            bar(pen, &styles[s], (middle - 0.36 * step, zero), (middle + 0.36 * step, end));
            pen.marker(&styles[s], (middle, end));
        }
        for (row, line) in wrapped(&group.dataset).iter().enumerate() {
            let at = (left + group_width / 2.0, plot.bottom + (TICK_LABEL + LINE * row as f64) * size);
            pen.scene.text(line, at, Anchor::Middle, *label_size);
        }
        if i > 0 {
            pen.scene.line([(left, plot.bottom), (left, plot.bottom + 0.35 * size)], INK, AXIS * size);
        }
    }
    pen.frame(plot);
    pen.scene.line([(plot.left, zero), (plot.right, zero)], INK, AXIS * size);
}

fn bar(pen: &mut Pen, style: &Style, from: (f64, f64), to: (f64, f64)) {
    pen.scene.area(from, to, tint(style.color, 0.55));
    pen.scene.outline(from, to, style.color, 0.07 * pen.size);
}

/// A lying bar with its marker for each series.
fn legend(pen: &mut Pen, places: &Layout, styles: &[Style]) {
    for (style, entry) in styles.iter().zip(&places.legend) {
        let (y, half) = (middle(entry, pen.size), 0.28 * pen.size);
        bar(pen, style, (entry.left, y - half), (entry.right, y + half));
    }
    pen.legend_of_markers(places, styles, 1.0);
}
