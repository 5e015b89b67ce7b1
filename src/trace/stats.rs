//! A trace in numbers.
