//! The tables of what is missing.

use super::observe::Survey;
use super::table::{Column, Line, Table, Unit};
use super::tables::{column, some_of};

/// What is left out, by series and as a whole. Without lines where nothing is.
pub(super) fn tables(survey: &Survey) -> [Table; 2] {
    const SERIES: &[Column] = &[
        column("places", "places", Unit::Count),
        column("missing", "missing", Unit::Count),
        column("failed", "failed rows", Unit::Count),
        column("empty", "empty rows", Unit::Count),
        column("unpaired", "unpaired seeds", Unit::Count),
    ];
    const WHOLE: &[Column] = &[
        column("absent_series", "series", Unit::Count),
        column("absent_traces", "traces", Unit::Count),
        column("unpaired_places", "places", Unit::Count),
    ];
    let line = |series: &str, values: Vec<usize>| Line {
        size: "all".to_owned(),
        circumstance: String::new(),
        series: series.to_owned(),
        values: values.into_iter().map(|n| Some(n as f64)).collect(),
    };
    let partial = survey.coverage.iter().filter(|own| !own.is_whole());
    let lines = partial.map(|c| line(&c.series, vec![c.places, c.missing, c.failed, c.empty, c.unpaired])).collect();
    let series = Table {
        name: "coverage".to_owned(),
        title: "What is missing, by series".to_owned(),
        notes: vec![
            "places: with a result; missing: where others have one; empty: the warm-up left no request to count"
                .to_owned(),
            "unpaired seeds: another series of the place has no result for them, so they are left out".to_owned(),
        ],
        columns: SERIES,
        lines,
    };
    let absent: Vec<String> = survey.coverage.iter().filter(|c| c.places == 0).map(|c| c.series.clone()).collect();
    let counts = vec![absent.len(), survey.absent_traces.len(), survey.unpaired_places];
    let mut notes = Vec::new();
    for (names, what) in [(&absent, "series"), (&survey.absent_traces, "traces")] {
        if !names.is_empty() {
            notes.push(format!("{what} without any result: {}", some_of(names)));
        }
    }
    if survey.unpaired_places > 0 {
        notes.push("places left out: their series have no seed in common".to_owned());
    }
    let lines = if counts.iter().sum::<usize>() > 0 { vec![line("", counts)] } else { Vec::new() };
    let title = "What is missing as a whole".to_owned();
    [series, Table { name: "absent".to_owned(), title, notes, columns: WHOLE, lines }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Row, Status};
    use crate::stats::{Metric, survey};

    #[test]
    fn what_is_missing_is_named() {
        let row = |trace: &str, policy: &str| Row {
            trace: trace.into(),
            policy: policy.into(),
            capacity: 5,
            miss_ratio: 0.5,
            hit_ratio: 0.5,
            ..Row::default()
        };
        let failed = |trace: &str, policy: &str| Row { status: Status::Failed, ..row(trace, policy) };
        let rows = [row("a", "fifo"), row("a", "lru"), failed("a", "arc"), failed("b", "fifo")];
        let [series, whole] = tables(&survey(&rows, Metric::MissRatio).unwrap());
        let text = series.text();
        assert!(text.contains("fifo         1        0            1"), "{text}");
        assert!(text.contains("arc          0        1            1") && !text.contains("lru"), "{text}");
        let text = whole.text();
        assert!(
            text.contains("series without any result: arc") && text.contains("traces without any result: b"),
            "{text}"
        );
        assert!(tables(&survey(&rows[..2], Metric::MissRatio).unwrap()).iter().all(|table| table.lines.is_empty()));
    }
}
