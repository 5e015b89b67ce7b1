//! Sequential: each object once, then on to a new one. With `objects` below `requests` it begins again at the first.

use super::Workload;
use super::args::{ARRIVALS, Args, MAX_KEYS, Param, REQUESTS, SIZE, TTL, count_in};
use super::r#loop::Cycle;
use super::plan::Shape;
use crate::core::Result;

pub(super) static WORKLOAD: Workload = Workload {
    name: "scan",
    aliases: &["sequential"],
    summary: "sequential: each object once, then on to new ones",
    params: &[OBJECTS, REQUESTS, SIZE, TTL, ARRIVALS],
    example: "scan:requests=1e6",
    plan,
};

const OBJECTS: Param = Param {
    name: "objects",
    default: "requests",
    help: "objects before it begins again; 'requests': as many as requests (of the mix, for a part of one)",
};

fn plan(args: &mut Args<'_>) -> Result<Shape> {
    let requests = args.requests()?;
    let text = args.text("objects")?;
    let objects = if text.as_str() == "requests" { requests } else { count_in(text, "objects", MAX_KEYS)? };
    args.keep("objects", objects.to_string());
    Ok(Shape::new(objects, requests, move |_| Box::new(Cycle::new(objects))))
}
