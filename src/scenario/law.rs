//! Laws of durations: how long a fetch, a delay or a pause takes.
//!
//! A duration alone is the law that always takes that long; the others are written `name(arguments)`, as in
//! `exponential(100ms)`. [`LAWS`] says what there is.
//!
//! Draws invert the distribution function with logarithms and powers of `libm`. The samplers of `rand_distr` take theirs
//! from `num-traits`, which other crates of a build switch to the mathematics of the platform, so that the last bits of a
//! tail would depend on the machine.

use crate::core::error::closest;
use crate::core::{Error, Result, Rng, SECOND, Time, quantity, rng};
use std::f64::consts::TAU;
use std::fmt;

/// The longest duration that is drawn or can be written: 2^61 ns, 73 years. Whoever adds a few of them does not overflow.
pub(super) const LONGEST: Time = 1 << 61;

/// Most stages of an Erlang law: each costs a random number.
const MOST_STAGES: u64 = 1000;

/// A family of distributions, for help and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LawInfo {
    /// The name, as in `lognormal(100ms,0.5)`.
    pub(super) name: &'static str,
    /// The arguments by position.
    pub(super) args: &'static [&'static str],
    /// How many of the last arguments may be left out.
    pub(super) optional: usize,
    /// What is drawn.
    pub(super) summary: &'static str,
    /// A use.
    pub(super) example: &'static str,
}

/// All laws. Draws are rounded to nanoseconds and lie between 0 and [`LONGEST`].
pub(super) static LAWS: &[LawInfo] = &[
    LawInfo {
        name: "fixed",
        args: &["duration"],
        optional: 0,
        summary: "always the same; a duration alone, as in 100ms, means this law",
        example: "fixed(100ms)",
    },
    LawInfo {
        name: "uniform",
        args: &["min", "max"],
        optional: 0,
        summary: "every whole nanosecond between two bounds equally likely",
        example: "uniform(50ms,150ms)",
    },
    LawInfo {
        name: "exponential",
        args: &["mean"],
        optional: 0,
        summary: "exponential: what comes next does not depend on how long it has been",
        example: "exponential(100ms)",
    },
    LawInfo {
        name: "lognormal",
        args: &["median", "sigma"],
        optional: 0,
        summary: "the logarithm is normal with standard deviation sigma",
        example: "lognormal(100ms,0.5)",
    },
    LawInfo {
        name: "pareto",
        args: &["min", "alpha", "max"],
        optional: 1,
        summary: "power-law tail: P(X > x) = (min/x)^alpha; with max the law is truncated there",
        example: "pareto(10ms,1.5)",
    },
    LawInfo {
        name: "erlang",
        args: &["k", "mean"],
        optional: 0,
        summary: "the sum of k exponential stages that take mean together",
        example: "erlang(3,100ms)",
    },
];

/// A distribution of durations. Two are equal if they draw the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Law(Kind);

/// The laws with their arguments, which [`Law::parse`] has checked.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Fixed(Time),
    Uniform { min: Time, max: Time },
    Exponential { mean: Time },
    LogNormal { median: Time, sigma: f64 },
    Pareto { min: Time, alpha: f64, max: Option<Time> },
    Erlang { k: u32, mean: Time },
}

impl Law {
    /// The law that takes no time.
    pub(super) const ZERO: Self = Self::fixed(0);

    /// The law that always takes `duration`, or [`LONGEST`] if that is shorter.
    pub(super) const fn fixed(duration: Time) -> Self {
        Self(Kind::Fixed(if duration < LONGEST { duration } else { LONGEST }))
    }

    /// Reads a duration or `name(arguments)`.
    ///
    /// # Errors
    /// An unknown law, too few or too many arguments, one that is no duration or number or is out of range.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::usage("expected a duration or a law of durations, found nothing").hint(known()));
        }
        if !text.starts_with(char::is_alphabetic) && !text.contains('(') {
            return duration(text).map(|d| Self(Kind::Fixed(d)));
        }
        Self::call(text).map_err(|e| e.at(format_args!("'{text}'")))
    }

    /// Reads `name(arguments)`.
    fn call(text: &str) -> Result<Self> {
        let (name, inside) = match text.split_once('(') {
            None => (text, ""),
            Some((name, rest)) => match rest.strip_suffix(')') {
                Some(inside) if !inside.contains(['(', ')']) => (name.trim_end(), inside),
                _ => {
                    return Err(Error::usage("expected one pair of parentheses with its ')' at the end").hint(known()));
                }
            },
        };
        let Some(law) = LAWS.iter().find(|l| l.name == name) else {
            let hint = match closest(name, LAWS.iter().map(|l| l.name)) {
                Some(near) => format!("did you mean '{near}'? {}", known()),
                None => known(),
            };
            return Err(Error::usage(format!("there is no law of durations '{name}'")).hint(hint));
        };
        let args: Vec<&str> =
            if inside.trim().is_empty() { vec![] } else { inside.split(',').map(str::trim).collect() };
        if args.len() > law.args.len() || args.len() + law.optional < law.args.len() {
            let takes = law.args.join(", ");
            return Err(Error::usage(format!("{name} takes ({takes}), found {} arguments", args.len()))
                .hint(format!("for example {}", law.example)));
        }
        Kind::read(law.name, &args).map(Self)
    }

    /// A duration, at most [`LONGEST`]. A fixed law takes nothing from the generator.
    #[inline]
    pub(super) fn draw(&self, rng: &mut Rng) -> Time {
        match self.0 {
            Kind::Fixed(duration) => duration,
            Kind::Uniform { min, max } => min + rng::below(rng, max - min + 1),
            _ => self.draw_real(rng),
        }
    }

    /// A draw of the laws that are real numbers, rounded.
    fn draw_real(self, rng: &mut Rng) -> Time {
        let x = match self.0 {
            Kind::Exponential { mean } => -(mean as f64) * libm::log(positive(rng)),
            Kind::LogNormal { median, sigma } => {
                // Box and Muller 1958; one of the two normal numbers is enough.
                let radius = (-2.0 * libm::log(positive(rng))).sqrt();
                let normal = radius * libm::cos(TAU * rng::unit(rng));
                median as f64 * libm::exp(sigma * normal)
            }
            Kind::Pareto { min, alpha, max } => {
                let beyond = max.map_or(0.0, |max| libm::pow(min as f64 / max as f64, alpha));
                let tail = beyond + positive(rng) * (1.0 - beyond);
                let x = min as f64 * libm::pow(tail, -1.0 / alpha);
                max.map_or(x, |max| x.min(max as f64))
            }
            Kind::Erlang { k, mean } => -(mean as f64) / f64::from(k) * log_of_product(k, rng),
            Kind::Fixed(x) | Kind::Uniform { min: x, .. } => x as f64,
        };
        (x.round() as Time).min(LONGEST)
    }

    /// The mean in seconds; infinite for a Pareto law with `alpha` at most 1 and no `max`. [`LONGEST`] is left out of it.
    pub(super) fn mean(&self) -> f64 {
        let nanoseconds = match self.0 {
            Kind::Fixed(x) => x as f64,
            Kind::Uniform { min, max } => f64::midpoint(min as f64, max as f64),
            Kind::Exponential { mean } | Kind::Erlang { mean, .. } => mean as f64,
            Kind::LogNormal { median, sigma } => median as f64 * libm::exp(sigma * sigma / 2.0),
            Kind::Pareto { alpha, max: None, .. } if alpha <= 1.0 => f64::INFINITY,
            Kind::Pareto { min, alpha, max: None } => min as f64 * alpha / (alpha - 1.0),
            Kind::Pareto { min, max: Some(max), .. } if min == max => min as f64,
            Kind::Pareto { min, alpha, max: Some(max) } => {
                let (min, log) = (min as f64, libm::log(min as f64 / max as f64));
                // (1 - r^(alpha-1)) / (alpha-1) for r = min/max, which is -log r where alpha is 1.
                let excess = alpha - 1.0;
                let part = if excess == 0.0 { -log } else { -libm::expm1(excess * log) / excess };
                min * alpha * part / -libm::expm1(alpha * log)
            }
        };
        nanoseconds / SECOND as f64
    }

    /// Does it always take equally long?
    #[cfg(test)]
    pub(super) fn is_fixed(&self) -> bool {
        matches!(self.0, Kind::Fixed(_))
    }
}

impl Kind {
    /// The law `name`, which is known and has as many arguments as it takes.
    fn read(name: &str, args: &[&str]) -> Result<Self> {
        let ordered = |min: Time, max: Time| {
            if min <= max {
                return Ok(max);
            }
            Err(Error::usage(format!("the smallest value, {}, is above the largest, {}", show(min), show(max)))
                .hint("write the smaller one first"))
        };
        Ok(match name {
            "fixed" => Self::Fixed(duration(args[0])?),
            "uniform" => {
                let min = duration(args[0])?;
                Self::Uniform { min, max: ordered(min, duration(args[1])?)? }
            }
            "exponential" => Self::Exponential { mean: positive_duration("mean", args[0])? },
            "lognormal" => Self::LogNormal {
                median: positive_duration("median", args[0])?,
                sigma: number_in("sigma", args[1], 0.0, 100.0)?,
            },
            "pareto" => {
                let min = positive_duration("min", args[0])?;
                let alpha = number_in("alpha", args[1], 0.001, 1000.0)?;
                let max = args.get(2).map(|text| ordered(min, duration(text)?)).transpose()?;
                Self::Pareto { min, alpha, max }
            }
            _ => {
                let k = quantity::count(args[0])?;
                if !(1..=MOST_STAGES).contains(&k) {
                    return Err(Error::usage(format!("'k' must be between 1 and {MOST_STAGES}, found {}", args[0])));
                }
                Self::Erlang { k: k as u32, mean: positive_duration("mean", args[1])? }
            }
        })
    }
}

impl fmt::Display for Law {
    /// The canonical text, which [`Law::parse`] reads as the same law.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Fixed(duration) => f.write_str(&show(duration)),
            Kind::Uniform { min, max } => write!(f, "uniform({},{})", show(min), show(max)),
            Kind::Exponential { mean } => write!(f, "exponential({})", show(mean)),
            Kind::LogNormal { median, sigma } => write!(f, "lognormal({},{sigma})", show(median)),
            Kind::Pareto { min, alpha, max: None } => write!(f, "pareto({},{alpha})", show(min)),
            Kind::Pareto { min, alpha, max: Some(max) } => write!(f, "pareto({},{alpha},{})", show(min), show(max)),
            Kind::Erlang { k, mean } => write!(f, "erlang({k},{})", show(mean)),
        }
    }
}

/// A duration in its largest unit that leaves no fraction: `90s`, `1h`, `1500us`.
pub(super) fn show(duration: Time) -> String {
    const UNITS: [(Time, &str); 6] = [
        (86_400 * SECOND, "d"),
        (3600 * SECOND, "h"),
        (60 * SECOND, "m"),
        (SECOND, "s"),
        (SECOND / 1000, "ms"),
        (SECOND / 1_000_000, "us"),
    ];
    if duration == 0 {
        return "0s".into();
    }
    match UNITS.iter().find(|(length, _)| duration.is_multiple_of(*length)) {
        Some((length, unit)) => format!("{}{unit}", duration / length),
        None => format!("{duration}ns"),
    }
}

/// What the hint of an error lists.
fn known() -> String {
    let examples: Vec<_> = LAWS[1..].iter().map(|l| l.example).collect();
    format!("write a duration such as 100ms, or a law: {}", examples.join(", "))
}

/// A duration of at most [`LONGEST`].
fn duration(text: &str) -> Result<Time> {
    let duration = quantity::duration(text)?;
    if duration > LONGEST {
        return Err(Error::usage(format!("a duration must be at most 73 years, found '{text}'")));
    }
    Ok(duration)
}

/// A duration of at least 1 ns.
fn positive_duration(name: &str, text: &str) -> Result<Time> {
    match duration(text)? {
        0 => Err(Error::usage(format!("'{name}' must be at least 1ns, found '{text}'"))
            .hint("where nothing takes time, write the duration 0s")),
        duration => Ok(duration),
    }
}

/// A number in a closed range.
fn number_in(name: &str, text: &str, low: f64, high: f64) -> Result<f64> {
    // Adding nothing makes -0 the same as 0.
    let x = quantity::number(text)? + 0.0;
    if (low..=high).contains(&x) {
        return Ok(x);
    }
    Err(Error::usage(format!("'{name}' must be between {low} and {high}, found {text}")))
}

/// A number uniform in `(0, 1]`, whose logarithm is finite.
#[inline]
fn positive(rng: &mut Rng) -> f64 {
    1.0 - rng::unit(rng)
}

/// The logarithm of the product of `k` numbers uniform in `(0, 1]`.
fn log_of_product(k: u32, rng: &mut Rng) -> f64 {
    let (mut log, mut product) = (0.0, 1.0f64);
    for _ in 0..k {
        product *= positive(rng);
        // Far from the smallest number there is; a factor is at least 2^-53.
        if product < 1e-250 {
            log += libm::log(product);
            product = 1.0;
        }
    }
    log + libm::log(product)
}

#[cfg(test)]
mod tests;
