//! What no policy passes on a trace, as a figure shows it.

use super::super::layout::{Entry, Rect};
use super::super::pen::{Pen, middle};
use super::super::scene::{Anchor, Item, Point};
use super::super::theme::{CURVE, Color, DASHES, INK};
use super::groups::Group;

/// Of lines that are no policy's.
const GREY: Color = (0x60, 0x60, 0x60);

/// A kind of bound, in the order of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::report) enum Kind {
    /// The best that could be done with objects of several sizes lies in between.
    Optimum,
    /// The best is less.
    PfooL,
    /// The best is more.
    PfooU,
    /// Evicts by next use and size.
    BeladySize,
    /// A cache that never evicts.
    Infinite,
}

/// A bound on a trace.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Bound {
    pub(in crate::report) kind: Kind,
    /// By rising x: the curve; of the optimum the upper and the lower one.
    pub(in crate::report) lines: Vec<Vec<(f64, f64)>>,
}

/// Names of the policies of bounds.
const NAMES: [(&str, Kind); 4] =
    [("pfoo-l", Kind::PfooL), ("pfoo-u", Kind::PfooU), ("belady-size", Kind::BeladySize), ("infinite", Kind::Infinite)];

impl Kind {
    /// The bound that a curve is; `None` for that of a policy.
    pub(super) fn of(group: &Group<'_>) -> Option<Self> {
        let row = group.rows.first()?.1;
        let (_, kind) = NAMES.iter().find(|(name, _)| *name == row.policy)?;
        (row.method == "bound").then_some(*kind)
    }

    /// In the legend.
    pub(in crate::report) fn label(self) -> &'static str {
        match self {
            Self::Optimum => "between PFOO-U and PFOO-L",
            Self::PfooL => "PFOO-L",
            Self::PfooU => "PFOO-U",
            Self::BeladySize => "Belady-size",
            Self::Infinite => "infinite cache",
        }
    }

    fn dash(self) -> &'static [f64] {
        match self {
            Self::Infinite => &[0.35, 0.3],
            Self::PfooL | Self::Optimum => DASHES[4],
            Self::PfooU => DASHES[2],
            Self::BeladySize => DASHES[1],
        }
    }

    fn line(self, pen: &mut Pen, points: Vec<Point>) {
        let width = if self == Self::Infinite { 0.6 } else { 1.0 } * CURVE * pen.size * pen.thin;
        let dash = self.dash().iter().map(|length| length * pen.size * pen.thin).collect();
        pen.scene.items.push(Item::Line { points, color: GREY, width, dash });
    }

    /// Its sample and its name in the legend.
    pub(in crate::report) fn explain(self, pen: &mut Pen, entry: &Entry) {
        let (size, y) = (pen.size, middle(entry, pen.size));
        if self == Self::Optimum {
            let (top, bottom) = (y - 0.4 * size, y + 0.4 * size);
            let corners = [(entry.left, top), (entry.right, top), (entry.right, bottom), (entry.left, bottom)];
            pen.scene.veil(corners.to_vec(), INK);
        } else {
            self.line(pen, vec![(entry.left, y), (entry.right, y)]);
        }
        pen.scene.text(&entry.label, (entry.text, entry.baseline), Anchor::Start, size);
    }
}

/// The bounds of a trace: both of PFOO together where they are there.
pub(super) fn bounds(lines: &[(Kind, Vec<(f64, f64)>)]) -> Vec<Bound> {
    let line = |kind: Kind| lines.iter().find(|(own, _)| *own == kind).map(|(_, line)| line.clone());
    let mut bounds = Vec::new();
    match (line(Kind::PfooL), line(Kind::PfooU)) {
        (Some(upper), Some(lower)) => bounds.push(Bound { kind: Kind::Optimum, lines: vec![upper, lower] }),
        (upper, lower) => {
            bounds.extend(upper.map(|line| Bound { kind: Kind::PfooL, lines: vec![line] }));
            bounds.extend(lower.map(|line| Bound { kind: Kind::PfooU, lines: vec![line] }));
        }
    }
    for kind in [Kind::BeladySize, Kind::Infinite] {
        bounds.extend(line(kind).map(|line| Bound { kind, lines: vec![line] }));
    }
    bounds
}

impl Bound {
    /// Does it depend on the size of the cache?
    pub(in crate::report) fn is_finite(&self) -> bool {
        self.kind != Kind::Infinite
    }

    /// Draws it; `place` is where a point of it is in the panel. A line of one point goes all the way across.
    pub(in crate::report) fn draw(&self, pen: &mut Pen, plot: Rect, place: impl Fn(f64, f64) -> Point) {
        let path = |line: &Vec<(f64, f64)>| -> Vec<Point> {
            let points: Vec<Point> = line.iter().map(|&(x, y)| place(x, y)).collect();
            match points[..] {
                [.., (_, y)] if points.len() == 1 || self.kind == Kind::Infinite => {
                    vec![(plot.left, y), (plot.right, y)]
                }
                _ => super::super::thin::thin(points),
            }
        };
        match &self.lines[..] {
            [upper, lower] => {
                let mut around = path(upper);
                around.extend(path(lower).into_iter().rev());
                pen.scene.veil(around, INK);
            }
            lines => lines.iter().for_each(|line| self.kind.line(pen, path(line))),
        }
    }
}
