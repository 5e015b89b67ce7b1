//! Layer 2: a trace as columns of dense ids, and everything that makes one from bytes.

pub mod batch;
pub mod build;
pub mod bundled;
pub mod columns;
pub mod compress;
pub mod detect;
pub(crate) mod escape;
pub mod field;
pub mod filter;
pub mod formats;
pub mod input;
pub mod intern;
pub mod load;
pub mod memory;
pub mod packed;
pub(crate) mod remember;
pub(crate) mod sample;
pub mod spec;
pub mod stats;
pub mod write;

pub use bundled::{BUNDLED, Bundled};
pub use columns::{Columns, Keys, Op, Trace};
pub use filter::{Filter, SizeChange};
pub use formats::{FORMATS, Format};
pub use load::{LoadOptions, Loaded, load, load_bytes, load_source};
pub use memory::Shape;
pub(crate) use sample::Sample;
pub use spec::{Spec, parse_format};
pub use stats::Stats;
pub use write::{WriteOptions, write};
