//! The colours of a heat map: from pale yellow over green to dark blue.
//!
//! Lightness falls evenly from one end to the other, so that more is darker for every reader and on a grey printer; the hue
//! goes from yellow to blue, which the common forms of colour blindness leave apart.

use super::theme::{Color, PAPER};

/// The colour of `share`, 0 (pale) to 1 (dark).
pub(super) fn color(share: f64) -> Color {
    let t = share.clamp(0.0, 1.0);
    let lightness = 0.965 - 0.665 * t;
    let hue = (105.0 + 160.0 * t).to_radians();
    let chroma = 0.045 + 0.085 * libm::sin(std::f64::consts::PI * (0.12 + 0.76 * t));
    // Where a screen has no such colour, a less vivid one of the same lightness.
    let vivid = |part: u32| oklab(lightness, chroma * libm::cos(hue), chroma * libm::sin(hue), f64::from(part) / 20.0);
    let shown = (0..=20).rev().map(vivid).find(|linear| linear.iter().all(|part| (0.0..=1.0).contains(part)));
    encode(shown.unwrap_or([lightness * lightness * lightness; 3]))
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

/// A colour of the Oklab space as linear red, green and blue, 0 to 1 where a screen can show it; `vivid` scales what sets it
/// apart from grey. The matrices are those of Bjorn Ottosson, "A perceptual color space for image processing", 2020,
/// <https://bottosson.github.io/posts/oklab/>.
fn oklab(l: f64, a: f64, b: f64, vivid: f64) -> [f64; 3] {
    let (a, b) = (a * vivid, b * vivid);
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
    let [r, g, b] = linear.map(|part| {
        let part = part.clamp(0.0, 1.0);
        let value = if part <= 0.003_130_8 { 12.92 * part } else { 1.055 * libm::pow(part, 1.0 / 2.4) - 0.055 };
        (value * 255.0).round() as u8
    });
    (r, g, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oklab_has_white_black_and_red() {
        // By Ottosson's table of examples: D65 white is (1, 0, 0); red by its own coordinates.
        let shown = |l, a, b| encode(oklab(l, a, b, 1.0));
        assert_eq!((shown(1.0, 0.0, 0.0), shown(0.0, 0.0, 0.0)), ((255, 255, 255), BLACK));
        assert_eq!(shown(0.627_955, 0.224_863, 0.125_846), (255, 0, 0));
    }

    #[test]
    fn more_is_darker() {
        let grey = |(r, g, b): Color| 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b);
        let greys: Vec<f64> = (0..=50).map(|i| grey(color(f64::from(i) / 50.0))).collect();
        assert!(greys.windows(2).all(|pair| pair[1] < pair[0] - 1.0), "{greys:?}");
        assert!(greys[0] > 230.0 && greys[50] < 60.0, "{greys:?}");
    }

    #[test]
    fn writing_can_be_read_everywhere() {
        // 4.5 is level AA of the Web Content Accessibility Guidelines 2.1.
        for i in 0..=100 {
            let ground = color(f64::from(i) / 100.0);
            let (a, b) = (luminance(ground) + 0.05, luminance(text_on(ground)) + 0.05);
            assert!(a.max(b) / a.min(b) >= 4.5, "{i} {ground:?} {}", a.max(b) / a.min(b));
        }
    }
}
