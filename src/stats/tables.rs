//! The tables of a summary, one function each.

use super::bootstrap::{Bootstrap, FEW_CLUSTERS, cluster_intervals};
use super::spread::{Weighting, spread};
use super::summary::Group;
use super::table::{Column, Line, Table, Unit};
use super::{Duel, Interval, Ranks, duels, few_traces, gaps, reductions};
use std::collections::{BTreeSet, HashMap};

pub(super) const fn column(statistic: &'static str, heading: &'static str, unit: Unit) -> Column {
    Column { statistic, heading, unit }
}

/// Places of the block that a line is not about, since something is missing there.
pub(super) const LEFT_OUT: Column = column("left_out", "left out", Unit::Count);

/// Series by first appearance, and their values with their datasets.
pub(super) type Values<'a> = Vec<(&'a str, Vec<(&'a str, f64)>)>;

pub(super) fn by_series<'a>(values: impl Iterator<Item = (&'a str, &'a str, f64)>) -> Values<'a> {
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

pub(super) fn intervals(values: &Values<'_>, bootstrap: &Bootstrap) -> Vec<Option<Interval>> {
    cluster_intervals(&values.iter().map(|(_, points)| points.clone()).collect::<Vec<_>>(), bootstrap)
}

pub(super) fn ends(interval: Option<Interval>) -> [Option<f64>; 2] {
    [interval.map(|i| i.low), interval.map(|i| i.high)]
}

pub(super) fn datasets<'a>(points: impl IntoIterator<Item = &'a (&'a str, f64)>) -> usize {
    points.into_iter().map(|(dataset, _)| *dataset).collect::<BTreeSet<_>>().len()
}

/// Lines of a group, the largest or smallest value of a column first.
pub(super) fn sorted(mut lines: Vec<Line>, column: usize, rising: bool) -> Vec<Line> {
    let key = |line: &Line| line.values[column].unwrap_or(f64::NAN) * if rising { 1.0 } else { -1.0 };
    lines.sort_by(|a, b| key(a).total_cmp(&key(b)));
    lines
}

/// How the interval of a heading came about, and what it is worth over so few datasets.
pub(super) fn interval_notes(bootstrap: &Bootstrap, fewest_datasets: Option<usize>) -> Vec<String> {
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
        LEFT_OUT,
    ];
    let (mut lines, mut fewest, mut without) = (Vec::new(), None, Vec::new());
    for group in groups {
        let places = group.places();
        let found = reductions(group.all.iter().copied(), baseline).unwrap_or_default();
        let values = by_series(found.iter().map(|r| (r.series.as_str(), r.dataset.as_str(), r.value)));
        let duels: HashMap<String, Duel> = duels(group.all.iter().copied(), baseline).into_iter().collect();
        let mut own = Vec::new();
        for ((series, points), interval) in values.iter().zip(intervals(&values, bootstrap)) {
            let Some(spread) = spread(points, bootstrap.weighting) else { continue };
            let duel = duels.get(*series).copied().unwrap_or_default();
            let mut cells = vec![Some(spread.count as f64), Some(spread.mean)];
            cells.extend(ends(interval));
            cells.extend(spread.percentiles.map(Some));
            cells.extend([duel.wins, duel.ties, duel.losses, places - points.len()].map(|n| Some(n as f64)));
            own.push(group.line(series, cells));
            fewest = Some(datasets(points).min(fewest.unwrap_or(usize::MAX)));
        }
        if own.is_empty() {
            without.push(group.name());
        }
        lines.extend(sorted(own, 1, false));
    }
    let mut notes = vec![
        "n: places, a trace at a cache size each; P10: a tenth of them is below; won, tied, lost: places".to_owned(),
        "(base - mr) / base, and (base - mr) / mr where the miss ratio mr is the higher one (Yang et al., SOSP 2023)"
            .to_owned(),
    ];
    notes.extend(interval_notes(bootstrap, fewest));
    if !without.is_empty() && !lines.is_empty() {
        notes.push(format!("nothing to compare with {baseline} at: {}", some_of(&without)));
    }
    let title = format!("Reduction of the miss ratio against {baseline}, in %");
    Table { name: format!("reduction:{baseline}"), title, notes, columns: COLUMNS, lines }
}

/// Up to eight names.
pub(super) fn some_of(names: &[String]) -> String {
    const MOST: usize = 8;
    let more = if names.len() > MOST { format!(" and {} more", names.len() - MOST) } else { String::new() };
    format!("{}{more}", names[..names.len().min(MOST)].join(", "))
}

/// Shares of places won.
pub(super) fn wins(groups: &[Group<'_>], weighting: Weighting) -> Table {
    const COLUMNS: &[Column] = &[column("n", "n", Unit::Count), column("share", "won", Unit::Percent), LEFT_OUT];
    let mut notes = vec!["n: places at which all series were observed; a tie of two gives each a half".to_owned()];
    if weighting == Weighting::Datasets {
        notes.push("each dataset counts the same".to_owned());
    }
    let mut lines = Vec::new();
    for group in groups {
        let Some(wins) = super::wins(group.fair.iter().copied(), weighting).filter(|wins| wins.series.len() > 1) else {
            continue;
        };
        let line = |(series, share): &(String, f64)| {
            group.line(series, vec![Some(wins.places as f64), Some(*share), Some(wins.left_out as f64)])
        };
        lines.extend(wins.series.iter().map(line));
    }
    let title = "Share of places at which a series has the lowest miss ratio, in %".to_owned();
    Table { name: "wins".to_owned(), title, notes, columns: COLUMNS, lines }
}

/// Mean ranks, and the tests behind them.
pub(super) fn ranks(groups: &[Group<'_>], alpha: f64) -> [Table; 2] {
    const RANKS: &[Column] = &[column("n", "n", Unit::Count), column("rank", "mean rank", Unit::Number), LEFT_OUT];
    const TESTS: &[Column] = &[
        column("n", "n", Unit::Count),
        column("chi_square", "chi-square", Unit::Number),
        column("chi_square_p", "p", Unit::Probability),
        column("f", "F", Unit::Number),
        column("f_p", "p", Unit::Probability),
        column("critical_difference", "critical difference", Unit::Number),
        LEFT_OUT,
    ];
    let mut notes = vec![
        "1 is the lowest miss ratio; n: traces, by their mean over the cache sizes, taken as independent".to_owned(),
    ];
    let (mut lines, mut tests, mut few) = (Vec::new(), Vec::new(), 0);
    for group in groups {
        let Some(ranks) = super::ranks(group.fair.iter().copied(), alpha) else { continue };
        let (n, left_out) = (Some(ranks.traces as f64), Some(ranks.left_out as f64));
        notes.push(format!("{}: {}", group.name(), alike(&ranks)));
        if ranks.traces < few_traces(ranks.series.len()) {
            few = few.max(few_traces(ranks.series.len()));
        }
        let friedman = ranks.friedman;
        let tested = [friedman.chi_square_p, friedman.f, friedman.f_p, Some(ranks.critical_difference), left_out];
        tests.push(group.line("", [n, Some(friedman.chi_square)].into_iter().chain(tested).collect()));
        lines.extend(ranks.series.iter().map(|(series, rank)| group.line(series, vec![n, Some(*rank), left_out])));
    }
    let name = |name: &str| name.to_owned();
    let mut test_notes = vec![
        name("Friedman's test, corrected for ties; F as by Iman and Davenport; p: of such a difference by chance"),
        format!(
            "mean ranks farther apart than the critical difference differ at {} % (Nemenyi; Demsar, JMLR 2006)",
            (alpha * 1000.0).round() / 10.0
        ),
    ];
    if tests.iter().any(|line| line.values[3].is_none()) {
        test_notes.push(name("no F where all traces rank the series alike: its denominator is 0"));
    }
    if few > 0 {
        test_notes.push(format!("no p over fewer than {few} traces, where chi-square and F are no approximation"));
    }
    let (title, test_title) = (name("Mean ranks over traces"), name("Do the ranks differ by more than chance?"));
    [
        Table { name: name("ranks"), title, notes, columns: RANKS, lines },
        Table { name: name("friedman"), title: test_title, notes: test_notes, columns: TESTS, lines: tests },
    ]
}

/// The series that the critical difference does not tell apart.
fn alike(ranks: &Ranks) -> String {
    let names = |(first, last): &(usize, usize)| {
        let names: Vec<&str> = ranks.series[*first..=*last].iter().map(|(name, _)| name.as_str()).collect();
        format!("({})", names.join(", "))
    };
    match ranks.groups.iter().map(names).collect::<Vec<_>>() {
        none if none.is_empty() => "all differ".to_owned(),
        some => format!("no difference within {}", some.join(" ")),
    }
}

/// The gap between LRU and Belady's MIN that is closed. With sizes in bytes, evicting what is needed last is no optimum.
pub(super) fn gap(groups: &[Group<'_>], bootstrap: &Bootstrap) -> Table {
    const COLUMNS: &[Column] = &[
        column("n", "n", Unit::Count),
        column("mean", "mean", Unit::Percent),
        column("low", "low", Unit::Percent),
        column("high", "high", Unit::Percent),
        column("p50", "median", Unit::Percent),
        LEFT_OUT,
    ];
    let (mut lines, mut fewest, mut in_bytes) = (Vec::new(), None, false);
    for group in groups {
        let found = gaps(group.all.iter().copied(), "lru", "belady");
        let values = by_series(found.iter().map(|g| (g.series.as_str(), g.dataset.as_str(), g.value)));
        let mut own = Vec::new();
        for ((series, points), interval) in values.iter().zip(intervals(&values, bootstrap)) {
            let Some(spread) = spread(points, bootstrap.weighting) else { continue };
            let mut cells = vec![Some(spread.count as f64), Some(spread.mean)];
            cells.extend(ends(interval));
            cells.extend([spread.percentiles[2], (group.places() - points.len()) as f64].map(Some));
            own.push(group.line(series, cells));
            fewest = Some(datasets(points).min(fewest.unwrap_or(usize::MAX)));
        }
        in_bytes |= group.bytes && !own.is_empty();
        lines.extend(sorted(own, 1, false));
    }
    let optimum = if in_bytes { "belady" } else { "MIN" };
    let mut notes = vec![
        format!(
            "(lru - mr) / (lru - belady): 100 is {optimum}, 0 is LRU; n: places at which LRU misses more than {optimum}"
        ),
        "a place with a small gap can move the mean far; the median withstands it".to_owned(),
    ];
    if in_bytes {
        notes.push(
            "with sizes in bytes belady is no optimum: it can be surpassed, and more than 100 is possible".to_owned(),
        );
    }
    notes.extend(interval_notes(bootstrap, fewest));
    let optimum = if in_bytes { "belady (no optimum here)" } else { "MIN (belady)" };
    let title = format!("Share of the gap between LRU and {optimum} that is closed, in %");
    Table { name: "gap".to_owned(), title, notes, columns: COLUMNS, lines }
}
