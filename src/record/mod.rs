//! Layer 2: the one result row, and its codec. `engine` counts, `record` carries, `report` only reads.

mod codec;
mod dictionary;
mod parquet;
mod row;
mod shape;
mod windows;

pub use codec::{Format, read_csv, read_rows, write_rows, write_windows};
pub use dictionary::{COLUMNS, Column, Kind, WINDOW_COLUMNS};
pub use parquet::{parquet_available, read_parquet, write_parquet, write_parquet_windows};
pub use row::{Row, SCHEMA, Status, Window};
pub use shape::{Part, TIMING_COLUMNS, join_timings, write_csv};
pub use windows::{is_windows, read_windows};
