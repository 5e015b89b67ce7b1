//! Layer 2: the contract between the engine and an eviction policy, and what a policy says about itself.

mod admission;
mod checked;
mod contract;
mod info;
mod params;

pub use admission::{Admission, BuildAdmission, Gate};
pub use checked::Checked;
pub use contract::{Cause, Cx, Policy, Setup, Verdict};
pub use info::{Family, Ghosts, Info, Needs, Origin, Paper, Param, State};
pub use params::{Params, canonical, default_pairs, parse_pairs};
