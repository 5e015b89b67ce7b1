//! Many ordered lists over dense ids, an object in at most one of them, with links.
//!
//! Where [`super::Lists`] has a few long lists in rings, here are as many as wanted, most of them short or empty; an object's
//! neighbours are known, so that a walk can stop at any object and go on from there.

use crate::core::{ObjId, Pages, prefetch};
use bytemuck::{Pod, Zeroable};

/// Where an object is; all zero = nowhere. Chains and neighbours are numbers plus one.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct Link {
    chain: u32,
    /// The next older object.
    before: u32,
    /// The next newer object.
    after: u32,
}

/// The ends of a chain, objects plus one.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    front: u32,
    back: u32,
    len: u32,
}

/// Doubly linked lists in order of arrival; the front is the oldest.
#[derive(Debug)]
pub struct Chains {
    links: Pages<Link>,
    ends: Vec<Ends>,
}

impl Chains {
    /// Bytes per object of the trace: its link.
    pub const LINK_BYTES: u32 = size_of::<Link>() as u32;

    /// So many empty chains over ids `0..objects`.
    pub fn new(objects: usize, chains: usize) -> Self {
        Self { links: Pages::zeroed(objects), ends: vec![Ends::default(); chains] }
    }

    /// Another chain, empty; its number.
    pub fn add(&mut self) -> usize {
        self.ends.push(Ends::default());
        self.ends.len() - 1
    }

    /// The chain the object is in.
    #[inline]
    pub fn chain_of(&self, id: ObjId) -> Option<usize> {
        self.links[id as usize].chain.checked_sub(1).map(|chain| chain as usize)
    }

    /// Is the object in any of the chains?
    #[inline]
    pub fn contains(&self, id: ObjId) -> bool {
        self.links[id as usize].chain != 0
    }

    /// Number of objects in the chain.
    #[inline]
    pub fn len(&self, chain: usize) -> usize {
        self.ends[chain].len as usize
    }

    /// Is the chain empty?
    #[inline]
    pub fn is_empty(&self, chain: usize) -> bool {
        self.ends[chain].len == 0
    }

    /// The oldest object of the chain.
    #[inline]
    pub fn front(&self, chain: usize) -> Option<ObjId> {
        self.ends[chain].front.checked_sub(1)
    }

    /// The next newer object of the same chain.
    #[inline]
    pub fn after(&self, id: ObjId) -> Option<ObjId> {
        self.links[id as usize].after.checked_sub(1)
    }

    /// Puts the object at the back (the newest end) of the chain, from wherever it was.
    #[inline]
    pub fn push(&mut self, chain: usize, id: ObjId) {
        self.remove(id);
        let ends = &mut self.ends[chain];
        let before = std::mem::replace(&mut ends.back, id + 1);
        ends.len += 1;
        match before.checked_sub(1) {
            Some(newest) => self.links[newest as usize].after = id + 1,
            None => ends.front = id + 1,
        }
        self.links[id as usize] = Link { chain: chain as u32 + 1, before, after: 0 };
    }

    /// Takes the oldest object out of the chain.
    #[inline]
    pub fn pop(&mut self, chain: usize) -> Option<ObjId> {
        let id = self.front(chain)?;
        self.remove(id);
        Some(id)
    }

    /// Takes the object out of whichever chain it is in.
    #[inline]
    pub fn remove(&mut self, id: ObjId) {
        let Link { chain, before, after } = std::mem::take(&mut self.links[id as usize]);
        let Some(chain) = chain.checked_sub(1) else { return };
        let ends = &mut self.ends[chain as usize];
        ends.len -= 1;
        match before.checked_sub(1) {
            Some(before) => self.links[before as usize].after = after,
            None => ends.front = after,
        }
        match after.checked_sub(1) {
            Some(after) => self.links[after as usize].before = before,
            None => ends.back = before,
        }
    }

    /// Brings the object's link near.
    #[inline]
    pub fn preload(&self, id: ObjId) {
        prefetch(&self.links, id as usize);
    }

    /// The objects of the chain from the oldest to the newest.
    pub fn iter(&self, chain: usize) -> impl Iterator<Item = ObjId> + '_ {
        std::iter::successors(self.front(chain), |&id| self.after(id))
    }

    /// Checks that links, ends and lengths agree.
    ///
    /// # Errors
    /// Names the chain where they do not.
    pub fn check(&self) -> Result<(), String> {
        let mut linked = 0;
        for (chain, ends) in self.ends.iter().enumerate() {
            let (mut before, mut found) = (0, 0);
            for id in self.iter(chain) {
                let link = &self.links[id as usize];
                if link.before != before || link.chain as usize != chain + 1 {
                    return Err(format!("chain {chain}: object {id} is linked wrongly"));
                }
                (before, found) = (id + 1, found + 1);
            }
            if found != ends.len || before != ends.back {
                return Err(format!("chain {chain} says {} objects and holds {found}", ends.len));
            }
            linked += found as usize;
        }
        let placed = self.links.iter().filter(|link| link.chain != 0).count();
        if placed == linked { Ok(()) } else { Err(format!("{placed} objects have a place, the chains hold {linked}")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng;

    #[test]
    fn random_scripts_equal_vectors() {
        let mut rng = rng::rng(7, "chains");
        let mut chains = Chains::new(40, 5);
        let mut model: [Vec<ObjId>; 5] = Default::default();
        for _ in 0..20_000 {
            let id = rng::below(&mut rng, 40) as ObjId;
            let chain = rng::below(&mut rng, 5) as usize;
            match rng::below(&mut rng, 4) {
                0 => {
                    let first = (!model[chain].is_empty()).then(|| model[chain].remove(0));
                    assert_eq!(chains.pop(chain), first);
                }
                1 => {
                    chains.remove(id);
                    for list in &mut model {
                        list.retain(|&other| other != id);
                    }
                }
                _ => {
                    chains.push(chain, id);
                    for list in &mut model {
                        list.retain(|&other| other != id);
                    }
                    model[chain].push(id);
                }
            }
            chains.check().unwrap();
            assert_eq!(chains.chain_of(id), model.iter().position(|list| list.contains(&id)));
            for (chain, list) in model.iter().enumerate() {
                assert!(chains.iter(chain).eq(list.iter().copied()));
                assert_eq!((chains.len(chain), chains.is_empty(chain)), (list.len(), list.is_empty()));
            }
        }
    }
}
