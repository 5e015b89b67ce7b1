//! A policy under supervision: verifies at every call that both sides of the contract do their duty.

use super::contract::{Cause, Cx, Policy, Verdict};
use crate::core::ObjId;

/// Wraps a policy and panics at the first breach of contract, since a wrong number is worse than a crash.
///
/// Used by the tests and by `--strict`. Costs a set of residents, and now and then the policy's own `check`.
#[derive(Debug)]
pub struct Checked<P> {
    inner: P,
    resident: Vec<bool>,
    residents: usize,
    announced: Option<(Cause, ObjId)>,
    calls: u64,
}

/// After how many calls [`Policy::check`] is called in a large cache, where it may look at much.
const CHECK_EVERY: u64 = 61;
/// Up to so many objects it is called after each.
const SMALL: usize = 64;

impl<P: Policy> Checked<P> {
    /// Puts `inner`, freshly built for `objects` objects, under supervision.
    pub fn new(inner: P, objects: usize) -> Self {
        Self { inner, resident: vec![false; objects], residents: 0, announced: None, calls: 0 }
    }

    fn is_resident(&self, id: ObjId) -> bool {
        *self
            .resident
            .get(id as usize)
            .unwrap_or_else(|| panic!("engine: id {id} is not below {}", self.resident.len()))
    }

    fn after(&mut self, id: ObjId) {
        let (said, known) = (self.inner.contains(id), self.is_resident(id));
        assert!(said == known, "policy: contains({id}) says {said}, the calls so far say {known}");
        self.calls += 1;
        let due = self.resident.len() <= SMALL || self.calls.is_multiple_of(CHECK_EVERY);
        if due && let Err(broken) = self.inner.check() {
            panic!("policy: invariant broken: {broken}");
        }
    }

    fn depart(&mut self, id: ObjId) {
        self.resident[id as usize] = false;
        self.residents -= 1;
    }
}

impl<P: Policy> Policy for Checked<P> {
    fn hit(&mut self, cx: &Cx<'_>, id: ObjId) -> bool {
        let known = self.is_resident(id);
        let said = self.inner.hit(cx, id);
        assert!(said == known, "policy: hit({id}) says {said}, the calls so far say {known}");
        self.announced = None;
        self.after(id);
        said
    }

    fn miss(&mut self, cx: &Cx<'_>, id: ObjId) {
        assert!(!self.is_resident(id), "engine: miss({id}) of a resident object");
        self.inner.miss(cx, id);
        self.announced = None;
        self.after(id);
    }

    fn evict(&mut self, cx: &Cx<'_>, cause: Cause, out: &mut Vec<ObjId>) -> Verdict {
        let crowded = matches!(cause, Cause::Incoming(id) if self.inner.crowded(cx, id));
        assert!(self.residents > 0 || crowded, "engine: evict from an empty cache");
        if let Cause::Incoming(id) = cause {
            assert!(!self.is_resident(id), "engine: room asked for {id}, which is resident");
        }
        let before = out.len();
        let verdict = self.inner.evict(cx, cause, out);
        let freed = out[before..].to_vec();
        assert!(
            (verdict == Verdict::Freed) != freed.is_empty(),
            "policy: evict says {verdict:?} and gives up {} objects",
            freed.len()
        );
        for &id in &freed {
            assert!(self.is_resident(id), "policy: gives up {id}, which is not resident");
            self.depart(id);
            self.after(id);
        }
        if let Some((_, announced)) = self.announced.take().filter(|(other, _)| *other == cause) {
            assert!(freed.contains(&announced), "policy: announced victim {announced}, gave up {freed:?}");
        }
        verdict
    }

    fn insert(&mut self, cx: &Cx<'_>, id: ObjId) {
        assert!(!self.is_resident(id), "engine: insert({id}) of a resident object");
        self.resident[id as usize] = true;
        self.residents += 1;
        self.inner.insert(cx, id);
        self.announced = None;
        self.after(id);
    }

    fn remove(&mut self, cx: &Cx<'_>, id: ObjId) {
        assert!(self.is_resident(id), "engine: remove({id}) of an object that is not resident");
        self.depart(id);
        self.inner.remove(cx, id);
        self.announced = None;
        self.after(id);
    }

    fn resized(&mut self, cx: &Cx<'_>, id: ObjId, old: u32) {
        assert!(cx.size(id) != old, "engine: resized({id}) without a change");
        self.inner.resized(cx, id, old);
        self.announced = None;
        self.after(id);
    }

    fn set_capacity(&mut self, capacity: u64) {
        self.inner.set_capacity(capacity);
        self.announced = None;
    }

    fn charge(&self, size: u32) -> u64 {
        self.inner.charge(size)
    }

    fn crowded(&self, cx: &Cx<'_>, incoming: ObjId) -> bool {
        self.inner.crowded(cx, incoming)
    }

    fn preload(&self, id: ObjId) {
        self.inner.preload(id);
    }

    fn contains(&self, id: ObjId) -> bool {
        self.inner.contains(id)
    }

    fn victim(&mut self, cx: &Cx<'_>, cause: Cause) -> Option<ObjId> {
        let victim = self.inner.victim(cx, cause);
        if let Some(id) = victim {
            assert!(self.is_resident(id), "policy: announces {id}, which is not resident");
        }
        self.announced = victim.map(|victim| (cause, victim));
        victim
    }

    fn check(&self) -> Result<(), String> {
        self.inner.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    /// A policy that can be told to lie.
    #[derive(Default)]
    struct Liar {
        held: Option<ObjId>,
        wrong_victim: bool,
        wrong_hit: bool,
        announced: Option<ObjId>,
    }

    impl Policy for Liar {
        fn hit(&mut self, _: &Cx<'_>, id: ObjId) -> bool {
            (self.held == Some(id)) != self.wrong_hit
        }
        fn evict(&mut self, _: &Cx<'_>, _: Cause, out: &mut Vec<ObjId>) -> Verdict {
            out.push(self.held.take().unwrap_or(0) + ObjId::from(self.wrong_victim));
            Verdict::Freed
        }
        fn insert(&mut self, _: &Cx<'_>, id: ObjId) {
            self.held = Some(id);
        }
        fn remove(&mut self, _: &Cx<'_>, _: ObjId) {
            self.held = None;
        }
        fn set_capacity(&mut self, _: u64) {}
        fn victim(&mut self, _: &Cx<'_>, _: Cause) -> Option<ObjId> {
            self.announced
        }
        fn preload(&self, _: ObjId) {}
        fn contains(&self, id: ObjId) -> bool {
            self.held == Some(id)
        }
    }

    fn breaks(policy: Liar, script: impl FnOnce(&mut Checked<Liar>)) -> bool {
        let mut checked = Checked::new(policy, 4);
        catch_unwind(AssertUnwindSafe(|| script(&mut checked))).is_err()
    }

    #[test]
    fn each_side_is_caught() {
        let cx = Cx::unit(0, 0);
        let evict = |c: &mut Checked<Liar>| {
            c.insert(&cx, 1);
            c.evict(&cx, Cause::Shrink, &mut Vec::new());
        };
        assert!(!breaks(Liar::default(), evict), "an honest pair passes");
        assert!(breaks(Liar { wrong_victim: true, ..Liar::default() }, evict));
        assert!(breaks(Liar { wrong_hit: true, ..Liar::default() }, |c| {
            c.hit(&cx, 1);
        }));
        assert!(breaks(Liar::default(), |c| c.remove(&cx, 1)));
        assert!(breaks(Liar::default(), |c| {
            c.evict(&cx, Cause::Shrink, &mut Vec::new());
        }));
        assert!(breaks(Liar::default(), |c| {
            c.insert(&cx, 1);
            c.insert(&cx, 1);
        }));
        assert!(breaks(Liar::default(), |c| c.insert(&cx, 9)));
        // It announces 1, and 2 leaves, since it came later; unless that was for another cause.
        let announces = |cause: Cause| {
            move |c: &mut Checked<Liar>| {
                c.insert(&cx, 1);
                c.insert(&cx, 2);
                c.victim(&cx, cause);
                c.evict(&cx, Cause::Shrink, &mut Vec::new());
            }
        };
        let liar = || Liar { announced: Some(1), ..Liar::default() };
        assert!(breaks(liar(), announces(Cause::Shrink)));
        assert!(!breaks(liar(), announces(Cause::Incoming(3))));
    }
}
