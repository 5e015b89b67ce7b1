//! The only `unsafe` of the crate: a hint to the processor, zeroed arrays on huge pages, files mapped into memory, and code
//! compiled for the processor at hand.
//!
//! # Why it is sound
//! - A prefetch instruction reads no value and cannot fault, whatever the address; it gets one from a live reference.
//! - [`Pages`] owns its memory through a `Vec` or an anonymous private mapping, neither of which moves it or shrinks it
//!   while the `Pages` lives. The pointer and length are taken once, when the memory is made: aligned (a page, or what
//!   `Vec` gives), `len * size_of::<T>()` bytes long, all zero, which is a valid `T` because `T: Pod`. Nobody else has a
//!   pointer to it, so handing out `&[T]` from `&self` and `&mut [T]` from `&mut self` keeps Rust's borrow rules.
//! - [`Mapped`] shows a part of a file that [`map_file`] mapped for reading. Position, length and alignment are checked once, as is
//!   that every element is a value of its type; the mapping lives as long as any `Mapped` of it, and nobody writes through it. What
//!   no program can rule out is that another one changes the file meanwhile; the files that are mapped are written under another
//!   name and renamed, never changed in place, and a number that changes nonetheless is still a number. For types that not every
//!   bit pattern is a value of, that is an assumption that the user shares with every program that maps files.
//! - [`Vectors::run`] calls code compiled with more instructions than every processor has only after the processor was asked
//!   for each of them, at that very call. The code itself is safe Rust.
//!
//! The tests below read and write every element of small and mapped arrays, move them between threads, prefetch any
//! index, and run one piece of work on every set of instructions that the processor has; an error in length or alignment
//! would fail them, and an instruction that is not there would end them.

use bytemuck::{CheckedBitPattern, Pod};
use memmap2::{Mmap, MmapMut};
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut, Range};
use std::ptr::NonNull;
use std::sync::Arc;

/// Asks the processor to bring `slice[index]` near; does nothing where `index` is out of range.
#[inline(always)]
#[allow(unsafe_code, reason = "one hint instruction; see the module text")]
pub fn prefetch<T>(slice: &[T], index: usize) {
    let Some(item) = slice.get(index) else { return };
    let address = std::ptr::from_ref(item);
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the address comes from a live reference, and the instruction cannot fault.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: the address comes from a live reference, and the instruction cannot fault.
    unsafe {
        std::arch::asm!("prfm pldl1keep, [{0}]", in(reg) address, options(nostack, preserves_flags, readonly));
    }
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let _ = address;
}

/// From this many bytes on, an array is worth pages of its own.
const WORTH_MAPPING: usize = 1 << 20;

/// A fixed-length array, zeroed at first, on huge pages where it is large and the system has them.
///
/// Random access to megabytes is bound by address translation; a huge page covers 2 MiB with one entry.
#[derive(Debug)]
pub struct Pages<T> {
    start: NonNull<T>,
    len: usize,
    _owner: Owner<T>,
}

#[derive(Debug)]
enum Owner<T> {
    Heap(#[allow(dead_code, reason = "keeps the memory alive")] Vec<T>),
    Mapped(#[allow(dead_code, reason = "keeps the memory alive")] MmapMut),
}

impl<T: Pod> Pages<T> {
    /// An array of `len` zeroes.
    pub fn zeroed(len: usize) -> Self {
        let bytes = len.saturating_mul(size_of::<T>());
        if bytes >= WORTH_MAPPING
            && let Some(mut map) = map(bytes)
        {
            let items: &mut [T] = bytemuck::cast_slice_mut(&mut map[..bytes]);
            let start = NonNull::from(items).cast();
            return Self { start, len, _owner: Owner::Mapped(map) };
        }
        let mut items = vec![T::zeroed(); len];
        let start = NonNull::from(items.as_mut_slice()).cast();
        Self { start, len, _owner: Owner::Heap(items) }
    }
}

/// Anonymous memory with the advice to use huge pages; `None` where the system gives none.
fn map(bytes: usize) -> Option<MmapMut> {
    let map = MmapMut::map_anon(bytes).ok()?;
    // Only advice: a system without huge pages refuses it, and the array works all the same.
    #[cfg(target_os = "linux")]
    let _ = map.advise(memmap2::Advice::HugePage);
    Some(map)
}

#[allow(unsafe_code, reason = "see the module text")]
// SAFETY: `Pages` owns its memory alone; what it points to may cross threads if `T` may.
unsafe impl<T: Send> Send for Pages<T> {}

#[allow(unsafe_code, reason = "see the module text")]
// SAFETY: a shared `Pages` gives out only `&[T]`.
unsafe impl<T: Sync> Sync for Pages<T> {}

impl<T> Deref for Pages<T> {
    type Target = [T];

    #[inline(always)]
    #[allow(unsafe_code, reason = "on the path of every request; see the module text")]
    fn deref(&self) -> &[T] {
        // SAFETY: `start` and `len` describe memory that `_owner` keeps alive, and `&self` forbids writing.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl<T> DerefMut for Pages<T> {
    #[inline(always)]
    #[allow(unsafe_code, reason = "on the path of every request; see the module text")]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and `&mut self` forbids any other access.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

/// Maps a file for reading.
///
/// # Errors
/// The system cannot map it.
#[allow(unsafe_code, reason = "see the module text")]
pub fn map_file(file: &File) -> io::Result<Arc<Mmap>> {
    // SAFETY: the mapping is for reading, and the file is not changed in place; see the module text.
    unsafe { Mmap::map(file) }.map(Arc::new)
}

/// A part of a mapped file as an array. Its pages come from the file when they are first read, and leave memory when it is short.
#[derive(Debug, Clone)]
pub struct Mapped<T> {
    map: Arc<Mmap>,
    start: usize,
    len: usize,
    of: PhantomData<T>,
}

impl<T: CheckedBitPattern> Mapped<T> {
    /// The elements in these bytes of the file; `None` where the range goes beyond the file, is no whole number of elements, is not
    /// aligned, or holds a bit pattern that is no value.
    pub fn new(map: &Arc<Mmap>, bytes: Range<usize>) -> Option<Self> {
        let part = map.get(bytes.clone())?;
        let len = bytemuck::checked::try_cast_slice::<u8, T>(part).ok()?.len();
        Some(Self { map: Arc::clone(map), start: bytes.start, len, of: PhantomData })
    }
}

impl<T> Deref for Mapped<T> {
    type Target = [T];

    #[inline]
    #[allow(unsafe_code, reason = "checks every element once instead of at each use; see the module text")]
    fn deref(&self) -> &[T] {
        // SAFETY: `new` saw that these bytes are so many aligned, valid elements, and the mapping lives and is not written to.
        unsafe { std::slice::from_raw_parts(self.map.as_ptr().add(self.start).cast::<T>(), self.len) }
    }
}

/// A piece of work that gains from being compiled for the processor at hand.
///
/// `run`, and all it calls that matters, must be `#[inline(always)]`: only what is inlined is compiled anew.
pub trait Work {
    /// What it answers.
    type Done;

    /// Does it.
    fn run(self) -> Self::Done;
}

/// Sets of vector instructions that work is compiled for, the poorest first. The results are the same with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vectors {
    /// What every processor of the platform has.
    Plain,
    /// AVX2, bit manipulation and a count of bits (x86-64-v3).
    Avx2,
    /// AVX-512 with a count of bits in vectors (Ice Lake, Zen 4 and later).
    Avx512,
}

impl Vectors {
    /// Those that this processor has.
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Plain, Self::Avx2, Self::Avx512].into_iter().filter(|vectors| vectors.is_available())
    }

    /// The richest that this processor has.
    pub fn best() -> Self {
        Self::available().last().unwrap_or(Self::Plain)
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        use std::arch::is_x86_feature_detected as has;
        match self {
            Self::Plain => true,
            Self::Avx2 => has!("avx2") && has!("bmi1") && has!("bmi2") && has!("lzcnt") && has!("popcnt"),
            Self::Avx512 => {
                Self::Avx2.is_available()
                    && has!("avx512f")
                    && has!("avx512bw")
                    && has!("avx512dq")
                    && has!("avx512vl")
                    && has!("avx512vpopcntdq")
            }
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_available(self) -> bool {
        self == Self::Plain
    }

    /// Does the work with these instructions, or with the plain ones where the processor has no such.
    #[inline]
    #[allow(unsafe_code, reason = "asks the processor first; see the module text")]
    pub fn run<W: Work>(self, work: W) -> W::Done {
        #[cfg(target_arch = "x86_64")]
        {
            #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
            fn avx2<W: Work>(work: W) -> W::Done {
                work.run()
            }
            #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq")]
            fn avx512<W: Work>(work: W) -> W::Done {
                work.run()
            }
            match self {
                // SAFETY: the processor was just asked for all features that the function is compiled with.
                Self::Avx512 if self.is_available() => return unsafe { avx512(work) },
                // SAFETY: likewise.
                Self::Avx2 if self.is_available() => return unsafe { avx2(work) },
                _ => {}
            }
        }
        work.run()
    }
}

/// Does the work with the best instructions that the processor has.
pub fn fastest<W: Work>(work: W) -> W::Done {
    Vectors::best().run(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_an_array_where_it_holds_whole_valid_elements() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..64u32).flat_map(u32::to_ne_bytes).collect();
        io::Write::write_all(&mut file, &bytes).unwrap();
        let map = map_file(&file).unwrap();
        let numbers = Mapped::<u32>::new(&map, 8..256).unwrap();
        drop(map);
        assert_eq!((numbers.len(), numbers[0], numbers[61]), (62, 2, 63));
        assert_eq!(numbers.clone().iter().sum::<u32>(), (2..64u32).sum::<u32>());
        let map = map_file(&file).unwrap();
        assert!(Mapped::<u32>::new(&map, 1..5).is_none() && Mapped::<u32>::new(&map, 0..7).is_none());
        assert!(Mapped::<u32>::new(&map, 252..260).is_none() && Mapped::<u64>::new(&map, 4..12).is_none());
        assert!(
            Mapped::<bool>::new(&map, 0..8).is_some() && Mapped::<bool>::new(&map, 8..16).is_none(),
            "2 is no bool"
        );
    }

    #[test]
    fn any_index_is_fine_and_nothing_changes() {
        let data = [1u32, 2, 3];
        for index in [0, 1, 2, 3, 4, usize::MAX] {
            prefetch(&data, index);
        }
        prefetch::<u64>(&[], 0);
        assert_eq!(data, [1, 2, 3]);
    }

    #[test]
    fn arrays_start_at_zero_keep_what_is_written_and_cross_threads() {
        for len in [0usize, 1, 1000, 262_143, 262_144, 400_001] {
            let mut pages = Pages::<u32>::zeroed(len);
            assert_eq!(pages.len(), len);
            assert!(pages.iter().all(|&x| x == 0));
            for (i, x) in pages.iter_mut().enumerate() {
                *x = i as u32;
            }
            let pages = std::thread::spawn(move || pages).join().unwrap();
            assert!(pages.iter().enumerate().all(|(i, &x)| x == i as u32));
        }
        assert_eq!(Pages::<u64>::zeroed(200_000).iter().sum::<u64>(), 0);
    }

    #[test]
    fn every_set_of_instructions_counts_the_same() {
        struct Bits<'a>(&'a [u64]);
        impl Work for Bits<'_> {
            type Done = u32;

            #[inline(always)]
            fn run(self) -> u32 {
                self.0.iter().map(|word| word.count_ones()).sum()
            }
        }
        let words: Vec<u64> = (0..1000u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
        let bit_by_bit: u32 = words.iter().map(|word| (0..64).filter(|bit| word >> bit & 1 == 1).count() as u32).sum();
        assert!(
            Vectors::available().next() == Some(Vectors::Plain) && Vectors::available().last() == Some(Vectors::best())
        );
        for vectors in [Vectors::Plain, Vectors::Avx2, Vectors::Avx512] {
            assert_eq!(vectors.run(Bits(&words)), bit_by_bit, "{vectors:?}");
        }
        assert_eq!(fastest(Bits(&words)), bit_by_bit);
    }
}
