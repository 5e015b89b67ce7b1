//! Layer 8: result rows to figures, as SVG and PNG bytes.
//!
//! A figure is one file with a [`Figure`] and two lines here. It turns rows into a scene (strokes, markers and texts in pixels);
//! painting a scene is the same for all. The font comes with the program, so no machine needs one. Nothing here opens a file.

mod axis;
mod font;
mod hit_ratio_curve;
pub mod html;
mod layout;
mod paint;
mod scene;
mod series;
pub mod theme;

pub use theme::SIZES;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use crate::core::{Error, Result, error::closest};
use crate::record::Row;
use scene::Scene;
use theme::Size;

/// A kind of figure.
pub struct Figure {
    /// What the user writes.
    pub name: &'static str,
    /// One line for the help.
    pub summary: &'static str,
    draw: fn(&[Row], &PlotOptions) -> Result<Scene>,
}

/// All figures.
pub static FIGURES: &[&Figure] = &[
    &hit_ratio_curve::FIGURE, //
];

/// What the x axis shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum XAxis {
    /// The capacity, in objects or bytes.
    #[default]
    Capacity,
    /// The capacity in percent of the distinct objects, or of the footprint in bytes.
    Share,
}

/// What the y axis shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum YMetric {
    /// Hits per request.
    #[default]
    HitRatio,
    /// Misses per request.
    MissRatio,
    /// Bytes hit per byte requested.
    ByteHitRatio,
}

/// How to draw a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct PlotOptions {
    /// A line above the figure; papers put it into the caption instead.
    pub title: Option<String>,
    /// Width in pixels at scale 1, of which 96 make an inch; at least 160.
    pub width: u32,
    /// Height in pixels at scale 1; at least 120. The figure becomes higher where its panels would be too low to read.
    pub height: u32,
    /// Height of the text (one em) in pixels at scale 1; lines and markers follow it. 4 to 200.
    pub text: f64,
    /// What the x axis shows.
    pub x: XAxis,
    /// What the y axis shows.
    pub y: YMetric,
    /// Pixels of the PNG per pixel at scale 1; above 0. An SVG needs none.
    pub scale: f64,
}

impl PlotOptions {
    /// The options for a figure of a named size.
    pub fn of(size: &Size) -> Self {
        Self {
            title: None,
            width: size.width,
            height: size.height,
            text: size.text,
            x: XAxis::default(),
            y: YMetric::default(),
            scale: size.scale,
        }
    }

    fn check(&self) -> Result<()> {
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
        Self::of(&theme::SLIDE)
    }
}

/// The figure of that name.
///
/// # Errors
/// There is none; the hint names the closest or all.
pub fn figure(name: &str) -> Result<&'static Figure> {
    let names = || FIGURES.iter().map(|figure| figure.name);
    FIGURES.iter().find(|figure| figure.name == name).copied().ok_or_else(|| {
        Error::usage(format!("no figure '{name}'")).hint(match closest(name, names()) {
            Some(known) => format!("did you mean '{known}'?"),
            None => format!("figures are: {}", names().collect::<Vec<_>>().join(", ")),
        })
    })
}

/// Draws a figure as an SVG document. The same rows give the same bytes.
///
/// # Errors
/// There is no row to draw, a row's numbers cannot be drawn, or the size is out of range.
pub fn draw_svg(figure: &Figure, rows: &[Row], options: &PlotOptions) -> Result<String> {
    options.check()?;
    paint::svg(&(figure.draw)(rows, options)?)
}

/// Draws a figure as a PNG file: RGB, `scale` pixels per pixel of the options, with its resolution written into it.
///
/// # Errors
/// As for [`draw_svg`], or more than 40 million pixels.
pub fn draw_png(figure: &Figure, rows: &[Row], options: &PlotOptions) -> Result<Vec<u8>> {
    options.check()?;
    paint::png(&(figure.draw)(rows, options)?, options.scale)
}
