//! The learning rate of CACHEUS: while it changes it goes on in the direction in which the hit ratio rises, and after ten
//! periods in which nothing became better it starts from anywhere.

/// The learning rate, and what it is judged by.
#[derive(Debug)]
pub(in crate::policies) struct Rate {
    value: f64,
    /// In the period before.
    before: f64,
    ratio_before: f64,
    hits: u64,
    requests: u64,
    /// Periods of a constant rate in which the hit ratio did not rise.
    idle: u32,
}

impl Rate {
    const LEAST: f64 = 1e-3;
    const IDLE: u32 = 10;

    /// The rate to begin with, where so many objects fit.
    pub(in crate::policies) fn new(fit: u64) -> Self {
        let rate = libm::sqrt(2.0 * libm::log(2.0) / fit as f64).clamp(Self::LEAST, 1.0);
        Self { value: rate, before: 0.0, ratio_before: 0.0, hits: 0, requests: 0, idle: 0 }
    }

    /// The rate now.
    pub(in crate::policies) fn get(&self) -> f64 {
        self.value
    }

    /// Counts a request; after `period` of them the rate changes.
    #[inline(always)]
    pub(in crate::policies) fn count(&mut self, hit: bool, period: u64, chance: impl FnOnce() -> f64) {
        self.hits += u64::from(hit);
        self.requests += 1;
        if self.requests >= period {
            self.adapt(chance);
        }
    }

    #[cold]
    fn adapt(&mut self, chance: impl FnOnce() -> f64) {
        let ratio = self.hits as f64 / self.requests as f64;
        (self.hits, self.requests) = (0, 0);
        let (rise, step) = (ratio - self.ratio_before, self.value - self.before);
        (self.ratio_before, self.before) = (ratio, self.value);
        if step != 0.0 {
            let sign = if rise / step > 0.0 { 1.0 } else { -1.0 };
            self.value = (self.value + sign * (self.value * step).abs()).clamp(Self::LEAST, 1.0);
            self.idle = 0;
        } else if ratio == 0.0 || rise <= 0.0 {
            self.idle += 1;
            if self.idle >= Self::IDLE {
                self.idle = 0;
                self.value = Self::LEAST + chance() * (1.0 - Self::LEAST);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_learning_rate_follows_the_hit_ratio() {
        let mut rate = Rate::new(100);
        let first = libm::sqrt(2.0 * libm::log(2.0) / 100.0);
        let mut period = |hits: u64| {
            (0..100).for_each(|i| rate.count(i < hits, 100, || 0.5));
            rate.value
        };
        // The first step, from 0, was up, and the ratio rose from 0; then it falls while the rate still grew, and so on.
        let up = period(10);
        assert!((up - (first + first * first)).abs() < 1e-12, "{up}");
        let down = period(5);
        assert!((down - (up - up * (up - first))).abs() < 1e-12, "{down}");
        let further = period(8);
        assert!(further < down, "the ratio rose when the rate fell");
    }

    #[test]
    fn a_rate_that_helps_no_more_starts_again() {
        let mut rate = Rate { value: 0.2, before: 0.2, ratio_before: 0.5, hits: 0, requests: 0, idle: 0 };
        for _ in 0..9 {
            rate.count(false, 1, || 0.5);
            assert_eq!(rate.value.to_bits(), 0.2f64.to_bits());
        }
        rate.count(false, 1, || 0.5);
        assert!((rate.value - (0.001 + 0.5 * 0.999)).abs() < 1e-12);
    }
}
