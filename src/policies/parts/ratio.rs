//! Values per byte as whole numbers, for policies whose queues are numbered by them.

/// Cost 1 divided by sizes, in units of the least such ratio seen so far.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::policies) struct Ratio {
    /// The largest size seen.
    largest: u32,
}

impl Ratio {
    /// The ratio of an object of this size: the largest size seen, this one included, by its own, rounded, so at least 1.
    #[inline]
    pub(in crate::policies) fn of(&mut self, size: u32) -> u64 {
        // An object of no bytes counts as one of 1 byte, since it has to have a ratio.
        let size = size.max(1);
        self.largest = self.largest.max(size);
        let (largest, size) = (u64::from(self.largest), u64::from(size));
        (2 * largest + size) / (2 * size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_relative_to_the_largest_size_so_far() {
        let mut ratio = Ratio::default();
        assert_eq!([10, 100, 10, 40, 60, 0].map(|size| ratio.of(size)), [1, 1, 10, 3, 2, 100]);
    }
}
