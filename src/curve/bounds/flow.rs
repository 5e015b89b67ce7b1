//! A minimum-cost flow on a line of points: which of some intervals to keep so that they fit and are worth most.
//!
//! The points are a line of nodes. Each interval is an arc over the points that it spans, with its size as the most flow and
//! its worth as what the whole of it saves. The arcs from each point to the next take the flow that is left of the room there,
//! and cost nothing. The primal network simplex method (R. K. Ahuja, T. L. Magnanti, J. B. Orlin: Network Flows, 1993, chapter
//! 11) begins with the tree of these, which is the empty cache, and every flow on its way is a schedule that fits.

/// An interval to keep or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    /// Point at which it begins.
    pub(super) from: u32,
    /// Point at which it ends, after `from`.
    pub(super) to: u32,
    /// Room that the whole of it takes, positive.
    pub(super) size: u32,
    /// What the whole of it is worth.
    pub(super) worth: u32,
}

/// An arc with its flow.
#[derive(Debug, Clone, Copy)]
struct Arc {
    from: u32,
    to: u32,
    most: u64,
    flow: u64,
    /// What a unit of flow costs.
    cost: i128,
    in_tree: bool,
}

/// A node's place in the tree.
#[derive(Debug, Clone, Copy)]
struct Node {
    parent: u32,
    /// The arc to or from the parent.
    arc: u32,
    depth: u32,
    /// Children as a list with two ends.
    child: u32,
    next: u32,
    previous: u32,
    potential: i128,
}

const NONE: u32 = u32::MAX;

/// Costs are this times worth by size, rounded down.
const SCALE: i128 = 1 << 40;

/// The room in flow of an arc of the line.
const ENDLESS: u64 = u64::MAX;

/// Arcs that are looked at together for the one to come in.
const BLOCK: usize = 64;

/// By interval, the part of its size that is kept (its size if it is kept whole); `room[i]` is that between points `i` and
/// `i + 1`.
pub(super) fn keep(spans: &[Span], room: &[u64]) -> Vec<u64> {
    let mut tree = Tree::new(spans, room);
    // It ends long before by itself; ended early, it is a schedule all the same.
    for _ in 0..200 * (spans.len() + room.len()) {
        let Some(arc) = tree.entering() else { break };
        tree.pivot(arc);
    }
    tree.arcs[room.len()..].iter().map(|arc| arc.flow).collect()
}

#[derive(Debug)]
struct Tree {
    arcs: Vec<Arc>,
    nodes: Vec<Node>,
    /// Where the search for the next arc goes on.
    at: usize,
}

impl Tree {
    /// The line, whose last point is the root. Arcs without flow point to the root then, and keep doing so (the tree is
    /// strongly feasible), so that the method does not go in circles.
    fn new(spans: &[Span], room: &[u64]) -> Self {
        let line = room.iter().enumerate().map(|(at, &flow)| {
            let from = at as u32;
            Arc { from, to: from + 1, most: ENDLESS, flow, cost: 0, in_tree: true }
        });
        let over = spans.iter().map(|span| {
            let cost = -(SCALE * i128::from(span.worth) / i128::from(span.size));
            Arc { from: span.from, to: span.to, most: u64::from(span.size), flow: 0, cost, in_tree: false }
        });
        let last = room.len() as u32;
        let node = |at: u32| Node {
            parent: if at < last { at + 1 } else { NONE },
            arc: at,
            depth: last - at,
            child: at.checked_sub(1).unwrap_or(NONE),
            next: NONE,
            previous: NONE,
            potential: 0,
        };
        Self { arcs: line.chain(over).collect(), nodes: (0..=last).map(node).collect(), at: 0 }
    }

    /// What a unit more of the arc's flow, or less of it where it is full, saves.
    fn saves(&self, arc: &Arc) -> i128 {
        let potential = |node: u32| self.nodes[node as usize].potential;
        let reduced = arc.cost + potential(arc.from) - potential(arc.to);
        if arc.in_tree {
            0
        } else if arc.flow == 0 {
            -reduced
        } else {
            reduced
        }
    }

    /// The arc that saves most of the next ones, if any saves anything.
    fn entering(&mut self) -> Option<usize> {
        let (mut best, mut most) = (None, 0);
        for looked in 1..=self.arcs.len() {
            self.at = if self.at + 1 < self.arcs.len() { self.at + 1 } else { 0 };
            let saves = self.saves(&self.arcs[self.at]);
            if saves > most {
                (best, most) = (Some(self.at), saves);
            }
            if looked % BLOCK == 0 && best.is_some() {
                break;
            }
        }
        best
    }

    /// How much more can flow through the arc above a node, up or down.
    fn residual(&self, node: u32, up: bool) -> u64 {
        let arc = &self.arcs[self.nodes[node as usize].arc as usize];
        if (arc.from == node) == up { arc.most - arc.flow } else { arc.flow }
    }

    /// Sends what can be sent around the circle that the arc closes; the arc comes into the tree for one that stops it.
    fn pivot(&mut self, entering: usize) {
        let arc = self.arcs[entering];
        let forward = arc.flow == 0;
        // Flow goes from `tail` over the arc to `head`, up to where the two ways meet, and down to `tail`.
        let (tail, head) = if forward { (arc.from, arc.to) } else { (arc.to, arc.from) };
        let mut sent = arc.most;
        let mut leaving = None;
        let (mut down, mut up) = (tail, head);
        // Of the arcs that stop it the last one leaves, seen from the meeting point in the direction of the flow: on the way
        // up from `head` the highest; else the arc itself, which then stays out; else the one nearest to `tail`.
        let mut stops = |node: u32, residual: u64, goes_up: bool| {
            if residual < sent || residual == sent && goes_up {
                (sent, leaving) = (residual, Some((node, goes_up)));
            }
        };
        while down != up {
            if self.nodes[down as usize].depth > self.nodes[up as usize].depth {
                stops(down, self.residual(down, false), false);
                down = self.nodes[down as usize].parent;
            } else {
                stops(up, self.residual(up, true), true);
                up = self.nodes[up as usize].parent;
            }
        }
        self.send(entering, forward, sent);
        for (mut node, goes_up) in [(tail, false), (head, true)] {
            while node != down {
                let above = self.nodes[node as usize];
                let along = (self.arcs[above.arc as usize].from == node) == goes_up;
                self.send(above.arc as usize, along, sent);
                node = above.parent;
            }
        }
        if let Some((node, goes_up)) = leaving {
            let inside = if goes_up { head } else { tail };
            self.exchange(entering, node, inside);
        }
    }

    fn send(&mut self, arc: usize, along: bool, amount: u64) {
        let arc = &mut self.arcs[arc];
        arc.flow = if along { arc.flow + amount } else { arc.flow - amount };
    }

    /// The arc above `top` leaves the tree and `entering` comes in, whose end `inside` is below.
    fn exchange(&mut self, entering: usize, top: u32, inside: u32) {
        self.arcs[self.nodes[top as usize].arc as usize].in_tree = false;
        self.arcs[entering].in_tree = true;
        let Arc { from, to, .. } = self.arcs[entering];
        let (mut node, mut parent, mut arc) = (inside, if inside == from { to } else { from }, entering as u32);
        loop {
            let above = self.nodes[node as usize];
            self.detach(node);
            self.attach(node, parent, arc);
            if node == top {
                break;
            }
            (parent, node, arc) = (node, above.parent, above.arc);
        }
        self.renew(inside);
    }

    fn detach(&mut self, node: u32) {
        let Node { parent, next, previous, .. } = self.nodes[node as usize];
        if previous == NONE {
            self.nodes[parent as usize].child = next;
        } else {
            self.nodes[previous as usize].next = next;
        }
        if next != NONE {
            self.nodes[next as usize].previous = previous;
        }
    }

    fn attach(&mut self, node: u32, parent: u32, arc: u32) {
        let next = std::mem::replace(&mut self.nodes[parent as usize].child, node);
        if next != NONE {
            self.nodes[next as usize].previous = node;
        }
        let below = &mut self.nodes[node as usize];
        (below.parent, below.arc, below.next, below.previous) = (parent, arc, next, NONE);
    }

    /// Depths and potentials of a node and all below it.
    fn renew(&mut self, top: u32) {
        let mut node = top;
        loop {
            let Node { parent, arc, child, .. } = self.nodes[node as usize];
            let arc = self.arcs[arc as usize];
            let above = self.nodes[parent as usize];
            let cost = if arc.to == node { arc.cost } else { -arc.cost };
            self.nodes[node as usize].potential = above.potential + cost;
            self.nodes[node as usize].depth = above.depth + 1;
            if child != NONE {
                node = child;
                continue;
            }
            while node != top && self.nodes[node as usize].next == NONE {
                node = self.nodes[node as usize].parent;
            }
            if node == top {
                return;
            }
            node = self.nodes[node as usize].next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_of_which_two_fit() {
        let span = |from, to, worth| Span { from, to, size: 1, worth };
        // 0-2 and 1-3 overlap, 2-3 is beside the first: the second is out unless it is worth more than both.
        let spans = |worth| [span(0, 2, 1), span(1, 3, worth), span(2, 3, 1)];
        assert_eq!(keep(&spans(1), &[1, 1, 1]), [1, 0, 1]);
        assert_eq!(keep(&spans(3), &[1, 1, 1]), [0, 1, 0]);
        assert_eq!(keep(&spans(3), &[2, 2, 2]), [1, 1, 1]);
        assert_eq!(keep(&spans(3), &[0, 2, 2]), [0, 1, 1]);
        // Larger than the room: in part.
        assert_eq!(keep(&[Span { from: 0, to: 1, size: 5, worth: 7 }], &[3]), [3]);
        assert!(keep(&[], &[3]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

        /// With equal sizes the best flow is whole (the matrix is totally unimodular), so that all subsets can be tried.
        #[test]
        fn equal_sizes_are_solved_exactly(
            spans in prop::collection::vec((0..6u32, 1..5u32, 1..9u32), 0..9),
            room in prop::collection::vec(0..4u64, 11),
        ) {
            let spans: Vec<Span> = spans
                .into_iter()
                .map(|(from, length, worth)| Span { from, to: from + length, size: 1, worth })
                .collect();
            let covers = |span: &Span, at: usize| (span.from as usize..span.to as usize).contains(&at);
            let kept = keep(&spans, &room);
            let worth = |kept: &dyn Fn(usize) -> u64| {
                let fits = (0..room.len()).all(|at| {
                    spans.iter().enumerate().filter(|(_, span)| covers(span, at)).map(|(i, _)| kept(i)).sum::<u64>() <= room[at]
                });
                let all = spans.iter().enumerate().map(|(i, span)| kept(i) * u64::from(span.worth));
                fits.then(|| all.sum::<u64>())
            };
            let best = (0..1u64 << spans.len()).filter_map(|set| worth(&|i| set >> i & 1)).max();
            prop_assert_eq!(worth(&|i| kept[i]), best);
        }
    }
}
