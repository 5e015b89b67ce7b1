//! An upright axis that is linear, or logarithmic with a place for 0 below it.

use crate::report::axis::{Linear, Log, Tick, Unit, show_like};
use crate::report::font;

/// Share of a logarithmic axis that lies below its smallest value where there are zeros.
const LANE: f64 = 0.15;

/// An axis from below to above.
pub(super) enum Scale {
    /// From 0, or around values that are high and close together.
    Linear(Linear),
    /// Values above 0; and 0 itself at the lower end, where there are any.
    Log {
        log: Log,
        unit: Unit,
        /// Does it hold 0?
        zero: bool,
    },
}

impl Scale {
    /// A linear scale; from 0, unless all values lie in the upper half.
    pub(super) fn linear(values: impl Iterator<Item = f64> + Clone, unit: Unit) -> Self {
        let (low, high) = (values.clone().fold(f64::INFINITY, f64::min), values.fold(0.0, f64::max));
        // Small changes of a high value would drown in a scale from 0.
        let scale =
            if low > 0.5 * high && unit == Unit::Percent { Linear::between(low, high, 5) } else { Linear::up_to(high) };
        Self::Linear(scale.labelled(|value| show_like(unit, value, high)))
    }

    /// A logarithmic scale; `None` where no value is above 0.
    pub(super) fn log(values: impl Iterator<Item = f64> + Clone, unit: Unit) -> Option<Self> {
        let above = values.clone().filter(|&value| value > 0.0);
        let (low, high) = (above.clone().fold(f64::INFINITY, f64::min), above.fold(0.0, f64::max));
        // A single value has no decades to show.
        let log = if high > 2.0 * low { Log::holding(low, high) } else { Log::roomy(low, high) };
        (high > 0.0).then(|| Self::Log { log, unit, zero: values.into_iter().any(|v| v <= 0.0) })
    }

    /// What is said behind the title of such an axis.
    pub(super) fn remark(&self) -> &'static str {
        if matches!(self, Self::Log { .. }) { ", log scale" } else { "" }
    }

    /// Where a value is, from 0 (below) to 1 (above).
    pub(super) fn position(&self, value: f64) -> f64 {
        match self {
            Self::Linear(scale) => scale.position(value),
            Self::Log { .. } if value <= 0.0 => 0.0,
            Self::Log { log, zero, .. } => {
                let lane = if *zero { LANE } else { 0.0 };
                lane + (1.0 - lane) * log.position(value)
            }
        }
    }

    /// The ticks of an axis of `length` pixels and text of `size` pixels.
    pub(super) fn ticks(&self, length: f64, size: f64) -> Vec<Tick> {
        match self {
            Self::Linear(scale) => scale.ticks.clone(),
            Self::Log { log, unit, zero } => {
                let lane = if *zero { LANE } else { 0.0 };
                let origin = zero.then(|| Tick { value: 0.0, label: Some("0".to_owned()) });
                let mut ticks: Vec<Tick> = origin.into_iter().collect();
                // The lowest label keeps clear of that of 0.
                let clear = |tick: &Tick| !zero || self.position(tick.value) * length >= 1.2 * size;
                ticks.extend(log.ticks_up(*unit, length * (1.0 - lane), size).into_iter().filter(clear));
                ticks
            }
        }
    }

    /// Width of the widest label on an axis of up to `length` pixels.
    pub(super) fn label_width(&self, length: f64, size: f64) -> f64 {
        let ticks = self.ticks(length, size);
        let labels = ticks.iter().filter_map(|tick| tick.label.as_ref());
        labels.map(|label| font::width(label, size)).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale, length: f64) -> String {
        scale.ticks(length, 10.0).into_iter().filter_map(|tick| tick.label).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn zero_has_a_place_below_a_logarithmic_axis() {
        let scale = Scale::log([0.0, 0.001, 2.0].into_iter(), Unit::Seconds).unwrap();
        assert_eq!(labels(&scale, 100.0), "0 1 ms 10 ms 100 ms 1 s");
        assert!(scale.position(0.0).abs() < 1e-12 && scale.position(0.001) > LANE && scale.position(2.0) < 1.0);
        let scale = Scale::log([0.001, 2.0].into_iter(), Unit::Seconds).unwrap();
        assert!(!labels(&scale, 100.0).starts_with("0 "));
        assert!(Scale::log([0.0].into_iter(), Unit::Count).is_none());
    }

    #[test]
    fn high_ratios_do_not_begin_at_zero() {
        assert_eq!(labels(&Scale::linear([97.0, 99.5].into_iter(), Unit::Percent), 100.0), "97 97.5 98 98.5 99 99.5");
        assert_eq!(labels(&Scale::linear([0.0, 99.5].into_iter(), Unit::Percent), 100.0), "0 20 40 60 80 100");
        assert_eq!(labels(&Scale::linear([900.0, 1000.0].into_iter(), Unit::Count), 100.0), "0 200 400 600 800 1k");
    }
}
