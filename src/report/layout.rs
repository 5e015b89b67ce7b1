//! Where things go: title, a grid of panels, axis titles and the legend below them.

use super::font;
use super::series::Panel;

/// A rectangle in pixels at scale 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Rect {
    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

/// The place of a panel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// Inside the axes.
    pub(super) plot: Rect,
    /// Name of the trace, in lines that fit.
    pub(super) title: Vec<String>,
    /// In the first column, which carries the labels of the shared y axis.
    pub(super) first: bool,
}

/// The place of a legend entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// The label, cut where even a line of its own is too short.
    pub(super) label: String,
    /// Left end of the sample of the line.
    pub(super) left: f64,
    /// Left end of the label.
    pub(super) text: f64,
    /// Baseline of the label.
    pub(super) baseline: f64,
}

/// The places of everything.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// Of the whole figure.
    pub(super) height: f64,
    /// One per panel.
    pub(super) cells: Vec<Cell>,
    /// Every panel has the same x title, so that one below all will do.
    pub(super) one_x_title: bool,
    /// One per series.
    pub(super) legend: Vec<Entry>,
}

/// Length of the sample of a line in the legend, in text sizes.
pub(super) const SAMPLE: f64 = 2.6;
/// From a baseline to the next.
pub(super) const LINE: f64 = 1.35;
/// From an axis down to the baseline of its labels.
pub(super) const TICK_LABEL: f64 = 1.3;
/// From an axis down to the baseline of its title.
pub(super) const X_TITLE: f64 = 2.75;
/// From the left edge to the baseline of the y title.
pub(super) const Y_TITLE: f64 = 1.05;
/// The title of the figure, compared with the other text.
pub(super) const TITLE: f64 = 1.2;

const PANELS_ABREAST_MAX: usize = 3;
/// A panel narrower than this cannot hold three labels.
const PANEL_WIDTH_MIN: f64 = 11.0;
/// A panel lower than this cannot tell curves apart.
const PANEL_HEIGHT_MIN: f64 = 8.5;
const PANEL_GAP: f64 = 1.7;
const MARGIN: f64 = 0.5;
const TITLE_LINES_MAX: usize = 3;

/// What has to be placed, and how much room there is.
pub(super) struct Request<'a> {
    pub(super) width: f64,
    /// At least; grows with the number of rows of panels.
    pub(super) height: f64,
    /// One em.
    pub(super) size: f64,
    pub(super) has_title: bool,
    pub(super) panels: &'a [Panel],
    pub(super) labels: &'a [String],
    /// Width of the widest label of the y axis.
    pub(super) y_labels: f64,
}

/// Places everything.
pub(super) fn layout(request: &Request<'_>) -> Layout {
    let Request { width, size, panels, .. } = *request;
    let left = (Y_TITLE + 0.9) * size + request.y_labels;
    let right = width - 1.2 * size;
    let abreast = (((right - left) / size + PANEL_GAP) / (PANEL_WIDTH_MIN + PANEL_GAP)).floor() as usize;
    let abreast = abreast.clamp(1, PANELS_ABREAST_MAX).min(panels.len());
    let rows = panels.len().div_ceil(abreast);
    // Four panels are better as 2 x 2 than as 3 + 1.
    let columns = panels.len().div_ceil(rows);
    let gap = PANEL_GAP * size;
    let panel_width = (right - left - gap * (columns - 1) as f64) / columns as f64;

    let titles: Vec<Vec<String>> = panels.iter().map(|p| title(&p.title, size, panel_width)).collect();
    let title_heights: Vec<f64> =
        titles.chunks(columns).map(|row| row.iter().map(Vec::len).max().unwrap_or(0) as f64 * LINE * size).collect();
    let one_x_title = panels.windows(2).all(|pair| pair[0].x_title == pair[1].x_title);
    let below = if one_x_title { TICK_LABEL + 0.6 } else { X_TITLE + 0.6 } * size;
    let foot = if one_x_title { (X_TITLE - TICK_LABEL) * size } else { 0.0 };
    let (legend, legend_height) = legend(request.labels, size, width);

    let head = if request.has_title { (TITLE + 0.9) * size } else { MARGIN * size };
    let fixed = head + title_heights.iter().sum::<f64>() + below * rows as f64 + foot + legend_height + MARGIN * size;
    let panel_height = ((request.height - fixed) / rows as f64).max(PANEL_HEIGHT_MIN * size);
    let height = fixed + panel_height * rows as f64;

    let mut cells = Vec::with_capacity(panels.len());
    let mut top = head;
    for (row, lines) in titles.chunks(columns).enumerate() {
        top += title_heights[row];
        for (column, title) in lines.iter().enumerate() {
            let left = left + (panel_width + gap) * column as f64;
            let plot = Rect { left, top, right: left + panel_width, bottom: top + panel_height };
            cells.push(Cell { plot, title: title.clone(), first: column == 0 });
        }
        top += panel_height + below;
    }
    let shift = height - legend_height - MARGIN * size;
    let legend = legend.into_iter().map(|entry| Entry { baseline: entry.baseline + shift, ..entry }).collect();
    Layout { height, cells, one_x_title, legend }
}

fn title(text: &str, size: f64, room: f64) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { font::wrap(text, size, room, TITLE_LINES_MAX) }
}

/// The entries from left to right, in as few rows as the width allows, with baselines counted from the top of the legend;
/// and the height of all.
fn legend(labels: &[String], size: f64, width: f64) -> (Vec<Entry>, f64) {
    let (sample, near, far) = (SAMPLE * size, 0.5 * size, 1.2 * size);
    let room = width - 2.0 * MARGIN * size;
    let labels: Vec<String> = labels.iter().map(|label| font::fit(label, size, room - sample - near)).collect();
    let widths: Vec<f64> = labels.iter().map(|label| sample + near + font::width(label, size)).collect();
    let column_widths = |columns: usize| -> Vec<f64> {
        (0..columns).map(|c| widths.iter().skip(c).step_by(columns).copied().fold(0.0, f64::max)).collect()
    };
    let total = |columns: &[f64]| columns.iter().sum::<f64>() + far * columns.len().saturating_sub(1) as f64;
    let columns = (1..=labels.len())
        .map(|rows| column_widths(labels.len().div_ceil(rows)))
        .find(|columns| columns.len() == 1 || total(columns) <= room)
        .unwrap_or_default();
    let start = (width - total(&columns)) / 2.0;
    let entries: Vec<Entry> = labels
        .into_iter()
        .enumerate()
        .map(|(i, label)| {
            let (row, column) = (i / columns.len(), i % columns.len());
            let left = start + columns[..column].iter().sum::<f64>() + far * column as f64;
            Entry { label, left, text: left + sample + near, baseline: (row as f64 + 1.0) * LINE * size }
        })
        .collect();
    let rows = entries.len().div_ceil(columns.len().max(1));
    (entries, (rows as f64 * LINE + 0.35) * size)
}
