//! Records with a number that stays theirs until they are taken out; the number of a record that is gone is used again.

/// The number of no record.
pub(super) const NONE: u32 = u32::MAX;

/// Records of type `T`.
#[derive(Debug)]
pub(super) struct Slab<T> {
    places: Vec<T>,
    free: Vec<u32>,
}

impl<T: Copy> Slab<T> {
    pub(super) fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    /// Records that are in.
    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Places for records, used or free.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.places.len()
    }

    #[inline]
    pub(super) fn insert(&mut self, record: T) -> u32 {
        if let Some(number) = self.free.pop() {
            self.places[number as usize] = record;
            return number;
        }
        self.places.push(record);
        self.places.len() as u32 - 1
    }

    /// Takes a record out.
    #[inline]
    pub(super) fn remove(&mut self, number: u32) -> T {
        self.free.push(number);
        self.places[number as usize]
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;

    #[inline]
    fn index(&self, number: u32) -> &T {
        &self.places[number as usize]
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, number: u32) -> &mut T {
        &mut self.places[number as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_used_again() {
        let mut slab = Slab::new();
        let (a, b) = (slab.insert('a'), slab.insert('b'));
        assert_eq!((slab.remove(a), slab.len()), ('a', 1));
        assert_eq!(slab.insert('c'), a);
        slab[b] = 'd';
        assert_eq!((slab[a], slab[b], slab.len()), ('c', 'd', 2));
    }
}
