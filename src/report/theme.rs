//! The one theme: colours, marker shapes, dash patterns, line widths and figure sizes.
//!
//! A series is told apart three times, by colour, marker and dashes, so that a figure survives both a colour-blind reader and a
//! grey printer. Lengths are in multiples of the text size, so that one theme serves every figure size.

use crate::core::hash;

/// A colour, as red, green and blue.
pub type Color = (u8, u8, u8);

/// Text and axes.
pub const INK: Color = (0x22, 0x22, 0x22);
/// Grid lines.
pub const GRID: Color = (0xe3, 0xe3, 0xe3);
/// The paper.
pub const PAPER: Color = (0xff, 0xff, 0xff);

/// Okabe and Ito's palette (2008), ordered by contrast on white; grey stands in for its yellow, which white paper swallows.
pub const PALETTE: [Color; 8] = [
    (0x00, 0x72, 0xb2), // blue
    (0xd5, 0x5e, 0x00), // vermilion
    (0x00, 0x9e, 0x73), // bluish green
    (0x00, 0x00, 0x00), // black
    (0xcc, 0x79, 0xa7), // reddish purple
    (0xe6, 0x9f, 0x00), // orange
    (0x56, 0xb4, 0xe9), // sky blue
    (0x80, 0x80, 0x80), // grey
];

/// The shape of a marker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A disc.
    Circle,
    /// Sides parallel to the axes.
    Square,
    /// A square on its corner.
    Diamond,
    /// Pointing up.
    Up,
    /// Pointing down.
    Down,
    /// An upright cross.
    Plus,
    /// A diagonal cross.
    Cross,
}

/// A marker: a shape, filled with the series' colour or with paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    /// Its outline.
    pub shape: Shape,
    /// Filled with colour rather than paper; crosses always are.
    pub filled: bool,
}

/// Neighbours differ in shape or in filling at first glance.
pub const MARKERS: [Marker; 12] = [
    Marker { shape: Shape::Circle, filled: true },
    Marker { shape: Shape::Square, filled: false },
    Marker { shape: Shape::Up, filled: true },
    Marker { shape: Shape::Diamond, filled: false },
    Marker { shape: Shape::Cross, filled: true },
    Marker { shape: Shape::Down, filled: true },
    Marker { shape: Shape::Circle, filled: false },
    Marker { shape: Shape::Square, filled: true },
    Marker { shape: Shape::Plus, filled: true },
    Marker { shape: Shape::Up, filled: false },
    Marker { shape: Shape::Diamond, filled: true },
    Marker { shape: Shape::Down, filled: false },
];

/// Dash patterns: lengths of stroke, gap, stroke, gap, ... in text sizes; empty is a solid line.
pub const DASHES: [&[f64]; 5] = [&[], &[0.75, 0.3], &[0.16, 0.22], &[0.75, 0.25, 0.16, 0.25], &[1.4, 0.3]];

/// How a series looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Of the line and the marker.
    pub color: Color,
    /// At each measured point.
    pub marker: Marker,
    /// Of the line.
    pub dash: &'static [f64],
    /// Are there markers? Not on a line of so many points that they would run together.
    pub marked: bool,
}

/// Look `i`. The lengths of the three lists are 8, 12 and 5, so that no look comes back before number 120, and none without
/// colour before number 60.
pub fn style(i: usize) -> Style {
    Style {
        color: PALETTE[i % PALETTE.len()],
        marker: MARKERS[i % MARKERS.len()],
        dash: DASHES[i % DASHES.len()],
        marked: true,
    }
}

/// The policies whose look is fixed: number `i` has [`style`] `i`, in every figure. Those of one colour (8 apart) are seldom
/// compared. Append only.
const KNOWN: [&str; 15] = [
    "lru",
    "s3-fifo",
    "sieve",
    "belady",
    "arc",
    "w-tiny-lfu",
    "lfu",
    "fifo",
    "gdsf",
    "ttl",
    "lirs",
    "random",
    "clock",
    "slru",
    "two-q",
];

/// Looks without colour.
const GREY_LOOKS: usize = MARKERS.len() * DASHES.len();

/// The look that a policy has wherever it can: a fixed one, or else one drawn from its name.
fn home(policy: &str) -> usize {
    let drawn = || KNOWN.len() + (hash::bytes(policy.as_bytes()) % (GREY_LOOKS - KNOWN.len()) as u64) as usize;
    KNOWN.iter().position(|known| *known == policy).unwrap_or_else(drawn)
}

/// The looks of a figure's series, given the policy of each. A policy has the same look in every figure; other settings of it
/// vary marker and dashes, and shade its colour, or take other colours where the figure shows that policy alone. The first
/// 60 differ even without colour.
pub fn looks<S: AsRef<str>>(policies: &[S]) -> Vec<Style> {
    let policies: Vec<&str> = policies.iter().map(AsRef::as_ref).collect();
    let alone = policies.windows(2).all(|pair| pair[0] == pair[1]);
    let mut taken = [false; GREY_LOOKS];
    let mut free = |from: usize| {
        let found = (from..from + GREY_LOOKS).find(|i| !taken[i % GREY_LOOKS]).unwrap_or(from);
        taken[found % GREY_LOOKS] = true;
        found
    };
    let first = |i: usize| policies[..i].iter().all(|policy| *policy != policies[i]);
    let mut numbers: Vec<usize> =
        (0..policies.len()).map(|i| if first(i) { free(home(policies[i])) } else { 0 }).collect();
    for i in (0..policies.len()).filter(|&i| !first(i)) {
        numbers[i] = free(home(policies[i]) + 1);
    }
    let look = |(i, &number): (usize, &usize)| {
        let like: Vec<usize> = (0..policies.len()).filter(|&j| policies[j] == policies[i]).collect();
        let look = style(number);
        if alone || like[0] == i {
            return look;
        }
        let before = like.iter().filter(|&&j| j < i).count();
        Style { color: shade(style(numbers[like[0]]).color, before as f64 / (like.len() - 1) as f64), ..look }
    };
    numbers.iter().enumerate().map(look).collect()
}

/// A colour made darker, `amount` 0 to 1; black is made lighter.
fn shade(color: Color, amount: f64) -> Color {
    let (r, g, b) = color;
    let target = if r.max(g).max(b) == 0 { 0xa8 } else { 0 };
    let mix = |from: u8| (f64::from(from) + (f64::from(target) - f64::from(from)) * 0.62 * amount).round() as u8;
    (mix(r), mix(g), mix(b))
}

/// A colour mixed with paper; `strength` 0 is paper, 1 the colour.
pub(super) fn tint(color: Color, strength: f64) -> Color {
    let mix = |part: u8, paper: u8| (f64::from(paper) + (f64::from(part) - f64::from(paper)) * strength).round() as u8;
    (mix(color.0, PAPER.0), mix(color.1, PAPER.1), mix(color.2, PAPER.2))
}

/// How strong the colour of an area is through which one sees what is below, 0 to 1.
pub(super) const VEIL: f64 = 0.2;

/// Width of a curve, in text sizes.
pub const CURVE: f64 = 0.13;
/// Width of axes and ticks, in text sizes.
pub const AXIS: f64 = 0.085;
/// Width of grid lines, in text sizes.
pub const HAIRLINE: f64 = 0.07;
/// Radius of a marker, in text sizes.
pub const MARKER: f64 = 0.28;

/// A figure size with a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// What the user writes.
    pub name: &'static str,
    /// One line for the help.
    pub summary: &'static str,
    /// Width in pixels at scale 1, of which 96 make an inch.
    pub width: u32,
    /// Height in pixels at scale 1.
    pub height: u32,
    /// Height of the text (one em) in pixels at scale 1.
    pub text: f64,
    /// Pixels of the PNG per pixel at scale 1.
    pub scale: f64,
}

/// One column of a two-column paper: 3.33 in, text of 7.5 pt, 300 dpi.
pub const COLUMN: Size = Size {
    name: "column",
    summary: "one column of a two-column paper: 3.33 x 2.5 in, 300 dpi",
    width: 320,
    height: 240,
    text: 10.0,
    scale: 3.125,
};

/// A slide, or a page of a report on the screen: 1920 x 1080 pixels.
pub const SLIDE: Size = Size {
    name: "slide",
    summary: "a slide or a web page: 1920 x 1080 pixels",
    width: 960,
    height: 540,
    text: 17.0,
    scale: 2.0,
};

/// All named sizes.
pub static SIZES: &[&Size] = &[&COLUMN, &SLIDE];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_of_the_first_hundred_series_look_alike() {
        for i in 0..100 {
            for j in 0..i {
                assert_ne!(style(i), style(j), "{i} {j}");
            }
        }
    }

    #[test]
    fn without_colour_the_first_sixty_still_differ() {
        for i in 0..60 {
            for j in 0..i {
                assert!(style(i).marker != style(j).marker || style(i).dash != style(j).dash, "{i} {j}");
            }
        }
    }

    #[test]
    fn a_policy_looks_the_same_in_every_figure() {
        let some = looks(&["sieve", "mine", "lru"]);
        let others = looks(&["lru", "arc", "mine", "sieve", "sieve"]);
        assert_eq!([some[2], some[1], some[0]], [others[0], others[2], others[3]]);
        assert_eq!(some[2].color, PALETTE[0]);
        // Another setting of a policy is a shade of its colour, and the palette where nothing else is drawn.
        assert_ne!(others[4].color, others[3].color);
        assert!(others[4].marker != others[3].marker && PALETTE.contains(&looks(&["lru"; 3])[2].color));
    }

    #[test]
    fn sixty_series_differ_without_colour() {
        let mut policies: Vec<String> = KNOWN.iter().map(ToString::to_string).collect();
        policies.extend((0..25).map(|i| format!("policy-{i}")));
        policies.extend(vec!["lru".to_owned(); 20]);
        let looks = looks(&policies);
        for (i, a) in looks.iter().enumerate() {
            assert!(looks[..i].iter().all(|b| a.marker != b.marker || a.dash != b.dash), "{i}");
        }
    }

    #[test]
    fn every_colour_stands_out_from_paper() {
        let shades = PALETTE.map(|color| shade(color, 1.0));
        for (r, g, b) in PALETTE.into_iter().chain(shades) {
            let grey = 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
            assert!(grey < 175.0, "{r} {g} {b} is too light: {grey}");
        }
    }
}
