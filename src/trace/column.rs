//! One column of a trace, wherever its numbers are.

use crate::core::Mapped;
use std::ops::Deref;

/// A column: in memory, or in a mapped file.
#[derive(Debug, Clone)]
pub enum Column<T> {
    /// In memory.
    Owned(Vec<T>),
    /// In a file, whose pages come and go as they are needed.
    Mapped(Mapped<T>),
}

impl<T> Column<T> {
    /// Bytes of memory that it keeps, which a mapped file is not.
    pub fn memory_bytes(&self) -> usize {
        match self {
            Self::Owned(items) => items.capacity() * size_of::<T>(),
            Self::Mapped(_) => 0,
        }
    }
}

impl<T> Deref for Column<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Self::Owned(items) => items,
            Self::Mapped(items) => items,
        }
    }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self::Owned(Vec::new())
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(items: Vec<T>) -> Self {
        Self::Owned(items)
    }
}

impl<T> FromIterator<T> for Column<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::Owned(items.into_iter().collect())
    }
}

impl<'a, T> IntoIterator for &'a Column<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: PartialEq> PartialEq for Column<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: PartialEq, O: AsRef<[T]>> PartialEq<O> for Column<T> {
    fn eq(&self, other: &O) -> bool {
        **self == *other.as_ref()
    }
}
