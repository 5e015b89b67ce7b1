//! Which requests of a file become the trace, and what its sizes mean.

use crate::core::{Error, Result, SECOND, Time, hash};

/// Which requests to keep.
///
/// The order is fixed: first `skip` requests are dropped, then those outside the time range, then those of other
/// tenants, then those whose key is not sampled; `limit` counts what is left. With `only_reads` of [`super::LoadOptions`] the other operations are
/// dropped before all of these. Block ranges are expanded first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// Requests to drop at the start.
    pub skip: u64,
    /// The most requests to keep.
    pub limit: Option<u64>,
    /// Keep requests from this time on, counted from the first request in the file.
    pub from: Option<Time>,
    /// Keep requests before this time, counted from the first request in the file.
    pub until: Option<Time>,
    /// Keep the requests of this tenant.
    pub tenant: Option<String>,
    /// Keep this share of the keys, `0 < rate <= 1`, chosen by a stable hash: all requests to a key, or none.
    pub sample: Option<f64>,
}

impl Filter {
    /// Checks the numbers.
    ///
    /// # Errors
    /// A rate outside `(0, 1]`, or a time range that is empty.
    pub fn validate(&self) -> Result<()> {
        if let Some(rate) = self.sample
            && !(rate > 0.0 && rate <= 1.0)
        {
            return Err(Error::usage(format!("sampling rate {rate} is out of range"))
                .hint("a rate is above 0 and at most 1, as in --sample 0.01"));
        }
        if let (Some(from), Some(until)) = (self.from, self.until)
            && from >= until
        {
            return Err(
                Error::usage("the time range is empty: it ends before it starts").hint("--from must be before --until")
            );
        }
        if self.limit == Some(0) {
            return Err(Error::usage("a limit of 0 requests leaves no trace").hint("leave --limit out to keep all"));
        }
        Ok(())
    }

    /// Whether every request is kept.
    pub fn keeps_all(&self) -> bool {
        *self == Self::default()
    }

    /// What is kept, `k=v;k=v`; empty for everything.
    pub fn canonical(&self) -> String {
        let seconds = |time: Time| format!("{}s", time as f64 / SECOND as f64);
        let parts = [
            (self.skip > 0).then(|| format!("skip={}", self.skip)),
            self.from.map(|time| format!("from={}", seconds(time))),
            self.until.map(|time| format!("until={}", seconds(time))),
            self.tenant.as_ref().map(|tenant| format!("tenant={tenant}")),
            self.sample.map(|share| format!("sample={share}")),
            self.limit.map(|n| format!("limit={n}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(";")
    }

    /// `what` with what is kept of it.
    pub fn named(&self, what: &str) -> String {
        if self.keeps_all() { what.to_owned() } else { format!("{what} ({})", self.canonical()) }
    }

    /// The sampled hashes are those below or equal to this; `None` = all.
    pub fn threshold(&self) -> Option<u64> {
        let rate = self.sample.filter(|&rate| rate < 1.0)?;
        // 2^64 * rate, less one because the comparison includes the threshold; the cast saturates.
        Some(((rate * 18_446_744_073_709_551_616.0) as u64).saturating_sub(1))
    }
}

/// The stable hash of an integer key for sampling. It differs from the one that places keys in tables, so that a sample
/// is not a cluster of such a table.
#[inline]
pub fn sample_int(key: u64) -> u64 {
    const SALT: u64 = 0x7361_6d70_6c65_0001;
    hash::mix(key ^ SALT)
}

/// The stable hash of a string key for sampling.
pub fn sample_str(key: &[u8]) -> u64 {
    hash::mix(hash::bytes(key))
}

/// What it means when an object comes back with another size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SizeChange {
    /// The new size counts from then on.
    #[default]
    New,
    /// The first size of an object counts for all its requests.
    First,
    /// Key and size together are the object.
    Distinct,
}

impl SizeChange {
    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::First => "first",
            Self::Distinct => "distinct",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_about_the_asked_share_of_the_keys() {
        let filter = Filter { sample: Some(0.1), ..Filter::default() };
        let limit = filter.threshold().unwrap();
        let kept = (0..100_000u64).filter(|&key| sample_int(key) <= limit).count();
        // Binomial with standard deviation 95.
        assert!((9_600..10_400).contains(&kept), "{kept}");
        let kept = (0..100_000u64).filter(|key| sample_str(key.to_string().as_bytes()) <= limit).count();
        assert!((9_600..10_400).contains(&kept), "{kept}");
        assert_eq!(Filter { sample: Some(1.0), ..Filter::default() }.threshold(), None);
    }

    #[test]
    fn senseless_filters_are_refused() {
        for rate in [0.0, -0.5, 1.5, f64::NAN] {
            assert!(Filter { sample: Some(rate), ..Filter::default() }.validate().is_err(), "{rate}");
        }
        assert!(Filter { from: Some(5), until: Some(5), ..Filter::default() }.validate().is_err());
        assert!(Filter { limit: Some(0), ..Filter::default() }.validate().is_err());
        assert!(Filter::default().validate().is_ok());
    }
}
