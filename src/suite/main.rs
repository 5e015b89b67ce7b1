//! Integration tests: one crate, one subject a file.
