#![doc = include_str!("README.md")]

pub mod cli;
pub mod core;
pub mod engine;
pub mod policies;
pub mod policy;
pub mod record;
pub mod registry;
pub mod replay;
pub mod report;
pub mod scenario;
pub mod stats;
pub mod structs;
pub mod sweep;
pub mod trace;
pub mod verify;
pub mod workload;
