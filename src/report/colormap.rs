//! The colours of a heat map: from pale yellow over green to dark blue; for differences, from orange over almost white to blue.
//!
//! Lightness falls evenly from one end to the other, so that more is darker for every reader and on a grey printer; the hue
//! goes from yellow to blue, which the common forms of colour blindness leave apart.

use super::theme::{Color, PAPER};

/// The colour of `share`, 0 (pale) to 1 (dark).
pub(super) fn color(share: f64) -> Color {
    let t = share.clamp(0.0, 1.0);
    let chroma = 0.045 + 0.085 * libm::sin(std::f64::consts::PI * (0.12 + 0.76 * t));
    as_dark_as(241.0 - 198.0 * t, 105.0 + 160.0 * t, chroma)
}

/// The colour of a difference, -1 (dark orange) over 0 (almost white) to 1 (dark blue). On a grey printer both ends are
/// equally dark; the sign is in what is written.
pub(super) fn difference(share: f64) -> Color {
    let t = share.clamp(-1.0, 1.0);
    let hue = if t < 0.0 { 55.0 } else { 255.0 };
    as_dark_as(245.0 - 150.0 * t.abs(), hue, 0.15 * t.abs())
}

/// The colour of this hue, in degrees, and this chroma that is `grey` on a grey printer.
fn as_dark_as(grey: f64, hue: f64, chroma: f64) -> Color {
    let hue = hue.to_radians();
    let shown = |lightness: f64| {
        let colour = |chroma: f64| oklab(lightness, chroma * libm::cos(hue), chroma * libm::sin(hue));
        // Where a screen has no such colour, a less vivid one.
        let can = |chroma: f64| colour(chroma).iter().all(|part| (0.0..=1.0).contains(part));
        colour(if can(chroma) { chroma } else { halving(0.0, chroma, can) })
    };
    encode(shown(halving(0.0, 1.0, |lightness| luma(shown(lightness)) <= grey)))
}

/// The largest number from `low` to `high` for which `holds`, which must hold at `low` and cease once.
fn halving(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..20 {
        let middle = f64::midpoint(low, high);
        if holds(middle) { low = middle } else { high = middle }
    }
    low
}

/// How light linear parts are on a grey printer, 0 to 255.
fn luma(linear: [f64; 3]) -> f64 {
    let [r, g, b] = linear.map(|part| 255.0 * gamma(part));
    0.299 * r + 0.587 * g + 0.114 * b
}

/// The colour of text that is easier to read on `ground`: black or white.
pub(super) fn text_on(ground: Color) -> Color {
    // Where the two contrasts of the Web Content Accessibility Guidelines are equal: (L + 0.05)^2 = 1.05 * 0.05.
    if luminance(ground) < 0.179 { PAPER } else { BLACK }
}

const BLACK: Color = (0, 0, 0);

/// Relative luminance as sRGB defines it, 0 to 1.
fn luminance((r, g, b): Color) -> f64 {
    let linear = |part: u8| {
        let v = f64::from(part) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { libm::pow((v + 0.055) / 1.055, 2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// A colour of the Oklab space as linear red, green and blue, 0 to 1 where a screen can show it. The matrices are
/// those of Bjorn Ottosson, "A perceptual color space for image processing", 2020,
/// <https://bottosson.github.io/posts/oklab/>.
fn oklab(l: f64, a: f64, b: f64) -> [f64; 3] {
    let cube = |x: f64| x * x * x;
    let long = cube(l + 0.396_337_777_4 * a + 0.215_803_757_3 * b);
    let medium = cube(l - 0.105_561_345_8 * a - 0.063_854_172_8 * b);
    let short = cube(l - 0.089_484_177_5 * a - 1.291_485_548_0 * b);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ]
}

/// Linear parts in sRGB.
fn encode(linear: [f64; 3]) -> Color {
    let [r, g, b] = linear.map(|part| (gamma(part) * 255.0).round() as u8);
    (r, g, b)
}

/// The transfer function of sRGB, 0 to 1.
fn gamma(linear: f64) -> f64 {
    let part = linear.clamp(0.0, 1.0);
    if part <= 0.003_130_8 { 12.92 * part } else { 1.055 * libm::pow(part, 1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oklab_has_white_black_and_red() {
        // By Ottosson's table of examples: D65 white is (1, 0, 0); red by its own coordinates.
        let shown = |l, a, b| encode(oklab(l, a, b));
        assert_eq!((shown(1.0, 0.0, 0.0), shown(0.0, 0.0, 0.0)), ((255, 255, 255), BLACK));
        assert_eq!(shown(0.627_955, 0.224_863, 0.125_846), (255, 0, 0));
    }

    #[test]
    fn no_difference_is_pale_and_the_signs_have_hues_of_their_own() {
        let (none, less, more) = (difference(0.0), difference(-1.0), difference(1.0));
        assert!(none.0.abs_diff(none.2) < 3 && none.0 > 235, "{none:?}");
        assert!(less.0 > less.2 + 60 && more.2 > more.0 + 60, "{less:?} {more:?}");
    }

    #[test]
    fn more_is_darker() {
        let grey = |(r, g, b): Color| 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
        let greys: Vec<f64> = (0..=50).map(|i| grey(color(f64::from(i) / 50.0))).collect();
        assert!(greys.windows(2).all(|pair| pair[1] < pair[0] - 2.0), "{greys:?}");
        assert!(greys[0] > 230.0 && greys[50] < 60.0, "{greys:?}");
    }

    #[test]
    fn writing_can_be_read_everywhere() {
        // 4.5 is level AA of the Web Content Accessibility Guidelines 2.1.
        let grounds = (0..=100).map(|i| f64::from(i) / 100.0).flat_map(|t| [color(t), difference(t), difference(-t)]);
        for (i, ground) in grounds.enumerate() {
            let (a, b) = (luminance(ground) + 0.05, luminance(text_on(ground)) + 0.05);
            assert!(a.max(b) / a.min(b) >= 4.5, "{i} {ground:?} {}", a.max(b) / a.min(b));
        }
    }
}
