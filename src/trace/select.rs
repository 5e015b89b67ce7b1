//! Some requests of a trace as a trace of their own.

use super::{Column, Trace};
use crate::core::ObjId;

impl Trace {
    /// The requests at these indexes, which rise; ids and times begin at 0 again.
    #[must_use]
    pub fn select(&self, indexes: &[u32]) -> Self {
        fn of<T: Copy>(column: Option<&Column<T>>, indexes: &[u32]) -> Option<Column<T>> {
            column.map(|column| indexes.iter().map(|&index| column[index as usize]).collect())
        }
        let mut numbers = vec![ObjId::MAX; self.objects];
        let mut chosen = Vec::new();
        let number = |&index: &u32| {
            let id = self.ids[index as usize];
            let number = &mut numbers[id as usize];
            if *number == ObjId::MAX {
                *number = chosen.len() as ObjId;
                chosen.push(id);
            }
            *number
        };
        let mut trace = Self::default();
        trace.name.clone_from(&self.name);
        trace.blocks.clone_from(&self.blocks);
        trace.ids = indexes.iter().map(number).collect();
        trace.objects = chosen.len();
        trace.keys = self.keys.select(&chosen);
        trace.sizes = of(self.sizes.as_ref(), indexes);
        let start = |times: &Column<u64>| indexes.first().map_or(0, |&first| times[first as usize]);
        let since = |times: &Column<u64>| indexes.iter().map(|&index| times[index as usize] - start(times)).collect();
        trace.times = self.times.as_ref().map(since);
        trace.ops = of(self.ops.as_ref(), indexes);
        trace.ttls = of(self.ttls.as_ref(), indexes);
        trace.tenants = of(self.tenants.as_ref(), indexes);
        trace.tenant_names.clone_from(&self.tenant_names);
        trace.places = of(self.places.as_ref(), indexes);
        trace
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Keys, Op};

    #[test]
    fn chosen_requests_are_a_trace() {
        let mut trace = Trace::from_keys("t", [0, 1, 2, 1, 0]);
        trace.keys = Keys::Int(vec![70, 71, 72]);
        trace.times = Some(vec![0, 5, 6, 9, 9].into());
        trace.ops = Some(vec![Op::Get, Op::Set, Op::Get, Op::Get, Op::Delete].into());
        let some = trace.select(&[1, 3, 4]);
        some.validate().unwrap();
        assert_eq!(
            (some.ids, some.keys, some.times),
            (vec![0, 0, 1].into(), Keys::Int(vec![71, 70]), Some(vec![0, 4, 4].into()))
        );
        assert_eq!(some.ops, Some(vec![Op::Set, Op::Get, Op::Delete].into()));
        assert_eq!(trace.select(&[]).requests(), 0);
    }
}
