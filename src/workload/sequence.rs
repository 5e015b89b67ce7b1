//! Several workloads one after the other: phases.
//!
//! Each part has its own keys, or with `shared=true` all parts name the same objects by the same keys. Where `requests`
//! is more than the parts have together, the parts come round again, each going on where it stopped.

use super::Workload;
use super::args::{ARRIVALS, Args, Param, SIZE, TTL, count_in};
use super::parts::{self, Part};
use super::plan::{Role, Segment, Shape, Source, Start};
use crate::core::{Error, Result};
use crate::trace::Trace;

pub(super) static WORKLOAD: Workload = Workload {
    name: "sequence",
    aliases: &["phases"],
    summary: "workloads one after the other, in turn",
    params: &[PARTS, SHARED, REQUESTS, SIZE, TTL, ARRIVALS],
    example: "sequence:parts=(loop(objects=1000,requests=1e4)+zipf(requests=1e5))",
    plan,
};

const PARTS: Param = Param { name: "parts", default: "", help: "workload(parameters)+..., each with its own requests" };
const SHARED: Param =
    Param { name: "shared", default: "false", help: "true: equal keys of different parts are the same object" };
const REQUESTS: Param = Param {
    name: "requests",
    default: "all",
    help: "number of requests; 'all': those of the parts together; with more, the parts come round again",
};

fn plan(args: &mut Args<'_>) -> Result<Shape> {
    let shared = args.flag("shared")?;
    let parts = parts::read(args, false, Role::Part)?;
    let requests = requests(args, &parts)?;
    let mut segments = Vec::new();
    let mut starts: Vec<(u32, u64, Start)> = Vec::new();
    let (mut first, mut most) = (0, 0);
    for (k, Part { plan, .. }) in parts.into_iter().enumerate() {
        if shared && plan.segments.iter().any(|s| s.size.is_some() || s.ttl.is_some()) {
            let error = Error::usage(format!("part {} has a law of its own, but shares its objects", k + 1));
            return Err(args.text("parts")?.place(error).hint("write size= and ttl= beside 'parts=(...)'"));
        }
        let keys = plan.keys();
        starts.push((if shared { 0 } else { first as u32 }, plan.requests, plan.start));
        first += keys;
        most = keys.max(most);
        segments.extend(plan.segments);
    }
    if shared {
        let table = segments.iter().map(|s| s.table).sum();
        segments = vec![Segment { keys: most, table, size: None, ttl: None }];
    }
    let start: Start = Box::new(move |stream| {
        let phases = starts.into_iter().enumerate().map(|(k, (first, requests, start))| Phase {
            first,
            requests,
            source: start(&stream.part(k)),
        });
        Box::new(Sequence { phases: phases.collect(), current: 0, done: 0 })
    });
    Ok(Shape { requests, segments, start })
}

/// The number of requests of the whole.
fn requests(args: &mut Args<'_>, parts: &[Part]) -> Result<u64> {
    if let Role::Share(requests) = args.role() {
        return Ok(requests);
    }
    let text = args.text("requests")?;
    let requests = if text.as_str() == "all" {
        let all: u64 = parts.iter().map(|p| p.plan.requests).sum();
        if all > Trace::MAX_REQUESTS as u64 {
            return Err(args
                .text("parts")?
                .error(format!("the parts have {all} requests together"))
                .hint(format!("at most {} are possible", Trace::MAX_REQUESTS)));
        }
        all
    } else {
        count_in(text, "requests", Trace::MAX_REQUESTS as u64)?
    };
    args.keep("requests", requests.to_string());
    Ok(requests)
}

struct Phase {
    /// What its key 0 is in the whole.
    first: u32,
    /// Its length.
    requests: u64,
    source: Box<dyn Source>,
}

struct Sequence {
    phases: Vec<Phase>,
    current: usize,
    /// Requests of the current phase that have been made.
    done: u64,
}

impl Source for Sequence {
    fn fill(&mut self, mut out: &mut [u32]) {
        while !out.is_empty() {
            if self.done == self.phases[self.current].requests {
                self.current = (self.current + 1) % self.phases.len();
                self.done = 0;
            }
            let phase = &mut self.phases[self.current];
            let left = usize::try_from(phase.requests - self.done).unwrap_or(usize::MAX);
            let (now, later) = out.split_at_mut(left.min(out.len()));
            phase.source.fill(now);
            for key in &mut *now {
                *key += phase.first;
            }
            self.done += now.len() as u64;
            out = later;
        }
    }
}
