//! How a figure is drawn: its size, its axes, and which rows are in it.

use super::select::Selection;
use super::theme::{SLIDE, Size};
use crate::core::{Error, Result};
use crate::stats::Metric;

/// What an x axis shows. A figure takes two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XAxis {
    /// The capacity, in objects or bytes.
    Capacity,
    /// The capacity in percent of the distinct objects, or of the footprint in bytes.
    Share,
    /// The time since the first request of the trace.
    Time,
    /// The number of requests so far.
    Requests,
}

/// How to draw a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotOptions {
    /// A line above the figure; papers put it into the caption instead.
    pub title: Option<String>,
    /// Width in pixels at scale 1, of which 96 make an inch; 160 to 20,000.
    pub width: u32,
    /// Height in pixels at scale 1; 120 to 20,000. The figure becomes higher where its panels would be too low to read.
    pub height: u32,
    /// Height of the text (one em) in pixels at scale 1; lines and markers follow it. 4 to 200.
    pub text: f64,
    /// Pixels of the PNG per pixel at scale 1; above 0, at most 100. SVG and PDF need none.
    pub scale: f64,
    /// What the x axis shows; `None` is the figure's own choice.
    pub x: Option<XAxis>,
    /// What is measured; `None` is the figure's own choice.
    pub y: Option<Metric>,
    /// The policy that others are compared with; `None` is the figure's own choice.
    pub baseline: Option<String>,
    /// The two parameters of a heat map, rows first; empty: those that vary.
    pub parameters: Vec<String>,
    /// What is drawn.
    pub select: Selection,
}

impl PlotOptions {
    /// The options for a figure of a named size.
    pub fn of(size: &Size) -> Self {
        Self {
            title: None,
            width: size.width,
            height: size.height,
            text: size.text,
            scale: size.scale,
            x: None,
            y: None,
            baseline: None,
            parameters: Vec::new(),
            select: Selection::default(),
        }
    }

    /// Can a figure of this size be drawn?
    pub(super) fn check(&self) -> Result<()> {
        let fine = (160..=20_000).contains(&self.width)
            && (120..=20_000).contains(&self.height)
            && (4.0..=200.0).contains(&self.text)
            && self.scale > 0.0
            && self.scale <= 100.0;
        if fine {
            return Ok(());
        }
        let Self { width, height, text, scale, .. } = self;
        Err(Error::usage(format!("a figure of {width} x {height} pixels, text {text}, scale {scale} cannot be drawn"))
            .hint("width 160 to 20000, height 120 to 20000, text 4 to 200, scale above 0 and at most 100"))
    }
}

impl Default for PlotOptions {
    /// A slide.
    fn default() -> Self {
        Self::of(&SLIDE)
    }
}
