//! Rows of a sweep of two parameters as grids: which values they take, and what was measured at each pair.

use super::cache_sizes::{given, title};
use super::options::PlotOptions;
use super::series::{entry, place};
use super::sweep_values::{magnitudes, rising};
use super::unfinished;
use crate::core::{Error, Result, error::closest};
use crate::record::{Row, Status};
use crate::stats::{Metric, Samples, classify, identify};
use std::collections::{BTreeSet, HashMap};

/// What counts as a parameter although it is a column of its own.
const COLUMNS: [&str; 3] = ["capacity", "policy", "trace"];

/// Grids of one sweep.
pub(super) struct Grids {
    /// The parameters of the rows and of the columns.
    pub(super) names: [String; 2],
    /// Their values: numbers rising, words by first appearance, those of the rows from the last to the first.
    pub(super) values: [Vec<String>; 2],
    /// The values of the columns are no numbers.
    pub(super) words: bool,
    /// One for each circumstance that is no parameter.
    pub(super) panels: Vec<Grid>,
    /// What all grids share, in words; may be empty.
    pub(super) common: String,
    /// Rows without one of the parameters.
    pub(super) left_out: usize,
}

/// What was measured in one circumstance.
pub(super) struct Grid {
    /// What sets it apart from the other grids.
    pub(super) title: String,
    /// By row and column; in percent, or percentage points above the baseline.
    pub(super) cells: Vec<Vec<Option<f64>>>,
}

/// The value of a parameter in a row.
fn value(row: &Row, name: &str) -> Option<String> {
    match name {
        "capacity" => Some(given(row)),
        "policy" => Some(row.parameter("policy").unwrap_or(&row.policy).to_owned()),
        "trace" => Some(row.trace.clone()),
        name => row.parameter(name).map(str::to_owned),
    }
}

/// Is it one of the policy's own parameters?
fn is_policy(row: &Row, name: &str) -> bool {
    row.params.split(';').filter_map(|pair| pair.split_once('=')).any(|(k, _)| k == name)
}

/// Collects the rows that finished.
///
/// # Errors
/// It is not clear which two parameters are meant, or a number cannot be used.
pub(super) fn collect(rows: &[Row], options: &PlotOptions, metric: Metric) -> Result<Grids> {
    let done: Vec<(usize, &Row)> = rows.iter().enumerate().filter(|(_, row)| row.status == Status::Ok).collect();
    if done.is_empty() {
        return Err(unfinished(rows));
    }
    let names = names(&done, options)?;
    let around = around(&done, &names);
    let labelled = names.iter().any(|name| name == "policy").then(|| with_series(&done, &names));
    let done = labelled.as_ref().map_or(done, |rows| rows.iter().map(|(i, row)| (*i, row)).collect());
    let inside: Vec<(usize, &Row)> =
        done.iter().copied().filter(|(_, row)| names.iter().all(|name| value(row, name).is_some())).collect();
    let mut values = names.clone().map(|name| rising(inside.iter().filter_map(|(_, row)| value(row, &name))));
    let words = [0, 1].map(|axis: usize| magnitudes(&values[axis]).is_none());
    // Numbers rise as on any y axis; words are read from the top.
    if words[0] {
        values[0].reverse();
    }
    let base = options.baseline.as_deref().map(|policy| baseline(&done, &around, policy, metric)).transpose()?;
    let mut grids: Vec<(Circumstance, Vec<Vec<Samples>>)> = Vec::new();
    let mut without_base = 0;
    for &(i, row) in inside.iter().filter(|(_, row)| options.baseline.as_deref() != Some(row.policy.as_str())) {
        let at = |e: Error| e.at(place(i, row));
        let mut measured = metric.of(row).map_err(at)? * 100.0;
        if let Some(base) = &base {
            let Some(samples) = base.get(&spot(row, &around[&i])) else {
                without_base += 1;
                continue;
            };
            measured -= samples.mean();
        }
        let samples = entry(&mut grids, circumstance(row, &names, &around[&i]));
        if samples.is_empty() {
            *samples = vec![vec![Samples::default(); values[1].len()]; values[0].len()];
        }
        let index =
            |axis: usize| value(row, &names[axis]).and_then(|v| values[axis].iter().position(|other| *other == v));
        if let (Some(r), Some(c)) = (index(0), index(1)) {
            samples[r][c].add(row, measured).map_err(at)?;
        }
    }
    if grids.is_empty() {
        return Err(match options.baseline.as_deref() {
            Some(policy) => {
                Error::failure(format!("nothing to compare with {policy} at the same trace and cache size"))
                    .hint("name another policy, or leave out --baseline")
            }
            None => Error::failure(format!("no result has both '{}' and '{}'", names[0], names[1]))
                .hint("name two that one policy and its traces have: --parameters small,alpha"),
        });
    }
    let (titles, common) = titles(&grids.iter().map(|(circumstance, _)| circumstance).collect::<Vec<_>>());
    let mean = |samples: &Samples| (samples.count() > 0).then(|| samples.mean());
    let cells = |samples: Vec<Vec<Samples>>| samples.iter().map(|row| row.iter().map(mean).collect()).collect();
    let panels =
        grids.into_iter().zip(titles).map(|((_, samples), title)| Grid { title, cells: cells(samples) }).collect();
    let of_baseline = |row: &&(usize, &Row)| options.baseline.as_deref() == Some(row.1.policy.as_str());
    let left_out =
        done.iter().filter(|row| !of_baseline(row)).count() - inside.iter().filter(|row| !of_baseline(row)).count();
    Ok(Grids { names, values, words: words[1], panels, common, left_out: left_out + without_base })
}

/// The rows, each with its series as a parameter `policy`: of a policy that has several settings, each is a value of its own,
/// unless the other axis tells them apart.
fn with_series(done: &[(usize, &Row)], names: &[String; 2]) -> Vec<(usize, Row)> {
    let own = names.iter().any(|name| done.iter().any(|(_, row)| is_policy(row, name)));
    let series = identify(&done.iter().map(|(_, row)| *row).collect::<Vec<_>>());
    let label = |((i, row), &s): (&(usize, &Row), &usize)| {
        let mut row = (*row).clone();
        let label = if own { row.policy.clone() } else { series.labels[s].clone() };
        row.parameters.push(("policy".to_owned(), label));
        (*i, row)
    };
    done.iter().zip(&series.of_row).map(label).collect()
}

/// The time to live, warm-up and the like of each row, where they vary: numbers of several are never taken together. What is
/// an axis is left out.
fn around(done: &[(usize, &Row)], names: &[String; 2]) -> HashMap<usize, String> {
    let circumstances = classify(&done.iter().map(|(_, row)| *row).collect::<Vec<_>>()).circumstances;
    let is_axis = |part: &&str| part.split_once('=').is_some_and(|(name, _)| names.iter().any(|axis| axis == name));
    let others = |text: String| text.split(' ').filter(|part| !is_axis(part)).collect::<Vec<_>>().join(" ");
    done.iter().zip(circumstances).map(|((i, _), text)| (*i, others(text))).collect()
}

/// Where a policy is compared with the baseline: trace, capacity as written, size mode, circumstances, seed.
type Spot = (String, String, String, String, u64);

fn spot(row: &Row, around: &str) -> Spot {
    (row.trace.clone(), given(row), row.size_mode.clone(), around.to_owned(), row.seed)
}

/// The baseline's results.
fn baseline(
    done: &[(usize, &Row)],
    around: &HashMap<usize, String>,
    policy: &str,
    metric: Metric,
) -> Result<HashMap<Spot, Samples>> {
    let mut found: HashMap<Spot, Samples> = HashMap::new();
    let mut settings = BTreeSet::new();
    for (i, row) in done.iter().filter(|(_, row)| row.policy == policy) {
        settings.insert(&row.params);
        let at = |e: Error| e.at(place(*i, row));
        found.entry(spot(row, &around[i])).or_default().add(row, metric.of(row).map_err(at)? * 100.0).map_err(at)?;
        if settings.len() > 1 {
            return Err(Error::usage(format!("--baseline: {policy} has several settings here"))
                .hint("name a policy with one, or choose it with --policy"));
        }
    }
    if found.is_empty() {
        let known: BTreeSet<&str> = done.iter().map(|(_, row)| row.policy.as_str()).collect();
        return Err(Error::usage(format!("--baseline: no policy '{policy}'")).hint(
            match closest(policy, known.iter().copied()) {
                Some(near) => format!("did you mean '{near}'?"),
                None => format!("there are: {}", known.into_iter().collect::<Vec<_>>().join(", ")),
            },
        ));
    }
    Ok(found)
}

/// The two parameters: those asked for, or those that vary.
fn names(done: &[(usize, &Row)], options: &PlotOptions) -> Result<[String; 2]> {
    let mut known: Vec<&str> = Vec::new();
    for (_, row) in done {
        let own = row.params.split(';').filter_map(|pair| pair.split_once('=')).map(|(name, _)| name);
        for name in row.parameters.iter().map(|(name, _)| name.as_str()).chain(own) {
            if !COLUMNS.contains(&name) && !known.contains(&name) {
                known.push(name);
            }
        }
    }
    match &options.parameters[..] {
        [] => varying(done, &known),
        [rows, columns] if rows == columns => {
            Err(Error::usage(format!("--parameters: '{rows}' twice")).hint("name two different ones: ROWS,COLUMNS"))
        }
        [rows, columns] => {
            for name in [rows, columns] {
                if !known.contains(&name.as_str()) && !COLUMNS.contains(&name.as_str()) {
                    let all = known.iter().chain(&COLUMNS).copied();
                    return Err(Error::usage(format!("--parameters: no row has a parameter '{name}'")).hint(
                        match closest(name, all.clone()) {
                            Some(near) => format!("did you mean '{near}'?"),
                            None => format!("there are: {}", all.collect::<Vec<_>>().join(", ")),
                        },
                    ));
                }
            }
            Ok([rows.clone(), columns.clone()])
        }
        other => Err(Error::usage(format!("--parameters: expected two, found {}", other.len()))
            .hint("name the one of the rows, then that of the columns: --parameters small,alpha")),
    }
}

/// The two parameters that vary, the policy's first; the capacity where there is one only.
fn varying(done: &[(usize, &Row)], known: &[&str]) -> Result<[String; 2]> {
    let several = |name: &str| {
        let mut seen: HashMap<&str, String> = HashMap::new();
        // Parameters of one name that two policies take are no sweep.
        done.iter().any(|(_, row)| {
            let Some(value) = value(row, name) else { return false };
            *seen.entry(&row.policy).or_insert_with(|| value.clone()) != value
        })
    };
    let mut varied: Vec<&str> = known.iter().copied().filter(|name| several(name)).collect();
    varied.sort_by_key(|name| !done.iter().any(|(_, row)| is_policy(row, name)));
    if varied.len() == 1 && several("capacity") {
        varied.push("capacity");
    }
    match varied[..] {
        [rows, columns] => Ok([rows.to_owned(), columns.to_owned()]),
        [] | [_] => Err(Error::usage("a heat map needs two parameters that vary")
            .hint("name them: --parameters policy,capacity; or sweep two: evictlab sweep init")),
        _ => Err(Error::usage(format!("{} parameters vary: {}", varied.len(), varied.join(", ")))
            .hint("name that of the rows and that of the columns: --parameters small,alpha")),
    }
}

/// What is the same in all cells of a grid: trace, policy, its other parameters, the rest of the workload, cache size, time to
/// live and the like.
type Circumstance = [String; 5];

fn circumstance(row: &Row, names: &[String; 2], around: &str) -> Circumstance {
    let axis = |name: &str| names.iter().any(|other| other == name);
    let trace = if axis("trace") { String::new() } else { without(row, names) };
    let policy = if axis("policy") { String::new() } else { row.policy.clone() };
    let others: Vec<&str> =
        row.params.split(';').filter(|pair| pair.split_once('=').is_some_and(|(name, _)| !axis(name))).collect();
    // Of two policies in one grid, each has parameters of its own.
    let others = if axis("policy") { String::new() } else { others.join(" ") };
    let size = if axis("capacity") { String::new() } else { title(&given(row), row.size_mode == "bytes") };
    [trace, policy, others, size, around.to_owned()]
}

/// The name of the trace, with a star in place of the parameters that are axes: each of their values is a trace of its own.
fn without(row: &Row, names: &[String; 2]) -> String {
    let mut trace = row.trace.clone();
    for name in names.iter().filter(|name| !is_policy(row, name) && !COLUMNS.contains(&name.as_str())) {
        // A sweep puts this before a name that a policy's parameter has, too.
        let bare = name.strip_prefix("trace_").unwrap_or(name);
        let Some(value) = value(row, name) else { continue };
        trace = assigned(&trace, bare).or_else(|| replace(&trace, &value, "*")).unwrap_or(trace);
    }
    trace
}

/// The trace with a star for the value of `name`, as in `alpha=0.9`; `None` where it does not say it.
fn assigned(trace: &str, name: &str) -> Option<String> {
    let starts = replace(trace, &format!("{name}="), &format!("{name}=\0"))?;
    let (before, rest) = starts.split_once('\0')?;
    let end = rest.find([',', ';', ')', ' ']).unwrap_or(rest.len());
    Some(format!("{before}*{}", &rest[end..]))
}

/// `text` with `after` in place of `before`, where that stands as a word of its own; `None` where it does not.
fn replace(text: &str, before: &str, after: &str) -> Option<String> {
    let joined = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '.');
    let whole = |&(at, _): &(usize, &str)| {
        let ends = before.ends_with('=') || !joined(text[at + before.len()..].chars().next());
        ends && !joined(text[..at].chars().next_back())
    };
    let at = text.match_indices(before).filter(|_| !before.is_empty()).find(whole)?.0;
    Some(format!("{}{after}{}", &text[..at], &text[at + before.len()..]))
}

/// What sets each apart from the others, and what all share.
fn titles(circumstances: &[&Circumstance]) -> (Vec<String>, String) {
    let same = |part: usize| circumstances.iter().all(|c| c[part] == circumstances[0][part]);
    let words = |c: &Circumstance, shared: bool| -> String {
        // Parameters that never differ are not worth their room.
        let shown = (0..5).filter(|&part| same(part) == shared && !(shared && part == 2) && !c[part].is_empty());
        shown.map(|part| c[part].as_str()).collect::<Vec<_>>().join(", ")
    };
    let common = circumstances.first().map_or_else(String::new, |c| words(c, true));
    (circumstances.iter().map(|c| words(c, false)).collect(), common)
}

#[cfg(test)]
mod tests {
    use super::super::sample::row;
    use super::*;

    fn cell(alpha: &str, small: &str, hit_ratio: f64) -> Row {
        Row {
            params: format!("ghost=0.9;small={small}"),
            parameters: vec![("small".into(), small.into()), ("alpha".into(), alpha.into())],
            ..row(&format!("zipf:objects=1e5,alpha={alpha},requests=1e6"), "s3-fifo", 100, hit_ratio)
        }
    }

    fn grids(rows: &[Row], baseline: Option<&str>) -> Result<Grids> {
        let options = PlotOptions { baseline: baseline.map(str::to_owned), ..PlotOptions::default() };
        collect(rows, &options, Metric::HitRatio)
    }

    #[test]
    fn every_alpha_is_a_column_of_one_grid() {
        let rows = [cell("1.2", "0.1", 0.5), cell("0.9", "0.1", 0.25), cell("0.9", "0.05", 0.125)];
        let found = grids(&rows, None).unwrap();
        assert_eq!(found.names, ["small", "alpha"]);
        assert_eq!(found.values, [vec!["0.05", "0.1"], vec!["0.9", "1.2"]]);
        assert_eq!(found.panels.len(), 1);
        assert_eq!(found.panels[0].cells, [[Some(12.5), None], [Some(25.0), Some(50.0)]]);
        assert_eq!(found.common, "zipf:objects=1e5,alpha=*,requests=1e6, s3-fifo, cache: 100 objects");
    }

    #[test]
    fn a_baseline_is_compared_on_the_same_trace() {
        let mut rows = vec![cell("1.2", "0.1", 0.5), cell("0.9", "0.1", 0.25), cell("0.9", "0.05", 0.125)];
        rows.push(row(&rows[0].trace, "lru", 100, 0.25));
        rows.push(row(&rows[1].trace, "lru", 100, 0.25));
        let found = grids(&rows, Some("lru")).unwrap();
        assert_eq!(found.panels[0].cells, [[Some(-12.5), None], [Some(0.0), Some(25.0)]]);
        assert_eq!(found.left_out, 0);
        assert_eq!(grids(&rows, None).unwrap().left_out, 2);
        assert!(grids(&rows, Some("lur")).err().unwrap().to_string().contains("did you mean 'lru'"));
    }

    #[test]
    fn capacities_make_the_second_axis_or_another_panel() {
        let rows: Vec<Row> = [("0.1", "5%"), ("0.2", "5%"), ("0.1", "10%")]
            .map(|(small, given)| Row { capacity_given: given.into(), ..cell("1", small, 0.5) })
            .to_vec();
        let found = grids(&rows, None).unwrap();
        assert_eq!(
            (&found.names[1], &found.values[1]),
            (&"capacity".to_owned(), &vec!["5%".to_owned(), "10%".to_owned()])
        );
        let rows = [cell("1", "0.1", 0.5), cell("2", "0.2", 0.5), Row { capacity: 7, ..cell("1", "0.1", 0.2) }];
        let found = grids(&rows, None).unwrap();
        assert_eq!(
            found.panels.iter().map(|g| g.title.as_str()).collect::<Vec<_>>(),
            ["cache: 100 objects", "cache: 7 objects"]
        );
    }

    #[test]
    fn settings_of_a_policy_are_rows_of_their_own() {
        let at = |small: &str, capacity| Row { capacity, ..cell("1", small, 0.5) };
        let rows = [at("0.1", 5), at("0.2", 5), row("t", "lru", 5, 0.25)];
        let options = PlotOptions { parameters: vec!["policy".into(), "capacity".into()], ..PlotOptions::default() };
        let found = collect(&rows, &options, Metric::HitRatio).unwrap();
        assert_eq!(found.values[0], ["lru", "s3-fifo small=0.2", "s3-fifo small=0.1"]);
        let options = PlotOptions { parameters: vec!["policy".into(), "small".into()], ..options };
        assert_eq!(collect(&rows, &options, Metric::HitRatio).unwrap().values[0], ["s3-fifo"]);
    }

    #[test]
    fn which_two_must_be_clear() {
        let error = grids(&[row("t", "lru", 1, 0.5)], None).err().unwrap();
        assert!(error.to_string().contains("two parameters that vary"), "{error}");
        let third = |ghost: &str| Row { params: format!("ghost={ghost};small=0.1"), ..cell("1", "0.1", 0.5) };
        let error = grids(&[cell("2", "0.2", 0.5), third("0.9"), third("0.8")], None).err().unwrap();
        assert!(error.to_string().contains("3 parameters vary: small, ghost, alpha"), "{error}");
        let options = PlotOptions { parameters: vec!["smal".into(), "alpha".into()], ..PlotOptions::default() };
        let error = collect(&[cell("2", "0.2", 0.5)], &options, Metric::HitRatio).err().unwrap();
        assert!(error.to_string().contains("did you mean 'small'"), "{error}");
    }

    #[test]
    fn only_whole_words_are_replaced() {
        assert_eq!(replace("zipf-0.9", "0.9", "*").unwrap(), "zipf-*");
        assert_eq!(assigned("x:aa=1.5,a=1.0)", "a").unwrap(), "x:aa=1.5,a=*)");
        assert_eq!(assigned("zipf-0.9", "a"), None);
        assert_eq!(replace("zipf-0.95", "0.9", "*"), None);
    }
}
