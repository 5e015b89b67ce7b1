//! The only `unsafe` of the crate: asking the processor to bring a cache line near.
//!
//! # Why it is sound
//! A prefetch instruction reads no value and cannot fault, whatever the address; the only duty is to form the address
//! without undefined behaviour. It is formed from a reference obtained by a checked `get`, so it always points into the
//! slice. The test below calls it with every kind of index; under Miri or a sanitizer a bad address would be reported.

/// Asks the processor to bring `slice[index]` near; does nothing where `index` is out of range.
#[inline(always)]
#[allow(unsafe_code, clippy::inline_always, reason = "one hint instruction; see the module text")]
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

#[cfg(test)]
mod tests {
    use super::prefetch;

    #[test]
    fn any_index_is_fine_and_nothing_changes() {
        let data = [1u32, 2, 3];
        for index in [0, 1, 2, 3, 4, usize::MAX] {
            prefetch(&data, index);
        }
        prefetch::<u64>(&[], 0);
        assert_eq!(data, [1, 2, 3]);
    }
}
