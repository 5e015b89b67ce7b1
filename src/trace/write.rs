//! Writes a trace to a file.
