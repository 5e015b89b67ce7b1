//! Objects that expire.

use super::{Request, Sim};
use crate::core::{NEVER, ObjId, Time};
use crate::policy::Policy;
use std::cmp::Reverse;

impl<P: Policy> Sim<P> {
    /// A hit that is to come starts the time to live anew; before it, so that the policy sees the new one.
    pub(super) fn renew(&mut self, request: &Request, ttl: Time) {
        if self.policy.contains(request.id) {
            self.set_expiry(request.id, request.now.saturating_add(ttl));
        }
    }

    /// Removes what is due: the requested object, or with eager expiry all that is over.
    pub(super) fn expire(&mut self, request: &Request) {
        self.expire_one(request, request.id);
        while let Some(&Reverse((time, id))) = self.due.peek()
            && time <= request.now
        {
            self.due.pop();
            // An entry holds only while the object still expires at that very time.
            if self.expiries[id as usize] == time {
                self.drop_resident(request, id);
                self.counts.expirations += 1;
            }
        }
    }

    /// Removes the object if it is due.
    #[inline(always)]
    pub(super) fn expire_one(&mut self, request: &Request, id: ObjId) {
        if self.expiries.get(id as usize).is_some_and(|&expiry| expiry <= request.now) {
            self.drop_resident(request, id);
            self.counts.expirations += 1;
        }
    }

    pub(super) fn set_expiry(&mut self, id: ObjId, expiry: Time) {
        let Self { due, expiries, .. } = self;
        let Some(slot) = expiries.get_mut(id as usize) else { return };
        if std::mem::replace(slot, expiry) == expiry || expiry == NEVER || !self.config.expiry.eager {
            return;
        }
        due.push(Reverse((expiry, id)));
        // Every renewal leaves an entry behind; they must not outgrow the objects.
        if due.len() > 2 * expiries.len() + 1024 {
            due.retain(|&Reverse((time, id))| expiries[id as usize] == time);
        }
    }
}
