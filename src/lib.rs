#![doc = include_str!("README.md")]

pub mod core;
pub mod record;
pub mod report;
pub mod trace;
