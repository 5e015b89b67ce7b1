//! A few hot objects get most of the requests; inside and outside the hot set all are equally likely.

use super::Workload;
use super::alias::Labels;
use super::args::{ARRIVALS, Args, MAX_TABLE, OBJECTS, Param, REQUESTS, SCRAMBLE, SIZE, TTL};
use super::plan::{Shape, Source};
use crate::core::{Result, Rng, rng};

pub(super) static WORKLOAD: Workload = Workload {
    name: "hotspot",
    aliases: &[],
    summary: "a share 'hot' of the objects gets a share 'p' of the requests, both parts uniformly",
    params: &[OBJECTS, HOT, P, SCRAMBLE, REQUESTS, SIZE, TTL, ARRIVALS],
    example: "hotspot:objects=1e5,hot=0.1,p=0.9",
    plan,
};

const HOT: Param = Param {
    name: "hot",
    default: "0.2",
    help: "share of the objects that are hot, 0 to 1, rounded down, at least one",
};
const P: Param = Param { name: "p", default: "0.8", help: "share of the requests that go to hot objects, 0 to 1" };

fn plan(args: &mut Args<'_>) -> Result<Shape> {
    let objects = args.count("objects", MAX_TABLE)?;
    let hot = args.number("hot", 0.0..=1.0)?;
    let p = args.number("p", 0.0..=1.0)?;
    let scramble = args.flag("scramble")?;
    let requests = args.requests()?;
    Ok(Shape::new(objects, requests, move |stream| {
        let hot = ((objects as f64 * hot) as u64).max(1);
        let labels = Labels::new(scramble, objects, stream);
        Box::new(Hotspot { hot, cold: objects - hot, p, labels, rng: stream.rng("ranks") })
    })
    .with_table(Labels::KEY_BYTES))
}

struct Hotspot {
    hot: u64,
    cold: u64,
    /// Probability of a hot object; without cold ones all are hot.
    p: f64,
    labels: Labels,
    rng: Rng,
}

impl Source for Hotspot {
    fn fill(&mut self, out: &mut [u32]) {
        for rank in &mut *out {
            let hot = rng::unit(&mut self.rng) < self.p || self.cold == 0;
            *rank = if hot {
                rng::below(&mut self.rng, self.hot) as u32
            } else {
                (self.hot + rng::below(&mut self.rng, self.cold)) as u32
            };
        }
        self.labels.apply(out);
    }
}
