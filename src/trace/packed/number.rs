//! Numbers in a record: how they are written, and where.

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 1 byte.
    U8,
    /// 2 bytes.
    U16,
    /// 4 bytes.
    U32,
    /// 8 bytes.
    U64,
    /// 1 byte with a sign, and so on.
    I8,
    /// 2 bytes with a sign.
    I16,
    /// 4 bytes with a sign.
    I32,
    /// 8 bytes with a sign.
    I64,
    /// A float of 4 bytes.
    F32,
    /// A float of 8 bytes.
    F64,
}

impl Kind {
    /// Bytes of a number.
    pub const fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    /// The kind that a letter of Python's `struct` stands for.
    pub const fn of_letter(letter: u8) -> Option<Self> {
        Some(match letter {
            b'b' | b'c' => Self::I8,
            b'B' => Self::U8,
            b'h' => Self::I16,
            b'H' => Self::U16,
            b'i' | b'l' => Self::I32,
            b'I' | b'L' => Self::U32,
            b'q' => Self::I64,
            b'Q' => Self::U64,
            b'f' => Self::F32,
            b'd' => Self::F64,
            _ => return None,
        })
    }

    /// Is it a float?
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }
}

/// A number in a record, or some bits of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    pub(super) at: usize,
    kind: Kind,
    shift: u32,
    bits: u32,
}

impl Number {
    /// The number at this byte of the record.
    pub const fn new(at: usize, kind: Kind) -> Self {
        Self { at, kind, shift: 0, bits: 64 }
    }

    /// So many bits of it, the lowest of which is `shift`.
    #[must_use]
    pub const fn bits(self, shift: u32, bits: u32) -> Self {
        Self { shift, bits, ..self }
    }

    /// How it is written.
    pub const fn kind(self) -> Kind {
        self.kind
    }

    /// The value: what has a sign keeps it, as the number of 64 bits with the same bits; of a float its bits.
    #[inline(always)]
    pub(super) fn of<const BIG: bool>(self, record: &[u8]) -> u64 {
        let whole = match self.kind {
            Kind::U8 => u64::from(record[self.at]),
            Kind::I8 => i64::from(record[self.at].cast_signed()) as u64,
            Kind::U16 => u64::from(u16::from_le_bytes(bytes::<2, BIG>(record, self.at))),
            Kind::I16 => i64::from(i16::from_le_bytes(bytes::<2, BIG>(record, self.at))) as u64,
            Kind::U32 | Kind::F32 => u64::from(u32::from_le_bytes(bytes::<4, BIG>(record, self.at))),
            Kind::I32 => i64::from(i32::from_le_bytes(bytes::<4, BIG>(record, self.at))) as u64,
            Kind::U64 | Kind::I64 | Kind::F64 => u64::from_le_bytes(bytes::<8, BIG>(record, self.at)),
        };
        whole >> self.shift & (u64::MAX >> (64 - self.bits))
    }
}

#[inline(always)]
fn bytes<const N: usize, const BIG: bool>(record: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&record[at..at + N]);
    if BIG {
        bytes.reverse();
    }
    bytes
}
