//! Axes: scales, and ticks at round numbers whose labels have room.

use super::font;

/// What the numbers on an axis are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Labels like 500, 20k, 1M.
    Count,
    /// Labels like 64 KiB; round numbers are powers of two.
    Bytes,
    /// Labels like 0.5 or 10, without the sign.
    Percent,
    /// Labels like 5 ms.
    Seconds,
}

/// A tick: where, and what is written there; nothing at a minor one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    /// The value on the axis.
    pub(super) value: f64,
    /// The number as people read it.
    pub(super) label: Option<String>,
}

/// A linear scale that begins and ends at a tick.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Linear {
    /// The smallest value.
    bottom: f64,
    /// The largest value.
    top: f64,
    /// All labelled.
    pub(super) ticks: Vec<Tick>,
}

impl Linear {
    /// The shortest scale from 0 with 3 to 6 round ticks that holds `max`, for ratios in percent.
    pub(super) fn up_to(max: f64) -> Self {
        Self::spanning(0.0, max, 5)
    }

    /// The shortest scale with at most `most` steps between round ticks that holds 0 and `min..=max`.
    pub(super) fn spanning(min: f64, max: f64, most: u32) -> Self {
        Self::between(min.min(0.0), max.max(0.0), most)
    }

    /// The shortest scale with at most `most` steps between round ticks that holds `min..=max`.
    pub(super) fn between(min: f64, max: f64, most: u32) -> Self {
        let (min, max) = match (max > min, max > 0.0) {
            (true, _) => (min, max),
            // A single value has room on both sides, but for 0, where ratios begin.
            (false, true) => (min * 0.9, max * 1.1),
            (false, false) => (min, min + 1.0),
        };
        let range = max - min;
        let most = f64::from(most.max(1));
        // A hair of tolerance: a mean of equal ratios may be an ulp above a tick.
        let ends = |step: f64| ((min / step + 1e-9).floor(), (max / step - 1e-9).ceil());
        let (step, first, last) = round_numbers(Unit::Percent, range * 1e-3, range * 10.0)
            .into_iter()
            .map(|step| (step, ends(step)))
            .find(|(_, (first, last))| last - first <= most)
            .map_or_else(|| (range, ends(range).0, ends(range).1), |(step, (first, last))| (step, first, last));
        let ticks = (0..=(last - first) as u32).map(|i| step * (first + f64::from(i)));
        let ticks = ticks.map(|value| Tick { value, label: Some(number(value)) });
        Self { bottom: step * first, top: step * last, ticks: ticks.collect() }
    }

    /// The scale `min..=max` itself, with the round ticks that lie inside.
    pub(super) fn exactly(min: f64, max: f64, most: u32) -> Self {
        let max = if max > min { max } else { min + 1.0 };
        let mut scale = Self::between(min, max, most);
        let hair = (max - min) * 1e-9;
        scale.ticks.retain(|tick| tick.value >= min - hair && tick.value <= max + hair);
        Self { bottom: min, top: max, ..scale }
    }

    /// The scale that holds 0 and `min..=max` with a margin, and as many ticks as have room on a horizontal axis of `length`
    /// pixels.
    pub(super) fn across(min: f64, max: f64, length: f64, size: f64) -> Self {
        let (min, max) = (min.min(0.0), max.max(0.0));
        let margin = |end: f64| if end == 0.0 { 0.0 } else { 0.05 * (max - min) };
        let (low, high) = (min - margin(min), max + margin(max));
        let room = |scale: &Self| {
            let label = |tick: &Tick| font::width(tick.label.as_deref().unwrap_or(""), size);
            let widest = scale.ticks.iter().map(label).fold(0.0, f64::max);
            let steps =
                scale.ticks.windows(2).map(|pair| scale.position(pair[1].value) - scale.position(pair[0].value));
            scale.ticks.len() > 1 && steps.fold(1.0, f64::min) * length >= widest + 0.7 * size
        };
        let fitting = (1..=8).rev().map(|most| Self::exactly(low, high, most)).find(room);
        fitting.unwrap_or_else(|| Self::spanning(min, max, 1))
    }

    /// The scale `min..=max` itself on a horizontal axis of `length` pixels, with as many round ticks as have room.
    pub(super) fn along((min, max): (f64, f64), length: f64, size: f64, show: impl Fn(f64) -> String) -> Self {
        let room = |scale: &Self| {
            let steps =
                scale.ticks.windows(2).map(|pair| scale.position(pair[1].value) - scale.position(pair[0].value));
            scale.label_width(size) + 0.7 * size <= length * steps.fold(1.0, f64::min)
        };
        let fitting = (1..=8).rev().map(|most| Self::exactly(min, max, most).labelled(&show)).find(room);
        fitting.unwrap_or_else(|| {
            let mut scale = Self::exactly(min, max, 1).labelled(&show);
            scale.ticks.truncate(1);
            scale
        })
    }

    /// The labels written otherwise.
    pub(super) fn labelled(mut self, show: impl Fn(f64) -> String) -> Self {
        for tick in &mut self.ticks {
            tick.label = Some(show(tick.value));
        }
        self
    }

    /// Where `value` is, from 0 (bottom or left) to 1 (top or right).
    pub(super) fn position(&self, value: f64) -> f64 {
        (value - self.bottom) / (self.top - self.bottom)
    }

    /// `value`, or the end of the scale that it lies beyond.
    pub(super) fn clamp(&self, value: f64) -> f64 {
        value.clamp(self.bottom, self.top)
    }

    /// Width of the widest label.
    pub(super) fn label_width(&self, size: f64) -> f64 {
        self.ticks.iter().filter_map(|t| t.label.as_ref()).map(|l| font::width(l, size)).fold(0.0, f64::max)
    }
}

/// A logarithmic scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Log {
    low: f64,
    high: f64,
}

impl Log {
    /// A scale that holds `min..=max` (both positive) with a margin on both sides.
    pub(super) fn holding(min: f64, max: f64) -> Self {
        let (low, high) = (libm::log10(min), libm::log10(max));
        let margin = ((high - low) * 0.045).max(0.005);
        Self { low: low - margin, high: high + margin }
    }

    /// The scale `min..=max` itself; both positive.
    pub(super) fn exactly(min: f64, max: f64) -> Self {
        Self { low: libm::log10(min), high: libm::log10(max.max(min * 1.01)) }
    }

    /// As [`Log::holding`], with room for labels beside the outermost points, and at least a factor of 2 across.
    pub(super) fn roomy(min: f64, max: f64) -> Self {
        let (low, high) = (libm::log10(min), libm::log10(max));
        let margin = ((high - low) * 0.12).max((libm::log10(2.0) - (high - low)) / 2.0);
        Self { low: low - margin, high: high + margin }
    }

    /// Where `value` is, from 0 (left) to 1 (right).
    pub(super) fn position(self, value: f64) -> f64 {
        (libm::log10(value) - self.low) / (self.high - self.low)
    }

    /// Ticks for an axis of `length` pixels and text of `size` pixels: as many labels as have room, rising.
    pub(super) fn ticks(self, unit: Unit, length: f64, size: f64) -> Vec<Tick> {
        self.ticks_of(unit, length, size, (0, &|label| font::width(label, size)))
    }

    /// As [`Log::ticks`], for an upright axis; of more than two decades, only powers have labels.
    pub(super) fn ticks_up(self, unit: Unit, length: f64, size: f64) -> Vec<Tick> {
        self.ticks_of(unit, length, size, (usize::from(self.high - self.low > 2.0), &|_| 1.2 * size))
    }

    /// `sparser` is how many of the densest sets are out of the question; `extent` the room of a label along the axis.
    fn ticks_of(
        self,
        unit: Unit,
        length: f64,
        size: f64,
        (sparser, extent): (usize, &dyn Fn(&str) -> f64),
    ) -> Vec<Tick> {
        let (min, max) = (libm::pow(10.0, self.low), libm::pow(10.0, self.high));
        let inside = |set: Vec<f64>| set.into_iter().filter(|&v| (min..=max).contains(&v)).collect::<Vec<_>>();
        let mut sets: Vec<Vec<f64>> = thinnings(unit).skip(sparser).map(|thin| inside(thin(min, max))).collect();
        // Less than a decade may hold a single round number; then equal steps do better.
        sets.extend([3.0, 2.0, 1.0].map(|n| inside(multiples((max - min) / n, max))));
        let label = |value: f64| show(unit, value);
        let place = |&v: &f64| span(self.position(v) * length, extent(&label(v)));
        let within = |(from, to): (f64, f64)| from >= -1.2 * size && to <= length + 0.8 * size;
        let fits = |set: &[f64]| {
            let spans: Vec<(f64, f64)> = set.iter().map(place).collect();
            spans.windows(2).all(|pair| pair[0].1 + 0.5 * size <= pair[1].0) && spans.iter().all(|&own| within(own))
        };
        let find = |sets: &[Vec<f64>], fewest| sets.iter().find(|set| set.len() >= fewest && fits(set)).cloned();
        // Where every set has a label that leaves the axis, those that do not are shown.
        let shown = |set: &Vec<f64>| set.iter().copied().filter(|v| within(place(v))).collect();
        let major = find(&sets, 2).or_else(|| find(&sets, 1));
        let major = major.or_else(|| find(&sets.iter().map(shown).collect::<Vec<_>>(), 1));
        let major = major.unwrap_or_default();
        let mut ticks: Vec<Tick> = major.iter().map(|&value| Tick { value, label: Some(label(value)) }).collect();
        ticks.extend(self.minor(&inside(round_digits(unit, min, max)), length, size, &major));
        ticks.sort_by(|a, b| a.value.total_cmp(&b.value));
        ticks
    }

    /// The values of `set` as ticks without labels, unless they would run together.
    fn minor(self, set: &[f64], length: f64, size: f64, major: &[f64]) -> Vec<Tick> {
        let apart = |pair: &[f64]| (self.position(pair[1]) - self.position(pair[0])) * length >= 0.17 * size;
        if !set.windows(2).all(apart) {
            return Vec::new();
        }
        let new = set.iter().filter(|v| !major.contains(v));
        new.map(|&value| Tick { value, label: None }).collect()
    }
}

/// Where a label centred at `at` begins and ends.
fn span(at: f64, extent: f64) -> (f64, f64) {
    (at - extent / 2.0, at + extent / 2.0)
}

type Thinning = Box<dyn Fn(f64, f64) -> Vec<f64>>;

/// Ever sparser sets of round numbers.
fn thinnings(unit: Unit) -> impl Iterator<Item = Thinning> {
    // Steps that land on whole units (Ki, Mi; k, M) where they can.
    let steps: &[i32] = if unit == Unit::Bytes { &[1, 2, 4, 5, 10, 20] } else { &[1, 2, 3, 6] };
    let powers = steps.iter().map(move |step| -> Thinning {
        Box::new(move |min, max| {
            powers(unit, min, max).into_iter().filter(|&(e, _)| e % step == 0).map(|(_, v)| v).collect()
        })
    });
    let dense: Vec<Thinning> =
        if unit == Unit::Bytes { Vec::new() } else { vec![Box::new(move |min, max| round_numbers(unit, min, max))] };
    dense.into_iter().chain(powers)
}

/// Powers of 10, or of 2 for bytes, with their exponents.
fn powers(unit: Unit, min: f64, max: f64) -> Vec<(i32, f64)> {
    let (range, base) = if unit == Unit::Bytes { (0..=63, 2.0) } else { (-12..=20, 10.0) };
    range.map(|e| (e, power(base, e))).filter(|&(_, v)| v >= min / base && v <= max).collect()
}

/// Exact where a division can be.
fn power(base: f64, exponent: i32) -> f64 {
    let positive = (0..exponent.abs()).fold(1.0, |product, _| product * base);
    if exponent < 0 { 1.0 / positive } else { positive }
}

/// 1, 2 and 5 times the powers of 10, from `min` on.
fn round_numbers(unit: Unit, min: f64, max: f64) -> Vec<f64> {
    times(unit, &[1.0, 2.0, 5.0], min, max)
}

/// 1 to 9 times the powers of 10; the powers of 2 for bytes.
fn round_digits(unit: Unit, min: f64, max: f64) -> Vec<f64> {
    let digits: &[f64] = if unit == Unit::Bytes { &[1.0] } else { &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0] };
    times(unit, digits, min, max)
}

fn times(unit: Unit, digits: &[f64], min: f64, max: f64) -> Vec<f64> {
    let products = powers(unit, min, max).into_iter().flat_map(|(exponent, power)| {
        // Dividing keeps 0.3 the double nearest to 0.3.
        digits.iter().map(move |d| {
            if exponent < 0 && unit != Unit::Bytes { d / self::power(10.0, -exponent) } else { d * power }
        })
    });
    products.filter(|&v| v >= min && v <= max).collect()
}

/// The multiples of the round number just below `step`.
fn multiples(step: f64, max: f64) -> Vec<f64> {
    let Some(step) = round_numbers(Unit::Percent, step / 10.0, step).pop() else { return Vec::new() };
    let last = (max / step).floor();
    if last > 1e6 {
        Vec::new()
    } else {
        (0..=last as u32).map(|i| step * f64::from(i)).skip_while(|&v| v <= 0.0).collect()
    }
}

/// A value as the axis shows it.
pub(super) fn show(unit: Unit, value: f64) -> String {
    let scaled = |base: f64, units: &[&str]| {
        let mut rest = value;
        let mut i = 0;
        while rest >= base && i + 1 < units.len() {
            rest /= base;
            i += 1;
        }
        format!("{}{}", number(rest), units[i])
    };
    match unit {
        Unit::Count => scaled(1e3, &["", "k", "M", "G", "T"]),
        Unit::Bytes => scaled(1024.0, &[" B", " KiB", " MiB", " GiB", " TiB", " PiB"]),
        Unit::Percent => number(value),
        Unit::Seconds => show_like(unit, value, value),
    }
}

/// As [`show`], with the unit that `like` would have: all labels of a linear axis have that of its end.
pub(super) fn show_like(unit: Unit, value: f64, like: f64) -> String {
    if unit != Unit::Seconds {
        return show(unit, value);
    }
    // The nearest power decides, so that a millisecond that binary makes a hair shorter stays one.
    let (factor, name) = match like {
        s if s < 0.999_999_5e-6 => (1e9, "ns"),
        s if s < 0.999_999_5e-3 => (1e6, "\u{b5}s"),
        s if s < 0.999_999_5 => (1e3, "ms"),
        _ => (1.0, "s"),
    };
    if value <= 0.0 { "0".to_owned() } else { format!("{} {name}", number(value * factor)) }
}

/// Four significant digits, without trailing zeros, with a proper minus sign.
pub(super) fn number(value: f64) -> String {
    let size = value.abs();
    let magnitude = if size > 0.0 { libm::floor(libm::log10(size)) as i32 } else { 0 };
    let text = format!("{size:.*}", (3 - magnitude).clamp(0, 15) as usize);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if value < 0.0 && text != "0" { format!("\u{2212}{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(min: f64, max: f64, unit: Unit, length: f64) -> Vec<String> {
        Log::holding(min, max).ticks(unit, length, 10.0).into_iter().filter_map(|t| t.label).collect()
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(show(Unit::Count, 20_000.0), "20k");
        assert_eq!(show(Unit::Count, 1e6), "1M");
        assert_eq!(show(Unit::Count, 1_500.0), "1.5k");
        assert_eq!(show(Unit::Bytes, 65_536.0), "64 KiB");
        assert_eq!(show(Unit::Percent, 0.3), "0.3");
        assert_eq!(show(Unit::Percent, 0.001), "0.001");
        assert_eq!(number(0.0), "0");
        let times = [0.0, 2e-9, 0.000_25, 1e-6 * 1000.0, 0.1 + 0.2, 90.0].map(|time| show(Unit::Seconds, time));
        assert_eq!(show_like(Unit::Seconds, 0.5, 2.0), "0.5 s");
        assert_eq!(times, ["0", "2 ns", "250 \u{b5}s", "1 ms", "300 ms", "90 s"]);
    }

    #[test]
    fn a_wide_axis_has_more_labels() {
        assert_eq!(labels(100.0, 1e5, Unit::Count, 600.0).join(" "), "100 200 500 1k 2k 5k 10k 20k 50k 100k");
        assert_eq!(labels(100.0, 1e5, Unit::Count, 120.0).join(" "), "100 1k 10k 100k");
        assert_eq!(labels(1.0, 1e9, Unit::Count, 120.0).join(" "), "1 1k 1M 1G");
    }

    #[test]
    fn bytes_stand_at_powers_of_two() {
        let shown = labels(65_536.0, 1_073_741_824.0, Unit::Bytes, 300.0);
        assert!(shown.contains(&"1 MiB".to_owned()) && shown.len() >= 3, "{shown:?}");
    }

    #[test]
    fn a_label_that_leaves_the_axis_does_not_take_the_others_along() {
        assert_eq!(labels(30.0, 1_200_000.0, Unit::Bytes, 125.0), ["32 B", "1 KiB", "32 KiB"]);
    }

    #[test]
    fn less_than_a_decade_still_has_two_labels() {
        for (min, max) in [(1000.0, 1100.0), (12.0, 18.0), (999.0, 1001.0), (3.0, 4.0)] {
            for unit in [Unit::Count, Unit::Bytes, Unit::Percent] {
                let shown = labels(min, max, unit, 240.0);
                assert!(shown.len() >= 2, "{min} {max} {unit:?}: {shown:?}");
            }
        }
    }

    #[test]
    fn the_top_is_the_next_round_number() {
        for (max, top) in [(73.0, 80.0), (100.0, 100.0), (0.0, 1.0), (3.2, 4.0), (41.0, 50.0), (0.013, 0.015)] {
            let scale = Linear::up_to(max);
            assert!((scale.top - top).abs() < 1e-9, "{max}: {scale:?}");
            assert!((2..=6).contains(&scale.ticks.len()), "{scale:?}");
        }
    }

    #[test]
    fn a_scale_below_zero_has_a_tick_at_zero() {
        let scale = Linear::spanning(-13.0, 42.0, 5);
        let labels: Vec<String> = scale.ticks.iter().filter_map(|t| t.label.clone()).collect();
        assert_eq!(labels.join(" "), "\u{2212}20 0 20 40 60");
        assert!((scale.position(0.0) - 0.25).abs() < 1e-9);
        assert_eq!(Linear::spanning(0.0, 0.0, 5).ticks.len(), 6);
        assert!(Linear::across(-13.0, 42.0, 60.0, 10.0).ticks.len() < 5);
        assert_eq!(number(-0.00001).as_str(), "\u{2212}0.00001");
    }
}
