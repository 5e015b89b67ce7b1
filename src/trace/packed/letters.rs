//! Records as letters of Python's `struct` tell them.

use super::{Kind, Number};

/// The numbers of a record, as letters tell them.
#[derive(Debug)]
pub struct Fields {
    /// One after the other.
    pub numbers: Vec<Number>,
    /// Bytes of a record.
    pub record: usize,
    /// Do numbers begin with their highest byte?
    pub big_endian: bool,
}

/// Reads letters of Python's `struct`. A first `<` says what holds in any case, that numbers begin with their lowest byte; `>`,
/// that they begin with their highest.
pub fn fields(letters: &str) -> Option<Fields> {
    let mut record = 0;
    let numbers: Option<Vec<Number>> = letters
        .strip_prefix(['<', '>'])
        .unwrap_or(letters)
        .bytes()
        .map(|letter| {
            let number = Number::new(record, Kind::of_letter(letter)?);
            record += number.kind().bytes();
            Some(number)
        })
        .collect();
    let numbers = numbers.filter(|numbers| !numbers.is_empty())?;
    Some(Fields { numbers, record, big_endian: letters.starts_with('>') })
}
