//! How much of the capacity is taken at each time.

/// The load after each request, up to the next one: raised over ranges, asked for the greatest over ranges.
///
/// A tree of maxima; a node's values lack what was added above it.
#[derive(Debug)]
pub(super) struct Load {
    /// The root is 1, the children of `n` are `2n` and `2n + 1`; those from the middle on are the times.
    greatest: Vec<u64>,
    /// What was added to all below an inner node, and is not in their values.
    added: Vec<u64>,
}

impl Load {
    /// Nothing, at `times` times.
    pub(super) fn new(times: usize) -> Self {
        let middle = times.next_power_of_two();
        Self { greatest: vec![0; 2 * middle], added: vec![0; middle] }
    }

    /// The greatest load from `first` to `last`.
    pub(super) fn most(&self, first: u32, last: u32) -> u64 {
        let middle = self.added.len();
        let (mut left, mut right) = (middle + first as usize, middle + last as usize);
        let (mut most_left, mut most_right) = (self.greatest[left], self.greatest[right]);
        while left / 2 != right / 2 {
            if left % 2 == 0 {
                most_left = most_left.max(self.greatest[left + 1]);
            }
            if right % 2 == 1 {
                most_right = most_right.max(self.greatest[right - 1]);
            }
            (left, right) = (left / 2, right / 2);
            most_left += self.added[left];
            most_right += self.added[right];
        }
        let mut most = most_left.max(most_right);
        while left > 1 {
            left /= 2;
            most += self.added[left];
        }
        most
    }

    /// Raises the load from `first` to `last`.
    pub(super) fn add(&mut self, first: u32, last: u32, size: u64) {
        let middle = self.added.len();
        let (mut left, mut right) = (middle + first as usize, middle + last as usize);
        self.raise(left, size);
        if left != right {
            self.raise(right, size);
        }
        while left / 2 != right / 2 {
            if left % 2 == 0 {
                self.raise(left + 1, size);
            }
            if right % 2 == 1 {
                self.raise(right - 1, size);
            }
            (left, right) = (left / 2, right / 2);
            self.renew(left);
            self.renew(right);
        }
        while left > 1 {
            left /= 2;
            self.renew(left);
        }
    }

    fn raise(&mut self, node: usize, size: u64) {
        self.greatest[node] += size;
        if let Some(added) = self.added.get_mut(node) {
            *added += size;
        }
    }

    fn renew(&mut self, node: usize) {
        self.greatest[node] = self.greatest[2 * node].max(self.greatest[2 * node + 1]) + self.added[node];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_an_array(times in 1..40u32, calls in prop::collection::vec((0..40u32, 0..40u32, 0..9u64), 0..60)) {
            let (mut load, mut array) = (Load::new(times as usize), vec![0u64; times as usize]);
            for (a, b, size) in calls {
                let (first, last) = ((a % times).min(b % times), (a % times).max(b % times));
                let range = first as usize..=last as usize;
                prop_assert_eq!(load.most(first, last), *array[range.clone()].iter().max().unwrap());
                load.add(first, last, size);
                array[range].iter_mut().for_each(|taken| *taken += size);
            }
        }
    }
}
