//! Layer 2: the one result row, and its codec. `engine` counts, `record` carries, `report` only reads.

mod codec;
mod row;
mod shape;
mod windows;

pub use codec::{Format, read_csv, write_rows, write_windows};
pub use row::{COLUMNS, Row, SCHEMA, Status, Window};
pub use shape::{Part, TIMING_COLUMNS, join_timings, write_csv};
pub use windows::{is_windows, read_windows};
