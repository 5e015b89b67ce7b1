//! What a result folder has of a plan: rows, windows, outcomes of scenarios, and what is missing.

use super::journals::Journals;
use super::plan::Plan;
use crate::record::{Row, ScenarioOutcome, ScenarioTables, Status, Window};
use crate::replay::Outcome;

/// What a folder has of a plan.
#[derive(Debug, Default)]
pub struct Collected {
    /// Rows of the finished cells, in the order of the plan.
    pub rows: Vec<Row>,
    /// Their windows, likewise.
    pub windows: Vec<Window>,
    /// Outcomes of the finished configurations of scenarios, likewise.
    pub scenarios: Vec<ScenarioOutcome>,
    /// Indexes of the cells that are not finished.
    pub missing: Vec<usize>,
}

impl Collected {
    /// The outcomes of a plan's cells, which are taken out of `journals`: windows can be most of the memory.
    pub fn new(plan: &Plan, journals: &mut Journals) -> Self {
        let mut collected = Self::default();
        for (index, cell) in plan.cells.iter().enumerate() {
            let Some(Outcome { mut row, windows }) = journals.outcomes.remove(&cell.key) else {
                collected.missing.push(index);
                continue;
            };
            plan.label(cell, &mut row);
            collected.windows.extend(windows);
            collected.rows.push(row);
        }
        for (index, cell) in plan.spec.timed.iter().enumerate() {
            let Some(mut outcome) = journals.scenarios.remove(&cell.key) else {
                collected.missing.push(plan.cells.len() + index);
                continue;
            };
            cell.label(&mut outcome);
            collected.scenarios.push(outcome);
        }
        collected
    }

    /// How many of the finished cells failed.
    pub fn failed(&self) -> usize {
        let replays = self.rows.iter().map(|row| row.status);
        let scenarios = self.scenarios.iter().map(|outcome| outcome.row.status);
        replays.chain(scenarios).filter(|status| *status == Status::Failed).count()
    }

    /// How many cells are finished.
    pub fn finished(&self) -> usize {
        self.rows.len() + self.scenarios.len()
    }

    /// The rows of the scenarios, and the tables beside them.
    pub fn scenario_tables(&self) -> ScenarioTables {
        self.scenarios.iter().cloned().collect()
    }
}
