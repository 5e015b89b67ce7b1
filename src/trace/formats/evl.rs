//! evictlab's own store, read as any other format: for filters, for stores in archives and in memory. A whole store in a plain file
//! is mapped instead (`trace/store/`).

use super::{Decoder, Fill, Form, Format};
use crate::core::Result;
use crate::trace::batch::Batch;
use crate::trace::filter::{sample_int, sample_str};
use crate::trace::input::Input;
use crate::trace::store::{Data, MAGIC, Store};
use crate::trace::{Columns, Keys, Trace};

/// The format's name.
pub(in crate::trace) const STORE: &str = "evl";

/// The format.
pub(super) static FORMAT: Format = Format {
    name: STORE,
    aliases: &["store"],
    extensions: &["evl"],
    summary: "evictlab's own store, which `evictlab trace convert` writes: loaded at the speed of memory",
    layout: "a description in JSON, then a column each: ids, sizes, times, operations, times to live, tenants, keys",
    source: "this program",
    sample: "small.evl",
    options: &[],
    record_bytes: Some(8),
    form: Form::Own {
        detect: |probe| if probe.bytes.starts_with(&MAGIC) { 100 } else { 0 },
        open: |_, mut input| open(&mut input),
    },
};

fn open(input: &mut Input) -> Result<Box<dyn Decoder>> {
    let name = input.name().to_owned();
    of_store(&Store::new(Data::Bytes(input.whole()?.into()), &name)?, Columns::ALL, &|_, _| ())
}

/// A decoder of these columns of an open store.
///
/// # Errors
/// It is damaged.
pub(in crate::trace) fn of_store(
    store: &Store,
    columns: Columns,
    progress: &dyn Fn(u64, u64),
) -> Result<Box<dyn Decoder>> {
    let trace = store.trace(columns, progress)?;
    let hashes = match &trace.keys {
        Keys::None => (0..trace.objects as u64).map(sample_int).collect(),
        Keys::Int(keys) => keys.iter().map(|&key| sample_int(key)).collect(),
        Keys::Str(keys) => keys.iter().map(|key| sample_str(key.as_bytes())).collect(),
    };
    Ok(Box::new(Stored { trace, hashes, at: 0 }))
}

/// Gives out ids and not keys: two objects whose keys are written the same stay two.
struct Stored {
    trace: Trace,
    /// By id.
    hashes: Vec<u64>,
    at: usize,
}

impl Decoder for Stored {
    fn fill(&mut self, batch: &mut Batch) -> Result<Fill> {
        fn copy<T: Copy>(to: &mut Vec<T>, from: Option<&[T]>) {
            to.extend_from_slice(from.unwrap_or_default());
        }
        let (trace, want) = (&self.trace, batch.want);
        let rows = self.at..trace.requests().min(self.at + batch.room());
        batch.keys.extend(trace.ids[rows.clone()].iter().map(|&id| u64::from(id)));
        batch.hashes.extend(trace.ids[rows.clone()].iter().map(|&id| self.hashes[id as usize]));
        copy(&mut batch.sizes, trace.sizes.as_ref().filter(|_| want.sizes).map(|column| &column[rows.clone()]));
        copy(&mut batch.times, trace.times.as_ref().filter(|_| want.times).map(|column| &column[rows.clone()]));
        copy(&mut batch.ops, trace.ops.as_ref().filter(|_| want.ops).map(|column| &column[rows.clone()]));
        copy(&mut batch.ttls, trace.ttls.as_ref().filter(|_| want.ttls).map(|column| &column[rows.clone()]));
        copy(&mut batch.places, trace.places.as_ref().filter(|_| want.places).map(|column| &column[rows.clone()]));
        for &tenant in trace.tenants.iter().flat_map(|column| &column[rows.clone()]) {
            batch.push_tenant(trace.tenant_names[tenant as usize].as_bytes());
        }
        self.at = rows.end;
        Ok(if self.at == trace.requests() { Fill::End } else { Fill::More })
    }

    fn keys(&self) -> Option<&Keys> {
        Some(&self.trace.keys)
    }

    fn blocks(&self) -> String {
        self.trace.blocks.clone()
    }

    fn notes(&self) -> Vec<String> {
        self.trace.notes.clone()
    }
}
