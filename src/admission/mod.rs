//! Layer 4: the admissions, one file each: which of the objects that were missed come in at all.
//!
//! Adding one is a file and two lines here: its `mod` and its entry in [`ADMISSIONS`].

pub mod adapt_size;
pub mod always;
pub mod bloom;
pub mod clairvoyant;
pub mod probability;
pub mod second_hit;
pub mod size_probability;
pub mod size_threshold;
pub mod tiny_lfu;

use crate::policy::Gate;

/// Every admission, in the order of lists and help.
pub static ADMISSIONS: &[&Gate] = &[
    &always::ADMISSION,
    &probability::ADMISSION,
    &size_threshold::ADMISSION,
    &size_probability::ADMISSION,
    &second_hit::ADMISSION,
    &bloom::ADMISSION,
    &tiny_lfu::ADMISSION,
    &adapt_size::ADMISSION,
    &clairvoyant::ADMISSION,
];

#[cfg(test)]
mod tests;
