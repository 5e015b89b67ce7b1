//! The loop of passes that ask the memory for what a later request will touch: an entry by object first, and where that points
//! to a little later.

use crate::core::ObjId;
use crate::core::machine::Work;
use std::ops::Range;

/// Requests ahead whose object's entry is asked for.
const FAR: usize = 48;
/// Requests ahead whose entry is there by now, and what it points to is asked for.
const NEAR: usize = 24;

/// A pass that takes one request after the other.
pub trait Ahead {
    /// A request for `far` will come, and one for `near` sooner.
    fn preload(&self, far: ObjId, near: ObjId);

    /// The request of this index.
    fn request(&mut self, index: usize, id: ObjId);
}

/// Feeds the requests of a range.
#[derive(Debug)]
pub struct Feed<'a, P> {
    /// Who takes them.
    pub pass: P,
    /// The object of each request of the trace.
    pub ids: &'a [ObjId],
    /// Which requests.
    pub range: Range<usize>,
}

impl<P: Ahead> Work for Feed<'_, P> {
    type Done = ();

    #[inline(always)]
    fn run(self) {
        let Self { mut pass, ids, range } = self;
        for index in range {
            if let (Some(&far), Some(&near)) = (ids.get(index + FAR), ids.get(index + NEAR)) {
                pass.preload(far, near);
            }
            pass.request(index, ids[index]);
        }
    }
}
