//! Any number of doubly linked lists over dense ids, an object in at most one of them.
//!
//! Where a policy has as many lists as [`super::Lists`] has bits for, that one is faster; this is for those with more.

use crate::core::{ObjId, Pages, prefetch};
use bytemuck::{Pod, Zeroable};

/// An object's neighbours, as ids plus one, and its list plus one; 0 = none.
#[derive(Debug, Clone, Copy, Default, Pod, Zeroable)]
#[repr(C)]
struct Link {
    older: u32,
    newer: u32,
    list: u32,
}

/// The ends of a list, as ids plus one, and its length.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    oldest: u32,
    newest: u32,
    len: u64,
}

/// The lists. Objects come in at the newest end.
#[derive(Debug)]
pub struct Chains {
    links: Pages<Link>,
    lists: Vec<Ends>,
}

impl Chains {
    /// Bytes per object of the trace.
    pub const LINK_BYTES: u32 = size_of::<Link>() as u32;

    /// Empty lists over ids `0..objects`.
    pub fn new(objects: usize, lists: usize) -> Self {
        Self { links: Pages::zeroed(objects), lists: vec![Ends::default(); lists] }
    }

    /// The list the object is in.
    #[inline]
    pub fn list_of(&self, id: ObjId) -> Option<usize> {
        (self.links[id as usize].list as usize).checked_sub(1)
    }

    /// Is the object in any of the lists?
    #[inline]
    pub fn contains(&self, id: ObjId) -> bool {
        self.links[id as usize].list != 0
    }

    /// Number of objects in the list.
    #[inline]
    pub fn len(&self, list: usize) -> u64 {
        self.lists[list].len
    }

    /// Is the list empty?
    #[inline]
    pub fn is_empty(&self, list: usize) -> bool {
        self.lists[list].len == 0
    }

    /// The oldest object of the list.
    #[inline]
    pub fn oldest(&self, list: usize) -> Option<ObjId> {
        self.lists[list].oldest.checked_sub(1)
    }

    /// Puts the object at the newest end of the list, from wherever it was.
    pub fn push(&mut self, list: usize, id: ObjId) {
        self.remove(id);
        let ends = &mut self.lists[list];
        self.links[id as usize] = Link { older: ends.newest, newer: 0, list: list as u32 + 1 };
        match ends.newest.checked_sub(1) {
            Some(newest) => self.links[newest as usize].newer = id + 1,
            None => ends.oldest = id + 1,
        }
        ends.newest = id + 1;
        ends.len += 1;
    }

    /// Takes the object out of whichever list it is in.
    pub fn remove(&mut self, id: ObjId) {
        let Link { older, newer, list } = std::mem::take(&mut self.links[id as usize]);
        let Some(list) = (list as usize).checked_sub(1) else { return };
        let ends = &mut self.lists[list];
        match older.checked_sub(1) {
            Some(older) => self.links[older as usize].newer = newer,
            None => ends.oldest = newer,
        }
        match newer.checked_sub(1) {
            Some(newer) => self.links[newer as usize].older = older,
            None => ends.newest = older,
        }
        ends.len -= 1;
    }

    /// Brings the object's place near.
    #[inline]
    pub fn preload(&self, id: ObjId) {
        prefetch(&self.links, id as usize);
    }

    /// The objects of the list from the oldest to the newest.
    pub fn iter(&self, list: usize) -> impl Iterator<Item = ObjId> + '_ {
        std::iter::successors(self.oldest(list), |&id| self.links[id as usize].newer.checked_sub(1))
    }

    /// Checks that links and lengths agree.
    ///
    /// # Errors
    /// Names the list where they do not.
    pub fn check(&self) -> Result<(), String> {
        for (list, ends) in self.lists.iter().enumerate() {
            // One more than there should be is enough to see that a list has no end.
            let found: Vec<ObjId> = self.iter(list).take(ends.len as usize + 1).collect();
            let ours = found.iter().all(|&id| self.list_of(id) == Some(list));
            let last = found.last().map_or(0, |&id| id + 1);
            if found.len() as u64 != ends.len || !ours || last != ends.newest {
                return Err(format!("list {list} says {} objects and holds {found:?}", ends.len));
            }
        }
        let placed = self.links.iter().filter(|link| link.list != 0).count() as u64;
        let counted: u64 = self.lists.iter().map(|ends| ends.len).sum();
        if placed == counted { Ok(()) } else { Err(format!("{placed} objects have a place, the lists hold {counted}")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng;

    #[test]
    fn random_scripts_equal_plain_lists() {
        let mut rng = rng::rng(9, "chains");
        let mut chains = Chains::new(30, 20);
        let mut model: Vec<Vec<ObjId>> = vec![Vec::new(); 20];
        for _ in 0..20_000 {
            let (id, list) = (rng::below(&mut rng, 30) as ObjId, rng::below(&mut rng, 20) as usize);
            model.iter_mut().for_each(|members| members.retain(|&member| member != id));
            if rng::below(&mut rng, 3) == 0 {
                chains.remove(id);
            } else {
                chains.push(list, id);
                model[list].push(id);
            }
            chains.check().unwrap();
            assert!(chains.iter(list).eq(model[list].iter().copied()));
            assert_eq!(chains.oldest(list), model[list].first().copied());
            assert_eq!((chains.len(list), chains.is_empty(list)), (model[list].len() as u64, model[list].is_empty()));
            assert_eq!(chains.list_of(id), model.iter().position(|members| members.contains(&id)));
        }
    }
}
