//! A ring of points, each of a node; a key belongs to the next point.

use super::Node;
use crate::core::{Error, Result};

/// The most points of a ring, so that a slip in a number does not take the memory: about 130 MB of 128-bit points.
const MOST_POINTS: usize = 1 << 22;

/// Points in ascending order. Equal points go to the node of the lower index first.
#[derive(Debug)]
pub(super) struct Ring<P> {
    points: Vec<(P, u16)>,
}

impl<P> Default for Ring<P> {
    fn default() -> Self {
        Self { points: Vec::new() }
    }
}

impl<P: Ord + Copy> Ring<P> {
    /// A ring of the points that `point(name, i)` gives for each node and `i` in `0..each`.
    ///
    /// # Errors
    /// There would be more than 2^22 points.
    pub(super) fn new(nodes: &[Node], each: usize, point: impl Fn(&str, usize) -> P) -> Result<Self> {
        if nodes.len().saturating_mul(each) > MOST_POINTS {
            return Err(Error::usage(format!(
                "{} nodes with {each} points each: a ring has at most {MOST_POINTS} points",
                nodes.len()
            ))
            .hint("use fewer virtual nodes (vnodes) or fewer nodes"));
        }
        let of = |node: &Node, i| (point(&node.name, i), node.index);
        let mut points: Vec<_> = nodes.iter().flat_map(|node| (0..each).map(move |i| of(node, i))).collect();
        points.sort_unstable();
        Ok(Self { points })
    }

    /// The nodes of the points that follow `hash`, once around; a point at `hash` itself is the last of them.
    pub(super) fn after(&self, hash: P) -> impl Iterator<Item = u16> + '_ {
        self.around(self.points.partition_point(|&(point, _)| point <= hash))
    }

    /// The nodes of the points that follow `hash`, once around; a point at `hash` itself is the first of them.
    pub(super) fn from(&self, hash: P) -> impl Iterator<Item = u16> + '_ {
        self.around(self.points.partition_point(|&(point, _)| point < hash))
    }

    fn around(&self, start: usize) -> impl Iterator<Item = u16> + '_ {
        self.points[start..].iter().chain(&self.points[..start]).map(|&(_, node)| node)
    }
}
