//! Zipf's law over a ranking that changes: objects age, and others take their place at the top.
//!
//! Request `t` (from 0) draws a rank `r` in `0..objects` by Zipf's law and goes to object
//! `(r - step * floor(t / period)) mod objects`. So after every `period` requests each object falls by `step` ranks, and
//! the `step` least popular come back as the most popular, as new articles or videos do. With scrambling, a seeded
//! permutation maps objects to keys; it stays the same all the time.

use super::Workload;
use super::alias::{Alias, Labels, zipf_weights};
use super::args::{ARRIVALS, Args, MAX_TABLE, OBJECTS, Param, REQUESTS, SCRAMBLE, SIZE, TTL};
use super::plan::{Shape, Source};
use super::zipf::ALPHA;
use crate::core::{Result, Rng};
use crate::trace::Trace;

pub(super) static WORKLOAD: Workload = Workload {
    name: "drift",
    aliases: &["drifting"],
    summary: "Zipf's law over a ranking in which every object falls by 'step' ranks after each 'period' requests",
    params: &[OBJECTS, ALPHA, PERIOD, STEP, SCRAMBLE, REQUESTS, SIZE, TTL, ARRIVALS],
    example: "drift:objects=1e5,alpha=1,period=1e4,step=100",
    plan,
};

const PERIOD: Param = Param { name: "period", default: "1e4", help: "requests between two changes of the ranking" };
const STEP: Param =
    Param { name: "step", default: "100", help: "ranks each object falls; as many of the last become the first" };

fn plan(args: &mut Args<'_>) -> Result<Shape> {
    let objects = args.count("objects", MAX_TABLE)?;
    let alpha = args.number("alpha", 0.0..=f64::MAX)?;
    let period = args.count("period", Trace::MAX_REQUESTS as u64)?;
    let step = args.count("step", MAX_TABLE)?;
    let scramble = args.flag("scramble")?;
    let requests = args.requests()?;
    Ok(Shape::new(objects, requests, move |stream| {
        Box::new(Drift {
            table: Alias::from_sorted(zipf_weights(objects, alpha), |rank| rank),
            labels: Labels::new(scramble, objects, stream),
            rng: stream.rng("ranks"),
            objects,
            period,
            step: step % objects,
            shift: 0,
            left: period,
        })
    })
    .with_table(Alias::KEY_BYTES + Labels::KEY_BYTES))
}

struct Drift {
    table: Alias,
    labels: Labels,
    rng: Rng,
    objects: u64,
    period: u64,
    step: u64,
    /// The object at rank 0.
    shift: u64,
    /// Requests until the next change.
    left: u64,
}

impl Source for Drift {
    fn fill(&mut self, mut out: &mut [u32]) {
        while !out.is_empty() {
            if self.left == 0 {
                self.shift = (self.shift + self.objects - self.step) % self.objects;
                self.left = self.period;
            }
            let same = out.len().min(self.left as usize);
            let (now, later) = out.split_at_mut(same);
            self.table.fill(&mut self.rng, now);
            for rank in &mut *now {
                let object = u64::from(*rank) + self.shift;
                *rank = if object >= self.objects { object - self.objects } else { object } as u32;
            }
            self.labels.apply(now);
            self.left -= same as u64;
            out = later;
        }
    }
}
