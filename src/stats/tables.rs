//! The tables of a summary, one function each.

use super::bootstrap::{Bootstrap, FEW_CLUSTERS, cluster_intervals};
use super::spread::{Weighting, spread};
use super::summary::Group;
use super::table::{Column, Line, Table, Unit};
use super::{Duel, Interval, Reduction, duels, gaps, reductions};
use std::collections::{BTreeSet, HashMap};

const fn column(statistic: &'static str, heading: &'static str, unit: Unit) -> Column {
    Column { statistic, heading, unit }
}

/// Series by first appearance, and their values with their datasets.
type Values<'a> = Vec<(&'a str, Vec<(&'a str, f64)>)>;

fn by_series<'a>(values: impl Iterator<Item = (&'a str, &'a str, f64)>) -> Values<'a> {
    let mut index = HashMap::new();
    let mut found: Values<'a> = Vec::new();
    for (series, dataset, value) in values {
        let at = *index.entry(series).or_insert_with(|| {
            found.push((series, Vec::new()));
            found.len() - 1
        });
        found[at].1.push((dataset, value));
    }
    found
}

fn intervals(values: &Values<'_>, bootstrap: &Bootstrap) -> Vec<Option<Interval>> {
    cluster_intervals(&values.iter().map(|(_, points)| points.clone()).collect::<Vec<_>>(), bootstrap)
}

fn ends(interval: Option<Interval>) -> [Option<f64>; 2] {
    [interval.map(|i| i.low), interval.map(|i| i.high)]
}

fn datasets<'a>(points: impl IntoIterator<Item = &'a (&'a str, f64)>) -> usize {
    points.into_iter().map(|(dataset, _)| *dataset).collect::<BTreeSet<_>>().len()
}

/// Lines of a group, the largest or smallest value of a column first.
fn sorted(mut lines: Vec<Line>, column: usize, rising: bool) -> Vec<Line> {
    let key = |line: &Line| line.values[column].unwrap_or(f64::NAN) * if rising { 1.0 } else { -1.0 };
    lines.sort_by(|a, b| key(a).total_cmp(&key(b)));
    lines
}

/// How the interval of a heading came about, and what it is worth over so few datasets.
fn interval_notes(bootstrap: &Bootstrap, fewest_datasets: Option<usize>) -> Vec<String> {
    let level = (bootstrap.level * 1000.0).round() / 10.0;
    let mut notes = vec![format!(
        "low, high: {level} % interval of the mean, by a bootstrap over datasets ({} draws)",
        bootstrap.resamples
    )];
    match fewest_datasets {
        Some(0 | 1) => notes.push("one dataset only: there is no interval".to_owned()),
        Some(n) if n < FEW_CLUSTERS => notes.push(format!(
            "{n} datasets only: the interval is too narrow and means little, it wants {FEW_CLUSTERS} and more"
        )),
        _ => {}
    }
    if bootstrap.weighting == Weighting::Datasets {
        notes.push("each dataset counts the same".to_owned());
    }
    notes
}

/// Percentiles of the reduction, and duels.
pub(super) fn reduction(groups: &[Group<'_>], baseline: &str, bootstrap: &Bootstrap) -> Table {
    const COLUMNS: &[Column] = &[
        column("n", "n", Unit::Count),
        column("mean", "mean", Unit::Percent),
        column("low", "low", Unit::Percent),
        column("high", "high", Unit::Percent),
        column("p10", "P10", Unit::Percent),
        column("p25", "P25", Unit::Percent),
        column("p50", "P50", Unit::Percent),
        column("p75", "P75", Unit::Percent),
        column("p90", "P90", Unit::Percent),
        column("wins", "won", Unit::Count),
        column("ties", "tied", Unit::Count),
        column("losses", "lost", Unit::Count),
    ];
    let (mut lines, mut fewest) = (Vec::new(), None);
    for group in groups {
        let found = reductions(group.all.iter().copied(), baseline).unwrap_or_default();
        let values = by_series(found.iter().map(|r| (r.series.as_str(), r.dataset.as_str(), r.reduction)));
        let duels: HashMap<String, Duel> = duels(group.all.iter().copied(), baseline).into_iter().collect();
        let mut own = Vec::new();
        for ((series, points), interval) in values.iter().zip(intervals(&values, bootstrap)) {
            let Some(spread) = spread(points, bootstrap.weighting) else { continue };
            let duel = duels.get(*series).copied().unwrap_or_default();
            let mut cells = vec![Some(spread.count as f64), Some(spread.mean)];
            cells.extend(ends(interval));
            cells.extend(spread.percentiles.map(Some));
            cells.extend([duel.wins, duel.ties, duel.losses].map(|n| Some(n as f64)));
            own.push(Line { size: group.size.clone(), series: (*series).to_owned(), values: cells });
            fewest = Some(datasets(points).min(fewest.unwrap_or(usize::MAX)));
        }
        lines.extend(sorted(own, 1, false));
    }
    let mut notes = vec![
        "n: places, a trace at a cache size each; P10: a tenth of them is below; won, tied, lost: places".to_owned(),
        "(base - mr) / base, and (base - mr) / mr where the miss ratio mr is the higher one (Yang et al., SOSP 2023)"
            .to_owned(),
    ];
    notes.extend(interval_notes(bootstrap, fewest));
    let title = format!("Reduction of the miss ratio against {baseline}, in %");
    Table { name: format!("reduction:{baseline}"), title, notes, columns: COLUMNS, lines }
}

/// How far the others are behind the best, with paired intervals.
pub(super) fn behind_best(groups: &[Group<'_>], baseline: &str, bootstrap: &Bootstrap) -> Table {
    const COLUMNS: &[Column] = &[
        column("n", "n", Unit::Count),
        column("datasets", "datasets", Unit::Count),
        column("mean", "mean", Unit::Percent),
        column("low", "low", Unit::Percent),
        column("high", "high", Unit::Percent),
    ];
    let (mut lines, mut fewest, mut bests) = (Vec::new(), None, Vec::new());
    for group in groups {
        let found = reductions(group.fair.iter().copied(), baseline).unwrap_or_default();
        let values = by_series(found.iter().map(|r| (r.series.as_str(), r.dataset.as_str(), r.reduction)));
        let mean = |points: &[(&str, f64)]| spread(points, bootstrap.weighting).map_or(f64::NAN, |spread| spread.mean);
        let means = values.iter().map(|(series, points)| (*series, mean(points)));
        let Some((best, _)) = means.reduce(|a, b| if b.1 > a.1 { b } else { a }) else { continue };
        let differences = behind(&found, best);
        let mut own = Vec::new();
        for ((series, points), interval) in differences.iter().zip(intervals(&differences, bootstrap)) {
            let clusters = datasets(points);
            let mut cells = vec![Some(points.len() as f64), Some(clusters as f64), Some(mean(points))];
            cells.extend(ends(interval));
            own.push(Line { size: group.size.clone(), series: (*series).to_owned(), values: cells });
            fewest = Some(clusters.min(fewest.unwrap_or(usize::MAX)));
        }
        lines.extend(sorted(own, 2, true));
        bests.push(if group.size == "all" { best.to_owned() } else { format!("{} {best}", group.size) });
    }
    let mut notes = vec![
        format!("the best, by its mean reduction against {baseline}: {}", bests.join(", ")),
        "its reduction less that of the series, at the same places; where the interval holds 0, they may be alike"
            .to_owned(),
    ];
    notes.extend(interval_notes(bootstrap, fewest));
    let title = format!("Behind the best series, in percentage points of the reduction against {baseline}");
    Table { name: format!("behind-best:{baseline}"), title, notes, columns: COLUMNS, lines }
}

/// The reduction of `best` less that of the other series, where both were observed.
fn behind<'a>(found: &'a [Reduction], best: &str) -> Values<'a> {
    let place = |r: &'a Reduction| (&r.dataset, &r.trace, &r.size, r.bytes);
    let bests: HashMap<_, f64> = found.iter().filter(|r| r.series == best).map(|r| (place(r), r.reduction)).collect();
    let others = found.iter().filter(|r| r.series != best);
    by_series(others.filter_map(|r| {
        let behind = bests.get(&place(r))? - r.reduction;
        Some((r.series.as_str(), r.dataset.as_str(), behind))
    }))
}

/// Shares of places won.
pub(super) fn wins(groups: &[Group<'_>], weighting: Weighting) -> Table {
    const COLUMNS: &[Column] = &[column("n", "n", Unit::Count), column("share", "won", Unit::Percent)];
    let mut notes = vec!["n: places at which all series were observed; a tie of two gives each a half".to_owned()];
    if weighting == Weighting::Datasets {
        notes.push("each dataset counts the same".to_owned());
    }
    let mut lines = Vec::new();
    for group in groups {
        let Some(wins) = super::wins(group.fair.iter().copied(), weighting).filter(|wins| wins.series.len() > 1) else {
            continue;
        };
        notes.extend(left_out(&group.size, wins.left_out));
        lines.extend(wins.series.into_iter().map(|(series, share)| {
            let values = vec![Some(wins.places as f64), Some(share)];
            Line { size: group.size.clone(), series, values }
        }));
    }
    let title = "Share of places at which a series has the lowest miss ratio, in %".to_owned();
    Table { name: "wins".to_owned(), title, notes, columns: COLUMNS, lines }
}

fn left_out(size: &str, places: usize) -> Option<String> {
    (places > 0).then(|| format!("{size}: {places} places left out, where some series is missing"))
}

/// Mean ranks, and the tests behind them.
pub(super) fn ranks(groups: &[Group<'_>], alpha: f64) -> [Table; 2] {
    const RANKS: &[Column] = &[column("n", "n", Unit::Count), column("rank", "mean rank", Unit::Number)];
    const TESTS: &[Column] = &[
        column("n", "n", Unit::Count),
        column("chi_square", "chi-square", Unit::Number),
        column("chi_square_p", "p", Unit::Probability),
        column("f", "F", Unit::Number),
        column("f_p", "p", Unit::Probability),
        column("critical_difference", "critical difference", Unit::Number),
    ];
    let mut notes = vec![
        "1 is the lowest miss ratio; n: traces, by their mean over the cache sizes, taken as independent".to_owned(),
    ];
    let (mut lines, mut tests) = (Vec::new(), Vec::new());
    for group in groups {
        let Some(ranks) = super::ranks(group.fair.iter().copied(), alpha) else { continue };
        let n = Some(ranks.traces as f64);
        notes.extend(left_out(&group.size, ranks.left_out));
        let alike: Vec<String> = ranks
            .groups
            .iter()
            .map(|(first, last)| {
                let names: Vec<&str> = ranks.series[*first..=*last].iter().map(|(name, _)| name.as_str()).collect();
                format!("({})", names.join(", "))
            })
            .collect();
        let alike = if alike.is_empty() {
            "all differ".to_owned()
        } else {
            format!("no difference within {}", alike.join(" "))
        };
        notes.push(format!("{}: {alike}", group.size));
        let friedman = ranks.friedman;
        let values = [friedman.chi_square, friedman.chi_square_p, friedman.f, friedman.f_p, ranks.critical_difference];
        let values = std::iter::once(n).chain(values.map(Some)).collect();
        tests.push(Line { size: group.size.clone(), series: String::new(), values });
        lines.extend(ranks.series.into_iter().map(|(series, rank)| {
            let values = vec![n, Some(rank)];
            Line { size: group.size.clone(), series, values }
        }));
    }
    let name = |name: &str| name.to_owned();
    let test_notes = vec![
        name("Friedman's test, corrected for ties; F as by Iman and Davenport; p: of such a difference by chance"),
        format!(
            "mean ranks farther apart than the critical difference differ at {} % (Nemenyi; Demsar, JMLR 2006)",
            (alpha * 1000.0).round() / 10.0
        ),
    ];
    let (title, test_title) = (name("Mean ranks over traces"), name("Do the ranks differ by more than chance?"));
    [
        Table { name: name("ranks"), title, notes, columns: RANKS, lines },
        Table { name: name("friedman"), title: test_title, notes: test_notes, columns: TESTS, lines: tests },
    ]
}

/// The gap between LRU and MIN that is closed.
pub(super) fn gap(groups: &[Group<'_>], bootstrap: &Bootstrap) -> Table {
    const COLUMNS: &[Column] = &[
        column("n", "n", Unit::Count),
        column("mean", "mean", Unit::Percent),
        column("low", "low", Unit::Percent),
        column("high", "high", Unit::Percent),
        column("p50", "median", Unit::Percent),
    ];
    let (mut lines, mut fewest) = (Vec::new(), None);
    for group in groups {
        let found = gaps(group.all.iter().copied(), "lru", "belady");
        let values = by_series(found.iter().map(|g| (g.series.as_str(), g.dataset.as_str(), g.closed)));
        let mut own = Vec::new();
        for ((series, points), interval) in values.iter().zip(intervals(&values, bootstrap)) {
            let Some(spread) = spread(points, bootstrap.weighting) else { continue };
            let mut cells = vec![Some(spread.count as f64), Some(spread.mean)];
            cells.extend(ends(interval));
            cells.push(Some(spread.percentiles[2]));
            own.push(Line { size: group.size.clone(), series: (*series).to_owned(), values: cells });
            fewest = Some(datasets(points).min(fewest.unwrap_or(usize::MAX)));
        }
        lines.extend(sorted(own, 1, false));
    }
    let mut notes = vec![
        "(lru - mr) / (lru - belady): 100 is MIN, 0 is LRU; n: places at which LRU misses more than MIN".to_owned(),
        "a place with a small gap can move the mean far; the median withstands it".to_owned(),
    ];
    notes.extend(interval_notes(bootstrap, fewest));
    let title = "Share of the gap between LRU and MIN (belady) that is closed, in %".to_owned();
    Table { name: "gap".to_owned(), title, notes, columns: COLUMNS, lines }
}
