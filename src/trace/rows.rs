//! Requests in columns that grow: what the builder fills, and what becomes a trace or goes to a store.

use super::{Columns, Op, Place, Trace};
use crate::core::{ObjId, Time};

/// Columns in memory; each that is there has an element for every request.
#[derive(Debug, Default)]
pub struct Rows {
    /// The object of each request.
    pub ids: Vec<ObjId>,
    /// Sizes in bytes.
    pub sizes: Option<Vec<u32>>,
    /// Nanoseconds since the first request.
    pub times: Option<Vec<Time>>,
    /// Operations.
    pub ops: Option<Vec<Op>>,
    /// Times to live in nanoseconds.
    pub ttls: Option<Vec<Time>>,
    /// Tenants, as indexes of their names.
    pub tenants: Option<Vec<u32>>,
    /// Prompts and depths.
    pub places: Option<Vec<Place>>,
}

impl Rows {
    /// No request; the ids as they are, and these columns.
    #[must_use]
    pub fn with(self, columns: Columns) -> Self {
        let Columns { sizes, times, ops, ttls, tenants, places, .. } = columns;
        Self {
            ids: self.ids,
            sizes: sizes.then(Vec::new),
            times: times.then(Vec::new),
            ops: ops.then(Vec::new),
            ttls: ttls.then(Vec::new),
            tenants: tenants.then(Vec::new),
            places: places.then(Vec::new),
        }
    }

    /// Forgets the requests and keeps the memory.
    pub fn clear(&mut self) {
        fn clear<T>(column: &mut Option<Vec<T>>) {
            column.iter_mut().for_each(Vec::clear);
        }
        self.ids.clear();
        clear(&mut self.sizes);
        clear(&mut self.times);
        clear(&mut self.ops);
        clear(&mut self.ttls);
        clear(&mut self.tenants);
        clear(&mut self.places);
    }

    /// The requests as a trace without name, objects and keys.
    pub fn into_trace(mut self) -> Trace {
        self.ids.shrink_to_fit();
        let mut trace = Trace::default();
        trace.ids = self.ids.into();
        trace.sizes = self.sizes.map(Into::into);
        trace.times = self.times.map(Into::into);
        trace.ops = self.ops.map(Into::into);
        trace.ttls = self.ttls.map(Into::into);
        trace.tenants = self.tenants.map(Into::into);
        trace.places = self.places.map(Into::into);
        trace
    }
}
