//! What a sweep will take, before it is run: requests, time and memory. Workloads are known exactly; of a trace file only the
//! first requests are read, and the rest is taken to be like them.

use super::load::{Load, loads};
use super::plan::Plan;
use crate::core::{Error, Result};
use crate::replay::{self, Options, Replayer, SharedPasses, Source, parse_capacities};
use crate::trace::{Columns, Filter, Keys, Shape, Trace};
use crate::workload;
use std::collections::HashMap;

/// What a trace will be, and its cells.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// Name of the trace.
    pub trace: String,
    /// Requests in it.
    pub requests: u64,
    /// Distinct objects, at most.
    pub objects: u64,
    /// Are these numbers exact, or extrapolated from the start of a file?
    pub exact: bool,
    /// Cells replayed over it.
    pub cells: u64,
    /// Seconds that one thread takes for reading and replaying.
    pub seconds: f64,
    /// Bytes at the peak, with the number of threads that was asked for.
    pub bytes: u64,
    /// Why cells on it will fail, as far as the start of a file shows.
    pub lacking: Option<Error>,
}

/// Requests read from the start of a file to judge the rest by.
const LOOK: u64 = 200_000;
/// Requests read or made in a second, by one thread: half of what was measured for binary traces.
const READ_PER_SECOND: f64 = 2e7;
/// The trace that policies are timed on.
const TRIAL: &str = "zipf:objects=1e5,alpha=0.9,requests=2e5";
/// A replay whose state is larger than the processor's caches is slower.
const LARGE: (u64, f64) = (2_000_000, 0.6);
/// Sizes and expiry take the general loop.
const GENERAL: f64 = 0.6;

/// Estimates every trace of a plan for so many threads. Replays a short trial with each of its policies.
///
/// # Errors
/// A trace cannot be read.
pub fn estimate(plan: &Plan, threads: usize) -> Result<Vec<Estimate>> {
    let all: Vec<usize> = (0..plan.cells.len()).collect();
    let speeds = speeds(plan)?;
    loads(plan, &all).iter().map(|load| one(plan, load, &speeds, threads)).collect()
}

fn one(plan: &Plan, load: &Load, speeds: &[f64], threads: usize) -> Result<Estimate> {
    let guess = guess(plan, load)?;
    let Shape { requests, objects, .. } = guess.shape;
    let size = if objects > LARGE.0 { LARGE.1 } else { 1.0 };
    let (mut seconds, mut cells, mut largest) = (requests as f64 / READ_PER_SECOND, 0, 0);
    let mut states: HashMap<(u32, u32), u64> = HashMap::new();
    for (group, indexes) in &load.groups {
        let settings = plan.settings(&plan.groups[*group]);
        let general = settings.bytes || guess.shape.columns.ttls || matches!(settings.ttl, replay::Ttl::Fixed(_));
        let speed = size * if general { GENERAL } else { 1.0 };
        for &index in indexes {
            let cell = &plan.cells[index];
            seconds += requests as f64 / (speeds[cell.policy as usize] * speed);
            cells += 1;
            let state = states.entry((cell.policy, cell.capacity)).or_insert_with(|| {
                let residents = plan.capacity(cell).resolve(false, objects as usize, objects).unwrap_or(objects);
                let spec = &plan.spec.policies[cell.policy as usize].spec;
                replay::memory(spec, objects as usize, residents.min(objects), &Options::default())
            });
            largest = largest.max(*state);
        }
    }
    let replaying = guess.kept + largest * threads.max(1) as u64;
    Ok(Estimate {
        trace: load.label(plan),
        requests,
        objects,
        exact: guess.exact,
        cells,
        seconds,
        bytes: guess.peak.max(replaying),
        lacking: guess.lacking,
    })
}

/// Requests per second of each policy of the plan, on one thread.
fn speeds(plan: &Plan) -> Result<Vec<f64>> {
    let trace = workload::generate(TRIAL, 42, Columns::IDS)?;
    let options = Options { shared_passes: SharedPasses::Never, ..Options::default() };
    let mut replayer = Replayer::new(&trace, &options)?;
    let capacities = parse_capacities("10%")?;
    let mut known: HashMap<&str, f64> = HashMap::new();
    let mut speeds = Vec::with_capacity(plan.spec.policies.len());
    for entry in &plan.spec.policies {
        let name = entry.spec.unit.entry.info.name;
        if !known.contains_key(name) {
            let cells = replayer.cells(std::slice::from_ref(&entry.spec), &capacities)?;
            let rate = replayer.run(&cells, &|_| ()).first().map_or(0.0, |outcome| outcome.row.requests_per_second);
            known.insert(name, if rate > 0.0 { rate } else { READ_PER_SECOND });
        }
        speeds.push(known[name]);
    }
    Ok(speeds)
}

/// A trace before it is read.
pub(super) struct Guess {
    shape: Shape,
    exact: bool,
    /// Why cells on it will fail, as far as that can be seen.
    lacking: Option<Error>,
    /// Bytes while it is read.
    pub(super) peak: u64,
    /// Bytes once it is there, next uses included.
    kept: u64,
}

/// What the trace of `load` will be.
///
/// # Errors
/// It cannot be read.
pub(super) fn guess(plan: &Plan, load: &Load) -> Result<Guess> {
    let columns = load.columns();
    let next_use = needs_next_use(plan);
    let after = |shape: &Shape| shape.kept() + if next_use { shape.next_use() } else { 0 };
    if let Source::Workload(spec) = load.source(plan) {
        let shape = workload::shape(spec, columns)?;
        let kept = after(&shape);
        return Ok(Guess {
            lacking: None,
            exact: true,
            peak: workload::generating(spec, columns)?.max(kept),
            kept,
            shape,
        });
    }
    let mut selection = load.settings().selection.clone();
    let limit = selection.filter.limit;
    selection.filter = Filter { limit: Some(limit.map_or(LOOK, |limit| limit.min(LOOK))), ..selection.filter };
    let opened = load.source(plan).open(&selection, columns, 0, &|_, _| ())?;
    let (seen, found) = (opened.trace.requests() as u64, opened.trace.objects as u64);
    let whole = load.file_bytes(plan)?;
    let exact = seen < LOOK;
    let scale = if exact { 1.0 } else { (whole as f64 / opened.bytes.max(1) as f64).max(1.0) };
    let requests = ((seen as f64 * scale) as u64).min(limit.unwrap_or(u64::MAX));
    let objects = ((found as f64 * scale) as u64).min(requests);
    let trace = &opened.trace;
    let columns = Columns {
        sizes: trace.sizes.is_some(),
        times: trace.times.is_some(),
        ops: trace.ops.is_some(),
        ttls: trace.ttls.is_some(),
        keys: trace.keys != Keys::None,
        ..Columns::IDS
    };
    let shape = Shape { requests, objects, columns, key_bytes: 0 };
    let kept = after(&shape);
    let lacks = |(group, _): &(usize, Vec<usize>)| {
        let group = &plan.groups[*group];
        let options = plan.settings(group).options(trace, group.seed);
        options.and_then(|options| Replayer::new(trace, &options).map(drop)).err()
    };
    let lacking = load.groups.iter().find_map(lacks);
    Ok(Guess { lacking, exact, peak: shape.reading(selection.size_change).max(kept), kept, shape })
}

fn needs_next_use(plan: &Plan) -> bool {
    plan.spec.policies.iter().any(|entry| entry.spec.unit.entry.info.needs.next_use)
        || plan.spec.settings.iter().any(|settings| settings.admission.entry.info.needs.next_use)
}

/// Bytes that a trace holds while its cells are replayed.
pub(super) fn held(trace: &Trace, plan: &Plan) -> u64 {
    trace.memory_bytes() + if needs_next_use(plan) { trace.next_use_bytes() } else { 0 }
}
