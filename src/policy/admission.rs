//! Admission: which of the objects that were missed come in at all.

use super::{Build, Cx, Entry, Info};
use crate::core::ObjId;
use std::fmt::Debug;

/// A filter in front of any eviction policy.
///
/// The engine tells it of every request, and asks at every miss whether the object comes in. It keeps its own memory of
/// objects; what is resident, and who leaves, is the policy's business.
pub trait Admission: Debug + Send {
    /// A request, hit or miss, before anything comes of it.
    fn request(&mut self, _cx: &Cx<'_>, _id: ObjId) {}

    /// Does the missed object come in? `victim` is the object that would have to leave first, if any has to and the policy
    /// knows which.
    fn admits(&mut self, cx: &Cx<'_>, id: ObjId, victim: Option<ObjId>) -> bool;
}

/// A registered admission.
pub type Gate = Entry<dyn Admission>;

impl Gate {
    /// The gate of admission `A`.
    pub const fn new<A: Admission + Build>(info: Info) -> Self {
        Self::of::<A>(info, |name, params, setup| Ok(Box::new(A::build(&params.resolve(name)?, setup)?)))
    }
}
