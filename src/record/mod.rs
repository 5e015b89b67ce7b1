//! Layer 2: the one result row, those of timed scenarios, and their codec. `engine` counts, `record` carries, `report` only
//! reads.

mod aligned;
mod analysis;
mod codec;
mod curve;
mod dictionary;
mod parquet;
mod row;
mod scenario;
mod scenario_files;
mod scenario_table;
mod shape;
mod windows;

pub use analysis::{AnalysisRow, is_analyses, read_analyses, write_analyses};
pub use codec::{Format, read_csv, write_rows, write_table, write_windows};
pub use curve::{CurveRow, Steps, is_curves, read_curves, write_curves, write_steps};
pub use dictionary::{
    ANALYSIS_COLUMNS, COLUMNS, COMPARE_COLUMNS, CURVE_COLUMNS, Column, FILES, File, Kind, LATENCY_COLUMNS,
    LEVEL_COLUMNS, SCENARIO_COLUMNS, SERIES_COLUMNS, SUMMARY_COLUMNS, WINDOW_COLUMNS, find_file,
};
pub use parquet::{as_csv, parquet_available, write_parquet, write_parquet_table};
pub use row::{Row, SCHEMA, Status, Window};
pub use scenario::{LatencyRow, LevelRow, ScenarioOutcome, ScenarioRow, ScenarioTables, SeriesRow};
pub use scenario_files::{
    ScenarioFile, read_latencies, read_levels, read_scenarios, read_series, write_latencies, write_levels,
    write_scenarios, write_series,
};
pub use shape::{Part, TIMING_COLUMNS, join_timings, write_csv};
pub use windows::{is_windows, read_windows};
