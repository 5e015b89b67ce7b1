//! An analysis for people.

use crate::analyze::{Analysis, Distribution, Loops, OneHit, Popularity, Rate, Scans, Sequential};
use crate::core::quantity::{show_bytes, show_count};
use crate::stats::aligned;
use std::fmt::Write as _;

/// The quantiles that are shown.
const SHOWN: [f64; 5] = [0.1, 0.5, 0.9, 0.99, 0.999];

/// What stands in the table of a trace.
pub(super) fn described(found: &Analysis) -> String {
    let mut text = format!("{}\n", found.trace);
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<18} {value}");
    };
    let summary = &found.summary;
    line("requests", show_count(summary.requests));
    let each = format!("{:.2} requests each, {} at most", summary.mean_frequency, show_count(summary.max_frequency));
    line("objects", format!("{}; {each}", show_count(summary.objects)));
    if let Some(seconds) = summary.duration_seconds {
        line("duration", duration(seconds));
    }
    if let (Some(footprint), Some(requested)) = (summary.footprint_bytes, summary.bytes_requested) {
        line("bytes", format!("{} of objects, {} requested", show_bytes(footprint), show_bytes(requested)));
    }
    if let Some(operations) = &found.operations {
        let own = operations.mix.iter().map(|own| format!("{} {}", own.operation, percent(own.share)));
        line("operations", own.collect::<Vec<_>>().join(", "));
    }
    line("asked for once", once(&found.one_hit_wonders.windows));
    line("popularity", popularity(&found.popularity));
    if let Some(rate) = &found.request_rate {
        line("request rate", request_rate(rate));
    }
    let windows = found.working_set.mean_window_objects;
    line("working set", format!("{windows:.1} objects in a hundredth of the requests, on average"));
    line("scans", scans(&found.scans));
    if let Some(sequential) = &found.sequential {
        line("sequential keys", sequential_runs(sequential));
    }
    line("loops", loops(&found.loops));
    text + &quantiles(found)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// Three digits and the unit that suits: up to two of the next one, the smaller.
fn duration(seconds: f64) -> String {
    const UNITS: [(f64, f64, &str); 7] = [
        (172_800.0, 86_400.0, "days"),
        (7200.0, 3600.0, "h"),
        (120.0, 60.0, "min"),
        (1.0, 1.0, "s"),
        (1e-3, 1e-3, "ms"),
        (1e-6, 1e-6, "us"),
        (1e-9, 1e-9, "ns"),
    ];
    let (_, unit, name) = UNITS.into_iter().find(|(from, ..)| seconds >= *from).unwrap_or(UNITS[3]);
    let value = seconds / unit;
    let digits = match value {
        value if value >= 100.0 || value.fract() == 0.0 => 0,
        value if value >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$} {name}")
}

fn once(windows: &[OneHit]) -> String {
    let Some((whole, windows)) = windows.split_last() else { return String::new() };
    let mut text = format!("{} of the objects", percent(whole.one_hit_share));
    for (window, words) in
        windows.iter().rev().zip([("; in windows of ", " of the objects"), (", of ", ""), (", of ", "")])
    {
        let (share, once) = (100.0 * window.objects_share, percent(window.one_hit_share));
        let _ = write!(text, "{}{share} %{} {once}", words.0, words.1);
    }
    text
}

fn popularity(found: &Popularity) -> String {
    let shares = format!(
        "the first 1 % of the objects get {} of the requests, 10 % get {}",
        percent(found.top_hundredth_share),
        percent(found.top_tenth_share)
    );
    match (found.zipf_alpha, found.zipf_alpha_error, found.zipf_ks_distance) {
        (Some(alpha), Some(error), Some(distance)) => {
            format!("Zipf alpha {alpha:.4} (standard error {error:.1e}, KS distance {distance:.3}); {shares}")
        }
        _ => shares,
    }
}

fn request_rate(rate: &Rate) -> String {
    let (mean, peak) = (rate.mean_requests_per_second, rate.peak_requests_per_second);
    format!(
        "{mean:.1}/s, at most {peak:.1}/s in {}: {:.2} times as much",
        duration(rate.span_seconds),
        rate.peak_to_mean
    )
}

fn runs(count: u64) -> String {
    format!("{} run{}", show_count(count), if count == 1 { "" } else { "s" })
}

fn scans(found: &Scans) -> String {
    if found.scans == 0 {
        return "none".to_owned();
    }
    let (count, longest) = (runs(found.scans), show_count(found.longest_requests));
    let once = percent(found.one_time_share);
    format!(
        "{} of the requests, in {count}; the longest has {longest}; {once} of their objects are asked for once",
        percent(found.requests_share)
    )
}

fn sequential_runs(found: &Sequential) -> String {
    let Some(stride) = found.stride else { return "none".to_owned() };
    let (count, longest) = (runs(found.runs), show_count(found.longest_requests));
    format!(
        "{} of the requests, in {count}; the longest has {longest}; mostly by {stride:+}",
        percent(found.requests_share)
    )
}

fn loops(found: &Loops) -> String {
    if found.longest_requests == 0 {
        return "none".to_owned();
    }
    let length = found.length_objects.map(|objects| {
        let (objects, share) = (show_count(objects), percent(found.length_share));
        format!(" ({share} in a loop of {objects} objects)")
    });
    format!("{} of the requests{}", percent(found.requests_share), length.unwrap_or_default())
}

fn is_shown(quantile: f64) -> bool {
    SHOWN.iter().any(|shown| (shown - quantile).abs() < 1e-9)
}

/// A distribution as a row: its quantiles, and its largest number.
fn row(name: &str, found: &Distribution, show: impl Fn(f64) -> String) -> Vec<String> {
    let shown = found.quantiles.iter().filter(|own| is_shown(own.quantile)).map(|own| show(own.value));
    std::iter::once(name.to_owned()).chain(shown).chain([show(found.max)]).collect()
}

fn quantiles(found: &Analysis) -> String {
    let count = |value: f64| show_count(value as u64);
    let mut grid: Vec<Vec<String>> = Vec::new();
    let mut add = |name: &str, found: Option<&Distribution>, show: &dyn Fn(f64) -> String| {
        grid.extend(found.map(|found| row(name, found, show)));
    };
    add("reuse distance (objects)", found.reuse_distance_objects.as_ref(), &count);
    add("reuse time (requests)", found.reuse_time_requests.as_ref(), &count);
    add("reuse time", found.reuse_time_seconds.as_ref(), &duration);
    add("time to live", found.ttl_seconds.as_ref(), &duration);
    if let Some(sizes) = &found.size_bytes {
        let bytes = |value: f64| show_bytes(value as u64);
        let [mut objects, mut requests] = ["size of an object", "size of a request"].map(|name| vec![name.to_owned()]);
        for own in sizes.quantiles.iter().filter(|own| is_shown(own.quantile)) {
            objects.push(bytes(own.by_object));
            requests.push(bytes(own.by_request));
        }
        objects.push(bytes(sizes.max_by_object));
        requests.push(bytes(sizes.max_by_request));
        grid.extend([objects, requests]);
    }
    if grid.is_empty() {
        return String::new();
    }
    let head = ["  quantiles", "10 %", "50 %", "90 %", "99 %", "99.9 %", "most"].map(str::to_owned).to_vec();
    let rows = grid.into_iter().map(|mut row| {
        row[0].insert_str(0, "  ");
        row
    });
    let grid: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    aligned(&grid, 1..SHOWN.len() + 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Trace;

    #[test]
    fn durations_have_a_unit_that_suits() {
        let shown = [0.0, 2e-9, 0.001, 0.25, 1.0, 90.0, 119.0, 150.0, 7200.0, 100_000.0, 864_000.0].map(duration);
        assert_eq!(
            shown,
            ["0 s", "2 ns", "1 ms", "250 ms", "1 s", "90 s", "119 s", "2.50 min", "2 h", "27.8 h", "10 days"]
        );
    }

    #[test]
    fn a_loop_in_words() {
        let text = described(&Analysis::of(&Trace::from_keys("a loop", (0..2000).map(|i| i % 200)), &|_| {}));
        for wanted in [
            "a loop\n",
            "200; 10.00 requests each, 10 at most",
            "in windows of 10 % of the objects 100.0 %",
            "10.0 % of the requests, in 1 run; the longest has 200; 0.0 % of their objects are asked for once",
            "90.0 % of the requests (90.0 % in a loop of 200 objects)",
            "reuse distance (objects)   200",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
        let text = described(&Analysis::of(&Trace::from_keys("t", [1, 2]), &|_| {}));
        assert!(text.contains("scans              none") && !text.contains("quantiles"), "{text}");
    }
}
