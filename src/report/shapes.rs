//! Markers as discs and polygons, for every painter.

use super::scene::Point;
use super::theme::{Color, Marker, PAPER, Shape};

/// A filled part of a marker.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// Centre and radius, in pixels.
    Disc(Point, f64),
    /// Corners, in pixels.
    Polygon(Vec<Point>),
}

/// The parts of a marker in the order of painting. A rim of paper keeps it apart from what it lies on.
pub(super) fn parts(at: Point, marker: Marker, color: Color, radius: f64) -> Vec<(Part, Color)> {
    let rim = radius * 0.22;
    let mut parts: Vec<(Part, Color)> = Vec::new();
    let mut add =
        |radius, bold, color| parts.extend(shape(at, marker.shape, radius, bold).into_iter().map(|p| (p, color)));
    add(radius + rim, rim, PAPER);
    add(radius, 0.0, color);
    if !marker.filled {
        add(radius * 0.52, 0.0, PAPER);
    }
    parts
}

/// `radius` is that of a disc; the others get about its area. `bold` thickens the arms of crosses.
fn shape((x, y): Point, shape: Shape, radius: f64, bold: f64) -> Vec<Part> {
    let r = radius;
    let arm = radius.min(radius - bold) * 0.24 + bold;
    let polygon: &[Point] = match shape {
        Shape::Circle => return vec![Part::Disc((x, y), r)],
        Shape::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        Shape::Diamond => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
        Shape::Up => &[(0.0, -1.25), (1.2, 0.85), (-1.2, 0.85)],
        Shape::Down => &[(0.0, 1.25), (1.2, -0.85), (-1.2, -0.85)],
        Shape::Plus => {
            let r = r * 1.15;
            return vec![
                Part::Polygon(vec![(x - r, y - arm), (x + r, y - arm), (x + r, y + arm), (x - r, y + arm)]),
                Part::Polygon(vec![(x - arm, y - r), (x + arm, y - r), (x + arm, y + r), (x - arm, y + r)]),
            ];
        }
        Shape::Cross => {
            let (r, arm) = (r * 0.95, arm * 0.71);
            let corners = [(-r - arm, -r + arm), (-r + arm, -r - arm), (r + arm, r - arm), (r - arm, r + arm)];
            let stroke = |s: f64| Part::Polygon(corners.map(|(dx, dy)| (x + dx * s, y + dy)).to_vec());
            return vec![stroke(1.0), stroke(-1.0)];
        }
    };
    vec![Part::Polygon(polygon.iter().map(|(dx, dy)| (x + dx * r, y + dy * r)).collect())]
}
