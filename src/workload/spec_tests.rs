//! Specs: errors, arbitrary text, and traces that must never change.

use super::*;
use crate::core::error::Kind;
use crate::core::hash;
use proptest::prelude::*;

#[test]
fn everything_listed_works() {
    for workload in WORKLOADS {
        assert_eq!(find(workload.name).unwrap().name, workload.name);
        let once = canonical(workload.example).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(canonical(&once).unwrap(), once);
        for alias in workload.aliases {
            assert_eq!(find(alias).unwrap().name, workload.name);
        }
        // A default written out is the same spec.
        let defaults: Vec<_> = workload
            .params
            .iter()
            .filter(|p| !p.default.is_empty())
            .map(|p| format!("{}={}", p.name, p.default))
            .collect();
        let needed = if workload.params.iter().any(|p| p.name == "parts") { "parts=scan," } else { "" };
        let written = canonical(&format!("{}:{needed}{}", workload.name, defaults.join(","))).unwrap();
        assert_eq!(written, canonical(&format!("{}:{}", workload.name, needed.trim_end_matches(','))).unwrap());
    }
    assert!(WORKLOADS.is_sorted_by_key(|w| w.name));
    for law in laws() {
        canonical(&format!("scan:requests=10,{}", law.example)).unwrap_or_else(|e| panic!("{e}"));
    }
}

#[test]
fn errors_point_and_help() {
    let cases = [
        ("", "character 1: unknown workload ''", "known workloads: drift, hotspot"),
        ("zpif:alpha=1", "character 1: unknown workload 'zpif'", "did you mean 'zipf'?"),
        (
            "zipf:alpah=1",
            "character 6: zipf has no parameter 'alpah'",
            "did you mean 'alpha'? zipf takes objects, alpha",
        ),
        ("zipf:alpha=-1", "character 12: 'alpha': must be at least 0, found -1", "skew of the popularity"),
        ("zipf:alpha=nan", "character 12: 'alpha': expected a number, found 'nan'", "skew of the popularity"),
        ("zipf:alpha=inf", "character 12: 'alpha': expected a number", "skew"),
        ("zipf:objects=0", "character 14: 'objects': must be at least 1", "from 1 to 268,435,456"),
        ("zipf:requests=0", "'requests': must be at least 1", "from 1 to 4,294,967,294"),
        ("zipf:requests=1e10", "'requests': 10,000,000,000 are too many", "from 1 to 4,294,967,294"),
        ("zipf:objects=1e9", "'objects': 1,000,000,000 are too many", "from 1 to"),
        ("zipf:objects=-5", "'objects': '-5' is negative", "from 1 to"),
        ("zipf:alpha", "character 6: expected name=value, found 'alpha'", "zipf takes objects"),
        ("zipf:alpha=", "'alpha' has no value", ""),
        ("zipf:alpha=1,", "character 14: expected name=value, found ''", ""),
        ("zipf:alpha=1,alpha=2", "character 14: 'alpha' is given twice", ""),
        ("zipf:scramble=yes", "must be true or false, found 'yes'", "seeded permutation"),
        ("zipf(alpha=1", "character 5: this '(' is never closed", ""),
        ("zipf)", "character 5: this ')' closes nothing", ""),
        ("zipf(alpha=1)x", "character 14: unexpected 'x' after", ""),
        ("zipf:size=lognormal(4KiB)", "lognormal takes (median, sigma), found 1 arguments", "size=lognormal"),
        ("zipf:size=lognorm(4KiB,1)", "character 11: there is no law 'lognorm'", "did you mean 'lognormal'?"),
        ("zipf:size=0", "between 1 and 4294967295 bytes, found '0'", ""),
        ("zipf:size=5GiB", "between 1 and 4294967295 bytes", ""),
        ("zipf:size=uniform(9,1)", "smallest value is above the largest", ""),
        ("zipf:ttl=soon", "no law 'soon'", "known laws: fixed"),
        ("zipf:ttl=5parsecs", "'5parsecs' is not a duration", "write seconds"),
        ("zipf:arrivals=poisson(0)", "character 23: 'rate' must be between", ""),
        ("zipf:arrivals=poisson", "poisson takes (rate), found 0", "arrivals=poisson(1000)"),
        ("zipf:arrivals=fixed(1e-6),requests=1e6", "more than 292 years", "raise the rate"),
        ("hotspot:hot=2", "'hot': must be between 0 and 1", "share of the objects"),
        ("mix", "mix needs 'parts='", "for example mix:parts="),
        ("mix:parts=(0.7*zipf+0.3*)", "character 25: unknown workload ''", "known workloads"),
        ("mix:parts=(0*zipf)", "character 12: a weight must be above 0", "weights are relative"),
        ("mix:parts=zipf(requests=5)", "character 16: the requests of a mix belong to the whole", "use a sequence"),
        ("mix:parts=zipf(arrivals=poisson(1))", "arrivals belong to the whole", ""),
        ("mix:parts=zipf:alpha=1", "not a workload with its parameters", "write zipf(name=value,...)"),
        ("mix:parts=zipf(size=1)+scan", "some parts have a size law", "to every part"),
        ("sequence:parts=(2*zipf+scan)", "parts of a sequence have no weights", "use mix"),
        ("sequence:shared=true,parts=zipf(size=1)", "part 1 has a law of its own", "beside 'parts"),
    ];
    for (spec, message, hint) in cases {
        let error = canonical(spec).expect_err(spec);
        let text = error.to_string();
        assert_eq!(error.kind(), Kind::Usage, "{spec}");
        assert!(error.message().starts_with(&format!("workload '{spec}', character ")), "{text}");
        assert!(error.message().contains(message), "{spec}: {text}");
        assert!(text[error.message().len()..].contains(hint), "{spec}: {text}");
    }
    let deep = format!("{}scan{}", "mix(parts=".repeat(40), ")".repeat(40));
    assert!(canonical(&deep).unwrap_err().message().contains("nest more than"));
    assert!(canonical("sequence:parts=(scan(requests=4e9)+scan(requests=4e9))").is_err());
    assert!(canonical(&format!("mix:parts={}", ["scan"; 300].join("+"))).is_err());
}

/// Hashes of the ids, sizes, times and times to live, little-endian; 0 for a column that is absent.
fn fingerprint(spec: &str) -> [u64; 4] {
    let trace = generate(spec, 42, Columns::ALL).unwrap();
    let of = |bytes: Option<Vec<u8>>| bytes.map_or(0, |b| hash::bytes(&b));
    let wide = |column: &Option<crate::trace::Column<u64>>| {
        of(column.as_ref().map(|c| c.iter().flat_map(|v| v.to_le_bytes()).collect()))
    };
    [
        of(Some(trace.ids.iter().flat_map(|v| v.to_le_bytes()).collect())),
        of(trace.sizes.as_ref().map(|c| c.iter().flat_map(|v| v.to_le_bytes()).collect())),
        wide(&trace.times),
        wide(&trace.ttls),
    ]
}

#[test]
fn traces_never_change() {
    let golden: [(&str, [u64; 4]); 9] = [
        (
            "zipf:objects=1000,alpha=0.9,requests=10000,\
             size=lognormal(4KiB,1.5),ttl=uniform(60s,600s),arrivals=poisson(1000)",
            [0x919d_6e52_e85a_6146, 0xb96e_91e5_c9fd_0577, 0x0612_3ee5_0bec_ed10, 0x95b4_b875_e7ce_0368],
        ),
        (
            "zipf:objects=500,alpha=1.3,scramble=false,requests=5000,\
             size=pareto(1KiB,1.2),ttl=exponential(10s),arrivals=fixed(7)",
            [0xf1aa_b7b9_8ab9_e35e, 0xd04b_76d5_6b28_b08a, 0xb3e0_3ec0_e25a_d310, 0xfe2b_8f2a_8ffe_961d],
        ),
        (
            "uniform:objects=1000,requests=10000,size=uniform(1KiB,64KiB),ttl=lognormal(1m,2)",
            [0xdc1b_bfd9_b333_84d3, 0x3d01_c40c_03c6_c410, 0, 0x6b15_5ffc_8b8c_9145],
        ),
        (
            "scan:objects=700,requests=1000,size=exponential(10000),ttl=fixed(60s)",
            [0xdec9_fc2e_9e8f_b3ee, 0xea33_d3b8_c531_8af3, 0, 0xebba_3acf_3a22_6f6f],
        ),
        (
            "loop:objects=70,requests=1000,size=pareto(1KiB,0.9,1MiB)",
            [0xc7a9_4661_e9e5_31f7, 0x4716_8d9a_578a_c18d, 0, 0],
        ),
        ("hotspot:objects=1000,hot=0.1,p=0.9,requests=10000", [0x5ff5_4a04_ea89_8f38, 0, 0, 0]),
        ("drift:objects=1000,period=100,step=3,requests=10000", [0x765b_e9f5_2c1d_3174, 0, 0, 0]),
        ("mix:parts=(0.7*zipf(objects=1000)+0.3*scan),requests=10000", [0x214b_0002_2c3c_4d71, 0, 0, 0]),
        (
            "sequence:parts=(loop(objects=100,requests=1000)+zipf(objects=100,requests=1000)),shared=true,requests=5000",
            [0xfc7e_e394_393c_6610, 0, 0, 0],
        ),
    ];
    for (spec, expected) in golden {
        assert_eq!(fingerprint(spec), expected, "{spec}");
    }
}

/// Specs of small traces, most of them valid.
fn small_spec() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (1..200u32, 0.0..3.0f64, any::<bool>())
            .prop_map(|(n, a, s)| format!("zipf(requests=50,objects={n},alpha={a},scramble={s})")),
        (1..200u32).prop_map(|n| format!("loop(requests=30,objects={n},size=uniform(1,{n}))")),
        (1..200u32).prop_map(|n| format!("uniform(requests=70,objects={n})")),
        (1..200u32, 0.0..=1.0f64, 0.0..=1.0f64)
            .prop_map(|(n, h, p)| format!("hotspot(requests=90,objects={n},hot={h},p={p})")),
        (1..200u32, 1..50u32, 1..500u32)
            .prop_map(|(n, p, s)| format!("drift(requests=80,objects={n},period={p},step={s})")),
        Just("scan(requests=20)".to_owned()),
    ];
    let laws = prop_oneof![Just(""), Just(",size=lognormal(4KiB,9)"), Just(",ttl=exponential(1s),size=pareto(1,0.01)")];
    let parts = prop::collection::vec(leaf.clone(), 1..5).prop_map(|parts| parts.join("+"));
    let inner = parts.clone().prop_map(|parts| format!("sequence(parts=({parts}))"));
    let sequence =
        (parts, 1..400u32, laws).prop_map(|(parts, n, laws)| format!("sequence(requests={n}{laws},parts=({parts}))"));
    let mix = (prop::collection::vec((inner, 0.01..9.0f64), 1..4), 1..400u32).prop_map(|(parts, n)| {
        let parts: Vec<_> = parts.iter().map(|(part, weight)| format!("{weight}*{part}")).collect();
        format!("mix(requests={n},size=1KiB,ttl=5s,arrivals=poisson(9),parts=({}))", parts.join("+"))
    });
    prop_oneof![leaf, sequence, mix]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in "\\PC{0,60}") {
        let _ = canonical(&text);
    }

    #[test]
    fn no_sequence_of_tokens_panics(
        tokens in prop::collection::vec(prop::sample::select(vec![
            "zipf", "mix", "sequence", "scan", ":", "(", ")", ",", "+", "*", "=", "parts", "objects", "requests", "alpha",
            "size", "ttl", "arrivals", "lognormal", "pareto", "poisson", "1", "0.5", "-1", "1e18", "nan", "4KiB", "é", " ",
        ]), 0..24)
    ) {
        if let Ok(form) = canonical(&tokens.concat()) {
            prop_assert_eq!(canonical(&form).unwrap(), form);
        }
    }

    #[test]
    fn small_traces_are_valid(spec in small_spec(), seed: u64) {
        match generate(&spec, seed, Columns::ALL) {
            Ok(trace) => {
                prop_assert!(trace.validate().is_ok());
                prop_assert_eq!(canonical(&trace.name).unwrap(), trace.name.clone());
                let again = generate(&trace.name, seed, Columns::ALL).unwrap();
                prop_assert_eq!(&again.ids, &trace.ids);
                prop_assert_eq!(&again.sizes, &trace.sizes);
                prop_assert_eq!(&again.times, &trace.times);
            }
            Err(error) => prop_assert!(error.message().contains("some parts have a"), "{}", error),
        }
    }
}
