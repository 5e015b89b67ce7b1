//! Paints a scene with plotters, as SVG or PNG bytes.

use super::font;
use super::scene::{Anchor, Item, Point, Scene, Text, dashes};
use super::shapes::{Part, parts};
use super::theme::{Color, Marker, PAPER, VEIL};
use crate::core::{Error, Result};
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Text as Label};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontTransform, IntoFont, IntoTextStyle, RGBAColor, RGBColor, ShapeStyle};

/// Plotters counts in whole units; an SVG gets this many per pixel, so that curves are smooth.
const SVG_UNITS: f64 = 10.0;
/// The bitmap is painted this many times larger in each direction and averaged, which smooths every edge alike.
const OVERSAMPLE: usize = 3;
/// Pixels of the largest PNG; nine times as many are in memory.
const PIXELS_MAX: f64 = 40e6;
/// CSS pixels per inch at scale 1.
const DPI: f64 = 96.0;

/// The scene as an SVG document.
pub(super) fn svg(scene: &Scene) -> Result<String> {
    let size = checked_size(scene, SVG_UNITS, f64::INFINITY)?;
    let mut body = String::new();
    {
        let area = SVGBackend::with_string(&mut body, size).into_drawing_area();
        Painter { area: &area, unit: SVG_UNITS, glyphs: false }.scene(scene)?;
    }
    // Plotters writes the size in units; the reader's program wants pixels, with the units as the view box.
    let drawn = body.find('>').map_or("", |end| &body[end + 1..]);
    let (width, height) = (f64::from(size.0) / SVG_UNITS, f64::from(size.1) / SVG_UNITS);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\">{drawn}",
        size.0, size.1
    ))
}

/// The scene as a PNG file of `scale` pixels per pixel.
pub(super) fn png(scene: &Scene, scale: f64) -> Result<Vec<u8>> {
    let (width, height) = checked_size(scene, scale, PIXELS_MAX)?;
    let large = (width * OVERSAMPLE as u32, height * OVERSAMPLE as u32);
    let mut pixels = vec![0u8; large.0 as usize * large.1 as usize * 3];
    {
        let area = BitMapBackend::with_buffer(&mut pixels, large).into_drawing_area();
        let unit = scale * OVERSAMPLE as f64;
        Painter { area: &area, unit, glyphs: true }.scene(scene)?;
    }
    encode(&average(&pixels, width as usize, height as usize), width, height, scale)
        .map_err(|e| Error::failure(format!("cannot encode the PNG: {e}")))
}

/// Size of the scene in units.
fn checked_size(scene: &Scene, unit: f64, most: f64) -> Result<(u32, u32)> {
    let (width, height) = ((scene.width * unit).round(), (scene.height * unit).round());
    if !(width >= 1.0 && height >= 1.0 && width < 1e6 && height < 1e6 && width * height <= most) {
        return Err(Error::usage(format!("a figure of {width} x {height} pixels cannot be drawn"))
            .hint(format!("width x height x scale^2 must be between 1 and {} million pixels", PIXELS_MAX / 1e6)));
    }
    Ok((width as u32, height as u32))
}

/// Each pixel is the mean of its block of `OVERSAMPLE` x `OVERSAMPLE`.
fn average(pixels: &[u8], width: usize, height: usize) -> Vec<u8> {
    const N: usize = OVERSAMPLE;
    let mut out = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..3 {
                let mut sum = 0u32;
                for row in 0..N {
                    let start = ((y * N + row) * width * N + x * N) * 3 + channel;
                    sum += (0..N).map(|column| u32::from(pixels[start + column * 3])).sum::<u32>();
                }
                out.push(((sum + (N * N / 2) as u32) / (N * N) as u32) as u8);
            }
        }
    }
    out
}

fn encode(pixels: &[u8], width: u32, height: u32, scale: f64) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // The resolution makes a typesetting program show the figure at the size it was designed for.
    let per_metre = (DPI * scale / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

fn failed<E: std::error::Error + Send + Sync>(error: &DrawingAreaErrorKind<E>) -> Error {
    Error::failure(format!("cannot draw the figure: {error}"))
}

fn rgb(color: Color) -> RGBColor {
    RGBColor(color.0, color.1, color.2)
}

/// A backend, its units per pixel, and how it draws text.
struct Painter<'a, DB: DrawingBackend> {
    area: &'a DrawingArea<DB, Shift>,
    unit: f64,
    /// Draw the shapes of the characters rather than the characters.
    glyphs: bool,
}

impl<DB: DrawingBackend> Painter<'_, DB> {
    fn scene(&self, scene: &Scene) -> Result<()> {
        self.area.fill(&rgb(PAPER)).map_err(|e| failed(&e))?;
        for item in &scene.items {
            match item {
                Item::Line { points, color, width, dash } => {
                    for stroke in dashes(points, dash) {
                        self.stroke(&stroke, *color, *width)?;
                    }
                }
                Item::Area { points, color, veil } => {
                    self.filled(points.iter().copied(), rgb(*color).mix(if *veil { VEIL } else { 1.0 }))?;
                }
                Item::Marker { at, marker, color, radius } => self.marker(*at, *marker, *color, *radius)?,
                Item::Text(text) => self.text(text)?,
            }
        }
        self.area.present().map_err(|e| failed(&e))
    }

    fn units(&self, point: Point) -> (i32, i32) {
        ((point.0 * self.unit).round() as i32, (point.1 * self.unit).round() as i32)
    }

    fn stroke(&self, points: &[Point], color: Color, width: f64) -> Result<()> {
        let mut path: Vec<(i32, i32)> = points.iter().map(|&p| self.units(p)).collect();
        path.dedup();
        if path.len() < 2 {
            return Ok(());
        }
        let width = (width * self.unit).round().max(1.0) as u32;
        self.area
            .draw(&PathElement::new(path, ShapeStyle::from(rgb(color)).stroke_width(width)))
            .map_err(|e| failed(&e))
    }

    fn polygon(&self, points: impl IntoIterator<Item = Point>, color: Color) -> Result<()> {
        self.filled(points, rgb(color).mix(1.0))
    }

    fn filled(&self, points: impl IntoIterator<Item = Point>, color: RGBAColor) -> Result<()> {
        let points: Vec<(i32, i32)> = points.into_iter().map(|p| self.units(p)).collect();
        self.area.draw(&Polygon::new(points, ShapeStyle::from(color).filled())).map_err(|e| failed(&e))
    }

    fn disc(&self, at: Point, radius: f64, color: Color) -> Result<()> {
        let radius = (radius * self.unit).round().max(1.0) as i32;
        let style = ShapeStyle::from(rgb(color)).filled();
        self.area.draw(&Circle::new(self.units(at), radius, style)).map_err(|e| failed(&e))
    }

    fn marker(&self, at: Point, marker: Marker, color: Color, radius: f64) -> Result<()> {
        parts(at, marker, color, radius).into_iter().try_for_each(|(part, color)| match part {
            Part::Disc(at, radius) => self.disc(at, radius, color),
            Part::Polygon(points) => self.polygon(points, color),
        })
    }

    fn text(&self, text: &Text) -> Result<()> {
        let clean: String = text.content.chars().filter(|c| can_be_written(*c)).collect();
        if clean.is_empty() {
            return Ok(());
        }
        if self.glyphs { self.glyphs(&clean, text) } else { self.characters(clean, text) }
    }

    /// Leaves the glyphs to the viewer. Plotters writes a text of size s as s / 1.24 em, with its top 0.76 em above the
    /// baseline.
    fn characters(&self, clean: String, text: &Text) -> Result<()> {
        let anchor = match text.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let up = text.size * 0.76;
        let at = if text.upright { (text.at.0 - up, text.at.1) } else { (text.at.0, text.at.1 - up) };
        let turn = if text.upright { FontTransform::Rotate270 } else { FontTransform::None };
        let font = (font::FAMILY, text.size * self.unit * 1.24).into_font().transform(turn);
        let style = font.color(&rgb(text.color)).pos(Pos::new(anchor, VPos::Top)).into_text_style(self.area);
        self.area.draw(&Label::new(clean, self.units(at), style)).map_err(|e| failed(&e))
    }

    fn glyphs(&self, clean: &str, text: &Text) -> Result<()> {
        let anchor = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5,
            Anchor::End => 1.0,
        };
        let origin = self.units(text.at);
        let mut result = Ok(());
        let known = font::rasterize(clean, text.size * self.unit, anchor, |x, y, coverage| {
            let (x, y) = if text.upright { (y, -x) } else { (x, y) };
            if result.is_ok() && coverage > 0.0 {
                result = self.area.draw_pixel((origin.0 + x, origin.1 + y), &rgb(text.color).mix(coverage));
            }
        });
        result.map_err(|e| failed(&e))?;
        if known { Ok(()) } else { Err(Error::failure("the bundled font cannot be read")) }
    }
}
/// No control characters, which XML has not, and none that turn the direction of what follows.
fn can_be_written(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns && !matches!(c, '\u{fffe}' | '\u{ffff}')
}
