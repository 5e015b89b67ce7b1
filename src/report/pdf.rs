//! Paints a scene as a PDF page. Text stays text: the glyphs that occur are embedded, with their characters.
//!
//! No date and no random identifier is written, so the same scene gives the same bytes.

use super::font::{self, Placed};
use super::scene::{Anchor, Item, Point, Scene, Text};
use super::shapes::{Part, parts};
use super::theme::{Color, PAPER, VEIL};
use crate::core::{Error, Result};
use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::types::{CidFontType, FontFlags, LineJoinStyle, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str};
use std::collections::BTreeMap;
use std::io::Write;
use subsetter::GlyphRemapper;

/// PDF counts in points, 72 to the inch; a scene in pixels, 96 to the inch.
const POINTS: f64 = 0.75;
/// Widest and highest page that every reader shows, in points.
const PAGE_MOST: f64 = 14_400.0;
/// How far a circle's control points lie from its quarters, in radii; the error is below 0.03 %.
const ARC: f64 = 0.552_284_75;

/// The objects of the document.
const CATALOG: Ref = Ref::new(1);
const PAGES: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENT: Ref = Ref::new(4);
const FONT: Ref = Ref::new(5);
const CID_FONT: Ref = Ref::new(6);
const DESCRIPTOR: Ref = Ref::new(7);
const FONT_FILE: Ref = Ref::new(8);
const UNICODE: Ref = Ref::new(9);
const VEIL_STATE: Ref = Ref::new(10);

/// The name in the page of the state that lets what is below show through.
const VEIL_NAME: Name<'static> = Name(b"V");
/// Its name in the page.
const FONT_NAME: Name<'static> = Name(b"F");
/// Its name in the document; the six letters say that it is a subset.
const FULL_NAME: Name<'static> = Name(b"EVICTL+NotoSans-Regular");
const SYSTEM: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// The scene as a PDF document of one page.
pub(super) fn pdf(scene: &Scene) -> Result<Vec<u8>> {
    let (width, height) = (scene.width * POINTS, scene.height * POINTS);
    if !(width <= PAGE_MOST && height <= PAGE_MOST) {
        return Err(Error::usage(format!("a page of {width} x {height} points is too large"))
            .hint(format!("width and height may be {} pixels at most", PAGE_MOST / POINTS)));
    }
    let mut page = Page { content: Content::new(), height: scene.height, glyphs: Glyphs::default(), veiled: false };
    page.fill(PAPER);
    page.content.rect(0.0, 0.0, width as f32, height as f32).fill_nonzero();
    page.content.set_line_join(LineJoinStyle::RoundJoin);
    scene.items.iter().try_for_each(|item| page.item(item))?;
    let mut pdf = Pdf::new();
    pdf.catalog(CATALOG).pages(PAGES);
    pdf.pages(PAGES).kids([PAGE]).count(1);
    let mut described = pdf.page(PAGE);
    described.parent(PAGES).media_box(Rect::new(0.0, 0.0, width as f32, height as f32)).contents(CONTENT);
    let mut resources = described.resources();
    resources.fonts().pair(FONT_NAME, FONT);
    if page.veiled {
        resources.ext_g_states().pair(VEIL_NAME, VEIL_STATE);
    }
    resources.finish();
    described.finish();
    if page.veiled {
        pdf.ext_graphics(VEIL_STATE).non_stroking_alpha(VEIL as f32);
    }
    let content = deflated(&page.content.finish())?;
    pdf.stream(CONTENT, &content).filter(Filter::FlateDecode);
    page.glyphs.embed(&mut pdf)?;
    Ok(pdf.finish())
}

fn deflated(data: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let done = encoder.write_all(data).and_then(|()| encoder.finish());
    done.map_err(|e| Error::failure(format!("cannot compress the PDF: {e}")))
}

fn unreadable() -> Error {
    Error::failure("the bundled font cannot be read")
}

/// The glyphs that occur.
#[derive(Default)]
struct Glyphs {
    mapper: GlyphRemapper,
    /// By number in the subset: character and width in thousandths of an em.
    used: BTreeMap<u16, (char, f32)>,
}

impl Glyphs {
    /// The number of a glyph in the subset.
    fn number(&mut self, placed: &Placed) -> u16 {
        let number = self.mapper.remap(placed.glyph);
        self.used.entry(number).or_insert((placed.character, placed.width));
        number
    }

    fn embed(&self, pdf: &mut Pdf) -> Result<()> {
        let metrics = font::metrics().ok_or_else(unreadable)?;
        let subset = subsetter::subset(font::file(), 0, &self.mapper)
            .map_err(|e| Error::failure(format!("cannot embed the bundled font: {e}")))?;
        pdf.type0_font(FONT)
            .base_font(FULL_NAME)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(CID_FONT)
            .to_unicode(UNICODE);
        let mut cid = pdf.cid_font(CID_FONT);
        cid.subtype(CidFontType::Type2).base_font(FULL_NAME).system_info(SYSTEM).font_descriptor(DESCRIPTOR);
        cid.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        let mut widths = cid.widths();
        for (&number, &(_, width)) in &self.used {
            widths.consecutive(number, [width]);
        }
        widths.finish();
        cid.finish();
        pdf.font_descriptor(DESCRIPTOR)
            .name(FULL_NAME)
            .flags(FontFlags::NON_SYMBOLIC)
            .bbox(Rect::new(-1000.0, metrics.descent, 3000.0, metrics.ascent))
            .italic_angle(0.0)
            .ascent(metrics.ascent)
            .descent(metrics.descent)
            // Of Noto Sans: the height of H, and the width of the stem of l.
            .cap_height(714.0)
            .stem_v(90.0)
            .font_file2(FONT_FILE);
        let file = deflated(&subset)?;
        pdf.stream(FONT_FILE, &file).filter(Filter::FlateDecode).pair(Name(b"Length1"), subset.len() as i32);
        let mut unicode = UnicodeCmap::new(Name(b"Custom"), SYSTEM);
        for (&number, &(character, _)) in &self.used {
            unicode.pair(number, character);
        }
        pdf.cmap(UNICODE, &unicode.finish());
        Ok(())
    }
}

/// The page so far.
struct Page {
    content: Content,
    /// Of the scene, in pixels; PDF counts from below.
    height: f64,
    glyphs: Glyphs,
    /// Something shows through something.
    veiled: bool,
}

/// To a thousandth of a point, which keeps the file small.
fn rounded(value: f64) -> f32 {
    ((value * 1000.0).round() / 1000.0) as f32
}

impl Page {
    fn place(&self, (x, y): Point) -> (f32, f32) {
        (rounded(x * POINTS), rounded((self.height - y) * POINTS))
    }

    fn fill(&mut self, (r, g, b): Color) {
        let share = |part: u8| rounded(f64::from(part) / 255.0);
        self.content.set_fill_rgb(share(r), share(g), share(b));
    }

    fn item(&mut self, item: &Item) -> Result<()> {
        match item {
            Item::Line { points, color: (r, g, b), width, dash } => {
                let share = |part: &u8| rounded(f64::from(*part) / 255.0);
                self.content.set_stroke_rgb(share(r), share(g), share(b)).set_line_width(rounded(width * POINTS));
                self.content.set_dash_pattern(dash.iter().map(|length| rounded(length * POINTS)), 0.0);
                self.path(points);
                self.content.stroke();
            }
            Item::Area { points, color, veil: false } => self.polygon(points, *color),
            Item::Area { points, color, veil: true } => {
                self.veiled = true;
                self.content.save_state().set_parameters(VEIL_NAME);
                self.polygon(points, *color);
                self.content.restore_state();
            }
            Item::Marker { at, marker, color, radius } => {
                for (part, color) in parts(*at, *marker, *color, *radius) {
                    match part {
                        Part::Disc(at, radius) => self.disc(at, radius, color),
                        Part::Polygon(points) => self.polygon(&points, color),
                    }
                }
            }
            Item::Text(text) => self.text(text)?,
        }
        Ok(())
    }

    fn path(&mut self, points: &[Point]) {
        for (i, &point) in points.iter().enumerate() {
            let (x, y) = self.place(point);
            if i == 0 {
                self.content.move_to(x, y)
            } else {
                self.content.line_to(x, y)
            };
        }
    }

    fn polygon(&mut self, points: &[Point], color: Color) {
        self.fill(color);
        self.path(points);
        self.content.close_path().fill_nonzero();
    }

    fn disc(&mut self, (x, y): Point, radius: f64, color: Color) {
        self.fill(color);
        let start = self.place((x + radius, y));
        self.content.move_to(start.0, start.1);
        // From one quarter to the next; (c, s) points to where it starts, (-s, c) to where it ends.
        for (c, s) in [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)] {
            let one = self.place((x + radius * (c - s * ARC), y + radius * (s + c * ARC)));
            let two = self.place((x + radius * (c * ARC - s), y + radius * (s * ARC + c)));
            let end = self.place((x - radius * s, y + radius * c));
            self.content.cubic_to(one.0, one.1, two.0, two.1, end.0, end.1);
        }
        self.content.close_path().fill_nonzero();
    }

    fn text(&mut self, text: &Text) -> Result<()> {
        let clean: String = text.content.chars().filter(|c| !c.is_control()).collect();
        let glyphs = font::placed(&clean).ok_or_else(unreadable)?;
        if glyphs.is_empty() {
            return Ok(());
        }
        let width: f32 = glyphs.iter().map(|glyph| glyph.width + glyph.kern).sum();
        let share = match text.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => 0.5,
            Anchor::End => 1.0,
        };
        let before = f64::from(width) / 1000.0 * text.size * share;
        let (x, y) = if text.upright { (text.at.0, text.at.1 + before) } else { (text.at.0 - before, text.at.1) };
        let (x, y) = self.place((x, y));
        let turn = if text.upright { [0.0, 1.0, -1.0, 0.0] } else { [1.0, 0.0, 0.0, 1.0] };
        self.fill(text.color);
        let numbers: Vec<([u8; 2], f32)> =
            glyphs.iter().map(|glyph| (self.glyphs.number(glyph).to_be_bytes(), glyph.kern)).collect();
        self.content.begin_text().set_font(FONT_NAME, rounded(text.size * POINTS));
        self.content.set_text_matrix([turn[0], turn[1], turn[2], turn[3], x, y]);
        let mut shown = self.content.show_positioned();
        let mut items = shown.items();
        let mut run: Vec<u8> = Vec::new();
        for (number, kern) in numbers {
            run.extend(number);
            if kern != 0.0 {
                items.show(Str(&run)).adjust(-kern);
                run.clear();
            }
        }
        if !run.is_empty() {
            items.show(Str(&run));
        }
        items.finish();
        shown.finish();
        self.content.end_text();
        Ok(())
    }
}
