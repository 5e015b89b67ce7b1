//! Rows of curves as panels of curves over cache size.

use super::super::XAxis;
use super::super::series::{Curve, Data, Dot, Panel, axis_of};
use super::bounds::{Kind, bounds};
use super::groups::{Group, groups};
use super::{by_trace, done, place, share};
use crate::core::{Error, Result};
use crate::record::CurveRow;
use crate::stats::Metric;

/// Groups the valid points of whole traces.
///
/// # Errors
/// There is none, or a number that no axis can show.
pub(in crate::report) fn collect(rows: &[CurveRow], x: XAxis, metric: Metric) -> Result<Data> {
    let mut all = groups(&done(rows)?);
    for group in &mut all.found {
        group.rows = group.whole();
    }
    all.found.retain(|group| !group.rows.is_empty());
    if all.found.is_empty() {
        return Err(Error::usage("all of these curves are of windows, which have no single curve over cache size")
            .hint(
                "--figure curve-over-time draws them; or make one of the whole trace: evictlab curve without --window",
            ));
    }
    // Series are numbered again, without bounds and without those that only have windows.
    let mut kept: Vec<usize> = Vec::new();
    for group in all.found.iter().filter(|group| Kind::of(group).is_none()) {
        if !kept.contains(&group.series) {
            kept.push(group.series);
        }
    }
    let panel = |(title, own): (String, Vec<&Group<'_>>)| -> Result<Panel> {
        let (unit, x_title) = axis_of(x, own[0].bytes);
        let (mut curves, mut found) = (Vec::new(), Vec::new());
        for group in own {
            let dots = dots(group, x, metric)?;
            match (Kind::of(group), kept.iter().position(|series| *series == group.series)) {
                (Some(kind), _) => found.push((kind, dots.iter().map(|dot| (dot.x, dot.y)).collect())),
                (None, Some(series)) => {
                    let steps = group.is_complete().then(|| dots[0].x / capacity_of(group));
                    curves.push(Curve { series, steps, shaded: true, dots });
                }
                (None, None) => {}
            }
        }
        curves.sort_by_key(|curve| curve.series);
        let mut panel = Panel { title, unit, x_title, curves, bounds: bounds(&found) };
        // Behind its last step a complete curve stays as it is.
        let end = panel.xs().last().copied();
        for curve in panel.curves.iter_mut().filter(|curve| curve.steps.is_some()) {
            if let (Some(end), Some(last)) = (end, curve.dots.last().copied()) {
                curve.dots.extend((last.x < end).then_some(Dot { x: end, ..last }));
            }
        }
        Ok(panel)
    };
    let panels = by_trace(&all.found).into_iter().map(panel).collect::<Result<_>>()?;
    let of_kept = |names: &[String]| kept.iter().map(|&series| names[series].clone()).collect();
    Ok(Data { labels: of_kept(&all.labels), policies: of_kept(&all.policies), panels })
}

/// The smallest capacity.
fn capacity_of(group: &Group<'_>) -> f64 {
    group.rows.iter().map(|(_, row)| row.capacity).min().unwrap_or(1) as f64
}

/// The points of a curve by rising size; where two methods found the same, once.
fn dots(group: &Group<'_>, x: XAxis, metric: Metric) -> Result<Vec<Dot>> {
    let dot = |&(i, row): &(usize, &CurveRow)| -> Result<Dot> {
        let y = metric.among(&row.size_mode, row.hit_ratio, row.miss_ratio, row.byte_hit_ratio)? * 100.0;
        let x = match x {
            _ if row.capacity == 0 => {
                Err(Error::failure("capacity: 0 has no place on a logarithmic axis").hint("remove the row"))
            }
            XAxis::Share => share(row),
            _ => Ok(row.capacity as f64),
        };
        let x = x.map_err(|e| e.at(place((i, row))))?;
        Ok(Dot { x, y, interval: interval(row, metric), count: 1 })
    };
    let mut dots: Vec<Dot> = group.rows.iter().map(dot).collect::<Result<_>>()?;
    dots.sort_by(|a, b| a.x.total_cmp(&b.x));
    dots.dedup_by(|a, b| a.x.total_cmp(&b.x).is_eq() && a.y.total_cmp(&b.y).is_eq());
    Ok(dots)
}

/// The interval of a sampled point, in percent. There is none of bytes, but for those of equal objects.
fn interval(row: &CurveRow, metric: Metric) -> Option<(f64, f64)> {
    let (low, high) = (row.ci_low * 100.0, row.ci_high * 100.0);
    match metric {
        _ if row.sample_rate >= 1.0 || high <= low => None,
        Metric::HitRatio => Some((low, high)),
        Metric::MissRatio => Some((100.0 - high, 100.0 - low)),
        Metric::ByteHitRatio | Metric::ByteMissRatio => None,
    }
}
