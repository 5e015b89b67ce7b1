//! Laws of a value per object: sizes in bytes, times to live in nanoseconds.
//!
//! A value depends on the seed, on what it is (a size, a time to live) and on the object's key alone. The same object
//! has the same value at each request, in each workload, whatever the order of requests; two laws with the same seed
//! draw from the same uniform numbers.

use super::args::Param;
use super::text::Text;
use crate::core::error::closest;
use crate::core::{Error, NEVER, Result, SECOND, hash, quantity};

/// What a law's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Bytes, `1..=u32::MAX`.
    Bytes,
    /// Nanoseconds, `1..NEVER`.
    Duration,
}

/// A family of distributions that a spec can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LawInfo {
    /// The name, as in `lognormal(4KiB,1.5)`.
    pub name: &'static str,
    /// The parameters of a workload that take it: `size`, `ttl` or `arrivals`.
    pub of: &'static [&'static str],
    /// What is drawn.
    pub summary: &'static str,
    /// The arguments by position; one with a default may be left out.
    pub args: &'static [Param],
    /// A use in a spec.
    pub example: &'static str,
}

/// An argument that must be given.
pub(super) const fn required(name: &'static str, help: &'static str) -> Param {
    Param { name, default: "", help }
}

const VALUES: &[&str] = &["size", "ttl"];

/// The laws of sizes and times to live. Values are rounded to whole bytes or nanoseconds and clamped: sizes to
/// 1..4294967295 bytes, times to live to at least 1 ns.
pub(super) static VALUE_LAWS: &[LawInfo] = &[
    LawInfo {
        name: "fixed",
        of: VALUES,
        summary: "every object the same; a value alone, as in size=4KiB, means this law",
        args: &[required("value", "the value")],
        example: "size=fixed(4096)",
    },
    LawInfo {
        name: "uniform",
        of: VALUES,
        summary: "every whole value between two bounds equally likely",
        args: &[required("min", "smallest value"), required("max", "largest value")],
        example: "ttl=uniform(60s,600s)",
    },
    LawInfo {
        name: "lognormal",
        of: VALUES,
        summary: "the logarithm is normal",
        args: &[
            required("median", "half of the objects are below"),
            required("sigma", "standard deviation of the natural logarithm, 0 to 100"),
        ],
        example: "size=lognormal(4KiB,1.5)",
    },
    LawInfo {
        name: "pareto",
        of: VALUES,
        summary: "power-law tail: P(X > x) = (min/x)^alpha; with max the law is truncated there",
        args: &[
            required("min", "smallest value"),
            required("alpha", "tail index, 0.001 to 1000"),
            Param { name: "max", default: "none", help: "largest value" },
        ],
        example: "size=pareto(1KiB,1.2,1GiB)",
    },
    LawInfo {
        name: "exponential",
        of: VALUES,
        summary: "exponential",
        args: &[required("mean", "mean value")],
        example: "ttl=exponential(5m)",
    },
];

/// A law with its arguments, in bytes or nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Law {
    Fixed(u64),
    Uniform { min: u64, max: u64 },
    LogNormal { median: u64, sigma: f64 },
    Pareto { min: u64, alpha: f64, max: Option<u64> },
    Exponential { mean: u64 },
}

impl Law {
    /// Reads `name(arguments)`, or a value alone.
    pub(super) fn read(text: Text<'_>, unit: Unit) -> Result<Self> {
        if text.as_str().starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(Self::Fixed(value(text, unit)?));
        }
        let (law, args) = choose(text, VALUE_LAWS)?;
        let at = |i: usize| value(args[i], unit);
        let ordered = |min: u64, max: u64| {
            if min <= max { Ok(max) } else { Err(args[0].error("the smallest value is above the largest")) }
        };
        Ok(match law.name {
            "fixed" => Self::Fixed(at(0)?),
            "uniform" => {
                let min = at(0)?;
                Self::Uniform { min, max: ordered(min, at(1)?)? }
            }
            "lognormal" => Self::LogNormal { median: at(0)?, sigma: number_in(args[1], "sigma", 0.0, 100.0)? },
            "pareto" => {
                let (min, alpha) = (at(0)?, number_in(args[1], "alpha", 0.001, 1000.0)?);
                let max = match args.get(2) {
                    Some(text) if text.as_str() != "none" => Some(ordered(min, value(*text, unit)?)?),
                    _ => None,
                };
                Self::Pareto { min, alpha, max }
            }
            _ => Self::Exponential { mean: at(0)? },
        })
    }

    /// The canonical text.
    pub(super) fn show(self, unit: Unit) -> String {
        let v = |n: u64| match unit {
            Unit::Duration if n.is_multiple_of(SECOND) => format!("{}s", n / SECOND),
            Unit::Duration => format!("{n}ns"),
            Unit::Bytes => n.to_string(),
        };
        match self {
            Self::Fixed(n) => format!("fixed({})", v(n)),
            Self::Uniform { min, max } => format!("uniform({},{})", v(min), v(max)),
            Self::LogNormal { median, sigma } => format!("lognormal({},{sigma})", v(median)),
            Self::Pareto { min, alpha, max: None } => format!("pareto({},{alpha})", v(min)),
            Self::Pareto { min, alpha, max: Some(max) } => format!("pareto({},{alpha},{})", v(min), v(max)),
            Self::Exponential { mean } => format!("exponential({})", v(mean)),
        }
    }

    /// The value of the object `key`; `base` stands for the seed and the column ([`base`]).
    pub(super) fn value(self, unit: Unit, base: u64, key: u32) -> u64 {
        let x = match self {
            Self::Fixed(n) => return n,
            Self::Uniform { min, max } => {
                let span = (max - min) as f64 + 1.0;
                return min + ((open_unit(base, key, 0) * span) as u64).min(max - min);
            }
            Self::LogNormal { median, sigma } => {
                // Box and Muller 1958; one of the two normal numbers is enough.
                let radius = (-2.0 * libm::log(open_unit(base, key, 0))).sqrt();
                let angle = std::f64::consts::TAU * open_unit(base, key, 1);
                median as f64 * libm::exp(sigma * radius * libm::cos(angle))
            }
            Self::Pareto { min, alpha, max } => {
                let below = max.map_or(0.0, |max| libm::pow(min as f64 / max as f64, alpha));
                let tail = below + open_unit(base, key, 0) * (1.0 - below);
                min as f64 * libm::pow(tail, -1.0 / alpha)
            }
            Self::Exponential { mean } => -(mean as f64) * libm::log(open_unit(base, key, 0)),
        };
        let (low, high) = match self {
            Self::Pareto { min, max: Some(max), .. } => (min, max),
            _ => (1, greatest(unit)),
        };
        (x.round() as u64).clamp(low, high)
    }
}

/// The largest value of a unit.
fn greatest(unit: Unit) -> u64 {
    match unit {
        Unit::Bytes => u64::from(u32::MAX),
        Unit::Duration => NEVER - 1,
    }
}

/// What stands for a seed and a column in [`Law::value`].
pub(super) fn base(seed: u64, column: &str) -> u64 {
    hash::seeded(column.as_bytes(), seed)
}

/// A number uniform in `(0, 1)` that belongs to a key: output `2 * key + which` of a `SplitMix64` generator.
fn open_unit(base: u64, key: u32, which: u64) -> f64 {
    let step = (u64::from(key) * 2 + which).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((hash::mix(base.wrapping_add(step)) >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
}

/// The law that `text` names among `laws`, with as many arguments as it takes.
pub(super) fn choose<'a>(text: Text<'a>, laws: &'static [LawInfo]) -> Result<(&'static LawInfo, Vec<Text<'a>>)> {
    let (name, inside) = text.call()?;
    let Some(law) = laws.iter().find(|l| l.name == name.as_str()) else {
        let names = || laws.iter().map(|l| l.name);
        let known = format!("known laws: {}", names().collect::<Vec<_>>().join(", "));
        let hint = match closest(name.as_str(), names()) {
            Some(near) => format!("did you mean '{near}'? {known}"),
            None => known,
        };
        return Err(name.error(format!("there is no law '{}' here", name.as_str())).hint(hint));
    };
    let args: Vec<_> = inside.map_or_else(Vec::new, |inside| inside.split(b','));
    let needed = law.args.iter().filter(|a| a.default.is_empty()).count();
    let found = if args.iter().all(|a| a.as_str().is_empty()) { 0 } else { args.len() };
    if found < needed || found > law.args.len() {
        let names: Vec<_> = law.args.iter().map(|a| a.name).collect();
        return Err(text
            .error(format!("{} takes ({}), found {found} arguments", law.name, names.join(", ")))
            .hint(format!("for example {}", law.example)));
    }
    Ok((law, args))
}

/// A value of a unit, at least 1.
fn value(text: Text<'_>, unit: Unit) -> Result<u64> {
    let parsed = match unit {
        Unit::Bytes => quantity::bytes(text.as_str()).map(|(n, _)| n),
        Unit::Duration => quantity::duration(text.as_str()),
    };
    let n = parsed.map_err(|e| text.place(e))?;
    if (1..=greatest(unit)).contains(&n) {
        return Ok(n);
    }
    let range = match unit {
        Unit::Bytes => "between 1 and 4294967295 bytes",
        Unit::Duration => "at least 1ns",
    };
    Err(text.error(format!("must be {range}, found '{}'", text.as_str())))
}

/// A number in a closed range.
pub(super) fn number_in(text: Text<'_>, name: &str, low: f64, high: f64) -> Result<f64> {
    let x = quantity::number(text.as_str()).map_err(|e| text.place(e))? + 0.0;
    if (low..=high).contains(&x) {
        return Ok(x);
    }
    let error = Error::usage(format!("'{name}' must be between {low} and {high}, found {}", text.as_str()));
    Err(text.place(error))
}
