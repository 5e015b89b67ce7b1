//! What a figure is before anybody draws it: a flat list of strokes, markers and texts in pixels.
//!
//! Figures build a scene, backends paint it. So the layout is the same in SVG and PNG, and tests can look at it.

use super::theme::{Color, INK, Marker};

/// A point in pixels at scale 1, from the upper left corner.
pub(super) type Point = (f64, f64);

/// Which part of a text is at its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    /// Its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// A line of text. `at` is on its baseline.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    /// The characters; control characters are dropped when painted.
    pub(super) content: String,
    /// Position of the anchor.
    pub(super) at: Point,
    /// What `at` means.
    pub(super) anchor: Anchor,
    /// One em, in pixels.
    pub(super) size: f64,
    /// Turned to read from bottom to top.
    pub(super) upright: bool,
    /// Of the characters.
    pub(super) color: Color,
}

/// One thing to draw. Later items cover earlier ones.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    /// A line through `points`; `dash` as in [`super::theme::DASHES`], but in pixels.
    Line {
        /// At least two.
        points: Vec<Point>,
        /// Of the stroke.
        color: Color,
        /// Of the stroke, in pixels.
        width: f64,
        /// Strokes and gaps in pixels; empty is solid.
        dash: Vec<f64>,
    },
    /// A filled polygon.
    Area {
        /// Its corners, at least three.
        points: Vec<Point>,
        /// Inside.
        color: Color,
        /// What lies below shows through: the colour is as strong as [`super::theme::VEIL`].
        veil: bool,
    },
    /// A marker.
    Marker {
        /// Its centre.
        at: Point,
        /// Its shape and filling.
        marker: Marker,
        /// Its colour.
        color: Color,
        /// Half its width, in pixels.
        radius: f64,
    },
    /// A text.
    Text(Text),
}

/// A figure ready to be painted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scene {
    /// In pixels at scale 1.
    pub(super) width: f64,
    /// In pixels at scale 1. May be more than was asked for, where the panels would have become unreadable.
    pub(super) height: f64,
    /// What to draw, in order.
    pub(super) items: Vec<Item>,
    /// What the reader should know and cannot see.
    pub(super) notes: Vec<String>,
}

impl Scene {
    /// An empty figure.
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { width, height, items: Vec::new(), notes: Vec::new() }
    }

    /// Adds a solid line.
    pub(super) fn line(&mut self, points: impl Into<Vec<Point>>, color: Color, width: f64) {
        self.items.push(Item::Line { points: points.into(), color, width, dash: Vec::new() });
    }

    /// Adds a filled rectangle with the given corners.
    pub(super) fn area(&mut self, (x, y): Point, (u, v): Point, color: Color) {
        self.items.push(Item::Area { points: vec![(x, y), (u, y), (u, v), (x, v)], color, veil: false });
    }

    /// Adds a filled polygon through which one sees what is below.
    pub(super) fn veil(&mut self, points: Vec<Point>, color: Color) {
        self.items.push(Item::Area { points, color, veil: true });
    }

    /// Adds the outline of a rectangle with the given corners, whose middle runs along its sides.
    pub(super) fn outline(&mut self, a: Point, b: Point, color: Color, width: f64) {
        // Four bars rather than a stroke: painters differ in how they join the ends of a stroke.
        let (left, right, half) = (a.0.min(b.0), a.0.max(b.0), width / 2.0);
        let (top, bottom) = (a.1.min(b.1), a.1.max(b.1));
        for side in [top, bottom] {
            self.area((left - half, side - half), (right + half, side + half), color);
        }
        for side in [left, right] {
            self.area((side - half, top - half), (side + half, bottom + half), color);
        }
    }

    /// Adds a horizontal text whose baseline begins, is centred or ends at `at`.
    pub(super) fn text(&mut self, text: impl Into<String>, at: Point, anchor: Anchor, size: f64) {
        self.colored_text(text, at, anchor, size, INK);
    }

    /// As [`Scene::text`], in another colour.
    pub(super) fn colored_text(&mut self, text: impl Into<String>, at: Point, anchor: Anchor, size: f64, color: Color) {
        self.items.push(Item::Text(Text { content: text.into(), at, anchor, size, upright: false, color }));
    }

    /// Adds a text that reads from bottom to top, centred at `at`.
    pub(super) fn upright_text(&mut self, text: impl Into<String>, at: Point, size: f64) {
        let text = Text { content: text.into(), at, anchor: Anchor::Middle, size, upright: true, color: INK };
        self.items.push(Item::Text(text));
    }
}

/// Cuts a line into its dashes. Lengths of `pattern` alternate between stroke and gap and must be positive.
pub(super) fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    if pattern.is_empty() || pattern.iter().any(|&length| length <= 0.0) {
        return vec![points.to_vec()];
    }
    let mut strokes = Vec::new();
    let mut stroke: Vec<Point> = points.iter().take(1).copied().collect();
    let (mut phase, mut left) = (0, pattern[0]);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = libm::hypot(dx, dy);
            if length <= left {
                left -= length;
                if phase % 2 == 0 {
                    stroke.push(to);
                }
                break;
            }
            from = (from.0 + dx * left / length, from.1 + dy * left / length);
            if phase % 2 == 0 {
                stroke.push(from);
                strokes.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![from];
            }
            phase = (phase + 1) % pattern.len();
            left = pattern[phase];
        }
    }
    if stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_keep_the_pattern_around_corners() {
        let corner = [(0.0, 0.0), (3.0, 0.0), (3.0, 4.0)];
        let strokes = dashes(&corner, &[2.0, 0.5]);
        assert_eq!(strokes.len(), 3);
        assert_eq!(strokes[0], [(0.0, 0.0), (2.0, 0.0)]);
        assert_eq!(strokes[1], [(2.5, 0.0), (3.0, 0.0), (3.0, 1.5)]);
        assert_eq!(strokes[2], [(3.0, 2.0), (3.0, 4.0)]);
    }

    #[test]
    fn a_solid_line_is_one_stroke() {
        assert_eq!(dashes(&[(0.0, 0.0), (1.0, 1.0)], &[]).len(), 1);
    }
}
