//! Curves from a sample of the objects, with intervals; the sample grows until they are as narrow as asked.

use super::chosen::{choose, every};
use super::jackknife::{Counted, half_width};
use super::method::{Choice, Method};
use super::minisim::Minis;
use super::points::{Curve, Size, estimate};
use super::progress::Progress;
use super::run::{Curves, blank, cell};
use super::shards::{Part, Shards};
use crate::core::Result;
use crate::core::error::one_line;
use crate::record::{CurveRow, Status};
use crate::registry::Spec;
use crate::trace::sample::{SHARDS, Sample};
use std::time::Instant;

/// The share of the objects that is sampled where nobody says (Waldspurger et al. use 1 % and 0.1 %).
const RATE: f64 = 0.01;
/// Fewer objects than this say little: of each shard about 256.
const LEAST: usize = 256 * SHARDS;
/// A sample grows at most so many times over at once.
const GROWTH: f64 = 8.0;

impl Curves<'_> {
    /// A curve by SHARDS or miniature simulation; `None` if stopped.
    pub(super) fn sampled(&self, spec: &Spec, choice: &Choice, progress: Progress<'_>) -> Option<Curve> {
        let begun = Instant::now();
        let objects = self.trace.objects;
        let mut count = self.first_sample();
        loop {
            if choice.method == Method::Shards && count >= objects {
                // A sample of everything is none.
                return self.pass(spec, choice, progress);
            }
            let sample = Sample::new(objects, count, self.options.seed);
            let rows = match choice.method {
                Method::Shards => self.shards(spec, &sample, progress),
                _ => self.minis(spec, &sample, progress).unwrap_or_else(|error| {
                    let error = one_line(&error.to_string());
                    let failed =
                        |size| CurveRow { status: Status::Failed, error: error.clone(), ..self.head(spec, size) };
                    Some(self.sizes.iter().flatten().map(failed).collect())
                }),
            }?;
            let half = rows.iter().map(|row| (row.ci_high - row.ci_low) / 2.0).fold(0.0, f64::max);
            match self.ask.sampling.target_error {
                Some(target) if half > target && count < objects => count = grown(count, half / target, objects),
                _ => {
                    let (seconds, points) = (begun.elapsed().as_secs_f64(), rows.len() as u64);
                    let name = choice.method.name().to_owned();
                    let finish = |row| CurveRow { method: name.clone(), seconds, pass_points: points, ..row };
                    return Some(Curve::Points(rows.into_iter().map(finish).collect(), None));
                }
            }
        }
    }

    /// Objects of the first sample.
    fn first_sample(&self) -> usize {
        let sampling = self.ask.sampling;
        let objects = self.trace.objects;
        let count = match (sampling.objects, sampling.rate) {
            (Some(count), _) => count as usize,
            (None, Some(rate)) => (rate * objects as f64).round() as usize,
            (None, None) => ((RATE * objects as f64).round() as usize).max(LEAST),
        };
        count.clamp(1, objects.max(1))
    }

    fn head(&self, spec: &Spec, size: &Size) -> CurveRow {
        blank(&self.replayer.blank(&cell(spec, size)))
    }

    fn shards(&self, spec: &Spec, sample: &Sample, progress: Progress<'_>) -> Option<Vec<CurveRow>> {
        let ids = &self.trace.ids;
        // Requests are passed twice: once to choose those to look at, and then to look at them.
        let half = |done: u64| (progress.requests)(done / 2);
        let progress = Progress { requests: &half, ..progress };
        let every = every(ids.len());
        let mut shards = Shards::new(sample, every, choose(sample, ids, every, progress)?);
        let mut rows = Vec::new();
        let (mut at, mut seen) = (0, 0);
        for (number, range) in self.replayer.counted()? {
            let before = self.trace.objects_after(seen, at..range.start);
            seen = self.trace.objects_after(before, range.clone());
            progress.feed(at..range.start, |chunk| shards.feed_to(chunk.end))?;
            shards.take();
            progress.feed(range.clone(), |chunk| shards.feed_to(chunk.end))?;
            at = range.end;
            let (whole, parts) = shards.take();
            // First requests miss; of the others, as many hit as of those measured.
            let others = 1.0 - (seen - before) as f64 / range.len().max(1) as f64;
            let counted =
                |part: &Part, size: &Size| Counted { part: part.hits(size.capacity), whole: part.measured as f64 };
            for size in self.sizes.iter().flatten() {
                let row = self.in_range(self.head(spec, size), number, &range);
                let parts: Vec<Counted> = parts.iter().map(|part| counted(part, size)).collect();
                rows.push(estimate(row, others * counted(&whole, size).ratio(), others * half_width(&parts), None));
            }
        }
        let (used, rate) = (shards.used(), self.rate(sample));
        for row in &mut rows {
            (row.requests_used, row.sample_rate) = (used, rate);
        }
        Some(rows)
    }

    fn minis(&self, spec: &Spec, sample: &Sample, progress: Progress<'_>) -> Result<Option<Vec<CurveRow>>> {
        let Some((number, range)) = self.replayer.counted().and_then(|counted| counted.into_iter().next()) else {
            return Ok(Some(Vec::new()));
        };
        let minis = Minis::new(self.trace, self.replayer.view(), sample, range.start);
        let sizes: Vec<&Size> = self.sizes.iter().flatten().collect();
        let capacities: Vec<u64> = sizes.iter().map(|size| size.capacity).collect();
        let Some((whole, parts)) = minis.run(spec, &capacities, self.options, progress.stop)? else { return Ok(None) };
        (progress.requests)(self.trace.requests() as u64);
        let (requests, bytes) = (self.requests_in(&range), self.bytes_in(&range));
        let row = |(at, size): (usize, &&Size)| {
            let row = CurveRow {
                requests_used: minis.requests() as u64,
                sample_rate: self.rate(sample),
                ..self.in_range(self.head(spec, size), number, &range)
            };
            let shards: Vec<Counted> = parts.iter().map(|part| part.requests(at, requests)).collect();
            let half = if sample.len() < self.trace.objects { half_width(&shards) } else { 0.0 };
            let bytes = self.options.bytes.then(|| whole.bytes(at, bytes).ratio());
            estimate(row, whole.requests(at, requests).ratio(), half, bytes)
        };
        Ok(Some(sizes.iter().enumerate().map(row).collect()))
    }

    fn rate(&self, sample: &Sample) -> f64 {
        sample.len() as f64 / self.trace.objects.max(1) as f64
    }
}

/// The next sample, where the interval is so many times too wide: the width falls with the root of the size. One of more than
/// half of the objects is all of them.
fn grown(count: usize, too_wide: f64, objects: usize) -> usize {
    let next = (count as f64 * (1.2 * too_wide * too_wide).clamp(2.0, GROWTH)) as usize;
    if next > objects / 2 { objects } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_grows_with_the_square_of_what_is_missing() {
        assert_eq!(grown(100, 1.01, 10_000), 200);
        assert_eq!(grown(100, 2.0, 10_000), 480);
        assert_eq!(grown(100, 50.0, 10_000), 800);
        assert_eq!(grown(3000, 1.5, 10_000), 10_000);
    }
}
