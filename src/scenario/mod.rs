//! Layer 7: caches in time. A discrete-event model in which any eviction policy, trace or workload meets any read path, write
//! path, invalidation, defence against stampedes, topology and failure.
//!
//! ```text
//! preset or file -> Scenario -> configurations -> run -> row, levels, series, latencies
//! ```
//! A configuration is a TOML document with its lists expanded ([`Scenario::configurations`]). A client's read is a *call* to
//! the first level of caches; what a level lacks, it fetches with a call to the level behind it, and in the end to the
//! origin. Time is in whole nanoseconds, and what happens at the same time happens in the order in which it was planned, so a
//! run depends on its configuration alone.

mod backend;
mod behind;
mod breaker;
mod call;
mod clock;
mod defence;
mod document;
mod happenings;
mod http;
mod invalidate;
mod law;
mod level;
mod load;
mod measure;
mod model;
mod node;
mod origin;
mod parts;
mod placement;
mod presets;
mod queue;
mod read;
mod run;
mod slab;
mod spec;
mod template;
mod truth;
mod web;
mod write;

#[cfg(test)]
mod tests;

pub use document::{Configuration, Scenario};
pub use parts::{Part, parts};
pub use presets::{PRESETS, Preset, preset};
pub use run::{blank, failed, open_trace, run};
pub use template::TEMPLATE;
