//! The font that comes with the program (Noto Sans), and the width of text in it.

use ab_glyph::{Font, FontRef, Glyph, GlyphId, PxScale, point};
use std::sync::LazyLock;

/// The CSS font list that an SVG names.
pub(super) const FAMILY: &str = "Noto Sans, Helvetica, Arial, sans-serif";

/// Room for a viewer without Noto Sans: `DejaVu` Sans, the widest usual substitute, needs about an eighth more.
pub(super) const SLACK: f64 = 1.12;

static FONT: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| FontRef::try_from_slice(notosans::REGULAR_TTF).ok());

/// The glyphs of `text` with their left ends, in font units (which are whole numbers, so that sums are exact), and its
/// right end.
fn glyphs(font: &FontRef<'_>, text: &str) -> (Vec<(GlyphId, f32)>, f32) {
    let mut at = 0.0;
    let mut before: Option<GlyphId> = None;
    let mut out = Vec::with_capacity(text.len());
    for id in text.chars().map(|c| font.glyph_id(c)) {
        at += before.map_or(0.0, |before| font.kern_unscaled(before, id));
        out.push((id, at));
        at += font.h_advance_unscaled(id);
        before = Some(id);
    }
    (out, at)
}

/// Width of `text` in pixels, where one em is `size` pixels; with [`SLACK`].
pub(super) fn width(text: &str, size: f64) -> f64 {
    exact_width(text, size) * SLACK
}

fn exact_width(text: &str, size: f64) -> f64 {
    let Some(font) = FONT.as_ref() else { return 0.6 * size * text.chars().count() as f64 };
    f64::from(glyphs(font, text).1) / f64::from(font.units_per_em().unwrap_or(1000.0)) * size
}

/// Rasterizes `text`: calls `put` with the coverage (0 to 1) of each pixel, relative to the baseline and to `anchor`, the
/// share of the width that lies left of the origin. One em is `size` pixels. False if the font cannot be read.
///
/// Plotters' own rasterizer drops the side bearings, which spoils the spacing.
pub(super) fn rasterize(text: &str, size: f64, anchor: f64, mut put: impl FnMut(i32, i32, f64)) -> bool {
    let Some(font) = FONT.as_ref() else { return false };
    let em = size as f32 / font.units_per_em().unwrap_or(1000.0);
    let scale = PxScale::from(em * font.height_unscaled());
    let (glyphs, end) = glyphs(font, text);
    for (id, left) in glyphs {
        let x = (left - end * anchor as f32) * em;
        let Some(outline) = font.outline_glyph(Glyph { id, scale, position: point(x, 0.0) }) else { continue };
        let corner = outline.px_bounds().min;
        outline.draw(|x, y, coverage| {
            put(x as i32 + corner.x as i32, y as i32 + corner.y as i32, f64::from(coverage.clamp(0.0, 1.0)));
        });
    }
    true
}

/// Numbers of the font that a document which embeds it must state, in thousandths of an em.
pub(super) struct Metrics {
    pub(super) ascent: f32,
    pub(super) descent: f32,
}

/// See [`Metrics`]. `None` if the font cannot be read.
pub(super) fn metrics() -> Option<Metrics> {
    let font = FONT.as_ref()?;
    let scale = 1000.0 / font.units_per_em().unwrap_or(1000.0);
    Some(Metrics { ascent: font.ascent_unscaled() * scale, descent: font.descent_unscaled() * scale })
}

/// A glyph of a text: its number in the font, its character, its width, and the space that kerning puts behind it, the last
/// two in thousandths of an em.
pub(super) struct Placed {
    pub(super) glyph: u16,
    pub(super) character: char,
    pub(super) width: f32,
    pub(super) kern: f32,
}

/// The glyphs of `text`. `None` if the font cannot be read.
pub(super) fn placed(text: &str) -> Option<Vec<Placed>> {
    let font = FONT.as_ref()?;
    let scale = 1000.0 / font.units_per_em().unwrap_or(1000.0);
    let (glyphs, end) = glyphs(font, text);
    let next = glyphs.iter().skip(1).map(|(_, at)| *at).chain([end]);
    let place = |((&(id, at), next), character): ((&(GlyphId, f32), f32), char)| {
        let width = font.h_advance_unscaled(id);
        Placed { glyph: id.0, character, width: width * scale, kern: (next - at - width) * scale }
    };
    Some(glyphs.iter().zip(next).zip(text.chars()).map(place).collect())
}

/// The file of the font.
pub(super) fn file() -> &'static [u8] {
    notosans::REGULAR_TTF
}

/// `text` as far as it fits into `room` pixels, with an ellipsis where something was cut off.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let cut = |end: usize| format!("{}…", text[..end].trim_end());
    // More characters are wider, so that the last that fits is found by halving.
    let fitting = ends.partition_point(|end| width(&cut(*end), size) <= room);
    cut(fitting.checked_sub(1).map_or(0, |last| ends[last]))
}

/// The pieces between which a line may be broken.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
        // Not inside of 1.5 or 1e-6.
        let letter_next = chars.peek().is_some_and(|next| next.is_alphabetic());
        if matches!(c, ',' | ':' | ';' | '/' | ' ') || letter_next && matches!(c, '.' | '-' | '_') {
            parts.push(String::new());
        }
    }
    parts
}

/// Breaks `text` behind punctuation and spaces into at most `lines` lines of `room` pixels; the last one is cut if need be.
pub(super) fn wrap(text: &str, size: f64, room: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    for part in parts(text) {
        let longer = format!("{line}{part}");
        if line.is_empty() || out.len() + 1 >= lines || width(longer.trim_end(), size) <= room {
            line = longer;
        } else {
            out.push(line.trim_end().to_owned());
            line = part;
        }
    }
    out.push(line.trim_end().to_owned());
    out.iter().map(|line| fit(line, size, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_font_measures_text() {
        // A digit of Noto Sans is 572/1000 em wide.
        assert!((exact_width("0000000000", 100.0) - 572.0).abs() < 1.0);
        assert!(width("iii", 10.0) < width("mmm", 10.0));
        assert!(width("", 10.0) < 1e-9);
    }

    #[test]
    fn long_text_is_broken_then_cut() {
        let spec = "zipf:objects=1000000,alpha=1.0,requests=20000000";
        let lines = wrap(spec, 10.0, 140.0, 2);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(wrap(spec, 10.0, 140.0, 5).concat(), spec);
        let cut = fit(spec, 10.0, 60.0);
        assert!(cut.ends_with('…') && width(&cut, 10.0) <= 60.0, "{cut}");
        assert_eq!(wrap("", 10.0, 100.0, 3), [""]);
        assert_eq!(wrap("web-cdn.oracleGeneral.zst", 10.0, 120.0, 3), ["web-cdn.", "oracleGeneral.zst"]);
    }

    #[test]
    fn glyphs_lie_on_the_baseline_around_the_anchor() {
        let (mut left, mut right, mut top, mut bottom) = (i32::MAX, i32::MIN, i32::MAX, i32::MIN);
        assert!(rasterize("HH", 100.0, 0.5, |x, y, coverage| {
            if coverage > 0.5 {
                (left, right, top, bottom) = (left.min(x), right.max(x), top.min(y), bottom.max(y));
            }
        }));
        assert!((left + right).abs() <= 2, "{left}..{right}");
        assert!((-73..=-70).contains(&top) && (-2..=0).contains(&bottom), "{top}..{bottom}");
    }
}
