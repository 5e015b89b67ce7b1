//! Every object is equally likely at each request.

use super::Workload;
use super::args::{ARRIVALS, Args, MAX_KEYS, OBJECTS, REQUESTS, SIZE, TTL};
use super::plan::{Shape, Source};
use crate::core::{Result, Rng, rng};

pub(super) static WORKLOAD: Workload = Workload {
    name: "uniform",
    aliases: &["random"],
    summary: "independent requests, every object equally likely",
    params: &[OBJECTS, REQUESTS, SIZE, TTL, ARRIVALS],
    example: "uniform:objects=1e5,requests=1e6",
    plan,
};

fn plan(args: &mut Args<'_>) -> Result<Shape> {
    let objects = args.count("objects", MAX_KEYS)?;
    let requests = args.requests()?;
    Ok(Shape::new(objects, requests, move |stream| Box::new(Uniform { objects, rng: stream.rng("keys") })))
}

struct Uniform {
    objects: u64,
    rng: Rng,
}

impl Source for Uniform {
    fn fill(&mut self, out: &mut [u32]) {
        for key in out {
            *key = rng::below(&mut self.rng, self.objects) as u32;
        }
    }
}
