//! Rows of hit-ratio curves as figures: over cache size, and over time.

mod bounds;
mod groups;
mod over_time;
mod points;
#[cfg(test)]
mod tests;
mod windows;

pub(super) use bounds::{Bound, Kind};
pub(super) use over_time::FIGURE as OVER_TIME;
pub(super) use points::collect;

use super::series::{entry, panel_title};
use crate::core::{Error, Result};
use crate::record::{CurveRow, Status};
use groups::Group;

/// The figure that shows most of these rows: curves over cache size, or, where all are of windows, over time.
pub fn figure_of(rows: &[CurveRow]) -> &'static str {
    let over_time = groups::groups(&done(rows).unwrap_or_default()).found.iter().all(|group| group.whole().is_empty());
    if over_time { OVER_TIME.name } else { super::hit_ratio_curve::FIGURE.name }
}

/// The points that are valid, each with its index.
///
/// # Errors
/// There is none.
fn done(rows: &[CurveRow]) -> Result<Vec<(usize, &CurveRow)>> {
    let done: Vec<_> = rows.iter().enumerate().filter(|(_, row)| row.status == Status::Ok).collect();
    match (done.is_empty(), rows.first()) {
        (true, Some(first)) => Err(super::all_failed(rows.len(), &first.error)),
        _ => Ok(done),
    }
}

/// Where a point stands, for an error.
fn place((i, row): (usize, &CurveRow)) -> String {
    format!("row {} ({}, {})", i + 1, row.policy, row.trace)
}

/// Groups by trace, in order of appearance, with a title for each.
fn by_trace<'g, 'a>(groups: impl IntoIterator<Item = &'g Group<'a>>) -> Vec<(String, Vec<&'g Group<'a>>)>
where
    'a: 'g,
{
    let mut found: Vec<((&str, bool), Vec<&Group<'_>>)> = Vec::new();
    for group in groups {
        entry(&mut found, (group.trace, group.bytes)).push(group);
    }
    let places: Vec<_> = found.iter().map(|((trace, bytes), _)| (*trace, *trace, *bytes)).collect();
    let titles: Vec<String> = places.iter().map(|place| panel_title(*place, &places)).collect();
    titles.into_iter().zip(found).map(|(title, (_, groups))| (title, groups)).collect()
}

/// A capacity in percent of the objects, or of the footprint in bytes.
///
/// # Errors
/// Nobody knows how many there are.
fn share(row: &CurveRow) -> Result<f64> {
    let bytes = row.size_mode == "bytes";
    let (whole, column) = if bytes { (row.footprint_bytes, "footprint_bytes") } else { (row.objects, "objects") };
    if whole == 0 {
        return Err(Error::failure(format!("{column}: 0, so the capacity is no share of anything"))
            .hint("draw the capacity itself"));
    }
    Ok(row.capacity as f64 / whole as f64 * 100.0)
}
