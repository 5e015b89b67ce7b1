//! Where things go: title, a grid of panels, axis titles, the legend and a note below them.

use super::font;
use super::options::PlotOptions;
use super::scene::Point;

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

    /// The point at these shares of the width (from the left) and of the height (from below).
    pub(super) fn at(&self, across: f64, up: f64) -> Point {
        (self.left + across * self.width(), self.bottom - up * self.height())
    }
}

/// The place of a panel.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// Inside the axes.
    pub(super) plot: Rect,
    /// What the panel shows, in lines that fit.
    pub(super) title: Vec<String>,
    /// In the first column, which carries the labels of the shared y axis.
    pub(super) first: bool,
}

/// The place of a legend entry.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// The label, cut where even a line of its own is too short.
    pub(super) label: String,
    /// Left end of the sample.
    pub(super) left: f64,
    /// Right end of the sample.
    pub(super) right: f64,
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
    /// From an axis down to the baseline of its title.
    pub(super) x_title: f64,
    /// One per label.
    pub(super) legend: Vec<Entry>,
    /// The lines of the note, and the baseline of each.
    pub(super) note: Vec<(String, f64)>,
}

/// Length of the sample of a line in the legend, in text sizes.
const SAMPLE: f64 = 2.6;
/// From a baseline to the next.
pub(super) const LINE: f64 = 1.35;
/// From an axis down to the baseline of its labels.
pub(super) const TICK_LABEL: f64 = 1.3;
/// From the left edge to the baseline of the y title.
pub(super) const Y_TITLE: f64 = 1.05;
/// The title of the figure, compared with the other text.
pub(super) const TITLE: f64 = 1.2;
/// A note, compared with the other text.
pub(super) const NOTE: f64 = 0.85;

/// From the baseline of an axis' labels down to that of its title.
const X_TITLE: f64 = 1.45;
/// A panel narrower than this cannot hold three labels.
const PANEL_WIDTH_MIN: f64 = 11.0;
/// A panel lower than this cannot tell curves apart.
const PANEL_HEIGHT_MIN: f64 = 8.5;
const PANEL_GAP: f64 = 1.7;
const MARGIN: f64 = 0.5;
const TITLE_LINES_MAX: usize = 3;
const NOTE_LINES_MAX: usize = 4;

/// What has to be placed, and how much room there is. Lengths are pixels unless they say something else.
pub(super) struct Request<'a> {
    pub(super) width: f64,
    /// At least; grows with the number of rows of panels.
    pub(super) height: f64,
    /// One em.
    pub(super) size: f64,
    pub(super) has_title: bool,
    /// What the panels show, one each.
    pub(super) titles: &'a [String],
    /// Of the x axes, one for each panel.
    pub(super) x_titles: &'a [String],
    /// Is there a title of the y axis?
    pub(super) has_y_title: bool,
    /// Width of the widest label of the y axis.
    pub(super) y_labels: f64,
    /// Most lines in a label of an x axis.
    pub(super) x_lines: usize,
    /// Room kept free on the right.
    pub(super) beside: f64,
    /// Most panels in a row.
    pub(super) abreast: usize,
    /// Least width and height of a panel, in text sizes.
    pub(super) panel: (f64, f64),
    /// Between two panels, in text sizes.
    pub(super) gap: f64,
    /// Length of the sample in the legend, in text sizes.
    pub(super) sample: f64,
    /// Of the legend; none for no legend.
    pub(super) labels: &'a [String],
    /// A sentence below everything; may be empty.
    pub(super) note: &'a str,
}

impl<'a> Request<'a> {
    /// One panel for each title, as large as the options say; no legend, no note.
    pub(super) fn new(options: &PlotOptions, titles: &'a [String], x_titles: &'a [String]) -> Self {
        Self {
            width: f64::from(options.width),
            height: f64::from(options.height),
            size: options.text,
            has_title: options.title.is_some(),
            titles,
            x_titles,
            has_y_title: true,
            y_labels: 0.0,
            x_lines: 1,
            beside: 0.0,
            abreast: 3,
            panel: (PANEL_WIDTH_MIN, PANEL_HEIGHT_MIN),
            gap: PANEL_GAP,
            sample: SAMPLE,
            labels: &[],
            note: "",
        }
    }
}

/// Places everything.
pub(super) fn layout(request: &Request<'_>) -> Layout {
    let Request { width, size, titles, .. } = *request;
    let left = request.y_labels + if request.has_y_title { Y_TITLE + 0.9 } else { 0.9 } * size;
    let right = width - 1.2 * size - request.beside;
    let abreast = (((right - left) / size + request.gap) / (request.panel.0 + request.gap)).floor() as usize;
    let abreast = abreast.clamp(1, request.abreast.max(1)).min(titles.len()).max(1);
    let rows = titles.len().div_ceil(abreast).max(1);
    // Four panels are better as 2 x 2 than as 3 + 1.
    let columns = titles.len().div_ceil(rows).max(1);
    let gap = request.gap * size;
    let panel_width = ((right - left - gap * (columns - 1) as f64) / columns as f64).max(size);

    let titles: Vec<Vec<String>> = titles.iter().map(|t| title(t, size, panel_width)).collect();
    let title_heights: Vec<f64> =
        titles.chunks(columns).map(|row| row.iter().map(Vec::len).max().unwrap_or(0) as f64 * LINE * size).collect();
    let one_x_title = request.x_titles.windows(2).all(|pair| pair[0] == pair[1]);
    let has_x_title = request.x_titles.iter().any(|title| !title.is_empty());
    let labels = (TICK_LABEL + LINE * request.x_lines.saturating_sub(1) as f64) * size;
    let x_title = if has_x_title { X_TITLE * size } else { 0.0 };
    let below = 0.6 * size + if one_x_title { labels } else { labels + x_title };
    let foot = if one_x_title { x_title } else { 0.0 };
    let (legend, legend_height) = legend(request.labels, size, width, request.sample * size);
    let (note, note_height) = note(request.note, size, width);

    let head = if request.has_title { (TITLE + 0.9) * size } else { MARGIN * size };
    let under = legend_height + note_height + MARGIN * size;
    let fixed = head + title_heights.iter().sum::<f64>() + below * rows as f64 + foot + under;
    let panel_height = ((request.height - fixed) / rows as f64).max(request.panel.1 * size);
    let height = fixed + panel_height * rows as f64;

    let mut cells = Vec::with_capacity(titles.len());
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
    let shift = height - under;
    let legend = legend.into_iter().map(|entry| Entry { baseline: entry.baseline + shift, ..entry }).collect();
    let note = note.into_iter().map(|(line, baseline)| (line, baseline + shift + legend_height)).collect();
    Layout { height, cells, one_x_title, x_title: labels + x_title, legend, note }
}

fn title(text: &str, size: f64, room: f64) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { font::wrap(text, size, room, TITLE_LINES_MAX) }
}

/// The lines of the note with baselines counted from its top, and its height.
fn note(text: &str, size: f64, width: f64) -> (Vec<(String, f64)>, f64) {
    if text.is_empty() {
        return (Vec::new(), 0.0);
    }
    let lines = font::wrap(text, size * NOTE, width - 2.0 * MARGIN * size, NOTE_LINES_MAX);
    let step = LINE * NOTE * size;
    let height = lines.len() as f64 * step + 0.2 * size;
    (lines.into_iter().enumerate().map(|(i, line)| (line, (i as f64 + 1.0) * step)).collect(), height)
}

/// The entries from left to right, in as few rows as the width allows, with baselines counted from the top of the legend;
/// and the height of all.
fn legend(labels: &[String], size: f64, width: f64, sample: f64) -> (Vec<Entry>, f64) {
    let (near, far) = (0.5 * size, 1.2 * size);
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
            Entry {
                label,
                left,
                right: left + sample,
                text: left + sample + near,
                baseline: (row as f64 + 1.0) * LINE * size,
            }
        })
        .collect();
    if entries.is_empty() {
        return (entries, 0.0);
    }
    let rows = entries.len().div_ceil(columns.len().max(1));
    (entries, (rows as f64 * LINE + 0.35) * size)
}
