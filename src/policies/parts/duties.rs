//! The duties that policies made of lists discharge in the same way, written once.

/// For a policy whose residents are exactly the objects in `self.lists`, with no quota and so no weights.
macro_rules! resident_lists {
    () => {
        fn remove(&mut self, _: &crate::policy::Cx<'_>, id: crate::core::ObjId) {
            self.lists.remove(id, &());
        }

        fn set_capacity(&mut self, _: u64) {}

        #[inline(always)]
        fn preload(&self, id: crate::core::ObjId) {
            self.lists.preload(id);
        }

        fn contains(&self, id: crate::core::ObjId) -> bool {
            self.lists.contains(id)
        }

        fn check(&self) -> Result<(), String> {
            self.lists.check()
        }
    };
}

/// For a policy whose whole state is `self.lists`, ghosts perhaps among them, with quotas by weight.
macro_rules! weighed_lists {
    () => {
        fn remove(&mut self, cx: &crate::policy::Cx<'_>, id: crate::core::ObjId) {
            self.lists.remove(id, cx);
        }

        fn resized(&mut self, cx: &crate::policy::Cx<'_>, id: crate::core::ObjId, old: u32) {
            self.lists.resized(id, old, cx);
        }

        #[inline(always)]
        fn preload(&self, id: crate::core::ObjId) {
            self.lists.preload(id);
        }

        fn check(&self) -> Result<(), String> {
            self.lists.check()
        }
    };
}

pub(in crate::policies) use {resident_lists, weighed_lists};
