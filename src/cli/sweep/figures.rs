//! The figures that a spec asks for.

use crate::cli::output::say;
use crate::cli::plot::options_of;
use crate::core::Result;
use crate::record::{Row, ScenarioRow};
use crate::report::{self, Input, Needs};
use crate::scenario::blank;
use crate::sweep::{Cell, Collected, FIGURES, Folder, Output, Plan, WantedFigure};

/// Drawing more cells than this takes longer than it is worth.
const CHECKED_MOST: usize = 20_000;

/// Which of the figures cannot be drawn of what the sweep will find, whatever that is, and why.
pub(super) fn check(plan: &Plan) -> Vec<String> {
    let wanted = &plan.spec.figures;
    if wanted.is_empty() || plan.cells.len() > CHECKED_MOST {
        return Vec::new();
    }
    let scenarios: Vec<ScenarioRow> = plan.spec.timed.iter().map(|cell| blank(&cell.configuration)).collect();
    let rows: Vec<Row> = plan.cells.iter().map(|cell| expected(plan, cell)).collect();
    let input = Input { rows: &rows, scenarios: &scenarios, ..Input::default() };
    let mut notes = Vec::new();
    for figure in wanted {
        // Whether there will be windows is the spec's business; scenarios have all their tables, if there are any.
        let of_scenarios = |figure: &&report::Figure| figure.needs.of_scenarios() && !scenarios.is_empty();
        if report::figure(&figure.name).is_ok_and(|figure| figure.needs != Needs::Windows && !of_scenarios(&figure))
            && let Err(error) =
                options_of(&figure.options).and_then(|options| report::draw(&figure.name, &input, &options))
        {
            notes.push(format!("{}: the figure {} will not be drawn: {error}", figure.place, figure.file));
        }
    }
    notes
}

/// Are the options of all figures such as `evictlab plot` has?
///
/// # Errors
/// One is not, and where.
pub(super) fn check_options(plan: &Plan) -> Result<()> {
    plan.spec.figures.iter().try_for_each(|f| options_of(&f.options).map(drop).map_err(|e| e.at(&f.place)))
}

/// A row as the cell will give it, with invented numbers.
fn expected(plan: &Plan, cell: &Cell) -> Row {
    let mut row = Row {
        capacity: u64::from(cell.capacity) + 1,
        requests: 2,
        hits: 1,
        misses: 1,
        requests_per_second: 1e6,
        objects: 1000,
        footprint_bytes: 1000,
        ..plan.row(cell)
    };
    row.derive_ratios();
    row
}

/// The figures that the spec asks for, each as SVG and PNG. One that cannot be drawn of these results is said, not fatal.
pub(super) fn draw(folder: &Folder, plan: &Plan, collected: &Collected, quiet: bool) -> Result<Vec<Output>> {
    let mut outputs = Vec::new();
    let tables = collected.scenario_tables();
    let input = Input {
        rows: &collected.rows,
        windows: &collected.windows,
        curves: &[],
        scenarios: &tables.rows,
        series: &tables.series,
        latencies: &tables.latencies,
        analyses: &[],
    };
    for WantedFigure { name, file, options, .. } in &plan.spec.figures {
        let say = |text: String| {
            if !quiet {
                say(&format!("note: {FIGURES}/{file}: {text}"));
            }
        };
        let drawing = match options_of(options).and_then(|options| report::draw(name, &input, &options)) {
            Ok(drawing) => drawing,
            Err(error) => {
                say(format!("not drawn: {error}"));
                continue;
            }
        };
        drawing.notes().iter().for_each(|note| say(note.clone()));
        match drawing.svg() {
            Ok(svg) => outputs.push(folder.write(&format!("{FIGURES}/{file}.svg"), svg.as_bytes())?),
            Err(error) => say(format!("no SVG: {error}")),
        }
        match drawing.png() {
            Ok(png) => outputs.push(folder.write(&format!("{FIGURES}/{file}.png"), &png)?),
            Err(error) => say(format!("no PNG: {error}")),
        }
    }
    Ok(outputs)
}
