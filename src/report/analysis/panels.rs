//! Lines in panels, one for each trace, which all figures of analyses are.

use crate::report::PlotOptions;
use crate::report::axis::{Linear, Log, Tick, Unit, show};
use crate::report::font;
use crate::report::layout::{Cell, Request, layout};
use crate::report::pen::Pen;
use crate::report::scene::{Point, Scene};
use crate::report::theme::{Style, style};
use crate::report::thin::thin;

/// An axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scale {
    /// From one number to another, with labels of this unit.
    Linear(Linear),
    /// Positive numbers.
    Log(Log, Unit),
}

impl Scale {
    /// A logarithmic one that holds these, both positive, and is never a mere point.
    pub(super) fn log(low: f64, high: f64, unit: Unit) -> Self {
        Self::Log(if high > 2.0 * low { Log::holding(low, high) } else { Log::roomy(low, high) }, unit)
    }

    /// Percent, all of them.
    pub(super) fn percent() -> Self {
        Self::Linear(Linear::up_to(100.0))
    }

    /// From 0 to a round number that holds `high`, with short labels.
    pub(super) fn count(high: f64) -> Self {
        Self::Linear(Linear::up_to(high).labelled(|value| show(Unit::Count, value)))
    }

    /// Where a value is, from 0 to 1; what lies outside is at the end.
    fn position(&self, value: f64) -> f64 {
        match self {
            Self::Linear(scale) => scale.position(value).clamp(0.0, 1.0),
            Self::Log(..) if value <= 0.0 => 0.0,
            Self::Log(log, _) => log.position(value).clamp(0.0, 1.0),
        }
    }

    fn up(&self, length: f64, size: f64) -> Vec<Tick> {
        match self {
            Self::Linear(scale) => scale.ticks.clone(),
            Self::Log(log, unit) => log.ticks_up(*unit, length, size),
        }
    }
}

/// What the x axis of a panel shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Across {
    /// Positive numbers between these, on a logarithmic axis.
    Log(f64, f64, Unit),
    /// From 0 to the first number, in units of the second; counts have short labels.
    From0(f64, f64),
}

/// A line: the number of its look and of its label, and its points, from left to right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) look: usize,
    pub(super) points: Vec<(f64, f64)>,
}

/// What is known of one trace.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Panel {
    /// Name of the trace.
    pub(super) title: String,
    /// What is said of it besides; may be empty. Behind the name where there are several, else below the figure, where a long
    /// name does not push it out.
    pub(super) fact: String,
    pub(super) x_title: String,
    pub(super) across: Across,
    pub(super) up: Scale,
    /// The first is drawn first: dashes lie over solid lines, which would hide them.
    pub(super) lines: Vec<Line>,
}

/// A figure. Panels whose upright axes differ stand one above the other.
pub(super) struct Picture<'a> {
    pub(super) panels: Vec<Panel>,
    pub(super) y_title: &'a str,
    /// One for each look; empty for no legend.
    pub(super) labels: Vec<String>,
    pub(super) note: &'a str,
    /// What the reader should know and cannot see.
    pub(super) remark: Option<String>,
}

/// The looks of lines of so many points that markers would run together: colours and dashes.
fn look(i: usize) -> Style {
    Style { marked: false, ..style(i) }
}

impl Picture<'_> {
    pub(super) fn draw(self, options: &PlotOptions) -> Scene {
        let size = options.text;
        let titles: Vec<String> = self.panels.iter().map(|panel| panel.heading(self.panels.len())).collect();
        let x_titles: Vec<String> = self.panels.iter().map(|panel| panel.x_title.clone()).collect();
        let note = self.note();
        let alike = self.panels.windows(2).all(|pair| pair[0].up == pair[1].up);
        let room = f64::from(options.height);
        let widths = self.panels.iter().flat_map(|panel| panel.up.up(room, size)).filter_map(|tick| tick.label);
        let request = Request {
            y_labels: widths.map(|label| font::width(&label, size)).fold(0.0, f64::max),
            abreast: if alike { 3 } else { 1 },
            labels: &self.labels,
            note: &note,
            ..Request::new(options, &titles, &x_titles)
        };
        let places = layout(&request);
        let mut pen = Pen::new(options, &places, self.y_title, &x_titles);
        for (panel, cell) in self.panels.iter().zip(&places.cells) {
            panel.draw(&mut pen, cell);
        }
        let styles: Vec<Style> = (0..self.labels.len()).map(look).collect();
        pen.legend(&places, &styles);
        pen.scene.notes.extend(self.remark);
        pen.scene
    }

    /// The fact of the only panel, and what is said of all.
    fn note(&self) -> String {
        let fact = if let [only] = &self.panels[..] { only.fact.as_str() } else { "" };
        let parts: Vec<&str> = [fact, self.note].into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(". ")
    }
}

impl Panel {
    fn heading(&self, panels: usize) -> String {
        let Self { title, fact, .. } = self;
        if panels == 1 || fact.is_empty() { title.clone() } else { format!("{title} ({fact})") }
    }

    fn draw(&self, pen: &mut Pen, cell: &Cell) {
        let (plot, size) = (cell.plot, pen.size);
        pen.panel_title(cell);
        pen.y_grid(cell, &self.up.up(plot.height(), size), |value| self.up.position(value));
        let (x, ticks, unit) = match self.across {
            Across::Log(low, high, unit) => {
                let x = Scale::log(low, high, unit);
                let Scale::Log(log, _) = x else { return };
                let mut ticks = log.ticks(unit, plot.width(), size);
                // There is no half of an object, a rank or a byte.
                ticks.retain(|tick| low < 1.0 || tick.value >= 1.0);
                (x, ticks, 1.0)
            }
            Across::From0(high, unit) => {
                let label = |value: f64| show(Unit::Count, value);
                let x = Linear::along((0.0, high / unit), plot.width(), size, label);
                let ticks = x.ticks.clone();
                (Scale::Linear(x), ticks, unit)
            }
        };
        pen.x_grid(plot, &ticks, |value| x.position(value));
        for line in &self.lines {
            let points: Vec<Point> = line
                .points
                .iter()
                .map(|&(at, value)| plot.at(x.position(at / unit), self.up.position(value)))
                .collect();
            pen.curve(&look(line.look), &thin(points));
        }
        pen.frame(plot);
        pen.x_ticks(plot, &ticks, |value| x.position(value));
    }
}
