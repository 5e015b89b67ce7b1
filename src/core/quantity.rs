//! Counts, byte sizes, shares and durations as people write them.

use super::{Error, Result, SECOND, Time};

/// Splits `text` into its leading number and the rest (the unit).
fn split(text: &str) -> Result<(f64, &str)> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let digit = |i: usize| at(i).is_ascii_digit();
    let mut end = 0;
    while end < bytes.len() {
        let marks = matches!(at(end), b'e' | b'E') && end > 0;
        let exponent = marks && (digit(end + 1) || matches!(at(end + 1), b'+' | b'-') && digit(end + 2));
        let sign = matches!(at(end), b'+' | b'-') && (end == 0 || matches!(at(end - 1), b'e' | b'E'));
        if !(digit(end) || matches!(at(end), b'.' | b'_') || exponent || sign) {
            break;
        }
        end += 1;
    }
    let number = text[..end].replace('_', "");
    let value = number.parse::<f64>().map_err(|_| Error::usage(format!("expected a number, found '{text}'")))?;
    Ok((value, text[end..].trim()))
}

/// A whole number: `1000`, `1_000_000`, `1e6`, `20k`, `5M`, `1G` (decimal multiples). `5m` is none: it reads as minutes.
///
/// # Errors
/// Not a number, negative, not whole, or above 2^63.
pub fn count(text: &str) -> Result<u64> {
    if let Ok(n) = text.trim().parse::<u64>() {
        return Ok(n);
    }
    let (value, unit) = split(text)?;
    let scale = match unit {
        "" => 1.0,
        "k" | "K" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        _ => return Err(Error::usage(format!("expected a whole number such as 1000, 1e6 or 20k, found '{text}'"))),
    };
    whole(value * scale, text)
}

/// A number of bytes and whether a unit was written: `4096`, `64KiB`, `1.5GB`.
///
/// `KiB MiB GiB TiB` are powers of 1,024, `kB MB GB TB` powers of 1,000.
///
/// # Errors
/// Not a number, negative, an unknown unit, or above 2^63.
pub fn bytes(text: &str) -> Result<(u64, bool)> {
    if let Ok(n) = text.trim().parse::<u64>() {
        return Ok((n, false));
    }
    let (value, unit) = split(text)?;
    let scale = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024f64.powi(2),
        "gib" => 1024f64.powi(3),
        "tib" => 1024f64.powi(4),
        _ => {
            return Err(Error::usage(format!("'{text}' is not a size"))
                .hint("write a number, or one with B, KiB, MiB, GiB (powers of 1024) or kB, MB, GB (powers of 1000)"));
        }
    };
    Ok((whole((value * scale).floor(), text)?, !unit.is_empty()))
}

/// A duration: `90` (seconds), `1.5s`, `250ms`, `10us`, `5ns`, `5m`, `2h`, `1d`.
///
/// # Errors
/// Not a number, negative, an unknown unit, or above 584 years.
pub fn duration(text: &str) -> Result<Time> {
    let hint = "write seconds, or a number with ns, us, ms, s, m, h or d, as in 90, 250ms, 5m";
    let (value, unit) = split(text).map_err(|e| e.hint(hint))?;
    let scale = match unit {
        "" | "s" => SECOND as f64,
        "ns" => 1.0,
        "us" | "µs" => 1e3,
        "ms" => 1e6,
        "m" | "min" => 60.0 * SECOND as f64,
        "h" => 3600.0 * SECOND as f64,
        "d" => 86_400.0 * SECOND as f64,
        _ => {
            return Err(Error::usage(format!("'{text}' is not a duration")).hint(hint));
        }
    };
    whole((value * scale).round(), text)
}

/// A finite number.
///
/// # Errors
/// Not a number, or with something behind it.
pub fn number(text: &str) -> Result<f64> {
    match split(text)? {
        (value, "") if value.is_finite() => Ok(value),
        _ => Err(Error::usage(format!("expected a number, found '{text}'"))),
    }
}

/// `part / whole`; of nothing it is 0.
#[inline]
pub fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Checks that the parameter `name` of `owner` lies in a range.
///
/// # Errors
/// It does not.
pub fn within(owner: &str, name: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Error::usage(format!("{owner}: {name}={value} is out of range"))
        .hint(format!("use a value from {low} to {high}")))
}

/// The share `of` a `whole`, rounded down; it may be above 1.
///
/// A share such as 0.29 is a little less in binary; a share that is a whole number up to that error counts as one.
pub fn share(whole: u64, of: f64) -> u64 {
    let exact = whole as f64 * of;
    let near = exact.round();
    (if (exact - near).abs() <= near * 1e-12 { near } else { exact.floor() }) as u64
}

/// [`share`], at least 1 and at most `whole` (1 of nothing).
pub fn part(whole: u64, of: f64) -> u64 {
    share(whole, of).min(whole).max(1)
}

/// `value` as an integer in `0..2^63`.
fn whole(value: f64, text: &str) -> Result<u64> {
    if value < 0.0 {
        return Err(Error::usage(format!("'{text}' is negative")));
    }
    if value >= (1u64 << 63) as f64 {
        return Err(Error::usage(format!("'{text}' is too large")).hint("the largest is 2^63, or 292 years"));
    }
    if value.fract() != 0.0 {
        return Err(Error::usage(format!("'{text}' is not a whole number")));
    }
    Ok(value as u64)
}

/// Bytes for people: `1.5 MiB`.
pub fn show_bytes(n: u64) -> String {
    const UNITS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut value = n as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{n} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// A count for people: `1,234,567`.
pub fn show_count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A count of things, whose plural ends with an s: `1 cell`, `1,234 cells`.
pub fn show_some(n: u64, thing: &str) -> String {
    format!("{} {thing}{}", show_count(n), if n == 1 { "" } else { "s" })
}

/// A rate for people: `12.3 M/s`.
pub fn show_rate(per_second: f64) -> String {
    match per_second {
        r if r >= 1e6 => format!("{:.1} M/s", r / 1e6),
        r if r >= 1e3 => format!("{:.1} k/s", r / 1e3),
        r => format!("{r:.1} /s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts() {
        assert_eq!(count("1000").unwrap(), 1000);
        assert_eq!(count("1e6").unwrap(), 1_000_000);
        assert_eq!(count("2.5k").unwrap(), 2500);
        assert_eq!(count("1_000").unwrap(), 1000);
        for bad in ["", "-3", "1.5", "x", "1e30", "1kb", "nan", "inf"] {
            assert!(count(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn byte_sizes_say_whether_a_unit_was_written() {
        assert_eq!(bytes("4096").unwrap(), (4096, false));
        assert_eq!(bytes("64MiB").unwrap(), (64 << 20, true));
        assert_eq!(bytes("1.5 GB").unwrap(), (1_500_000_000, true));
        assert!(bytes("1 furlong").is_err());
        assert!(bytes("-1KiB").is_err());
    }

    #[test]
    fn durations() {
        assert_eq!(duration("90").unwrap(), 90 * SECOND);
        assert_eq!(duration("250ms").unwrap(), SECOND / 4);
        assert_eq!(duration("2h").unwrap(), 7200 * SECOND);
        assert!(duration("5 parsecs").is_err());
    }

    #[test]
    fn parts_are_floors_whatever_binary_makes_of_the_share() {
        for whole in [100u64, 1000, 12_345, 1_000_000] {
            for tenths in 1..=1000u64 {
                let expected = (whole * tenths / 1000).max(1);
                assert_eq!(
                    part(whole, tenths as f64 / 10.0 / 100.0),
                    expected,
                    "{tenths} tenths of a per cent of {whole}"
                );
            }
        }
        assert_eq!(part(u64::MAX, 1.0), u64::MAX);
    }

    #[test]
    fn people_can_read_them() {
        assert_eq!(show_bytes(1536), "1.5 KiB");
        assert_eq!([0, 1, 1234].map(|n| show_some(n, "cell")), ["0 cells", "1 cell", "1,234 cells"]);
        assert_eq!(show_count(1_234_567), "1,234,567");
        assert_eq!(show_count(12), "12");
    }
}
