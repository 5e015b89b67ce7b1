//! Measures of configurations as lying bars: a panel for each measure, a bar for each configuration, its value beside it.

use super::configurations::{Grouped, finite};
use crate::core::Result;
use crate::record::ScenarioRow;
use crate::report::PlotOptions;
use crate::report::axis::{Linear, Unit, show, show_like};
use crate::report::font;
use crate::report::layout::{Cell, NOTE, Request, layout};
use crate::report::pen::Pen;
use crate::report::scene::{Anchor, Scene};
use crate::report::theme::{Style, tint};

/// Least height of a bar's row, and least and greatest half of the height of a bar, in text sizes.
const ROW: f64 = 1.55;
const HALF: (f64, f64) = (0.46, 1.0);
/// The most of the width that labels take.
const LABEL_MOST: f64 = 0.34;
/// Between two panels.
const GAP: f64 = 2.0;
/// From the end of a bar to its value.
const NEAR: f64 = 0.55;
/// What stands where there was nothing to measure.
const NOTHING: &str = "\u{2013}";

/// A number of a row.
pub(super) struct Measure {
    /// Title of its panel.
    pub(super) title: &'static str,
    /// What it is.
    pub(super) unit: Unit,
    /// `None` where there was nothing to measure.
    pub(super) of: fn(&ScenarioRow) -> Option<f64>,
}

/// A measure of each configuration, runs averaged.
pub(super) struct Panel {
    title: &'static str,
    unit: Unit,
    values: Vec<Option<f64>>,
}

impl Panel {
    /// # Errors
    /// A value has no place on an axis.
    pub(super) fn of(measure: &Measure, data: &Grouped<'_, ScenarioRow>) -> Result<Self> {
        let mean = |(rows, label): (&Vec<&ScenarioRow>, &String)| {
            let values: Vec<f64> = rows.iter().filter_map(|row| (measure.of)(row)).collect();
            values
                .iter()
                .try_for_each(|&v| finite(v).map(drop))
                .map_err(|e| e.at(format!("{label}: {}", measure.title)))?;
            Ok((!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64))
        };
        let values = data.rows.iter().zip(&data.list.labels).map(mean).collect::<Result<_>>()?;
        Ok(Self { title: measure.title, unit: measure.unit, values })
    }

    /// Is it above 0 anywhere?
    pub(super) fn says_something(&self) -> bool {
        self.values.iter().flatten().any(|&value| value > 0.0)
    }

    /// Are its values all the same?
    pub(super) fn is_flat(&self) -> bool {
        self.values.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// The value of a bar as it stands beside it: three significant digits.
    fn shown(&self, value: Option<f64>) -> String {
        value.map_or(NOTHING.to_owned(), |value| show(self.unit, rounded(value)))
    }
}

/// Three significant digits; whole numbers of up to four digits are kept.
fn rounded(value: f64) -> f64 {
    if value <= 0.0 || (value < 1e4 && (value - libm::round(value)).abs() < 1e-9) {
        return value;
    }
    let exponent = 2 - libm::floor(libm::log10(value)) as i32;
    let power = libm::pow(10.0, f64::from(exponent.abs()));
    if exponent < 0 { libm::round(value / power) * power } else { libm::round(value * power) / power }
}

/// Draws the panels, of which there is at least one.
pub(super) fn draw(data: &Grouped<'_, ScenarioRow>, panels: &[Panel], options: &PlotOptions) -> Scene {
    let size = options.text;
    let titles: Vec<String> = panels.iter().map(|panel| panel.title.to_owned()).collect();
    let x_titles = vec![String::new(); panels.len()];
    // Values alone where labels would be cut, and smaller where these would be.
    let room = LABEL_MOST * f64::from(options.width);
    let fit = |labels: &[String], size: f64| labels.iter().all(|label| font::width(label, size) <= room);
    let (labels, names) = match &data.list.values {
        Some((values, names)) if !fit(&data.list.labels, NOTE * size) => (values, Some(names)),
        _ => (&data.list.labels, None),
    };
    let label_size = if fit(labels, size) { size } else { NOTE * size };
    let shown: Vec<String> = labels.iter().map(|label| font::fit(label, label_size, room)).collect();
    let note = [data.list.note(data.most()), names.map_or(String::new(), |names| format!("labels: {names}"))];
    let note = note.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    let request = Request {
        has_y_title: false,
        y_labels: shown.iter().map(|label| font::width(label, label_size)).fold(0.0, f64::max),
        gap: GAP,
        panel: (8.0, ROW * shown.len() as f64 + 0.5),
        note: &note,
        ..Request::new(options, &titles, &x_titles)
    };
    let places = layout(&request);
    let mut pen = Pen::new(options, &places, "", &x_titles);
    for (panel, cell) in panels.iter().zip(&places.cells) {
        draw_panel(&mut pen, panel, cell, (&shown, label_size), &data.list.styles);
    }
    data.list.crowded(&mut pen.scene);
    pen.scene
}

fn draw_panel(pen: &mut Pen, panel: &Panel, cell: &Cell, (labels, label_size): (&[String], f64), styles: &[Style]) {
    let (size, plot) = (pen.size, cell.plot);
    pen.panel_title(cell);
    let most = panel.values.iter().flatten().copied().fold(0.0, f64::max);
    // Each bar leaves room for its value, but has at least a third of the panel for itself.
    let end = |&value: &Option<f64>| {
        let label = font::width(&panel.shown(value), size) + (NEAR + 0.2) * size;
        value.unwrap_or(0.0) / (1.0 - (label / plot.width()).min(0.66))
    };
    let mut x = Linear::along((0.0, panel.values.iter().map(end).fold(0.0, f64::max)), plot.width(), size, |value| {
        show_like(panel.unit, value, most)
    });
    // The last label keeps clear of the next panel's first.
    let half = x.label_width(size) / 2.0;
    let inside = plot.width() + 0.45 * GAP * size;
    let ticks = std::mem::take(&mut x.ticks);
    x.ticks = ticks.into_iter().filter(|tick| x.position(tick.value) * plot.width() + half <= inside).collect();
    for (row, ((&value, label), style)) in panel.values.iter().zip(labels).zip(styles).enumerate() {
        let up = 1.0 - (row as f64 + 0.5) / labels.len() as f64;
        let (left, middle) = plot.at(0.0, up);
        if cell.first {
            pen.scene.text(label, (left - 0.45 * size, middle + 0.35 * size), Anchor::End, label_size);
        }
        let (end, _) = plot.at(x.position(value.unwrap_or(0.0)), up);
        if value.is_some_and(|value| value > 0.0) {
            let half = (0.3 * plot.height() / labels.len() as f64).clamp(HALF.0 * size, HALF.1 * size);
            let corners = ((left, middle - half), (end, middle + half));
            pen.scene.area(corners.0, corners.1, tint(style.color, 0.55));
            pen.scene.outline(corners.0, corners.1, style.color, 0.07 * size);
        }
        pen.scene.text(panel.shown(value), (end + NEAR * size, middle + 0.35 * size), Anchor::Start, size);
    }
    pen.frame(plot);
    pen.x_ticks(plot, &x.ticks, |value| x.position(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_three_digits() {
        let panel = |unit| Panel { title: "", unit, values: Vec::new() };
        let shown = |unit, value| panel(unit).shown(Some(value));
        assert_eq!(shown(Unit::Count, 201.0), "201");
        assert_eq!(shown(Unit::Count, 1997.0), "1.997k");
        assert_eq!(shown(Unit::Count, 123_456.0), "123k");
        assert_eq!(shown(Unit::Count, 2.654_321), "2.65");
        assert_eq!(shown(Unit::Seconds, 0.012_345), "12.3 ms");
        assert_eq!(shown(Unit::Percent, 0.0), "0");
        assert_eq!(panel(Unit::Count).shown(None), NOTHING);
    }
}
