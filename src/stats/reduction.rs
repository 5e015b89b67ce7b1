//! Reduction of the miss ratio against a baseline.

use super::close::order;
use super::observation::{Compared, Observation, Place};
use crate::core::{Error, Result, error::closest};
use std::collections::HashMap;

/// How much lower a miss ratio is than the baseline's, from -1 to 1 and above 0 where it is lower: the difference over the
/// larger of the two, and 0 where both are the same.
///
/// This is the metric of Yang, Zhang, Qiu, Yue and Rashmi, "FIFO Queues Are All You Need for Cache Eviction" (SOSP 2023,
/// section 5): `(fifo - mr) / fifo`, but `-(mr - fifo) / mr` where the policy is worse, so that one bad trace cannot
/// outweigh all the others.
pub fn reduction(baseline: f64, miss_ratio: f64) -> f64 {
    if order(baseline, miss_ratio).is_eq() { 0.0 } else { (baseline - miss_ratio) / baseline.max(miss_ratio) }
}

/// The reductions of all other series against `baseline`, wherever that was observed too, in the order of the
/// observations. Seeds and repetitions are averaged before.
///
/// # Errors
/// No series has that label; the observations are not of a miss ratio.
pub fn reductions<'a>(
    observations: impl IntoIterator<Item = &'a Observation>,
    baseline: &str,
) -> Result<Vec<Compared>> {
    let observations: Vec<&Observation> = observations.into_iter().collect();
    if let Some(other) = observations.iter().find(|o| !o.metric.is_miss()) {
        return Err(Error::usage(format!("a {} has no reduction", other.metric.name())).hint("observe a miss ratio"));
    }
    let base: HashMap<Place<'_>, f64> =
        observations.iter().filter(|o| o.series == baseline).map(|o| (o.place(), o.mean)).collect();
    if base.is_empty() {
        return Err(no_series(&observations, baseline));
    }
    let others = observations.into_iter().filter(|o| o.series != baseline);
    let found = others.filter_map(|o| {
        let reduction = reduction(*base.get(&o.place())?, o.mean);
        Some(Compared::new(o, reduction))
    });
    Ok(found.collect())
}

fn no_series(observations: &[&Observation], name: &str) -> Error {
    let mut known: Vec<&str> = Vec::new();
    for observation in observations {
        if !known.contains(&observation.series.as_str()) {
            known.push(&observation.series);
        }
    }
    Error::usage(format!("no series '{name}'")).hint(match closest(name, known.iter().copied()) {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("there are: {}", known.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Row;
    use crate::stats::{Metric, observe};

    fn row(trace: &str, policy: &str, miss_ratio: f64) -> Row {
        Row { trace: trace.into(), policy: policy.into(), capacity: 5, miss_ratio, ..Row::default() }
    }

    #[test]
    fn better_is_over_the_baseline_and_worse_over_the_policy() {
        // By hand: 0.4 to 0.3 is a quarter less; 0.3 to 0.4 is a quarter of 0.4.
        for (base, mr, known) in [
            (0.4, 0.3, 0.25),
            (0.3, 0.4, -0.25),
            (0.5, 0.0, 1.0),
            (0.0, 0.5, -1.0),
            (0.0, 0.0, 0.0),
            (0.2, 0.2 + 1e-16, 0.0),
        ] {
            assert!((reduction(base, mr) - known).abs() < 1e-12, "{base} {mr}");
        }
    }

    #[test]
    fn only_places_with_the_baseline_count() {
        let rows = [
            row("a", "fifo", 0.4),
            row("a", "lru", 0.3),
            row("b", "lru", 0.3),
            row("c", "lru", 0.5),
            row("c", "fifo", 0.2),
        ];
        let observations = observe(&rows, Metric::MissRatio).unwrap();
        let found = reductions(&observations, "fifo").unwrap();
        let found: Vec<(&str, f64)> = found.iter().map(|r| (r.trace.as_str(), r.value)).collect();
        assert_eq!(found, [("a", reduction(0.4, 0.3)), ("c", -0.6)]);
    }

    #[test]
    fn a_baseline_that_is_not_there_is_an_error() {
        let observations = observe(&[row("a", "fifo", 0.4)], Metric::MissRatio).unwrap();
        let error = reductions(&observations, "fifi").unwrap_err();
        assert!(error.to_string().contains("did you mean 'fifo'"), "{error}");
        let observations = observe(&[row("a", "fifo", 0.4)], Metric::HitRatio).unwrap();
        assert!(reductions(&observations, "fifo").is_err());
    }
}
