//! Integration tests: one crate, one subject a file.

mod bad_files;
mod bad_input;
mod calls;
mod command;
mod contract;
mod corners;
mod determinism;
mod dictionary;
mod figures;
mod harness;
mod laws;
mod models;
mod oracle;
mod passes;
mod program;
mod readme;
mod replays;
mod shared;
mod specs;
mod statistics;
mod studies;
mod sweeps;
mod tidy;
mod verbs;
