//! Zipf's law: the object of rank `r` is asked for with probability proportional to `r^-alpha`, independently each time.
//!
//! Drawn exactly, from an alias table. `alpha = 0` is uniform; values above 1 are as good as any, since the
//! population is finite.

use super::Workload;
use super::alias::{Alias, Labels, zipf_weights};
use super::args::{ARRIVALS, Args, MAX_TABLE, OBJECTS, Param, REQUESTS, SCRAMBLE, SIZE, TTL};
use super::plan::{Shape, Source};
use crate::core::{Result, Rng};

pub(super) static WORKLOAD: Workload = Workload {
    name: "zipf",
    aliases: &["zipfian"],
    summary: "independent requests, the object of rank r with probability proportional to r^-alpha",
    params: &[OBJECTS, ALPHA, SCRAMBLE, REQUESTS, SIZE, TTL, ARRIVALS],
    example: "zipf:objects=1e6,alpha=0.9,requests=2e7",
    plan,
};

/// `alpha`, which the drifting workload shares.
pub(super) const ALPHA: Param =
    Param { name: "alpha", default: "1", help: "skew of the popularity, 0 (uniform) or more" };

fn plan(args: &mut Args<'_>) -> Result<Shape> {
    let objects = args.count("objects", MAX_TABLE)?;
    let alpha = args.number("alpha", 0.0..=f64::MAX)?;
    let scramble = args.flag("scramble")?;
    let requests = args.requests()?;
    Ok(Shape::new(objects, requests, move |stream| {
        let labels = Labels::new(scramble, objects, stream);
        let table = Alias::from_sorted(zipf_weights(objects, alpha), |rank| labels.of(rank));
        Box::new(Zipf { table, rng: stream.rng("ranks") })
    })
    .with_table(Alias::KEY_BYTES))
}

struct Zipf {
    table: Alias,
    rng: Rng,
}

impl Source for Zipf {
    fn fill(&mut self, out: &mut [u32]) {
        self.table.fill(&mut self.rng, out);
    }
}
