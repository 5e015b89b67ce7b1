//! What a sweep will take: memory.

use super::load::Load;
use super::plan::Plan;
use crate::replay::{Cell, Options};
use crate::trace::Trace;

pub(super) fn trace_bytes(_plan: &Plan, _load: &Load) -> u64 {
    0
}

pub(super) fn held_bytes(trace: &Trace, _plan: &Plan, _load: &Load) -> u64 {
    trace.requests() as u64 * 4
}

pub(super) fn cell_bytes(trace: &Trace, _options: &Options, cell: &Cell) -> u64 {
    trace.objects as u64 * 16 + cell.capacity * 16
}
