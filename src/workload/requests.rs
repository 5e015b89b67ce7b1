//! A workload as a stream: requests are drawn as they are asked for, so that memory does not depend on how many there are.

use super::generate::Laws;
use super::law::{Law, Unit, base};
use super::plan::{Plan, Segment, Source};
use crate::core::{Result, Time};

/// The requests of a workload, one batch after the other.
///
/// Keys are those of the workload, below [`Requests::keys`]: they are not renumbered in order of appearance, as those of a
/// generated trace are.
pub struct Requests {
    source: Box<dyn Source>,
    times: Option<Box<dyn Iterator<Item = Time>>>,
    sizes: Option<(Laws, u64)>,
    ttls: Option<(Laws, u64)>,
    keys: u64,
    left: u64,
}

impl Requests {
    pub(super) fn new(plan: Plan, seed: u64) -> Self {
        let stream = plan.stream(seed);
        let laws = |column: &str, law: fn(&Segment) -> Option<Law>| {
            Laws::new(&plan.segments, law).map(|laws| (laws, base(seed, column)))
        };
        Self {
            keys: plan.keys(),
            left: plan.requests,
            sizes: laws("size", |s| s.size),
            ttls: laws("ttl", |s| s.ttl),
            times: plan.arrivals.map(|arrivals| arrivals.times(stream.rng("arrivals"))),
            source: (plan.start)(&stream),
        }
    }

    /// All keys are below it.
    pub fn keys(&self) -> u64 {
        self.keys
    }

    /// Requests that are still to come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Do the requests bring times of their own?
    pub fn has_times(&self) -> bool {
        self.times.is_some()
    }

    /// Draws at most `keys.len()` requests: their keys, and how many there were. The requests are the same however they are
    /// cut into batches.
    pub fn fill(&mut self, keys: &mut [u32]) -> usize {
        let n = self.left.min(keys.len() as u64) as usize;
        self.source.fill(&mut keys[..n]);
        self.left -= n as u64;
        n
    }

    /// The times of the next `times.len()` requests; `false` where the workload has no law of arrivals.
    pub fn fill_times(&mut self, times: &mut [Time]) -> bool {
        let Some(source) = &mut self.times else { return false };
        for (time, drawn) in times.iter_mut().zip(source) {
            *time = drawn;
        }
        true
    }

    /// The size of an object in bytes, where the workload has a law for it.
    pub fn size(&self, key: u32) -> Option<u32> {
        let (laws, base) = self.sizes.as_ref()?;
        laws.value(Unit::Bytes, *base, key).map(|size| size as u32)
    }

    /// The time to live of an object, where the workload has a law for it.
    pub fn ttl(&self, key: u32) -> Option<Time> {
        let (laws, base) = self.ttls.as_ref()?;
        laws.value(Unit::Duration, *base, key)
    }
}

/// Starts the workload of `spec` under `seed`.
///
/// # Errors
/// A usage error for a bad spec, as in [`super::canonical`].
pub fn requests(spec: &str, seed: u64) -> Result<Requests> {
    Ok(Requests::new(Plan::read(spec)?, seed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Columns;

    /// The stream is the trace, but for the numbering of its objects.
    #[test]
    fn a_stream_is_the_generated_trace() {
        let spec = "mix:requests=9000,arrivals=poisson(100),size=lognormal(4KiB,1),parts=(zipf(objects=500)+scan)";
        let columns = Columns { sizes: true, times: true, keys: true, ..Columns::IDS };
        let trace = super::super::generate(spec, 7, columns).unwrap();
        let mut requests = requests(spec, 7).unwrap();
        let (mut keys, mut times) = (vec![0; 9000], vec![0; 9000]);
        let mut at = 0;
        for batch in [1usize, 4096, 77, 10_000] {
            let end = (at + batch).min(9000);
            assert_eq!(requests.fill(&mut keys[at..end]), end - at);
            at = end;
        }
        assert!(requests.fill_times(&mut times));
        assert_eq!(requests.left(), 0);
        assert_eq!(requests.fill(&mut [0; 4]), 0);
        assert_eq!(trace.times.as_deref(), Some(&times[..]));
        let crate::trace::Keys::Int(key_of) = &trace.keys else { panic!("integer keys") };
        for (i, &id) in trace.ids.iter().enumerate() {
            assert_eq!(key_of[id as usize], u64::from(keys[i]));
            assert_eq!(trace.sizes.as_ref().map(|sizes| sizes[i]), requests.size(keys[i]));
        }
    }
}
