//! From a plan to the columns of a trace.

use super::law::{Law, Unit, base};
use super::plan::{Plan, Segment, Source, too_little_memory};
use crate::core::{NEVER, ObjId, Result, Time, prefetch};
use crate::trace::{Columns, Keys, Shape, Trace};
use hashbrown::HashMap;

/// Requests per batch: its keys stay in the first-level cache.
const BATCH: usize = 4096;
/// How far ahead a table entry is asked for.
const AHEAD: usize = 24;
/// Keys per request above which a map numbers the keys.
const SPARSE: usize = 64;

/// Draws the requests of `plan` and fills the columns that are asked for and that it has.
pub(super) fn columns(plan: Plan, seed: u64, wanted: Columns) -> Result<Trace> {
    let stream = plan.stream(seed);
    let mut trace = Trace::from_keys(plan.spec(), std::iter::empty::<u32>());
    let (requests, keys, segments) = (plan.requests as usize, plan.keys(), plan.segments);
    let mut source = (plan.start)(&stream);
    let (ids, key_of) = dense(&mut *source, requests, keys)?;
    drop(source);
    let laws = |law: fn(&Segment) -> Option<Law>| Laws::new(&segments, law);
    if wanted.sizes
        && let Some(laws) = laws(|s| s.size)
    {
        let base = base(seed, "size");
        // A plan gives all its objects a size law or none; the default is never drawn.
        let sizes: Vec<u32> =
            key_of.iter().map(|&key| laws.value(Unit::Bytes, base, key).unwrap_or(1) as u32).collect();
        trace.sizes = Some(spread(&ids, &sizes, "the sizes")?.into());
    }
    if wanted.ttls
        && let Some(laws) = laws(|s| s.ttl)
    {
        let base = base(seed, "ttl");
        let ttls: Vec<Time> =
            key_of.iter().map(|&key| laws.value(Unit::Duration, base, key).unwrap_or(NEVER)).collect();
        trace.ttls = Some(spread(&ids, &ttls, "the times to live")?.into());
    }
    if wanted.times
        && let Some(arrivals) = plan.arrivals
    {
        let mut times = reserved(requests, "the times")?;
        times.extend(arrivals.times(stream.rng("arrivals")).take(requests));
        trace.times = Some(times.into());
    }
    trace.ids = ids.into();
    trace.objects = key_of.len();
    if wanted.keys {
        trace.keys = Keys::Int(key_of.into_iter().map(u64::from).collect());
    }
    Ok(trace)
}

/// The shape of the trace of `plan`, as far as it is known before.
pub(super) fn shape(plan: &Plan, wanted: Columns) -> Shape {
    let columns = Columns {
        sizes: wanted.sizes && plan.segments.iter().any(|s| s.size.is_some()),
        times: wanted.times && plan.arrivals.is_some(),
        ops: false,
        ttls: wanted.ttls && plan.segments.iter().any(|s| s.ttl.is_some()),
        keys: wanted.keys,
        ..Columns::IDS
    };
    Shape { requests: plan.requests, objects: plan.keys().min(plan.requests), columns, key_bytes: 0 }
}

/// Bytes that [`columns`] allocates at most.
pub(super) fn memory(plan: &Plan, wanted: Columns) -> u64 {
    const FIXED: u64 = 1 << 16;
    let Shape { requests, objects, columns, .. } = shape(plan, wanted);
    let (keys, key_of) = (plan.keys(), objects.next_power_of_two() * 4);
    let tables: u64 = plan.segments.iter().map(|s| s.table).sum();
    // A table is made from weights and labels, which together take one and a half times as much.
    let starting = tables * 5 / 2;
    let numbers = if Numbers::sparse(keys as usize, requests as usize) { 18 * key_of / 4 } else { 4 * keys };
    // `key_of` doubles.
    let drawing = starting.max(4 * requests + tables + numbers + key_of * 3 / 2);
    let per_request = 4 + 4 * u64::from(columns.sizes) + 8 * u64::from(columns.ttls) + 8 * u64::from(columns.times);
    // One value per object, spread over the requests, at a time.
    let per_object = if columns.ttls { 8 } else { 4 * u64::from(columns.sizes) } + 8 * u64::from(columns.keys);
    let filling = per_request * requests + key_of + per_object * objects;
    drawing.max(filling) + FIXED
}

/// Draws `requests` keys below `keys` and numbers them in order of first appearance: the ids, and the key of each id.
fn dense(source: &mut dyn Source, requests: usize, keys: u64) -> Result<(Vec<ObjId>, Vec<u32>)> {
    let mut ids: Vec<ObjId> = reserved(requests, "the requests")?;
    let mut key_of = Vec::new();
    let mut numbers = Numbers::new(keys as usize, requests)?;
    while ids.len() < requests {
        let from = ids.len();
        ids.resize((from + BATCH).min(requests), 0);
        let batch = &mut ids[from..];
        source.fill(batch);
        match &mut numbers {
            Numbers::Table(table) => number_by_table(batch, table, &mut key_of),
            Numbers::Map(map) => number_by_map(batch, map, &mut key_of),
        }
    }
    Ok((ids, key_of))
}

/// The id of each key that has been seen.
enum Numbers {
    /// By key, one more than the id, so that 0 means unseen and untouched pages cost no memory.
    Table(Vec<u32>),
    /// For requests so few among so many keys that a table would touch a page for each of them.
    Map(HashMap<u32, u32>),
}

impl Numbers {
    fn sparse(keys: usize, requests: usize) -> bool {
        keys / SPARSE > requests
    }

    fn new(keys: usize, requests: usize) -> Result<Self> {
        if Self::sparse(keys, requests) {
            return Ok(Self::Map(HashMap::new()));
        }
        // A zeroed table cannot be asked for without aborting on failure; so ask for an ordinary one first.
        drop(reserved::<u32>(keys, "the table of objects")?);
        Ok(Self::Table(vec![0; keys]))
    }
}

/// Replaces the keys of a batch by ids.
fn number_by_table(batch: &mut [u32], table: &mut [u32], key_of: &mut Vec<u32>) {
    for i in 0..batch.len() {
        if let Some(&later) = batch.get(i + AHEAD) {
            prefetch(table, later as usize);
        }
        let key = batch[i];
        let number = &mut table[key as usize];
        if *number == 0 {
            key_of.push(key);
            *number = key_of.len() as u32;
        }
        batch[i] = *number - 1;
    }
}

/// Replaces the keys of a batch by ids.
fn number_by_map(batch: &mut [u32], map: &mut HashMap<u32, u32>, key_of: &mut Vec<u32>) {
    for place in batch {
        let key = *place;
        *place = *map.entry(key).or_insert_with(|| {
            key_of.push(key);
            key_of.len() as u32 - 1
        });
    }
}

/// The laws of one kind by key range.
pub(super) struct Laws(Vec<(u64, Option<Law>)>);

impl Laws {
    /// The laws of `segments`, or `None` where no segment has one.
    pub(super) fn new(segments: &[Segment], law: impl Fn(&Segment) -> Option<Law>) -> Option<Self> {
        let mut end = 0u64;
        let ranges = segments.iter().map(|s| {
            end += s.keys;
            (end, law(s))
        });
        let laws = Self(ranges.collect());
        laws.0.iter().any(|(_, law)| law.is_some()).then_some(laws)
    }

    /// The value of one object, if its range has a law.
    pub(super) fn value(&self, unit: Unit, base: u64, key: u32) -> Option<u64> {
        let range = self.0.partition_point(|&(end, _)| end <= u64::from(key));
        self.0.get(range).and_then(|(_, law)| *law).map(|law| law.value(unit, base, key))
    }
}

/// One value per request from one per object.
fn spread<T: Copy>(ids: &[ObjId], values: &[T], what: &str) -> Result<Vec<T>> {
    let mut column = reserved(ids.len(), what)?;
    column.extend(ids.iter().enumerate().map(|(i, &id)| {
        if let Some(&later) = ids.get(i + AHEAD) {
            prefetch(values, later as usize);
        }
        values[id as usize]
    }));
    Ok(column)
}

/// An empty column with room for `n` values.
fn reserved<T>(n: usize, what: &str) -> Result<Vec<T>> {
    let mut column = Vec::new();
    column.try_reserve_exact(n).map_err(|_| too_little_memory(what))?;
    Ok(column)
}
