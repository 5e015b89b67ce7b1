//! From rows to observations: what is averaged, and what is left out.

use super::observation::{Metric, Observation};
use super::samples::Samples;
use super::series::classify;
use super::size::{canonical, written};
use crate::core::{Error, Result};
use crate::record::{Row, Status};
use std::collections::{BTreeSet, HashMap};

/// Observations, and what is missing among them.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// In order of first appearance.
    pub observations: Vec<Observation>,
    /// By series, in order of first appearance, those that failed everywhere included.
    pub coverage: Vec<Coverage>,
    /// Traces of which no row could be used, by first appearance.
    pub absent_traces: Vec<String>,
    /// Places left out, because their series have no seed in common.
    pub unpaired_places: usize,
    /// Seeds averaged at a place: least and most.
    pub seeds: (usize, usize),
}

/// What there is of a series.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Its label.
    pub series: String,
    /// Places (trace, cache size, circumstances) at which it was observed.
    pub places: usize,
    /// Places at which others were observed and it was not.
    pub missing: usize,
    /// Rows that failed.
    pub failed: usize,
    /// Rows without a counted request: the warm-up was as long as the trace.
    pub empty: usize,
    /// Seeds left out at a place, because another series does not have them there.
    pub unpaired: usize,
}

impl Coverage {
    /// Is nothing of it left out?
    pub fn is_whole(&self) -> bool {
        self.missing + self.failed + self.empty + self.unpaired == 0
    }
}

/// An observation in the making.
struct Made {
    observation: Observation,
    series: usize,
    /// Number of its place.
    place: usize,
    samples: Samples,
    /// Seed and capacity of each sample.
    capacities: Vec<(u64, u64)>,
}

/// Averages the seeds and repetitions of rows: [`survey`] without what is missing.
///
/// # Errors
/// As for [`survey`].
pub fn observe(rows: &[Row], metric: Metric) -> Result<Vec<Observation>> {
    Ok(survey(rows, metric)?.observations)
}

/// Averages the seeds and repetitions of rows. Rows that failed or counted no request are left out; the order is that of
/// first appearance.
///
/// A synthetic workload under several seeds is drawn anew for each; its mean estimates that of the workload. Series are
/// compared on the same draws: at each place the repetitions of a seed are averaged, then the seeds that all series of the
/// place have.
///
/// # Errors
/// No row can be used; a row's number is none from 0 to 1; two rows of the same cell disagree.
pub fn survey(rows: &[Row], metric: Metric) -> Result<Survey> {
    let all = classify(&rows.iter().collect::<Vec<_>>());
    let (series, labels) = (all.series.of_row, all.series.labels);
    let mut coverage: Vec<Coverage> =
        labels.iter().map(|label| Coverage { series: label.clone(), ..Coverage::default() }).collect();
    for (row, &s) in rows.iter().zip(&series) {
        coverage[s].failed += usize::from(row.status == Status::Failed);
        coverage[s].empty += usize::from(row.status == Status::Ok && is_empty(row));
    }
    let usable = |row: &Row| row.status == Status::Ok && !is_empty(row);
    let used: Vec<usize> = (0..rows.len()).filter(|&i| usable(&rows[i])).collect();
    if used.is_empty() {
        return Err(nothing(rows));
    }
    let around = classify(&used.iter().map(|&i| &rows[i]).collect::<Vec<_>>()).circumstances;
    let mut sizes: HashMap<String, String> = HashMap::new();
    let (mut index, mut places) = (HashMap::new(), HashMap::new());
    let mut made: Vec<Made> = Vec::new();
    for (&i, circumstance) in used.iter().zip(&around) {
        let row = &rows[i];
        let at = |e: Error| e.at(format!("row {} ({}, {})", i + 1, row.policy, row.trace));
        let value = metric.of(row).map_err(at)?;
        let size = sizes.entry(canonical(&written(row))).or_insert_with(|| written(row)).clone();
        let next = places.len();
        let key = (&all.datasets[i], &row.trace, size.clone(), row.size_mode == "bytes", circumstance);
        let place = *places.entry(key).or_insert(next);
        let n = *index.entry((series[i], place)).or_insert_with(|| {
            let observation = Observation {
                trace: row.trace.clone(),
                dataset: all.datasets[i].clone(),
                policy: row.policy.clone(),
                series: labels[series[i]].clone(),
                size,
                circumstance: circumstance.clone(),
                bytes: row.size_mode == "bytes",
                capacity: row.capacity,
                metric,
                values: Vec::new(),
                mean: 0.0,
            };
            let (samples, capacities) = (Samples::default(), Vec::new());
            made.push(Made { observation, series: series[i], place, samples, capacities });
            made.len() - 1
        });
        let before = made[n].samples.count();
        made[n].samples.add(row, value).map_err(at)?;
        if made[n].samples.count() > before {
            made[n].capacities.push((row.seed, row.capacity));
        }
    }
    let unpaired_places = pair(&mut made, places.len(), &mut coverage);
    let here: BTreeSet<usize> = made.iter().map(|made| made.place).collect();
    coverage.iter_mut().for_each(|own| own.missing = here.len() - own.places);
    let counts = || made.iter().map(|made| made.samples.by_seed().len());
    let seeds = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let observations: Vec<Observation> = made.into_iter().map(Made::finish).collect();
    Ok(Survey {
        absent_traces: absent(rows, &all.datasets, &observations),
        observations,
        coverage,
        unpaired_places,
        seeds,
    })
}

/// Keeps, at each place, the seeds that all series there have, and no place without one. Gives the number of those.
fn pair(made: &mut Vec<Made>, places: usize, coverage: &mut [Coverage]) -> usize {
    let mut common: Vec<Option<Vec<u64>>> = vec![None; places];
    let seeds = |made: &Made| -> Vec<u64> { made.samples.by_seed().into_iter().map(|(seed, _)| seed).collect() };
    for one in made.iter() {
        let own = seeds(one);
        match &mut common[one.place] {
            Some(common) => common.retain(|seed| own.contains(seed)),
            empty => *empty = Some(own),
        }
    }
    for one in made.iter_mut() {
        let common = common[one.place].as_deref().unwrap_or_default();
        coverage[one.series].unpaired += seeds(one).len() - common.len();
        one.samples.keep(common);
        one.capacities.retain(|(seed, _)| common.contains(seed));
    }
    made.retain(|one| one.samples.count() > 0);
    made.iter().for_each(|one| coverage[one.series].places += 1);
    common.iter().flatten().filter(|common| common.is_empty()).count()
}

impl Made {
    fn finish(self) -> Observation {
        let sum: u128 = self.capacities.iter().map(|(_, capacity)| u128::from(*capacity)).sum();
        Observation {
            capacity: (sum / self.capacities.len().max(1) as u128) as u64,
            values: self.samples.by_seed().into_iter().map(|(_, mean)| mean).collect(),
            mean: self.samples.mean(),
            ..self.observation
        }
    }
}

/// Was no request counted? Then both ratios are 0, which no cache can do. A file without the column has ratios.
fn is_empty(row: &Row) -> bool {
    row.requests == 0 && row.hit_ratio == 0.0 && row.miss_ratio == 0.0
}

/// The traces without an observation.
fn absent(rows: &[Row], datasets: &[String], observations: &[Observation]) -> Vec<String> {
    let mut known: BTreeSet<(&str, &str)> = observations.iter().map(|o| (&*o.dataset, &*o.trace)).collect();
    let new = rows.iter().zip(datasets).filter(|(row, dataset)| known.insert((dataset, &row.trace)));
    new.map(|(row, _)| row.trace.clone()).collect()
}

fn nothing(rows: &[Row]) -> Error {
    let failed = rows.iter().find(|row| row.status == Status::Failed);
    match (rows.is_empty(), failed) {
        (true, _) => Error::failure("no rows to summarise").hint("run something first: evictlab demo"),
        (_, Some(first)) => Error::failure(format!("nothing to summarise: none of {} rows can be used", rows.len()))
            .hint(format!("the column 'error' says why; the first one is '{}'", first.error)),
        (_, None) => {
            Error::failure(format!("nothing to summarise: no request is counted in any of {} rows", rows.len()))
                .hint("the warm-up was as long as the traces; take a shorter one")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(policy: &str, seed: u64, miss_ratio: f64) -> Row {
        Row {
            trace: "t".into(),
            policy: policy.into(),
            capacity: 100 + seed,
            capacity_given: "1%".into(),
            size_mode: "unit".into(),
            miss_ratio,
            hit_ratio: 1.0 - miss_ratio,
            seed,
            ..Row::default()
        }
    }

    #[test]
    fn seeds_are_averaged_even_where_the_capacity_follows_the_draw() {
        let failed = Row { status: Status::Failed, ..row("arc", 0, 0.0) };
        let rows = [
            row("lru", 0, 0.5),
            failed,
            row("sieve", 0, 0.25),
            row("lru", 4, 0.75),
            row("lru", 4, 0.75),
            row("sieve", 4, 0.25),
        ];
        let found = observe(&rows, Metric::MissRatio).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].series.as_str(), found[0].size.as_str(), found[0].dataset.as_str()), ("lru", "1%", "t"));
        assert_eq!((found[0].capacity, &found[0].values, found[0].mean), (102, &vec![0.5, 0.75], 0.625));
        assert_eq!((found[1].series.as_str(), found[1].mean), ("sieve", 0.25));
    }

    #[test]
    fn traces_of_one_name_in_two_datasets_are_two() {
        let of = |dataset: &str, value| Row { dataset: dataset.into(), ..row("lru", 0, value) };
        let found = observe(&[of("kv", 0.5), of("web", 0.1)], Metric::MissRatio).unwrap();
        assert_eq!(found.iter().map(|o| o.dataset.as_str()).collect::<Vec<_>>(), ["kv", "web"]);
        // A file that does not name the dataset is about the same trace, and contradicts.
        assert!(observe(&[of("", 0.5), of("web", 0.1)], Metric::MissRatio).is_err());
        assert_eq!(observe(&[of("", 0.5), of("web", 0.5)], Metric::MissRatio).unwrap().len(), 1);
    }

    #[test]
    fn circumstances_are_never_averaged() {
        let under = |ttl: &str, seed, value| Row {
            ttl_given: ttl.into(),
            ttl_mode: if ttl == "off" { "off" } else { "lazy" }.into(),
            ..row("lru", seed, value)
        };
        let found = observe(&[under("off", 0, 0.5), under("50", 1, 0.75)], Metric::MissRatio).unwrap();
        let found: Vec<_> = found.iter().map(|o| (o.series.as_str(), o.circumstance.as_str(), o.mean)).collect();
        assert_eq!(found, [("lru", "ttl=off", 0.5), ("lru", "ttl=50", 0.75)]);
        // A filter changes the footprint, and with it what 10 % are.
        let kept = |filter: &str, capacity, value| Row { filter: filter.into(), capacity, ..row("lru", 0, value) };
        let found = observe(&[kept("", 45, 0.5), kept("limit=1000", 26, 0.6)], Metric::MissRatio).unwrap();
        assert_eq!(
            found.iter().map(|o| o.circumstance.as_str()).collect::<Vec<_>>(),
            ["filter=none", "filter=limit=1000"]
        );
    }

    #[test]
    fn only_seeds_that_all_series_have_are_averaged() {
        let failed = Row { status: Status::Failed, ..row("lru", 2, 0.0) };
        let again = Row { repetition: 1, ..row("fifo", 1, 0.75) };
        let mut rows = vec![row("fifo", 1, 0.25), again, row("fifo", 2, 0.5), row("lru", 1, 0.125), failed];
        let found = survey(&rows, Metric::MissRatio).unwrap();
        assert_eq!(found.observations.iter().map(|o| o.mean).collect::<Vec<_>>(), [0.5, 0.125]);
        assert_eq!((found.coverage[0].unpaired, found.coverage[1].failed, found.seeds), (1, 1, (1, 1)));
        // Without a common seed there is nothing to compare.
        rows.push(Row { trace: "u".into(), ..row("lru", 3, 0.5) });
        rows.push(Row { trace: "u".into(), ..row("fifo", 4, 0.5) });
        let found = survey(&rows, Metric::MissRatio).unwrap();
        assert_eq!(
            (found.observations.len(), found.unpaired_places, found.absent_traces),
            (2, 1, vec!["u".to_owned()])
        );
    }

    #[test]
    fn what_is_missing_is_counted() {
        let empty = Row { requests: 0, hit_ratio: 0.0, ..row("lru", 0, 0.0) };
        let failed = Row { status: Status::Failed, trace: "u".into(), ..row("arc", 0, 0.0) };
        let found = survey(&[row("fifo", 0, 0.5), empty.clone(), failed], Metric::MissRatio).unwrap();
        let coverage: Vec<_> =
            found.coverage.iter().map(|c| (&*c.series, c.places, c.missing, c.failed, c.empty)).collect();
        assert_eq!(coverage, [("fifo", 1, 0, 0, 0), ("lru", 0, 1, 0, 1), ("arc", 0, 1, 1, 0)]);
        assert_eq!(found.absent_traces, ["u"]);
        assert!(survey(&[empty], Metric::MissRatio).unwrap_err().to_string().contains("shorter"));
    }

    #[test]
    fn spellings_of_a_size_are_one() {
        let at = |policy: &str, given: &str| Row { capacity_given: given.into(), ..row(policy, 0, 0.5) };
        let found = observe(&[at("lru", "10.0%"), at("fifo", "10%")], Metric::MissRatio).unwrap();
        assert!(found.iter().all(|o| o.size == "10.0%") && found[0].place() == found[1].place());
    }

    #[test]
    fn what_cannot_be_observed_is_said() {
        let error = observe(&[row("lru", 0, 0.5)], Metric::ByteMissRatio).unwrap_err();
        assert!(error.to_string().contains("--size bytes"), "{error}");
        let error = observe(&[row("lru", 0, 0.5), row("lru", 1, f64::NAN)], Metric::MissRatio).unwrap_err();
        assert!(error.message().starts_with("row 2 (lru, t): miss_ratio"), "{error}");
        let failed = Row { status: Status::Failed, error: "no room".into(), ..row("arc", 0, 0.0) };
        assert!(observe(&[failed], Metric::HitRatio).unwrap_err().to_string().contains("no room"));
        assert!(observe(&[], Metric::HitRatio).is_err());
    }
}
