//! A record that stands for several requests, some of which wait for room in the batch: the blocks of a range, a row that counts.

use super::batch::Batch;
use super::{Columns, Op};
use crate::core::Time;

/// What one record asks for: a request, or several that differ in their block at most.
#[derive(Debug, Default)]
pub struct Waiting {
    /// Where keys are numbers: the first block.
    pub first: u64,
    /// Blocks; 1 where the record is one request.
    pub blocks: u64,
    /// How often all of them are asked for; 0 = nothing waits.
    pub repeats: u64,
    /// Where keys are texts, the key, of which there is one.
    pub text: Vec<u8>,
    /// Whether keys are texts.
    pub is_text: bool,
    /// Size in bytes.
    pub size: u32,
    /// Nanoseconds on the file's clock.
    pub time: Time,
    /// The operation.
    pub op: Op,
    /// Time to live in nanoseconds.
    pub ttl: Time,
    /// Whose it is.
    pub tenant: Vec<u8>,
    /// The columns that the file has.
    pub has: Columns,
    /// Blocks of the present repetition that were given out.
    given: u64,
}

impl Waiting {
    /// Nothing waits; the file has these columns.
    pub fn new(has: Columns, is_text: bool) -> Self {
        Self { has, is_text, blocks: 1, ..Self::default() }
    }

    /// Gives out what is left, as far as the batch has room.
    pub fn give(&mut self, batch: &mut Batch) {
        while self.repeats > 0 && self.blocks > 0 && batch.room() > 0 {
            let left = (batch.room() as u64).min(self.blocks - self.given);
            let n = if self.is_text { 1 } else { left };
            if self.is_text {
                batch.texts.push(&self.text);
            } else {
                let from = self.first + self.given;
                batch.keys.extend((0..n).map(|i| from + i));
            }
            self.columns(batch, n as usize);
            self.given += n;
            if self.given == self.blocks {
                (self.given, self.repeats) = (0, self.repeats - 1);
            }
        }
    }

    fn columns(&self, batch: &mut Batch, n: usize) {
        let (want, has) = (batch.want, self.has);
        if want.sizes && has.sizes {
            batch.sizes.extend(std::iter::repeat_n(self.size, n));
        }
        if want.times && has.times {
            batch.times.extend(std::iter::repeat_n(self.time, n));
        }
        if want.ops && has.ops {
            batch.ops.extend(std::iter::repeat_n(self.op, n));
        }
        if want.ttls && has.ttls {
            batch.ttls.extend(std::iter::repeat_n(self.ttl, n));
        }
        if want.tenants && has.tenants {
            (0..n).for_each(|_| batch.push_tenant(&self.tenant));
        }
    }
}
