//! Known answers for whole traces, and the table against the object.

use super::*;
use crate::core::rng;
use crate::trace::Keys;
use serde_json::Value;

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

fn of(keys: impl IntoIterator<Item = u64>) -> Analysis {
    Analysis::of(&Trace::from_keys("t", keys), &|_| {})
}

/// Draws from Zipf's law by inverting its distribution function.
fn zipf(objects: usize, requests: usize, alpha: f64) -> Vec<u64> {
    let mut below = Vec::with_capacity(objects);
    let mut sum = 0.0;
    for rank in 1..=objects {
        sum += libm::pow(rank as f64, -alpha);
        below.push(sum);
    }
    let mut rng = rng::rng(11, "analyze");
    let mut draw = || rng::below(&mut rng, 1 << 53) as f64 / (1u64 << 53) as f64 * sum;
    (0..requests)
        .map(|_| {
            let at = draw();
            below.partition_point(|&b| b <= at) as u64
        })
        .collect()
}

#[test]
fn a_cyclic_trace_is_a_loop() {
    let found = of((0..100_000).map(|i| i % 777));
    assert_eq!(found.loops.length_objects, Some(777));
    assert!(
        near(found.loops.length_share, 1.0 - 777.0 / 1e5) && near(found.loops.requests_share, found.loops.length_share)
    );
    assert_eq!((found.scans.scans, found.scans.longest_requests), (1, 777), "the first round");
    assert!(near(found.scans.one_time_share, 0.0));
    assert_eq!(found.reuse_time_requests.unwrap().max as u64, 777);
    let popularity = found.popularity;
    assert!(popularity.zipf_alpha.unwrap() < 0.01 && popularity.zipf_ks_distance.unwrap() < 0.01);
}

#[test]
fn a_loop_is_found_beside_other_requests() {
    // Every third request repeats the one before; every thousandth is to an object of its own.
    let keys = (0..60_000u64).map(|i| if i % 1000 == 999 { 1_000_000 + i } else { i / 3 * 2 % 1000 });
    let found = of(keys);
    assert!(found.loops.requests_share > 0.9, "{:?}", found.loops);
    assert!(found.loops.length_objects.is_some_and(|length| (500..=502).contains(&length)), "{:?}", found.loops);
}

#[test]
fn a_single_scan_is_all_of_its_trace() {
    let found = of(0..50_000);
    assert_eq!((found.scans.scans, found.scans.longest_requests), (1, 50_000));
    assert!(near(found.scans.requests_share, 1.0) && near(found.scans.one_time_share, 1.0));
    assert!(near(found.loops.requests_share, 0.0) && found.reuse_distance_objects.is_none());
    assert!(found.one_hit_wonders.windows.iter().all(|window| near(window.one_hit_share, 1.0)));
    assert_eq!(found.working_set.points.last().map(|point| (point.requests, point.objects)), Some((50_000, 50_000)));
}

#[test]
fn independent_requests_have_neither_scans_nor_loops() {
    let keys = zipf(10_000, 300_000, 1.0);
    let mut trace = Trace::from_keys("t", keys.iter().copied());
    let mut of_id = vec![0; trace.objects];
    trace.ids.iter().zip(&keys).for_each(|(&id, &key)| of_id[id as usize] = key);
    trace.keys = Keys::Int(of_id);
    let found = Analysis::of(&trace, &|_| {});
    assert!(near(found.scans.requests_share, 0.0) && near(found.loops.requests_share, 0.0), "{found:?}");
    let sequential = found.sequential.unwrap();
    assert!(near(sequential.requests_share, 0.0) && sequential.stride.is_none());
    assert_eq!(found.loops.length_objects, None);
    // Nearly all objects are seen, thirty times on average: the bias is small.
    let popularity = found.popularity;
    let alpha = popularity.zipf_alpha.unwrap();
    assert!((0.99..1.03).contains(&alpha) && popularity.zipf_alpha_error.unwrap() < 0.003, "{popularity:?}");
    assert!(popularity.zipf_ks_distance.unwrap() < 0.02, "{popularity:?}");
    // The law: half of the requests, or so, are for a hundredth of the objects.
    assert!((0.5..0.6).contains(&popularity.top_hundredth_share), "{popularity:?}");
    // Shorter windows have more one-hit wonders; a thousandth of the objects is too few.
    let shares: Vec<f64> = found.one_hit_wonders.windows.iter().map(|window| window.one_hit_share).collect();
    assert!(shares.len() == 3 && shares.windows(2).all(|pair| pair[0] > pair[1]), "{shares:?}");
}

/// A trace with every column, so that every section is there.
fn whole() -> Trace {
    let keys = zipf(500, 3000, 0.8);
    let mut trace = Trace::from_keys("a, \"trace\"", keys.iter().copied());
    let n = trace.requests() as u64;
    trace.sizes = Some(trace.ids.iter().map(|&id| 100 + id * 7).collect());
    trace.times = Some((0..n).map(|i| i * SECOND / 3).collect());
    trace.ttls = Some((0..n).map(|i| if i % 2 == 0 { crate::core::NEVER } else { (1 + i % 50) * SECOND }).collect());
    trace.keys = Keys::Int((0..trace.objects as u64).collect());
    trace
}

#[test]
fn what_a_trace_has_is_analysed() {
    let found = Analysis::of(&whole(), &|_| {});
    assert!(found.size_bytes.is_some() && found.ttl_seconds.is_some() && found.request_rate.is_some());
    assert!(found.sequential.is_some() && found.operations.is_none());
    assert_eq!(found.working_set.points.len(), 100);
    let last = found.working_set.points.last().unwrap();
    assert_eq!((last.objects, last.bytes), (found.summary.objects, found.summary.footprint_bytes));
    assert_eq!(last.seconds, found.summary.duration_seconds);
    let plain = of([1, 2, 1]);
    assert!(plain.size_bytes.is_none() && plain.ttl_seconds.is_none() && plain.request_rate.is_none());
    let empty = of([]);
    assert_eq!((empty.summary.requests, empty.popularity.ranks.len(), empty.working_set.points.len()), (0, 0, 0));
}

#[test]
fn the_watcher_hears_of_every_request() {
    let heard = std::cell::Cell::new(0);
    Analysis::of(&whole(), &|done| heard.set(heard.get() + done));
    assert_eq!(heard.get(), 3000);
}

/// The numbers of an object, by their places: lists by the first member of their items.
fn numbers(value: &Value, path: &str, found: &mut Vec<(String, f64)>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                numbers(value, &format!("{path}.{name}"), found);
            }
        }
        Value::Array(items) => {
            for item in items {
                let (_, at) = item.as_object().unwrap().iter().next().unwrap();
                let mut own = Vec::new();
                numbers(item, path, &mut own);
                // A number that says where the item is has no row of its own.
                own.drain(..usize::from(at.is_number()));
                let word = at.as_str().map(|word| format!(".{word}")).unwrap_or_default();
                let place = |name: String| match at.as_f64() {
                    Some(at) => format!("{name} at {at:?}"),
                    None => name.replacen(path, &format!("{path}{word}"), 1),
                };
                found.extend(own.into_iter().map(|(name, number)| (place(name), number)));
            }
        }
        _ => found.extend(value.as_f64().map(|number| (path.to_owned(), number))),
    }
}

#[test]
fn the_table_has_the_numbers_of_the_object() {
    let mut analyses = vec![Analysis::of(&whole(), &|_| {}), of([1, 2, 1]), of([])];
    analyses[1].operations = Some(Operations { mix: vec![Operation { operation: "get", requests: 3, share: 1.0 }] });
    for analysis in &analyses {
        let mut known = Vec::new();
        numbers(&serde_json::to_value(analysis).unwrap(), "", &mut known);
        let rows = analysis.rows().unwrap();
        let shown = rows.iter().map(|row| {
            let at = row.x.map(|x| format!(" at {x:?}")).unwrap_or_default();
            (format!(".{}.{}{at}", row.section, row.name), row.value)
        });
        assert_eq!(shown.collect::<Vec<_>>(), known);
        assert!(rows.iter().all(|row| row.trace == analysis.trace && row.x.is_some() != row.x_name.is_empty()));
    }
}
