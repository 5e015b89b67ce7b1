//! Where labels go that stand beside what they name: at the ends of curves, and around points.

use super::font;
use super::layout::{Layout, Rect, Request, layout};
use super::pen::Pen;
use super::scene::{Anchor, Point};
use super::theme::{MARKER, Style};

/// More curves than this are not labelled directly.
const DIRECT_MOST: usize = 10;
/// From the end of the curves to the labels beside them, in text sizes: the line that leads there, and the marker.
const LEAD: f64 = 2.4;

/// The layout of curves: with labels at their ends where `ends` are known and all have room there, which the heights are then
/// for; else with a legend.
pub(super) fn arrange(request: &Request<'_>, labels: &[String], ends: Option<Vec<f64>>) -> (Layout, Option<Vec<f64>>) {
    match ends.and_then(|ends| beside(request, labels, &ends)) {
        Some((places, heights)) => (places, Some(heights)),
        None => (layout(request), None),
    }
}

/// The layout of a single panel with labels at the right ends of its curves instead of a legend, and the height of each label
/// in pixels, where they fit. `ends` are the heights at which the curves end, as shares of the panel's height.
fn beside(request: &Request<'_>, labels: &[String], ends: &[f64]) -> Option<(Layout, Vec<f64>)> {
    if request.titles.len() != 1 || ends.len() != labels.len() || ends.len() > DIRECT_MOST {
        return None;
    }
    let size = request.size;
    let widest = labels.iter().map(|label| font::width(label, size)).fold(0.0, f64::max);
    let room = widest + LEAD * size;
    if room > 0.32 * request.width {
        return None;
    }
    // The axis' own margin already leaves some of the room.
    let places = layout(&Request { labels: &[], beside: room - 0.8 * size, ..*request });
    let plot = places.cells.first()?.plot;
    let wanted: Vec<f64> = ends.iter().map(|&up| plot.at(0.0, up).1).collect();
    let limits = (plot.top + 0.4 * size, plot.bottom - 0.6 * size);
    let heights = spread(&wanted, 1.2 * size, limits, 3.2 * size)?;
    Some((places, heights))
}

/// Draws a label for each curve: `ends` are the ends of the curves and their series, by label.
pub(super) fn leads(
    pen: &mut Pen,
    plot: Rect,
    ends: impl Iterator<Item = Option<(Point, usize)>>,
    (labels, heights): (&[String], &[f64]),
    styles: &[Style],
) {
    for ((end, height), label) in ends.zip(heights).zip(labels) {
        if let Some((end, series)) = end {
            lead(pen, plot, end, *height, label, &styles[series]);
        }
    }
}

/// Draws a label beside the panel, led to by a line from the end of its curve.
fn lead(pen: &mut Pen, plot: Rect, end: Point, height: f64, label: &str, style: &Style) {
    let size = pen.size;
    let marker = (plot.right + 0.85 * size, height);
    pen.thin_line(style.color, [end, (plot.right, height), marker]);
    pen.marker(style, marker);
    pen.scene.text(label, (plot.right + 1.45 * size, height + 0.33 * size), Anchor::Start, size);
}

/// A label beside a point: where its baseline begins, is centred or ends.
pub(super) type Beside = (Point, Anchor);

/// Places a label beside each point, inside `room` and clear of all points, of each other and of a line whose parts run along
/// the axes; `None` where one has no place. `size` is that of the text.
pub(super) fn around(
    points: &[Point],
    labels: &[String],
    size: f64,
    room: Rect,
    line: &[Point],
) -> Option<Vec<Beside>> {
    let clear = (MARKER + 0.1) * size;
    let marker = |&(x, y): &Point| Rect { left: x - clear, top: y - clear, right: x + clear, bottom: y + clear };
    let mut taken: Vec<Rect> = points.iter().map(marker).collect();
    taken.extend(line.windows(2).map(|pair| {
        let (a, b) = (pair[0], pair[1]);
        Rect { left: a.0.min(b.0), top: a.1.min(b.1), right: a.0.max(b.0), bottom: a.1.max(b.1) }
    }));
    let mut placed = Vec::with_capacity(points.len());
    for (&(x, y), label) in points.iter().zip(labels) {
        let width = font::width(label, size);
        let (near, low, mid, high) = (0.6 * size, 1.28 * size, 0.33 * size, -0.72 * size);
        let candidates = [
            (near, mid, Anchor::Start),
            (-near, mid, Anchor::End),
            (0.0, high, Anchor::Middle),
            (0.0, low, Anchor::Middle),
            (0.75 * near, high, Anchor::Start),
            (0.75 * near, low, Anchor::Start),
            (-0.75 * near, high, Anchor::End),
            (-0.75 * near, low, Anchor::End),
        ];
        let boxed = |(dx, dy, anchor): (f64, f64, Anchor)| {
            let left = match anchor {
                Anchor::Start => x + dx,
                Anchor::Middle => x + dx - width / 2.0,
                Anchor::End => x + dx - width,
            };
            Rect { left, top: y + dy - 0.78 * size, right: left + width, bottom: y + dy + 0.22 * size }
        };
        let free = |area: &Rect| {
            let inside = area.left >= room.left && area.right <= room.right && area.top >= room.top;
            let apart = |other: &Rect| {
                area.right <= other.left
                    || other.right <= area.left
                    || area.bottom <= other.top
                    || other.bottom <= area.top
            };
            inside && area.bottom <= room.bottom && taken.iter().all(apart)
        };
        let (dx, dy, anchor) = candidates.into_iter().find(|&candidate| free(&boxed(candidate)))?;
        taken.push(boxed((dx, dy, anchor)));
        placed.push(((x + dx, y + dy), anchor));
    }
    Some(placed)
}

/// Moves wanted heights apart, so that neighbours have at least `gap` between them and all lie within `limits` (least, most);
/// the sum of the squared moves is the least possible. `None` where that does not fit, or moves one by more than `farthest`.
///
/// Less the gaps before them, the heights only have to rise: the pool-adjacent-violators algorithm (Ayer, Brunk, Ewing, Reid
/// and Silverman, "An empirical distribution function for sampling with incomplete information", 1955).
pub(super) fn spread(wanted: &[f64], gap: f64, limits: (f64, f64), farthest: f64) -> Option<Vec<f64>> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let highest = limits.1 - gap * wanted.len().saturating_sub(1) as f64;
    if highest < limits.0 {
        return None;
    }
    // Blocks of equal value: sum, and number of members.
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    for (i, &label) in order.iter().enumerate() {
        blocks.push((wanted[label] - gap * i as f64, 1.0));
        while let [.., (a, n), (b, m)] = blocks[..]
            && a / n > b / m
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push((a + b, n + m));
        }
    }
    let values = blocks.iter().flat_map(|&(sum, count)| std::iter::repeat_n(sum / count, count as usize));
    let mut placed = vec![0.0; wanted.len()];
    for ((i, &label), value) in order.iter().enumerate().zip(values) {
        placed[label] = value.clamp(limits.0, highest) + gap * i as f64;
    }
    let near = placed.iter().zip(wanted).all(|(placed, wanted)| (placed - wanted).abs() <= farthest);
    near.then_some(placed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_move_as_little_as_they_can() {
        let wide = (0.0, 100.0);
        assert_eq!(spread(&[50.0, 10.0], 10.0, wide, 99.0).unwrap(), [50.0, 10.0], "nothing is in the way");
        assert_eq!(spread(&[20.0, 20.0, 20.0], 10.0, wide, 99.0).unwrap(), [10.0, 20.0, 30.0]);
        // By hand: the pair wants 20 and 24; their middle stays.
        assert_eq!(spread(&[24.0, 20.0, 80.0], 10.0, wide, 99.0).unwrap(), [27.0, 17.0, 80.0]);
        assert_eq!(spread(&[99.0, 98.0], 10.0, wide, 99.0).unwrap(), [100.0, 90.0], "the limit pushes back");
    }

    #[test]
    fn labels_around_points_keep_clear() {
        let room = Rect { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };
        let names = ["lru".to_owned(), "fifo".to_owned(), "arc".to_owned()];
        // The second is close to the right side, the third has the first on its right.
        let placed = around(&[(40.0, 50.0), (95.0, 50.0), (33.0, 50.0)], &names, 10.0, room, &[]).unwrap();
        assert_eq!(placed.iter().map(|p| p.1).collect::<Vec<_>>(), [Anchor::Start, Anchor::End, Anchor::End]);
        let line = [(0.0, 53.0), (99.0, 53.0)];
        let above = around(&[(40.0, 50.0)], &names[..1], 10.0, room, &line).unwrap();
        assert_eq!(above, [((40.0, 42.8), Anchor::Middle)]);
        let narrow = Rect { right: 50.0, ..room };
        assert_eq!(around(&[(25.0, 50.0)], &["a-long-name-indeed".to_owned()], 10.0, narrow, &[]), None);
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert_eq!(spread(&[1.0, 2.0, 3.0], 10.0, (0.0, 15.0), 99.0), None);
        assert_eq!(spread(&[50.0, 50.0, 50.0], 10.0, (0.0, 100.0), 5.0), None);
        assert_eq!(spread(&[], 10.0, (0.0, 100.0), 5.0), Some(Vec::new()));
    }
}
