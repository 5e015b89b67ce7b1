//! Separated values: columns by number or header name, any delimiter, quoted fields.

use super::csv_columns::{
    Layout, ROLES, by_names, delimiter_name, find_delimiter, is_blank, layout, looks_like_header, rows,
};
use super::txt::{IDS, Ids, as_strings};
use super::webcachesim::{TIME_UNIT, time_unit};
use super::{Decoder, FORMATS, Fill, Form, Format, OptionHelp};
use crate::core::{Error, NEVER, Result, SECOND};
use crate::trace::batch::Batch;
use crate::trace::detect::Probe;
use crate::trace::field::{self, Fault};
use crate::trace::input::Input;
use crate::trace::spec::Options;
use crate::trace::table::{self, Key};

const fn column(name: &'static str, help: &'static str) -> OptionHelp {
    OptionHelp { name, default: "found", help }
}

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "csv",
    aliases: &["tsv"],
    extensions: &["csv", "tsv"],
    summary: "separated values; columns by number (from 1) or header name; blank lines are ignored",
    layout: "as the options, the header or the number of columns say",
    source: "any",
    sample: "requests.csv",
    options: &[
        column("id", "column of the object's id, as number from 1 or header name"),
        column("size", "column of the size in bytes"),
        column("time", "column of the time"),
        column("op", "column of the operation: a name such as get, set, delete, or libCacheSim's number"),
        column("tenant", "column that says whose request it is"),
        column("ttl", "column of the time to live in seconds; empty or 0 is none"),
        OptionHelp {
            name: "delimiter",
            default: "found",
            help: "comma, tab, space, semicolon, pipe or a character; without it the one that fits the first lines",
        },
        OptionHelp {
            name: "header",
            default: "found",
            help: "true or false; without one and without columns given: time,id,size (2 columns: time,id; 1: id)",
        },
        OptionHelp { name: "quote", default: "true", help: "whether \" encloses fields" },
        IDS,
        TIME_UNIT,
    ],
    record_bytes: None,
    form: Form::Own { detect, open },
};

/// A csv reader as this format needs it.
pub(super) fn builder(delimiter: u8, quote: bool) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter).quoting(quote).buffer_capacity(1 << 16);
    // With one definite end of a line the line numbers are right; a carriage return before it is trimmed off the field.
    builder.terminator(csv::Terminator::Any(b'\n'));
    builder
}

struct Csv {
    reader: csv::Reader<Input>,
    record: csv::ByteRecord,
    layout: Layout,
    ids: Ids,
    options: Options,
    header_seen: bool,
    /// Formats of disks, whose sizes have other units, that guessed columns would fit as well.
    fits_too: Vec<&'static str>,
}

fn open(options: &Options, input: Input) -> Result<Box<dyn Decoder>> {
    let probe = Probe { bytes: input.head(), whole: input.is_whole(), name: input.name() };
    let head = whole_lines(&probe);
    let is_tsv = probe.name.split('.').any(|ending| ending.eq_ignore_ascii_case("tsv")) && head.contains(&b'\t');
    let mut options = options.clone();
    if is_tsv {
        // One stray quote would make every line a field.
        options.entry("delimiter").or_insert_with(|| "tab".into());
    }
    let options = &options;
    let layout = layout(options, head, time_unit("csv", options)?).map_err(|e| e.at(input.name()))?;
    let first = rows(head, layout.delimiter, layout.quote).into_iter().nth(usize::from(layout.header));
    let first = first.as_ref().and_then(|row| row.get(layout.columns[0]?)).map(<[u8]>::trim_ascii);
    let (ids, options) = Ids::of("csv", options)?.with_first(first, options);
    let fits_too = if layout.guessed { disks(&probe) } else { Vec::new() };
    let reader = builder(layout.delimiter, layout.quote).from_reader(input);
    Ok(Box::new(Csv { reader, record: csv::ByteRecord::new(), layout, ids, options, header_seen: false, fits_too }))
}

/// The formats of ranges of disks that the file may have.
fn disks(probe: &Probe<'_>) -> Vec<&'static str> {
    let is_one = |format: &&&Format| match format.form {
        Form::Table(columns) => matches!(columns.key, Key::Range(_)) && table::fits(columns, 0, probe),
        Form::Own { .. } => false,
    };
    FORMATS.iter().filter(is_one).map(|format| format.name).collect()
}

fn whole_lines<'a>(probe: &Probe<'a>) -> &'a [u8] {
    let text = probe.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(probe.bytes);
    match text.iter().rposition(|&c| c == b'\n') {
        Some(last) if !probe.whole => &text[..=last],
        _ => text,
    }
}

impl Decoder for Csv {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        while batch.room() > 0 {
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return Ok(Fill::End),
                Err(error) => return Err(self.failed(&error)),
            }
            self.reader.get_mut().mark();
            if is_blank(&self.record) {
                continue;
            }
            if self.record.as_slice().contains(&b'\n') {
                // The record may reach to the end of the file, so it counts from where it starts.
                let line = self.record.position().map_or(0, csv::Position::line);
                return Err(self.reader.get_ref().at_line(
                    line,
                    Error::failure("a quote opens a field that goes on in the next line")
                        .hint("close the quote, or say csv:quote=false where quotes are part of the fields"),
                ));
            }
            if self.layout.header && !self.header_seen {
                self.header_seen = true;
                continue;
            }
            let before = batch.len();
            let row = self.row(batch);
            if row.is_err() {
                batch.truncate(before);
            }
            if let Some(again) = row? {
                return Ok(again);
            }
        }
        Ok(Fill::More)
    }

    fn strings(&self) -> bool {
        self.ids == Ids::Str
    }

    fn options(&self) -> Options {
        let mut options = self.options.clone();
        options.insert("delimiter", delimiter_name(self.layout.delimiter));
        options.insert("header", self.layout.header.to_string());
        for (role, column) in ROLES.into_iter().zip(self.layout.columns) {
            if let Some(column) = column {
                options.insert(role, (column + 1).to_string());
            }
        }
        options
    }

    fn notes(&self) -> Vec<String> {
        if !self.layout.guessed {
            return Vec::new();
        }
        let columns = ROLES.into_iter().zip(self.layout.columns);
        let shown: Vec<String> = columns.filter_map(|(role, c)| c.map(|c| format!("{role}={}", c + 1))).collect();
        let note = format!("no header: columns taken as {}; say csv:id=N,... if they are others", shown.join(","));
        let too = self.fits_too.iter().map(|name| format!(", or --trace-format {name}, whose columns fit too"));
        vec![too.fold(note, |note, more| note + &more)]
    }
}

impl Csv {
    /// Adds the row; `Some` where the file must be read again.
    fn row(&self, batch: &mut Batch) -> Result<Option<Fill>> {
        let [id, size, time, op, ttl, tenant] = self.layout.columns;
        let text = self.get(0, id)?;
        if self.ids == Ids::Str {
            batch.texts.push(text);
        } else {
            match self.ids.number(text) {
                Ok(key) => batch.keys.push(key),
                Err(fault) => return self.odd_id(text, fault).map(Some),
            }
        }
        if batch.want.sizes && size.is_some() {
            let text = self.get(1, size)?;
            let bytes = field::size(text);
            batch.sizes.push(bytes.map_err(|f| self.bad(1, field::HELD, text, f))?);
        }
        if batch.want.times && time.is_some() {
            let text = self.get(2, time)?;
            let at = field::time(text, self.layout.unit);
            batch.times.push(at.map_err(|f| {
                self.bad(2, "a decimal number", text, f)
                    .hint("seconds, up to 584 years, unless time_unit says ms, us or ns")
            })?);
        }
        if batch.want.ops && op.is_some() {
            let text = self.get(3, op)?;
            batch.ops.push(field::op(text).ok_or_else(|| {
                self.bad(3, "an operation such as get, set or delete", text, Fault::NotNumber)
                    .hint("name the columns to use without op, as in csv:id=2,size=3")
            })?);
        }
        if batch.want.ttls && ttl.is_some() {
            let text = self.get(4, ttl)?;
            batch.ttls.push(match field::time(text, SECOND) {
                Ok(0) | Err(Fault::Empty) => NEVER,
                Ok(life) => life,
                Err(fault) => return Err(self.bad(4, "seconds, or 0 or nothing for none", text, fault)),
            });
        }
        if batch.want.tenants && tenant.is_some() {
            batch.push_tenant(self.get(5, tenant)?);
        }
        Ok(None)
    }

    fn get(&self, role: usize, column: Option<usize>) -> Result<&[u8]> {
        let column = column.unwrap_or_default();
        if let Some(text) = self.record.get(column) {
            return Ok(text.trim_ascii());
        }
        let (need, have, role) = (column + 1, self.record.len(), ROLES[role]);
        let text = format!("too few fields: {have}, but column {need} ({role}) is needed");
        Err(self.at_line(Error::failure(text).hint("is the delimiter right? say it with csv:delimiter=...")))
    }

    fn bad(&self, role: usize, expected: &str, text: &[u8], fault: Fault) -> Error {
        let what = format!("{} (column {})", ROLES[role], self.layout.columns[role].map_or(0, |c| c + 1));
        self.at_line(field::error(&what, expected, text, fault))
    }

    #[cold]
    fn odd_id(&self, text: &[u8], fault: Fault) -> Result<Fill> {
        match self.ids.not_integer(text, fault) {
            Some(error) => Err(self.at_line(error)),
            None => Ok(as_strings(&self.options, &format!("the id in line {}", self.line()), text)),
        }
    }

    /// The line in which the current record starts.
    fn line(&self) -> u64 {
        let next = self.reader.position();
        let inside = self.record.as_slice().split(|&c| c == b'\n').count() as u64 - 1;
        let end = u64::from(!self.reader.get_ref().ends_inside_a_line(next.byte()));
        next.line().saturating_sub(inside + end)
    }

    fn at_line(&self, error: Error) -> Error {
        self.reader.get_ref().at_line(self.line(), error)
    }

    fn failed(&self, error: &csv::Error) -> Error {
        match error.kind() {
            csv::ErrorKind::Io(error) => self.reader.get_ref().failed(error),
            _ => self.at_line(Error::failure(error.to_string())),
        }
    }
}

fn detect(probe: &Probe<'_>) -> u8 {
    let head = whole_lines(probe);
    if head.starts_with(b"{") || head.starts_with(b"[") || head.contains(&0) {
        return 0;
    }
    let rows = rows(head, find_delimiter(head), true);
    let Some(first) = rows.first().filter(|row| row.len() > 1) else { return 0 };
    if rows.iter().any(|row| row.len() != first.len()) {
        return 0;
    }
    let names: Vec<&[u8]> = first.iter().map(<[u8]>::trim_ascii).collect();
    if looks_like_header(&rows) {
        // Unknown names still read best as csv: opening then says which names there are.
        return if by_names(&names)[0].is_some() { 80 } else { 5 };
    }
    // Without a header the first column is taken for the time, so it must be one.
    let timed = rows.iter().all(|row| row.get(0).is_some_and(|text| field::time(text.trim_ascii(), 1).is_ok()));
    if timed { 30 } else { 0 }
}
