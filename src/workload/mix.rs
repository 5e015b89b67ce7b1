//! Several workloads at once: each request belongs to part `k` with probability `weight_k / sum of the weights`.
//!
//! Parts have disjoint keys: those of the first come first. Each part goes through its own requests in order, as it
//! would alone.

use super::Workload;
use super::args::{ARRIVALS, Args, Param, REQUESTS, SIZE, TTL};
use super::parts::{self, Part};
use super::plan::{Role, Shape, Source, Start};
use crate::core::{Result, Rng, rng};

pub(super) static WORKLOAD: Workload = Workload {
    name: "mix",
    aliases: &["mixture"],
    summary: "each request from one of several workloads, chosen by weight; their objects are distinct",
    params: &[PARTS, REQUESTS, SIZE, TTL, ARRIVALS],
    example: "mix:parts=(0.7*zipf(objects=1e5,alpha=0.9)+0.3*scan),requests=1e6",
    plan,
};

const PARTS: Param =
    Param { name: "parts", default: "", help: "weight*workload(parameters)+...; a part has no requests of its own" };

fn plan(args: &mut Args<'_>) -> Result<Shape> {
    let requests = args.requests()?;
    let parts = parts::read(args, true, Role::Share(requests))?;
    let total: f64 = parts.iter().map(|p| p.weight).sum();
    let mut ends: Vec<f64> = Vec::new();
    let mut sum = 0.0;
    for Part { weight, .. } in &parts {
        sum += weight;
        ends.push(sum / total);
    }
    // Rounding must not leave a gap behind the last part.
    ends.pop();
    let mut segments = Vec::new();
    let mut starts: Vec<(u32, Start)> = Vec::new();
    let mut first = 0;
    for Part { plan, .. } in parts {
        starts.push((first as u32, plan.start));
        first += plan.segments.iter().map(|s| s.keys).sum::<u64>();
        segments.extend(plan.segments);
    }
    let start: Start = Box::new(move |stream| {
        let parts = starts.into_iter().enumerate().map(|(k, (first, start))| (first, start(&stream.part(k))));
        Box::new(Mix { ends, parts: parts.collect(), rng: stream.rng("parts"), chosen: Vec::new(), keys: Vec::new() })
    });
    Ok(Shape { requests, segments, start })
}

struct Mix {
    /// Upper ends of the parts' shares of `[0, 1)`, without the last.
    ends: Vec<f64>,
    /// The first key and the source of each part.
    parts: Vec<(u32, Box<dyn Source>)>,
    rng: Rng,
    /// The part of each request of a batch, kept for its memory.
    chosen: Vec<u8>,
    /// The keys of one part in a batch, kept for its memory.
    keys: Vec<u32>,
}

impl Source for Mix {
    fn fill(&mut self, out: &mut [u32]) {
        let mut counts = vec![0usize; self.parts.len()];
        self.chosen.clear();
        for _ in 0..out.len() {
            let u = rng::unit(&mut self.rng);
            let part = self.ends.partition_point(|&end| end <= u);
            counts[part] += 1;
            self.chosen.push(part as u8);
        }
        for (k, (first, source)) in self.parts.iter_mut().enumerate() {
            self.keys.clear();
            self.keys.resize(counts[k], 0);
            source.fill(&mut self.keys);
            let places = out.iter_mut().zip(&self.chosen).filter(|&(_, &part)| usize::from(part) == k);
            for ((place, _), key) in places.zip(&self.keys) {
                *place = *first + key;
            }
        }
    }
}
