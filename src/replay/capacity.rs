//! Capacities as people write them: `1000`, `64MiB`, `1%`, `log:0.1%..50%:16`.

use crate::core::{Error, Result, quantity};

/// A capacity before the trace is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// As written; goes into the result row.
    pub given: String,
    amount: Amount,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Amount {
    /// Objects or bytes, whatever the run counts.
    Plain(u64),
    /// Written with a unit of bytes.
    Bytes(u64),
    /// Share of the distinct objects, or of the footprint in bytes.
    Share(f64),
}

impl Capacity {
    /// Reads one capacity.
    ///
    /// # Errors
    /// Not a number, negative, 0, or a share above 100 %.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let amount = if let Some(percent) = text.strip_suffix('%') {
            let share = quantity::number(percent).map_err(|_| unreadable(text))? / 100.0;
            Amount::Share(share)
        } else if let Ok(count) = quantity::count(text) {
            Amount::Plain(count)
        } else {
            match quantity::bytes(text) {
                Ok((bytes, true)) => Amount::Bytes(bytes),
                _ => return Err(unreadable(text)),
            }
        };
        match amount {
            Amount::Plain(0) | Amount::Bytes(0) => Err(Error::usage("a cache of capacity 0 holds nothing")
                .hint("use at least 1; the misses of no cache at all are the requests")),
            Amount::Share(share) if !(share > 0.0 && share <= 1.0) => {
                Err(Error::usage(format!("'{text}' is not between 0 % and 100 %"))
                    .hint("percentages are of the distinct objects, or of their bytes; for more, write a number"))
            }
            amount => Ok(Self { given: text.to_owned(), amount }),
        }
    }

    /// What is meant, to the last digit: equal texts mean equal capacities on every trace. A point of a logarithmic range is
    /// written with four digits (`13.57%`) and has more.
    pub fn exact(&self) -> String {
        match self.amount {
            Amount::Plain(n) => n.to_string(),
            Amount::Bytes(n) => format!("{n}B"),
            Amount::Share(share) => format!("share {share}"),
        }
    }

    /// The capacity in objects, or in bytes. Shares are rounded down, but to at least 1.
    ///
    /// # Errors
    /// A size in bytes where every object counts 1.
    pub fn resolve(&self, bytes: bool, objects: usize, footprint: u64) -> Result<u64> {
        match self.amount {
            Amount::Plain(_) if bytes && self.given.ends_with(['k', 'K', 'M', 'G']) => {
                let (number, unit) = self.given.split_at(self.given.len() - 1);
                Err(Error::usage(format!("capacity '{}' can be read two ways", self.given))
                    .hint(format!("write {number}{unit}iB (powers of 1024) or {number}{unit}B (powers of 1000)")))
            }
            Amount::Plain(n) => Ok(n),
            Amount::Bytes(n) if bytes => Ok(n),
            Amount::Bytes(_) => {
                Err(Error::usage(format!("capacity '{}' is in bytes, but every object counts 1", self.given))
                    .hint("add --size bytes, or write the capacity as a number of objects or a percentage"))
            }
            Amount::Share(share) => {
                let whole = if bytes { footprint } else { objects as u64 };
                Ok(quantity::part(whole, share))
            }
        }
    }
}

fn unreadable(text: &str) -> Error {
    Error::usage(format!("'{text}' is not a capacity"))
        .hint("write objects (1000, 1e6), bytes with --size bytes (64MiB), a percentage (1%), or log:0.1%..50%:16")
}

/// Reads a list of capacities; `log:FROM..TO:N` stands for `N` of them, spaced evenly on a log scale.
///
/// # Errors
/// As for [`Capacity::parse`]; a range that is empty or mixes units.
pub fn parse_capacities(text: &str) -> Result<Vec<Capacity>> {
    let mut list = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.strip_prefix("log:") {
            Some(range) => list.extend(log_range(range).ok_or_else(|| {
                Error::usage(format!("'{part}' is not a range of capacities"))
                    .hint("write log:FROM..TO:N, as in log:0.1%..50%:16")
            })??),
            None => list.push(Capacity::parse(part)?),
        }
    }
    if list.is_empty() {
        return Err(Error::usage("no capacity is named").hint("for example 1000,1%,log:0.1%..50%:16"));
    }
    Ok(list)
}

/// `None` where the text does not have the shape of a range.
fn log_range(text: &str) -> Option<Result<Vec<Capacity>>> {
    let (range, steps) = text.rsplit_once(':')?;
    let (from, to) = range.split_once("..")?;
    let steps: usize = steps.parse().ok().filter(|n| (2..=10_000).contains(n))?;
    let (from, to) = match (Capacity::parse(from), Capacity::parse(to)) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(e), _) | (_, Err(e)) => return Some(Err(e)),
    };
    let point = |low: f64, high: f64, i: usize| match i {
        0 => low,
        i if i == steps - 1 => high,
        i => low * libm::pow(high / low, i as f64 / (steps - 1) as f64),
    };
    let made: Vec<Capacity> = match (from.amount, to.amount) {
        (Amount::Share(a), Amount::Share(b)) if a < b => (0..steps)
            .map(|i| {
                let share = point(a, b, i);
                Capacity { given: format!("{}%", significant(share * 100.0)), amount: Amount::Share(share) }
            })
            .collect(),
        (Amount::Plain(a), Amount::Plain(b)) if a < b => {
            whole_points(steps, |i| point(a as f64, b as f64, i), Amount::Plain)
        }
        (Amount::Bytes(a), Amount::Bytes(b)) if a < b => {
            whole_points(steps, |i| point(a as f64, b as f64, i), Amount::Bytes)
        }
        _ => return None,
    };
    Some(Ok(made))
}

/// Whole numbers, rounded, without repeats (a short range has fewer than it has steps).
fn whole_points(steps: usize, point: impl Fn(usize) -> f64, amount: fn(u64) -> Amount) -> Vec<Capacity> {
    let mut values: Vec<u64> = (0..steps).map(|i| point(i).round() as u64).collect();
    values.dedup();
    values.into_iter().map(|n| Capacity { given: n.to_string(), amount: amount(n) }).collect()
}

/// Four significant digits, without trailing zeroes.
fn significant(value: f64) -> String {
    let digits = (3 - libm::log10(value.abs()).floor() as i32).clamp(0, 12) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str, bytes: bool) -> Vec<u64> {
        parse_capacities(text).unwrap().iter().map(|c| c.resolve(bytes, 10_000, 1 << 30).unwrap()).collect()
    }

    #[test]
    fn every_way_of_writing() {
        assert_eq!(resolved("1000,1%,1e6", false), [1000, 100, 1_000_000]);
        assert_eq!(resolved("64MiB,50%,7", true), [64 << 20, 1 << 29, 7]);
        assert_eq!(resolved("0.001%", false), [1]);
        assert_eq!(resolved("log:0.1%..10%:3", false), [10, 100, 1000]);
        assert_eq!(resolved("log:1..4:9", false), [1, 2, 3, 4]);
    }

    #[test]
    fn what_was_written_is_kept() {
        let given: Vec<String> = parse_capacities("1%,log:0.1%..10%:4").unwrap().into_iter().map(|c| c.given).collect();
        assert_eq!(given, ["1%", "0.1%", "0.4642%", "2.154%", "10%"]);
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in [
            "",
            "0",
            "-3",
            "0%",
            "101%",
            "x",
            "log:5..1:3",
            "log:1..5",
            "log:1%..5:3",
            "1.5",
            "nan",
            "nan%",
            "inf%",
            "log:1..5:1",
        ] {
            assert!(parse_capacities(bad).is_err(), "{bad}");
        }
        let error = parse_capacities("5G").unwrap()[0].resolve(true, 1, 1).unwrap_err();
        assert!(error.to_string().contains("5GiB"));
        let error = parse_capacities("64MiB").unwrap()[0].resolve(false, 1, 1).unwrap_err();
        assert!(error.to_string().contains("--size bytes"));
    }
}
