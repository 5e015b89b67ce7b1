//! Integration tests: one crate, one subject a file.

mod calls;
mod contract;
mod harness;
mod laws;
mod models;
mod tidy;
