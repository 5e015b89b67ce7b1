//! From rows to requests.

use super::plan::{Column, KeyPlan, Plan};
use super::{Clock, Header, Layout, MOST_COLUMNS, Meaning, Range, has_names};
use crate::core::{Error, NEVER, Result, SECOND, Time};
use crate::trace::Columns;
use crate::trace::batch::Batch;
use crate::trace::field::{self, Fault};
use crate::trace::formats::{Decoder, FORMATS, Fill, each_line};
use crate::trace::input::Input;
use crate::trace::intern::StrInterner;
use crate::trace::ranges::{self, blocks};
use crate::trace::spec::Options;
use crate::trace::waiting::Waiting;

/// The decoder of a table.
pub struct Table {
    input: Input,
    rows: Rows,
}

impl Table {
    pub(super) fn new(plan: Plan, input: Input) -> Self {
        Self { input, rows: Rows::new(plan) }
    }
}

impl Decoder for Table {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        let Self { input, rows } = self;
        rows.waiting.give(batch);
        if batch.room() == 0 {
            return Ok(Fill::More);
        }
        // A row that does not fit fills the batch, so no second line comes before the rest is given out.
        each_line(input, batch, |line, batch| rows.line(line, batch))
    }

    fn strings(&self) -> bool {
        matches!(self.rows.plan.key, KeyPlan::Text(_))
    }

    fn options(&self) -> Options {
        self.rows.plan.options.clone()
    }

    fn blocks(&self) -> String {
        let plan = &self.rows.plan;
        if matches!(plan.key, KeyPlan::Range { .. }) { ranges::meaning(plan.block) } else { String::new() }
    }

    fn notes(&self) -> Vec<String> {
        self.rows.notes()
    }
}

/// Rows one after the other, and what was found on the way.
pub(super) struct Rows {
    plan: Plan,
    waiting: Waiting,
    volumes: StrInterner,
    /// Whether a row was seen that is not empty and no comment.
    begun: bool,
    /// Rows that ask for no object, ranges of no blocks.
    nothing: u64,
    empty: u64,
    comments: u64,
    /// The header, and how often it came again.
    header: Vec<u8>,
    headers: u64,
}

impl Rows {
    pub(super) fn new(plan: Plan) -> Self {
        let has = Columns {
            sizes: !plan.size.is_empty() || matches!(plan.key, KeyPlan::Range { .. }),
            times: plan.time.is_some(),
            ops: plan.op.is_some(),
            ttls: plan.ttl.is_some(),
            tenants: !plan.tenant.is_empty(),
            ..Columns::IDS
        };
        let waiting = Waiting::new(has, matches!(plan.key, KeyPlan::Text(_)));
        let volumes = StrInterner::default();
        Self { plan, waiting, volumes, begun: false, nothing: 0, empty: 0, comments: 0, header: Vec::new(), headers: 0 }
    }

    /// Whether the line has as many fields as the layout says; comments and empty lines have.
    pub(super) fn has_its_width(&self, line: &[u8]) -> bool {
        if line.trim_ascii().is_empty() || line.starts_with(b"#") {
            return true;
        }
        let mut fields = [&[][..]; MOST_COLUMNS];
        let width = self.plan.split(line, &mut fields);
        let (fewest, most) = self.plan.widths();
        // A separator at the end of a line begins no column.
        let width = width - usize::from(width > most && fields[width - 1].is_empty());
        (fewest..=most).contains(&width)
    }

    /// Reads a line and gives out what it asks for, as far as the batch has room.
    pub(super) fn line(&mut self, line: &[u8], batch: &mut Batch) -> Result<()> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let first = !std::mem::replace(&mut self.begun, true);
        if let Some(begin) = self.plan.layout.begin.filter(|_| first) {
            self.begun = line.trim_ascii() == begin;
            return Ok(());
        }
        if self.plan.layout.header == Header::Names {
            if first {
                self.header = line.to_vec();
                return Ok(());
            }
            if line == self.header {
                self.headers += 1;
                return Ok(());
            }
        }
        if line.starts_with(b"#") {
            self.begun = !first;
            self.comments += 1;
            return Ok(());
        }
        if first && self.plan.layout.header == Header::Perhaps && has_names(self.plan.layout, line) {
            return Ok(());
        }
        self.row(line, batch.want)?;
        self.waiting.give(batch);
        Ok(())
    }

    /// Reads a row; what it asks for waits then.
    fn row(&mut self, line: &[u8], want: Columns) -> Result<()> {
        let Self { plan, waiting, .. } = self;
        let mut fields = [&[][..]; MOST_COLUMNS];
        let width = plan.split(line, &mut fields);
        let row = Row { fields: &fields[..width], plan };
        if let Some((column, words)) = plan.op {
            match words(row.get(column)?) {
                Some(Meaning::Is(op)) => waiting.op = op,
                Some(Meaning::Nothing) => {
                    self.nothing += 1;
                    waiting.repeats = 0;
                    return Ok(());
                }
                None => return Err(row.bad(column, "an operation of this format", Fault::NotNumber)),
            }
        }
        let (fewest, _) = plan.widths();
        if width < fewest {
            return Err(row.too_few(fewest));
        }
        if let Some((column, clock)) = plan.time.filter(|_| want.times) {
            waiting.time = row.time(column, clock)?;
        }
        if let Some(column) = plan.ttl.filter(|_| want.ttls) {
            waiting.ttl = row.ttl(column)?;
        }
        waiting.repeats = match plan.count {
            // Where rows may be short, one without a count counts once.
            Some(column) if column.at < width || plan.layout.fewest == 0 => row.count(column)?,
            _ => 1,
        };
        self.nothing += u64::from(waiting.repeats == 0);
        if want.tenants && !plan.tenant.is_empty() {
            row.join(&plan.tenant, &mut waiting.tenant)?;
        }
        let mut size = if want.sizes { row.sizes(&plan.size)? } else { 0 };
        match &plan.key {
            KeyPlan::Integer(column) => waiting.first = row.number(*column, "a whole number")?,
            KeyPlan::Signed(column) => waiting.first = row.signed(*column)?,
            KeyPlan::Hexadecimal(column) => {
                let text = row.get(*column)?;
                waiting.first = field::hexadecimal(text).map_err(|f| row.bad(*column, "a hexadecimal number", f))?;
            }
            KeyPlan::Text(columns) => {
                row.join(columns, &mut waiting.text)?;
                if let Some((looks, expected)) = plan.layout.looks
                    && !looks(&waiting.text)
                {
                    return Err(row.bad(columns[0], expected, Fault::NotNumber));
                }
            }
            KeyPlan::Range { volume, start, length, is } => {
                let (start, length) = (row.place(*start)?, row.place(*length)?);
                let volume = match &volume[..] {
                    [] => 0,
                    // The buffer of texts is free, since the key is a number.
                    columns => {
                        row.join(columns, &mut waiting.text)?;
                        u64::from(self.volumes.id(&waiting.text))
                    }
                };
                (waiting.first, waiting.blocks, size) = range(is, plan.block, [volume, start, length])?;
                self.empty += u64::from(waiting.blocks == 0);
            }
        }
        waiting.size = field::held(size).ok_or_else(|| {
            Error::failure(format!("the size is {size}; expected {}", field::HELD)).hint("is it a file of this format?")
        })?;
        Ok(())
    }

    fn notes(&self) -> Vec<String> {
        let found = [
            (self.nothing, "rows that ask for no object, left out"),
            (self.comments, "comments, ignored"),
            (self.headers, "rows that repeat the header, ignored"),
            (self.empty, "ranges of 0 blocks, which are no request"),
        ];
        let shown = found.iter().filter(|(count, _)| *count > 0);
        shown.map(|(count, what)| format!("{what}: {count}")).collect()
    }
}

/// First key, number of keys, size of each in bytes.
fn range(is: &Range, block: Option<u64>, [volume, start, length]: [u64; 3]) -> Result<(u64, u64, u64)> {
    let too_far = || {
        let text = format!("the range of {length} units from {start} goes beyond 2^64 bytes");
        Error::failure(text).hint("is it a file of this format?")
    };
    let bytes = length.checked_mul(is.length_unit).ok_or_else(too_far)?;
    let (first, count, size) = match block {
        None => (start, 1, bytes),
        Some(_) if bytes > u64::from(u32::MAX) => {
            return Err(Error::failure(format!("the range of {bytes} bytes is too large to be expanded"))
                .hint("expected at most 4 GiB; is it a file of this format?"));
        }
        Some(block) if is.start_unit == block => {
            // Starts that are blocks already need no room for their bytes.
            (start, bytes.div_ceil(block), block)
        }
        Some(block) => {
            let start = start.checked_mul(is.start_unit).ok_or_else(too_far)?;
            let (first, count) = blocks(start, bytes, block).ok_or_else(too_far)?;
            (first, count, block)
        }
    };
    let end = first.checked_add(count).ok_or_else(too_far)?;
    if is.start_bits == 64 {
        return Ok((first, count, size));
    }
    if end > 1 << is.start_bits || volume >= 1 << (64 - is.start_bits) {
        let text = format!("a start of {start} on volume {volume} is too large to be told from those of others");
        return Err(Error::failure(text).hint(format!(
            "starts below 2^{} on at most 2^{} volumes fit; convert the file to csv with ids of your own",
            is.start_bits,
            64 - is.start_bits
        )));
    }
    Ok((volume << is.start_bits | first, count, size))
}

/// The fields of a row.
struct Row<'a> {
    fields: &'a [&'a [u8]],
    plan: &'a Plan,
}

impl<'a> Row<'a> {
    fn get(&self, column: Column) -> Result<&'a [u8]> {
        self.fields.get(column.at).copied().ok_or_else(|| self.too_few(column.at + 1))
    }

    #[cold]
    fn too_few(&self, need: usize) -> Error {
        let Layout { format, columns, .. } = self.plan.layout;
        Error::failure(format!("too few fields: {}, expected at least {need}", self.fields.len()))
            .hint(format!("a row of {format} has: {}", columns.join(", ")))
    }

    #[cold]
    fn bad(&self, column: Column, expected: &str, fault: Fault) -> Error {
        let text = self.fields.get(column.at).copied().unwrap_or_default();
        field::error(&format!("{} (field {})", column.name, column.at + 1), expected, text, fault)
    }

    fn number(&self, column: Column, expected: &str) -> Result<u64> {
        field::integer(self.get(column)?).map_err(|fault| self.bad(column, expected, fault))
    }

    /// How many requests the row stands for.
    fn count(&self, column: Column) -> Result<u64> {
        /// No row of a published trace comes near; one damaged digit must not fill the memory.
        const MOST: u64 = 1 << 24;
        let count = self.number(column, "a whole number")?;
        if count > MOST { Err(self.bad(column, &format!("at most {MOST}"), Fault::TooLarge)) } else { Ok(count) }
    }

    /// A whole number; one with a sign stands for its 64 bits.
    fn signed(&self, column: Column) -> Result<u64> {
        let text = self.get(column)?;
        let found = field::integer(text).or_else(|fault| match text.split_first() {
            Some((b'-', digits)) => field::integer(digits)
                .and_then(|n| if n <= 1 << 63 { Ok(n.wrapping_neg()) } else { Err(Fault::TooLarge) }),
            _ => Err(fault),
        });
        found.map_err(|fault| self.bad(column, "a whole number", fault))
    }

    /// Where a range starts, or its length.
    fn place(&self, column: Column) -> Result<u64> {
        let text = self.get(column)?;
        if text.starts_with(b"0x") || text.starts_with(b"0X") {
            return field::hexadecimal(text).map_err(|fault| self.bad(column, "a whole number", fault));
        }
        self.number(column, "a whole number")
    }

    fn sizes(&self, columns: &[Column]) -> Result<u64> {
        columns.iter().try_fold(0u64, |sum, &column| Ok(sum.saturating_add(self.size(column)?)))
    }

    /// A size; what a row does not say is 0.
    fn size(&self, column: Column) -> Result<u64> {
        match self.fields.get(column.at) {
            None if self.plan.layout.fewest > 0 => return Ok(0),
            _ => {}
        }
        let text = self.get(column)?;
        let whole = text.strip_suffix(b".0").unwrap_or(text);
        field::integer(whole).map_err(|fault| self.bad(column, "a size in bytes", fault))
    }

    fn time(&self, column: Column, clock: Clock) -> Result<Time> {
        let text = self.get(column)?;
        match clock {
            Clock::Units(unit) => field::time(text, unit).map_err(|fault| {
                let bad = self.bad(column, "a number of up to 584 years", fault);
                let named = FORMATS.iter().find(|format| format.name == self.plan.layout.format);
                let has_units = named.is_some_and(|format| format.options.iter().any(|o| o.name == "time_unit"));
                if has_units { bad.hint("name its unit with time_unit=s, ms, us or ns") } else { bad }
            }),
            Clock::Digits => field::calendar(text)
                .and_then(|seconds| seconds.checked_mul(SECOND))
                .ok_or_else(|| self.bad(column, "a date and time as YYYYMMDDHHMMSS", Fault::NotNumber)),
        }
    }

    fn ttl(&self, column: Column) -> Result<Time> {
        match field::time(self.get(column)?, SECOND) {
            Ok(0) | Err(Fault::Empty | Fault::Negative) => Ok(NEVER),
            Ok(life) => Ok(life),
            Err(Fault::NotNumber) if self.get(column)? == b"-" => Ok(NEVER),
            Err(fault) => Err(self.bad(column, "seconds, or 0 or nothing for none", fault)),
        }
    }

    /// The texts of these columns, joined by a blank.
    fn join(&self, columns: &[Column], out: &mut Vec<u8>) -> Result<()> {
        out.clear();
        for (i, &column) in columns.iter().enumerate() {
            if i > 0 {
                out.push(b' ');
            }
            out.extend_from_slice(self.get(column)?);
        }
        Ok(())
    }
}
