//! Laws: their formulas, their draws, their texts.

use super::*;
use proptest::prelude::*;

const ALL: [&str; 8] = [
    "100ms",
    "uniform(50ms,150ms)",
    "exponential(100ms)",
    "lognormal(100ms,0.5)",
    "pareto(10ms,2.5)",
    "pareto(10ms,1,1s)",
    "pareto(10ms,0.5,1s)",
    "erlang(3,100ms)",
];

fn draws(text: &str, n: usize) -> Vec<Time> {
    let (law, mut rng) = (Law::parse(text).unwrap(), rng::rng(7, text));
    (0..n).map(|_| law.draw(&mut rng)).collect()
}

#[test]
fn means_are_those_of_the_formulas() {
    // By hand: 100 e^(1/8); 2.5/1.5 * 10; ln(100)/(1 - 1/100) * 10; 10 * (sqrt(100) - 1)/(1 - 1/10) (milliseconds).
    let expected = [100.0, 100.0, 100.0, 113.314_845, 16.666_667, 46.516_870, 100.0, 100.0];
    for (text, expected) in ALL.into_iter().zip(expected) {
        let mean = Law::parse(text).unwrap().mean() * 1000.0;
        assert!((mean - expected).abs() < 1e-5, "{text}: {mean}");
    }
    for (text, infinite) in [("pareto(1s,1)", true), ("pareto(1s,0.3)", true), ("pareto(1s,1.01)", false)] {
        assert_eq!(Law::parse(text).unwrap().mean().is_infinite(), infinite, "{text}");
    }
}

#[test]
fn the_mean_of_draws_is_the_mean() {
    // 400,000 draws; the widest law, pareto(10ms,2.5), has a standard error of 0.15 % of the mean; 1 % is allowed.
    for text in ALL {
        let drawn = draws(text, 400_000);
        let mean = drawn.iter().map(|&x| x as f64).sum::<f64>() / drawn.len() as f64 / SECOND as f64;
        let expected = Law::parse(text).unwrap().mean();
        assert!((mean / expected - 1.0).abs() < 0.01, "{text}: {mean}, expected {expected}");
    }
}

#[test]
fn draws_follow_the_distribution_function() {
    // P(X <= x) at one point off the mean each; 200,000 draws, four standard errors are 0.0045.
    let ms = |x: f64| x * 1e6;
    let cases = [
        ("uniform(50ms,150ms)", ms(75.0), 0.25),
        ("exponential(100ms)", ms(100.0), 1.0 - (-1.0f64).exp()),
        ("lognormal(100ms,0.5)", ms(100.0 * 0.5f64.exp()), 0.841_345),
        ("pareto(10ms,1.5)", ms(20.0), 1.0 - 0.5f64.powf(1.5)),
        ("pareto(10ms,1,40ms)", ms(20.0), 0.5 / 0.75),
        // 1 - e^-3 (1 + 3 + 9/2): three stages of 100/3 ms.
        ("erlang(3,100ms)", ms(100.0), 1.0 - (-3.0f64).exp() * 8.5),
    ];
    for (text, at, expected) in cases {
        let drawn = draws(text, 200_000);
        let share = drawn.iter().filter(|&&x| x as f64 <= at).count() as f64 / drawn.len() as f64;
        assert!((share - expected).abs() < 0.0045, "{text}: {share}, expected {expected}");
    }
}

#[test]
fn many_stages_do_not_vanish_in_rounding() {
    // Coefficient of variation 1/sqrt(1000).
    let drawn = draws("erlang(1000,1s)", 4000);
    let mean = drawn.iter().sum::<Time>() as f64 / 4000.0;
    let variance = drawn.iter().map(|&x| (x as f64 - mean).powi(2)).sum::<f64>() / 4000.0;
    assert!((mean / 1e9 - 1.0).abs() < 0.003, "{mean}");
    assert!((variance.sqrt() / mean * 1000f64.sqrt() - 1.0).abs() < 0.05, "{variance}");
}

#[test]
fn a_fixed_law_draws_nothing() {
    let (mut used, unused) = (rng::rng(1, "law"), rng::rng(1, "law"));
    let law = Law::parse(" 1.5 s ").unwrap();
    assert_eq!((law.draw(&mut used), law.is_fixed()), (1_500_000_000, true));
    assert_eq!(used, unused);
    assert_eq!(law, Law::parse("fixed(1500ms)").unwrap());
    assert!(!Law::parse("uniform(1s,1s)").unwrap().is_fixed());
}

#[test]
fn draws_are_bounded_whatever_the_law() {
    for text in ["pareto(1d,0.001)", "lognormal(73d,100)", "exponential(20000d)", "uniform(0s,26000d)"] {
        for x in draws(text, 10_000) {
            assert!(x <= LONGEST, "{text}: {x}");
        }
    }
    assert!(draws("pareto(10ms,0.1,20ms)", 10_000).iter().all(|x| (10_000_000..=20_000_000).contains(x)));
    assert_eq!(Law::fixed(Time::MAX), Law::fixed(LONGEST));
}

#[test]
fn texts_are_canonical() {
    let cases = [
        ("0.1", "100ms"),
        ("0", "0s"),
        ("3600s", "1h"),
        ("90", "90s"),
        ("1.5ms", "1500us"),
        ("uniform( 1 s , 60s )", "uniform(1s,1m)"),
        ("pareto (1e3us, 1.50, 1 s)", "pareto(1ms,1.5,1s)"),
        ("erlang(3,86400)", "erlang(3,1d)"),
        ("lognormal(7ns,-0)", "lognormal(7ns,0)"),
    ];
    for (text, canonical) in cases {
        assert_eq!(Law::parse(text).unwrap().to_string(), canonical, "{text}");
    }
    for law in LAWS {
        assert!(Law::parse(law.example).is_ok(), "{}", law.example);
    }
}

#[test]
fn errors_say_what_was_found_and_what_is_expected() {
    let cases = [
        ("", "found nothing"),
        ("exponental(1s)", "did you mean 'exponential'?"),
        ("gauss(1s)", "uniform(50ms,150ms), exponential(100ms)"),
        ("exponential", "exponential takes (mean), found 0 arguments"),
        ("uniform(1s)", "for example uniform(50ms,150ms)"),
        ("pareto(1s,1,2s,3s)", "found 4 arguments"),
        ("uniform(2s,1s)", "the smallest value, 2s, is above the largest, 1s"),
        ("exponential(0s)", "'mean' must be at least 1ns"),
        ("lognormal(1s,-1)", "'sigma' must be between 0 and 100, found -1"),
        ("pareto(1s,0)", "'alpha' must be between 0.001 and 1000"),
        ("erlang(0,1s)", "'k' must be between 1 and 1000, found 0"),
        ("exponential(1s", "')' at the end"),
        ("exponential((1s))", "')' at the end"),
        ("(1s)", "no law of durations ''"),
        ("uniform(,)", "expected a number, found ''"),
        ("5 parsecs", "not a duration"),
        ("-5ms", "negative"),
        ("80000d", "at most 73 years"),
    ];
    for (text, part) in cases {
        let error = Law::parse(text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z]{0,11}[(]?[0-9.,msx e-]{0,12}[)]?") {
        let _ = Law::parse(&text);
    }

    #[test]
    fn the_canonical_text_is_the_same_law(a in 1u64..1 << 53, b in 0u64..1 << 53, x in 0.01f64..50.0, k in 1u32..99) {
        for text in [
            format!("{b}ns"),
            format!("uniform({}ns,{}ns)", a.min(b), a.max(b)),
            format!("exponential({a}us)"),
            format!("lognormal({a}ns,{x})"),
            format!("pareto({a}ns,{x})"),
            format!("pareto({a}ns,{x},{}ns)", a.max(b)),
            format!("erlang({k},{a}ns)"),
        ] {
            let Ok(law) = Law::parse(&text) else {
                prop_assert!(a > LONGEST / 1000, "{}", text);
                continue;
            };
            let shown = law.to_string();
            prop_assert_eq!(Law::parse(&shown).unwrap(), law, "{}", shown);
        }
    }
}
