//! MIN (placeholder until merge).
use super::run::Progress;
use crate::core::ObjId;
use std::ops::Range;
pub(super) fn histogram(_: &[ObjId], _: usize, _: Range<usize>, _: Progress<'_>) -> Option<Vec<u64>> {
    None
}
pub(super) fn hits_at(_: &[ObjId], _: usize, _: &[u64], _: &[Range<usize>], _: Progress<'_>) -> Option<Vec<Vec<u64>>> {
    None
}
