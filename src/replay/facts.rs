//! What is known of a replay before it is made, for those who find the same numbers another way.

use super::cell::{Cell, Replayer};
use super::pass::Task;
use crate::engine::View;
use crate::record::Row;
use std::ops::Range;

impl<'a> Replayer<'a> {
    /// The columns that are read.
    pub fn view(&self) -> &View<'a> {
        &self.view
    }

    /// Requests of the warm-up; `None` where it depends on the cell.
    pub fn warmup_requests(&self) -> Option<usize> {
        self.options.warmup.requests(&self.view)
    }

    /// Number and counted requests of each window; the whole of what is counted where no windows are asked for. `None` where
    /// that depends on the cell.
    pub fn counted(&self) -> Option<Vec<(u64, Range<usize>)>> {
        let warm = self.warmup_requests()?;
        if self.windows.is_empty() {
            return Some(vec![(0, warm..self.view.ids.len())]);
        }
        let cut = self.windows.iter().map(|(number, range)| (*number, range.start.max(warm)..range.end.max(warm)));
        Some(cut.filter(|(_, range)| !range.is_empty()).collect())
    }

    /// Size of the largest object that counts, in bytes; 1 where every object counts 1.
    pub fn largest(&self) -> u64 {
        u64::from(self.largest)
    }

    /// Sum of the objects' sizes in bytes, their number where every object counts 1.
    pub fn footprint(&self) -> u64 {
        self.footprint
    }

    /// Would some of these cells share a pass?
    pub fn shares(&self, cells: &[Cell]) -> bool {
        self.tasks(cells).iter().any(|task| matches!(task, Task::Shared(..)))
    }

    /// The row of a cell as far as it is known before it is replayed.
    pub fn blank(&self, cell: &Cell) -> Row {
        self.blank_row(cell)
    }
}
