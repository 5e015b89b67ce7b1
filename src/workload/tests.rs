//! The workloads against the laws they promise.

use super::*;
use crate::core::{NEVER, SECOND};
use crate::trace::Keys;

/// The trace of a spec, checked.
fn trace(spec: &str, columns: Columns) -> Trace {
    let trace = generate(spec, 42, columns).unwrap_or_else(|e| panic!("{e}"));
    trace.validate().unwrap();
    trace
}

/// The keys of the requests.
fn keys(spec: &str) -> Vec<u64> {
    let trace = trace(spec, Columns { keys: true, ..Columns::IDS });
    let Keys::Int(keys) = &trace.keys else { panic!("no keys") };
    trace.ids.iter().map(|&id| keys[id as usize]).collect()
}

/// The mean of some numbers.
fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for value in values {
        sum += value;
        n += 1.0;
    }
    sum / n
}

/// Chi-square and degrees of freedom of keys against Zipf's law, in bins a factor 2^(1/4) wide.
fn zipf_fit(keys: &[u64], objects: u64, alpha: f64) -> (f64, f64) {
    let bin = |rank: u64| (libm::log2(rank as f64) * 4.0) as usize;
    let mut expected = vec![0.0; bin(objects) + 1];
    let mut found = vec![0.0; bin(objects) + 1];
    for rank in 1..=objects {
        expected[bin(rank)] += libm::pow(rank as f64, -alpha);
    }
    for key in keys {
        found[bin(key + 1)] += 1.0;
    }
    let total: f64 = expected.iter().sum();
    let (mut chi2, mut bins) = (0.0, -1.0);
    let (mut e, mut o) = (0.0, 0.0);
    for (weight, count) in expected.iter().zip(found).rev() {
        e += weight / total * keys.len() as f64;
        o += count;
        if e >= 20.0 {
            chi2 += (o - e) * (o - e) / e;
            bins += 1.0;
            (e, o) = (0.0, 0.0);
        }
    }
    (chi2, bins)
}

#[test]
fn zipf_follows_its_law() {
    for alpha in [0.0, 0.5, 0.99, 1.0, 1.2, 2.0] {
        for objects in [10, 1000, 100_000] {
            let drawn = keys(&format!("zipf:objects={objects},alpha={alpha},scramble=false,requests=1e6"));
            let (chi2, freedom) = zipf_fit(&drawn, objects, alpha);
            // Four standard deviations of the chi-square distribution.
            let limit = freedom + 4.0 * (2.0 * freedom).sqrt();
            assert!(freedom > 1.0 && chi2 < limit, "alpha {alpha}, {objects} objects: {chi2} of {freedom}");
        }
    }
}

#[test]
fn scrambling_hides_ranks_but_keeps_the_law() {
    let mut counts = vec![0u32; 1000];
    for key in keys("zipf:objects=1000,alpha=1,requests=1e6") {
        counts[key as usize] += 1;
    }
    let sorted_by_key = counts.windows(2).filter(|w| w[0] >= w[1]).count();
    assert!((400..600).contains(&sorted_by_key), "{sorted_by_key} of 999 neighbours in order of rank");
    counts.sort_unstable_by(|a, b| b.cmp(a));
    // The first rank has 1 / H(1000) = 13.36 % of the requests.
    assert!((f64::from(counts[0]) / 1e6 - 0.133_59).abs() < 0.002);
}

#[test]
fn uniform_asks_for_every_object_equally_often() {
    let (chi2, freedom) = zipf_fit(&keys("uniform:objects=5000,requests=1e6"), 5000, 0.0);
    assert!(chi2 < freedom + 4.0 * (2.0 * freedom).sqrt(), "{chi2} of {freedom}");
}

#[test]
fn loop_and_scan_are_exact() {
    assert_eq!(keys("loop:objects=3,requests=8"), [0, 1, 2, 0, 1, 2, 0, 1]);
    assert_eq!(keys("scan:requests=5"), [0, 1, 2, 3, 4]);
    assert_eq!(keys("scan:requests=5,objects=2"), [0, 1, 0, 1, 0]);
    assert_eq!(trace("scan:requests=10_000", Columns::IDS).objects, 10_000);
}

#[test]
fn many_keys_cost_nothing_until_they_are_asked_for() {
    let sparse = keys("uniform:objects=4e9,requests=1000");
    let high = sparse.iter().filter(|&&k| k >= 2_000_000_000).count();
    assert!((400..600).contains(&high), "{high} of 1000 in the upper half");
    assert_eq!(keys("sequence:parts=(scan(objects=4e9,requests=3)+scan(requests=2)),requests=8"), {
        [0, 1, 2, 4_000_000_000, 4_000_000_001, 3, 4, 5]
    });
}

#[test]
fn hot_objects_get_their_share() {
    let drawn = keys("hotspot:objects=1000,hot=0.1,p=0.9,scramble=false,requests=1e6");
    let share = drawn.iter().filter(|&&k| k < 100).count() as f64 / 1e6;
    assert!((share - 0.9).abs() < 0.0015, "{share}");
    let one = keys("hotspot:objects=1000,hot=0,p=1,requests=1000");
    assert!(one.iter().all(|&k| k == one[0]));
    assert!(keys("hotspot:objects=10,hot=1,p=0,requests=1000").iter().all(|&k| k < 10));
}

#[test]
fn popularity_drifts() {
    let drawn = keys("drift:objects=1000,alpha=1.2,period=1e5,step=10,scramble=false,requests=4e5");
    let most_popular = |from: usize| {
        let mut counts = vec![0; 1000];
        drawn[from..from + 100_000].iter().for_each(|&k| counts[k as usize] += 1);
        (0..1000).max_by_key(|&k| counts[k]).unwrap()
    };
    // Every period the ten objects at the end of the ranking come to its top.
    assert_eq!([0, 100_000, 200_000, 300_000].map(most_popular), [0, 990, 980, 970]);
    let back: Vec<u64> = drawn[100_000..200_000].iter().map(|k| (k + 10) % 1000).collect();
    let (chi2, freedom) = zipf_fit(&back, 1000, 1.2);
    assert!(chi2 < freedom + 4.0 * (2.0 * freedom).sqrt(), "{chi2} of {freedom}");
}

#[test]
fn a_mix_has_its_shares_and_disjoint_keys() {
    let drawn = keys("mix:requests=1e6,parts=(0.5*loop(objects=10)+3*zipf(objects=100)+1.5*scan)");
    let part = |range: std::ops::Range<u64>| drawn.iter().filter(|k| range.contains(k)).copied().collect::<Vec<_>>();
    let parts = [part(0..10), part(10..110), part(110..u64::MAX)];
    for (part, share) in parts.iter().zip([0.1, 0.6, 0.3]) {
        assert!((part.len() as f64 / 1e6 - share).abs() < 0.0025, "{} for {share}", part.len());
    }
    assert!(parts[0].iter().enumerate().all(|(i, &k)| k == i as u64 % 10));
    assert!(parts[2].iter().enumerate().all(|(i, &k)| k == i as u64 + 110));
}

#[test]
fn a_sequence_goes_through_its_parts() {
    let parts = "parts=(loop(objects=2,requests=3)+scan(requests=2))";
    assert_eq!(keys(&format!("sequence:{parts}")), [0, 1, 0, 2, 3]);
    assert_eq!(keys(&format!("sequence:{parts},shared=true")), [0, 1, 0, 0, 1]);
    // The parts come round again, each going on where it stopped.
    assert_eq!(keys(&format!("sequence:{parts},requests=9")), [0, 1, 0, 2, 3, 1, 0, 1, 2]);
    assert_eq!(keys(&format!("sequence:{parts},requests=4")), [0, 1, 0, 2]);
}

#[test]
fn parts_nest() {
    let drawn =
        keys("sequence:parts=(mix(requests=1000,parts=(loop(objects=2)+loop(objects=2)))+loop(objects=1,requests=5))");
    assert_eq!(drawn.len(), 1005);
    assert!(drawn[..1000].iter().all(|&k| k < 4) && drawn[1000..].iter().all(|&k| k == 4));
    // A sequence in a mix goes on as long as the mix does.
    assert_eq!(keys("mix:requests=7,parts=sequence(parts=(loop(objects=1,requests=2)+scan(requests=1)))").len(), 7);
}

#[test]
fn batches_do_not_matter() {
    let specs = [
        "zipf:objects=100,requests=100",
        "uniform:objects=77,requests=100",
        "hotspot:objects=100,requests=100",
        "drift:objects=100,period=7,step=3,requests=100",
        "mix:requests=100,parts=(zipf(objects=10)+2*scan+drift(objects=9,period=2))",
        "sequence:parts=(loop(objects=5,requests=11)+zipf(objects=9,requests=20)),requests=100",
    ];
    for spec in specs {
        let draw = |batches: &[usize]| {
            let plan = plan::Plan::read(spec).unwrap();
            let stream = plan.stream(42);
            let mut source = (plan.start)(&stream);
            let mut out = vec![0; 1000];
            let mut from = 0;
            for &batch in batches.iter().cycle() {
                let to = (from + batch).min(out.len());
                source.fill(&mut out[from..to]);
                from = to;
                if from == out.len() {
                    return out;
                }
            }
            out
        };
        assert_eq!(draw(&[1000]), draw(&[1, 2, 65, 7, 128]), "{spec}");
    }
}

#[test]
fn ids_do_not_depend_on_columns_or_laws() {
    let plain = trace("zipf:objects=1000,requests=5000", Columns::IDS);
    let full = "zipf:objects=1000,requests=5000,size=lognormal(4KiB,1),ttl=60s,arrivals=poisson(10)";
    let all = trace(full, Columns::ALL);
    assert_eq!(plain.ids, all.ids);
    assert_eq!(trace(full, Columns::IDS).ids, all.ids);
    assert!(all.sizes.is_some() && all.times.is_some() && all.ttls.is_some() && all.ops.is_none());
    let few = trace(full, Columns { times: true, ..Columns::IDS });
    assert!(few.sizes.is_none() && few.ttls.is_none() && few.keys == Keys::None);
    assert_eq!(few.times, all.times);
    assert_ne!(generate(full, 43, Columns::IDS).unwrap().ids, all.ids);
}

#[test]
fn an_object_has_one_size_everywhere() {
    let sizes = |spec: &str| {
        let trace = trace(spec, Columns::ALL);
        let Keys::Int(keys) = &trace.keys else { panic!("no keys") };
        let mut by_key = std::collections::BTreeMap::new();
        for (&id, &size) in trace.ids.iter().zip(trace.sizes.as_ref().unwrap()) {
            assert_eq!(*by_key.entry(keys[id as usize]).or_insert(size), size, "{spec}");
        }
        by_key
    };
    let law = "size=uniform(1KiB,64KiB)";
    let a = sizes(&format!("loop:objects=100,requests=200,{law}"));
    let b = sizes(&format!("zipf:objects=100,alpha=0,requests=1e4,{law}"));
    assert_eq!(a, b);
}

#[test]
fn parts_may_have_laws_of_their_own() {
    let spec = "mix:requests=1000,size=1KiB,parts=(loop(objects=5,size=fixed(7),ttl=2s)+scan)";
    let trace = trace(spec, Columns::ALL);
    let Keys::Int(keys) = &trace.keys else { panic!("no keys") };
    for (&id, &size) in trace.ids.iter().zip(trace.sizes.as_ref().unwrap()) {
        assert_eq!(size, if keys[id as usize] < 5 { 7 } else { 1024 });
    }
    for (&id, &ttl) in trace.ids.iter().zip(trace.ttls.as_ref().unwrap()) {
        assert_eq!(ttl, if keys[id as usize] < 5 { 2 * SECOND } else { NEVER });
    }
}

/// Sizes and times to live (in seconds) of 200,000 objects, in ascending order.
fn drawn(parameter: &str) -> Vec<f64> {
    let trace = trace(&format!("scan:requests=2e5,{parameter}"), Columns::ALL);
    let mut values: Vec<f64> = match (&trace.sizes, &trace.ttls) {
        (Some(sizes), _) => sizes.iter().map(|&s| f64::from(s)).collect(),
        (_, Some(ttls)) => ttls.iter().map(|&t| t as f64 / 1e9).collect(),
        _ => panic!("no values for {parameter}"),
    };
    values.sort_unstable_by(f64::total_cmp);
    values
}

/// The value below which a share of the sorted `values` lies.
fn quantile(values: &[f64], share: f64) -> f64 {
    values[(values.len() as f64 * share) as usize]
}

#[test]
fn laws_have_their_quantiles() {
    // Quantiles at 0.1, 0.5 and 0.9 from the laws' inverse distribution functions.
    let z = 1.281_551_565_544_6_f64;
    let cases = [
        ("size=fixed(4096)", [4096.0; 3]),
        ("size=uniform(1000,2000)", [1100.0, 1500.0, 1900.0]),
        ("size=lognormal(4KiB,1.5)", [4096.0 * (-1.5 * z).exp(), 4096.0, 4096.0 * (1.5 * z).exp()]),
        ("size=pareto(1000,1.2)", [0.9, 0.5, 0.1].map(|t: f64| 1000.0 * t.powf(-1.0 / 1.2))),
        ("size=pareto(1000,1,4000)", [0.925, 0.625, 0.325].map(|t: f64| 1000.0 / t)),
        ("size=exponential(1e6)", [0.9, 0.5, 0.1].map(|t: f64| -1e6 * t.ln())),
        ("ttl=uniform(10s,100s)", [19.0, 55.0, 91.0]),
        ("ttl=lognormal(1m,0.5)", [60.0 * (-0.5 * z).exp(), 60.0, 60.0 * (0.5 * z).exp()]),
        ("ttl=exponential(250ms)", [0.9, 0.5, 0.1].map(|t: f64| -0.25 * t.ln())),
        ("ttl=90", [90.0; 3]),
    ];
    for (law, expected) in cases {
        let values = drawn(law);
        for (share, expected) in [0.1, 0.5, 0.9].into_iter().zip(expected) {
            let found = quantile(&values, share);
            assert!((found / expected - 1.0).abs() < 0.03, "{law}: quantile {share} is {found}, not {expected}");
        }
    }
    assert!((mean(drawn("ttl=exponential(10s)")) / 10.0 - 1.0).abs() < 0.01);
    let bounded = drawn("size=pareto(1000,0.1,4000)");
    assert!(bounded[0] >= 1000.0 && bounded[bounded.len() - 1] <= 4000.0);
}

#[test]
fn sizes_are_clamped() {
    let wild = drawn("size=lognormal(1000,50)");
    assert_eq!((wild[0], wild[wild.len() - 1]), (1.0, f64::from(u32::MAX)));
}

#[test]
fn arrivals_keep_their_rate() {
    let times = |spec: &str| trace(spec, Columns::ALL).times.unwrap();
    assert_eq!(times("loop:requests=4,arrivals=fixed(3)"), [0, 333_333_333, 666_666_667, 1_000_000_000]);
    for rate in [1000.0, 1e8] {
        let times = times(&format!("loop:requests=1e6,arrivals=poisson({rate})"));
        let gaps: Vec<f64> = times.windows(2).map(|w| (w[1] - w[0]) as f64 * rate / 1e9).collect();
        assert!((mean(gaps.iter().copied()) - 1.0).abs() < 0.005);
        // The variance of an exponential law is the square of its mean.
        assert!((mean(gaps.iter().map(|g| (g - 1.0) * (g - 1.0))) - 1.0).abs() < 0.02);
    }
    assert!(trace("loop:requests=4", Columns::ALL).times.is_none());
}

#[test]
fn the_canonical_form_is_stable() {
    let written = "zipf:objects=100000,alpha=1,scramble=true,requests=1000000";
    for same in ["zipf", "zipf:", "zipf()", " zipf : alpha = 1.0 ", "zipfian:requests=1e6,objects=100k"] {
        assert_eq!(canonical(same).unwrap(), written, "{same}");
    }
    assert_eq!(
        canonical("mix:parts=zipf(alpha=0.5,size=1KiB)+2*scan(ttl=90),requests=10,size=2KiB,arrivals=poisson(1e3)")
            .unwrap(),
        "mix:parts=(1*zipf(objects=100000,alpha=0.5,scramble=true,size=fixed(1024))+2*scan(objects=10,ttl=fixed(90s))),\
         requests=10,size=fixed(2048),arrivals=poisson(1000)"
    );
}
