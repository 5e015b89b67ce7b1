//! The bar beside panels of colours: what each stands for.

use super::axis::Linear;
use super::font;
use super::layout::{Layout, Rect};
use super::pen::Pen;
use super::scene::Anchor;
use super::theme::{AXIS, Color, INK};

/// Beside the panels: the gap, the bar of colours, and the gap to its labels, in text sizes.
const BAR: (f64, f64, f64) = (1.1, 0.9, 0.4);
/// The bar is made of so many pieces.
const PIECES: u32 = 64;

/// The room that the bar needs beside the panels, with its labels and its title, beyond the margin that is there anyway.
pub(super) fn room(scale: &Linear, size: f64) -> f64 {
    (BAR.0 + BAR.1 + BAR.2 + 1.4) * size + scale.label_width(size) - 0.8 * size
}

/// Draws it as high as the panels are; `color` is that of a place on the scale, 0 to 1, and `measure` the title.
pub(super) fn draw(pen: &mut Pen, places: &Layout, measure: &str, scale: &Linear, color: impl Fn(f64) -> Color) {
    let (Some(first), Some(last)) = (places.cells.first(), places.cells.last()) else { return };
    let size = pen.size;
    let right = places.cells.iter().map(|cell| cell.plot.right).fold(0.0, f64::max);
    let left = right + BAR.0 * size;
    let bar = Rect { left, right: left + BAR.1 * size, top: first.plot.top, bottom: last.plot.bottom };
    for piece in 0..PIECES {
        let share = |i: u32| f64::from(i) / f64::from(PIECES);
        // Each piece reaches under the next, so that no seam shows.
        let (from, to) =
            (bar.at(0.0, share(piece)), bar.at(1.0, if piece + 1 < PIECES { share(piece + 2).min(1.0) } else { 1.0 }));
        pen.scene.area(from, to, color((f64::from(piece) + 0.5) / f64::from(PIECES)));
    }
    pen.scene.outline((bar.left, bar.top), (bar.right, bar.bottom), INK, 0.5 * AXIS * size);
    for tick in &scale.ticks {
        let (_, y) = bar.at(0.0, scale.position(tick.value));
        pen.scene.line([(bar.right, y), (bar.right + 0.25 * size, y)], INK, AXIS * size);
        let label = tick.label.as_deref().unwrap_or_default();
        pen.scene.text(label, (bar.right + BAR.2 * size, y + 0.35 * size), Anchor::Start, size);
    }
    let at = (bar.right + (BAR.2 + 1.25) * size + scale.label_width(size), f64::midpoint(bar.top, bar.bottom));
    pen.scene.upright_text(font::fit(measure, size, places.height - size), at, size);
}
