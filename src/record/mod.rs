//! Layer 2: the one result row, and its codec. `engine` counts, `record` carries, `report` only reads.

mod codec;
mod dictionary;
mod parquet;
mod row;
mod scenario;
mod shape;
mod windows;

pub use codec::{Format, read_csv, write_rows, write_table, write_windows};
pub use dictionary::{COLUMNS, COMPARE_COLUMNS, Column, FILES, File, Kind, SUMMARY_COLUMNS, WINDOW_COLUMNS, find_file};
pub use parquet::{as_csv, parquet_available, write_parquet, write_parquet_table};
pub use row::{Row, SCHEMA, Status, Window};
pub use scenario::{LatencyRow, LevelRow, ScenarioOutcome, ScenarioRow, SeriesRow};
pub use shape::{Part, TIMING_COLUMNS, join_timings, write_csv};
pub use windows::{is_windows, read_windows};
