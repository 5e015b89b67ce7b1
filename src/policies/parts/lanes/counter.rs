//! Saturating counters, one a lane, whose digits are bits of several words: the lowest digit first.

use super::Bits;

/// Adds one to the counters of these lanes that are not full.
#[inline(always)]
pub(super) fn add(digits: &mut [Bits], lanes: Bits) {
    let full = digits.iter().fold(Bits::MAX, |full, digit| full & digit);
    let mut carry = lanes & !full;
    for digit in digits {
        let next = *digit & carry;
        *digit ^= carry;
        carry = next;
    }
}

/// Takes one away from the lane's counter, which must not be zero.
#[inline(always)]
pub(super) fn take(digits: &mut [Bits], bit: Bits) {
    let mut borrow = bit;
    for digit in digits {
        let next = !*digit & borrow;
        *digit ^= borrow;
        borrow = next;
    }
}

/// Is the lane's counter zero?
#[inline(always)]
pub(super) fn is_zero(digits: &[Bits], bit: Bits) -> bool {
    digits.iter().fold(0, |any, digit| any | digit) & bit == 0
}

/// The lane's counter.
#[inline(always)]
pub(super) fn value(digits: &[Bits], bit: Bits) -> u32 {
    digits.iter().enumerate().map(|(place, digit)| u32::from(digit & bit != 0) << place).sum()
}

/// Sets the lane's counter to zero.
#[inline(always)]
pub(super) fn clear(digits: &mut [Bits], bit: Bits) {
    for digit in digits {
        *digit &= !bit;
    }
}
