//! Layer 2: the contract between the engine and an eviction policy, an admission, a prefetcher; and what each says about
//! itself.

mod admission;
mod checked;
mod contract;
mod entry;
mod info;
mod params;
mod prefetch;

pub use admission::{Admission, Gate};
pub use checked::Checked;
pub use contract::{Cause, Cx, Policy, Setup, Verdict};
pub use entry::{Build, Entry};
pub use info::{Family, Ghosts, Info, Needs, Origin, Paper, Param, State};
pub use params::{NoParams, Params, canonical, default_pairs, parse_pairs};
pub use prefetch::{Blocks, Prefetch, Prefetcher, Served};
