//! From batches of decoded requests to a trace: filters, dense ids, relative times.

use super::batch::Batch;
use super::filter::{SizeChange, sample_int, sample_str};
use super::intern::{IntInterner, Interner, StrInterner};
use super::load::LoadOptions;
use super::rows::Rows;
use super::{Columns, Op, Trace};
use crate::core::{Error, ObjId, Result, Time};

/// Collects batches into a trace.
#[derive(Debug)]
pub struct Builder {
    options: LoadOptions,
    threshold: Option<u64>,
    interner: Interner,
    /// Under [`SizeChange::Distinct`]: `id << 32 | size` to the id of the pair.
    pairs: Option<IntInterner>,
    /// Under [`SizeChange::Distinct`]: the key of each pair.
    pair_keys: Vec<ObjId>,
    scratch: Vec<ObjId>,
    rows: Rows,
    /// Requests kept so far, and those of them whose objects have 0 bytes.
    kept: u64,
    empty: u64,
    large: u64,
    /// Under [`SizeChange::First`]: the size of each object.
    first_sizes: Option<Vec<u32>>,
    tenant_names: Vec<Box<str>>,
    present: Columns,
    /// Requests in the file so far, and how many of them still have to be skipped.
    seen: u64,
    skip: u64,
    clock: Clock,
    finished: bool,
}

/// The file's clock, made monotone.
#[derive(Debug, Default)]
struct Clock {
    first: Option<Time>,
    last: Time,
    back: u64,
    kept_first: Option<Time>,
}

impl Builder {
    /// A builder for integer or string keys. `expected` requests are reserved memory for.
    pub fn new(options: &LoadOptions, strings: bool, expected: usize) -> Self {
        let interner = if strings { Interner::Str(StrInterner::default()) } else { Interner::Int(IntInterner::new()) };
        let mut rows = Rows::default();
        // Where so much memory is not to be had, the column grows as far as it gets.
        let _ = rows.ids.try_reserve_exact(expected);
        Self {
            threshold: options.filter.threshold(),
            skip: options.filter.skip,
            pairs: None,
            pair_keys: Vec::new(),
            scratch: Vec::new(),
            interner,
            rows,
            kept: 0,
            empty: 0,
            large: 0,
            first_sizes: (options.size_change == SizeChange::First).then(Vec::new),
            tenant_names: Vec::new(),
            present: Columns::IDS,
            seen: 0,
            clock: Clock::default(),
            finished: false,
            options: options.clone(),
        }
    }

    /// The columns that must be decoded: those asked for, and those that the filters look at.
    pub fn wanted(options: &LoadOptions) -> Columns {
        let Columns { sizes, times, ops, ttls, tenants, places, keys } = options.columns;
        Columns {
            sizes: sizes || options.size_change == SizeChange::Distinct,
            times: times || ttls || options.filter.from.is_some() || options.filter.until.is_some(),
            ops: ops || options.only_reads,
            ttls,
            tenants: tenants || options.filter.tenant.is_some(),
            places,
            keys,
        }
    }

    /// Whether no later request can be kept.
    pub fn finished(&self) -> bool {
        self.finished
    }

    /// Adds the requests of `batch` that the filters keep; `batch` is left in an unspecified state.
    ///
    /// # Errors
    /// More than [`Trace::MAX_REQUESTS`] requests, or a time filter for a file without times.
    pub fn add(&mut self, batch: &mut Batch) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        self.note_columns(batch)?;
        self.seen += batch.len() as u64;
        self.clock.hold(&mut batch.times);
        if self.options.only_reads || !self.options.filter.keeps_all() {
            self.filter(batch);
        }
        if batch.is_empty() {
            return Ok(());
        }
        if self.kept + batch.len() as u64 > Trace::MAX_REQUESTS as u64 {
            return Err(Error::failure(format!("more than {} requests", Trace::MAX_REQUESTS))
                .hint("keep a part of it, with --limit or --sample"));
        }
        self.intern(batch);
        self.append(batch);
        Ok(())
    }

    /// Which optional columns the file has shows in the first batch, and holds for all.
    fn note_columns(&mut self, batch: &Batch) -> Result<()> {
        let n = batch.len();
        let Batch { sizes, times, ops, ttls, tenants, places, .. } = batch;
        let lengths = [sizes.len(), times.len(), ops.len(), ttls.len(), tenants.len(), places.len()];
        let [sizes, times, ops, ttls, tenants, places] = lengths.map(|length| length == n);
        let now = Columns { sizes, times, ops, ttls, tenants, places, keys: self.options.columns.keys };
        if lengths.iter().any(|&length| length != 0 && length != n) || (self.seen > 0 && now != self.present) {
            return Err(Error::failure("the decoder filled a column for some requests only; this is a bug"));
        }
        let filter = &self.options.filter;
        if !times && (filter.from.is_some() || filter.until.is_some()) {
            return Err(Error::usage("a time range needs times, and this trace has none")
                .hint("cut it by number of requests, with --skip and --limit"));
        }
        if !tenants && filter.tenant.is_some() {
            return Err(Error::usage("this trace does not say whose requests they are")
                .hint("leave --tenant out, or name the column, as in --trace-format csv:id=2,tenant=5"));
        }
        if self.seen == 0 {
            self.present = now;
            self.pairs = (sizes && self.options.size_change == SizeChange::Distinct).then(IntInterner::new);
            let Columns { sizes, times, ops, ttls, tenants, places, .. } = self.options.columns;
            self.rows = std::mem::take(&mut self.rows).with(Columns {
                sizes: sizes && now.sizes,
                // A time to live means nothing without the times it counts from.
                times: (times || ttls && now.ttls) && now.times,
                ops: ops && now.ops,
                ttls: ttls && now.ttls,
                tenants: tenants && now.tenants,
                places: places && now.places,
                keys: false,
            });
        }
        Ok(())
    }

    fn filter(&mut self, batch: &mut Batch) {
        let filter = &self.options.filter;
        if self.options.only_reads && !batch.ops.is_empty() {
            batch.retain(|batch, row| batch.ops[row] == Op::Get);
        }
        if self.skip > 0 {
            let now = self.skip.min(batch.len() as u64);
            self.skip -= now;
            batch.retain(|_, row| row as u64 >= now);
        }
        let start = self.clock.first.unwrap_or(0);
        if let Some(from) = filter.from {
            batch.retain(|batch, row| batch.times[row] - start >= from);
        }
        if let Some(until) = filter.until {
            // The clock is monotone, so nothing after the first late request can be early.
            let early = batch.times.partition_point(|&time| time - start < until);
            self.finished |= early < batch.len();
            batch.truncate(early);
        }
        if let Some(tenant) = &filter.tenant {
            // It has no number before its first request.
            let number = batch.tenant_names.find(tenant.as_bytes());
            batch.retain(|batch, row| Some(batch.tenants[row]) == number);
        }
        if let Some(limit) = self.threshold {
            if !batch.hashes.is_empty() {
                batch.retain(|batch, row| batch.hashes[row] <= limit);
            } else if batch.keys.is_empty() {
                batch.retain(|batch, row| sample_str(batch.texts.get(row)) <= limit);
            } else {
                batch.retain(|batch, row| sample_int(batch.keys[row]) <= limit);
            }
        }
        if let Some(limit) = filter.limit {
            let left = limit - self.kept.min(limit);
            self.finished |= batch.len() as u64 >= left;
            batch.truncate(left.min(batch.len() as u64) as usize);
        }
    }

    fn intern(&mut self, batch: &mut Batch) {
        let Some(pairs) = &mut self.pairs else {
            match &mut self.interner {
                Interner::Int(map) => map.intern(&batch.keys, &mut self.rows.ids),
                Interner::Str(map) => map.intern(&batch.texts, &mut self.rows.ids),
            }
            return;
        };
        self.scratch.clear();
        match &mut self.interner {
            Interner::Int(map) => map.intern(&batch.keys, &mut self.scratch),
            Interner::Str(map) => map.intern(&batch.texts, &mut self.scratch),
        }
        batch.keys.clear();
        let both = self.scratch.iter().zip(&batch.sizes);
        batch.keys.extend(both.map(|(&id, &size)| u64::from(id) << 32 | u64::from(size)));
        let before = self.rows.ids.len();
        pairs.intern(&batch.keys, &mut self.rows.ids);
        for (&pair, &id) in self.rows.ids[before..].iter().zip(&self.scratch) {
            if pair as usize == self.pair_keys.len() {
                self.pair_keys.push(id);
            }
        }
    }

    fn append(&mut self, batch: &Batch) {
        let Self { rows, kept, .. } = self;
        if let Some(sizes) = &mut rows.sizes {
            let before = sizes.len();
            sizes.extend_from_slice(&batch.sizes);
            if let Some(first) = &mut self.first_sizes {
                hold_sizes(first, &rows.ids[before..], &mut sizes[before..]);
            }
            // A removal names no size of its own.
            let is_empty = |(i, &size): (usize, &u32)| size == 0 && batch.ops.get(i) != Some(&Op::Delete);
            self.empty += sizes[before..].iter().enumerate().filter(|&row| is_empty(row)).count() as u64;
            self.large += sizes[before..].iter().filter(|&&size| size == u32::MAX).count() as u64;
        }
        if let Some(times) = &mut rows.times {
            let start = *self.clock.kept_first.get_or_insert(batch.times[0]);
            times.extend(batch.times.iter().map(|&time| time - start));
        }
        if let Some(ops) = &mut rows.ops {
            ops.extend_from_slice(&batch.ops);
        }
        if let Some(ttls) = &mut rows.ttls {
            ttls.extend_from_slice(&batch.ttls);
        }
        if let Some(tenants) = &mut rows.tenants {
            tenants.extend_from_slice(&batch.tenants);
            let known = self.tenant_names.len();
            self.tenant_names.extend((known..batch.tenant_names.len()).map(|name| batch.tenant_names.show(name)));
        }
        if let Some(places) = &mut rows.places {
            places.extend_from_slice(&batch.places);
        }
        *kept += batch.len() as u64;
    }

    /// The requests that were kept since they were last cleared.
    pub fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }

    /// The trace, but for requests that were cleared.
    ///
    /// # Errors
    /// It has no request.
    pub fn finish(self, name: &str, mut notes: Vec<String>) -> Result<Trace> {
        if self.seen == 0 {
            return Err(Error::failure("no requests in it").hint("is it the right file, and complete?"));
        }
        if self.kept == 0 {
            return Err(Error::failure(format!("none of its {} requests is left after the filters", self.seen))
                .hint("loosen --skip, --from, --until, --tenant, --sample or --operations read-only"));
        }
        notes.extend(self.notes());
        let mut trace = self.rows.into_trace();
        trace.name = name.into();
        trace.notes = notes;
        trace.tenant_names = self.tenant_names;
        trace.objects = self.pairs.as_ref().map_or(self.interner.len(), IntInterner::len);
        if self.options.columns.keys {
            trace.keys = self.interner.keys();
            if self.pairs.is_some() {
                trace.keys = trace.keys.select(&self.pair_keys);
            }
        }
        Ok(trace)
    }

    /// What is odd about the requests. A file that was taken for another format shows here, if anywhere.
    fn notes(&self) -> Vec<String> {
        /// So many requests, and none to an object that was there before: chance does not do that.
        const MANY: u64 = 1000;
        let mut notes = Vec::new();
        let back = self.clock.back;
        if back > 0 {
            let note = format!("requests at which the clock goes back, moved to the time before: {back}");
            // Logs of many threads are a little out of order.
            let hint = if self.seen >= 100 && back * 20 > self.seen {
                "; is it the right format and column of times?"
            } else {
                ""
            };
            notes.push(note + hint);
        }
        if self.empty > 0 {
            notes.push(format!("requests for objects of 0 bytes, kept: {}", self.empty));
        }
        if self.large > 0 {
            notes.push(format!("sizes of 4294967295 bytes or more, taken for that: {}", self.large));
        }
        if self.kept >= MANY && self.interner.len() as u64 == self.kept {
            notes.push(
                "no object is asked for twice, so no cache can hit; is it the right format and column of ids?".into(),
            );
        }
        notes
    }
}

impl Clock {
    /// Replaces a time before its predecessor by that one.
    fn hold(&mut self, times: &mut [Time]) {
        for time in times {
            self.first.get_or_insert(*time);
            if *time < self.last {
                self.back += 1;
                *time = self.last;
            }
            self.last = *time;
        }
    }
}

/// Gives every request the size that its object had first; `first` has those of the objects so far.
fn hold_sizes(first: &mut Vec<u32>, ids: &[ObjId], sizes: &mut [u32]) {
    for (&id, size) in ids.iter().zip(sizes) {
        // Ids are numbered in order of first appearance.
        if id as usize == first.len() {
            first.push(*size);
        }
        *size = first[id as usize];
    }
}
