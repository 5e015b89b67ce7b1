//! Layer 3: synthetic traces from a spec text.
//!
//! # Specs
//! ```text
//! spec     = name [":" list] | name "(" list ")"        zipf:objects=1e6,alpha=0.9,size=lognormal(4KiB,1.5)
//! list     = parameter "=" value {"," ...}              commas inside parentheses do not split
//! parts    = "(" [weight "*"] part {"+" ...} ")"        the value of parts= in a mix or sequence
//! part     = name ["(" list ")"]                        0.7*zipf(objects=1e5)+0.3*scan
//! law      = value | name "(" value {"," value} ")"     of size=, ttl= and arrivals=
//! ```
//! Each spec has one canonical form, with all parameters in declared order and numbers written one way: it is the name
//! of the trace, and what decides the order of requests in it seeds the generator. A default gives the same trace
//! whether it is written out or not.
//!
//! # What depends on what
//! The ids depend on the seed and on the canonical form without `size`, `ttl` and `arrivals`; so adding a law, or asking
//! for other columns, does not change them. Sizes and times to live depend on the seed, the key and their law. Times
//! depend on the seed, the form without laws, and `arrivals`. All arithmetic is on integers and IEEE doubles, with powers
//! and logarithms from `libm`: every machine gives the same trace.

mod alias;
mod args;
mod arrivals;
mod generate;
mod law;
mod parts;
mod plan;
mod requests;
mod text;

mod drift;
mod hotspot;
mod r#loop;
mod mix;
mod scan;
mod sequence;
mod uniform;
mod zipf;

pub use args::Param;
pub use law::LawInfo;
pub use requests::{Requests, requests};

use crate::core::error::closest;
use crate::core::{Error, Result};
use crate::trace::{Columns, Shape, Trace};

/// A kind of workload that a spec can name.
pub struct Workload {
    /// The name in specs.
    pub name: &'static str,
    /// Other names it answers to.
    pub aliases: &'static [&'static str],
    /// One line: what requests it makes.
    pub summary: &'static str,
    /// Its parameters, in canonical order.
    pub params: &'static [Param],
    /// A spec that works.
    pub example: &'static str,
    /// Reads the arguments.
    plan: fn(&mut args::Args<'_>) -> Result<plan::Shape>,
}

/// All workloads, by name.
pub static WORKLOADS: &[&Workload] = &[
    &drift::WORKLOAD,
    &hotspot::WORKLOAD,
    &r#loop::WORKLOAD,
    &mix::WORKLOAD,
    &scan::WORKLOAD,
    &sequence::WORKLOAD,
    &uniform::WORKLOAD,
    &zipf::WORKLOAD,
];

/// All laws that `size=`, `ttl=` and `arrivals=` take.
pub fn laws() -> impl Iterator<Item = &'static LawInfo> {
    law::VALUE_LAWS.iter().chain(arrivals::ARRIVAL_LAWS)
}

/// The workload with a name or alias.
///
/// # Errors
/// There is none; the hint lists them.
pub fn find(name: &str) -> Result<&'static Workload> {
    if let Some(workload) = WORKLOADS.iter().find(|w| w.name == name || w.aliases.contains(&name)) {
        return Ok(workload);
    }
    let names = || WORKLOADS.iter().map(|w| w.name);
    let known = format!("known workloads: {}", names().collect::<Vec<_>>().join(", "));
    let hint = match closest(name, WORKLOADS.iter().flat_map(|w| w.aliases.iter().copied().chain([w.name]))) {
        Some(near) => format!("did you mean '{near}'? {known}"),
        None => known,
    };
    Err(Error::usage(format!("unknown workload '{name}'")).hint(hint))
}

/// The canonical form of a spec: the name that its trace has. Checks the spec without drawing anything.
///
/// # Errors
/// A usage error that names the character, what is wrong there and what would be right.
pub fn canonical(spec: &str) -> Result<String> {
    Ok(plan::Plan::read(spec)?.spec())
}

/// The shape of the trace that [`generate`] would make, without making it. The number of objects is an upper bound: the
/// keys that the requests may name.
///
/// # Errors
/// As in [`canonical`].
pub fn shape(spec: &str, columns: Columns) -> Result<Shape> {
    Ok(generate::shape(&plan::Plan::read(spec)?, columns))
}

/// Bytes that [`generate`] allocates at most, the trace included.
///
/// # Errors
/// As in [`canonical`].
pub fn generating(spec: &str, columns: Columns) -> Result<u64> {
    Ok(generate::memory(&plan::Plan::read(spec)?, columns))
}

/// Makes the trace of `spec` under `seed`, with those of the columns asked for that the spec has a law for.
///
/// Its name is the canonical form of the spec; there are no operations; keys are integers.
///
/// # Errors
/// A usage error for a bad spec, as in [`canonical`]; a failure where the memory does not suffice.
pub fn generate(spec: &str, seed: u64, columns: Columns) -> Result<Trace> {
    generate::columns(plan::Plan::read(spec)?, seed, columns)
}

#[cfg(test)]
mod spec_tests;
#[cfg(test)]
mod tests;
