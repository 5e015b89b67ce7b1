//! Probability graph: how often one object was asked for soon after another, and with an object come those that are likely to
//! be next.
//!
//! # State
//! The last requests, and per object how often others were asked for soon after it: up to eight of them, and the sum over all.
//!
//! # Parameters
//! - `lookahead` = 2: an object asked for within so many requests after another is one that came soon after it (practice: a
//!   short window keeps the chances of the next ones apart from those of the popular).
//! - `chance` = 0.1: what came soon after an object at least in this share of all cases is fetched with it (practice:
//!   Kroeger and Long, USENIX 1996, found 0.05 to 0.1 best for a model of their own). Where the order never changes each of
//!   those within the lookahead has one case of as many, so `chance` must be less than 1 / `lookahead`.
//!
//! # Source
//! J. Griffioen, R. Appleton: Reducing file system latency using a predictive approach. USENIX Summer Technical Conference
//! 1994.
//! <https://www.usenix.org/publications/library/proceedings/bos94/griffioen.html>
//!
//! # Departures
//! Per object the eight that came soon after it most often are kept, and a new one takes the place of the one with the lowest
//! count; the source bounds nothing. A request for the same object again is no arc. The paper's full text was not to be
//! had: the rule is that of its summary and of those who cite it.
//!
//! # Weak on
//! Objects that are asked for independently of each other, where it fetches the popular ones or nothing.

use crate::core::quantity::within;
use crate::core::{ObjId, Pages, Result};
use crate::policy::{Build, Cx, Family, Info, Needs, Origin, Paper, Param, Prefetch, Prefetcher, Served, Setup, State};
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

pub(super) static PREFETCHER: Prefetcher = Prefetcher::new::<ProbabilityGraph>(Info {
    name: "probability-graph",
    aliases: &["pg", "griffioen-appleton"],
    summary: "with an object come those that often came soon after it",
    family: Family::Sequence,
    paper: Paper {
        authors: "J. Griffioen, R. Appleton",
        title: "Reducing file system latency using a predictive approach",
        venue: "USENIX Summer Technical Conference",
        year: 1994,
        url: "https://www.usenix.org/publications/library/proceedings/bos94/griffioen.html",
    },
    params: &[
        Param {
            name: "lookahead",
            range: "1..1000",
            origin: Origin::Practice,
            help: "requests after another within which an object came soon after it",
        },
        Param {
            name: "chance",
            range: "0..1",
            origin: Origin::Practice,
            help: "share of what came soon after an object from which on it is fetched with it",
        },
    ],
    needs: Needs::NOTHING,
    state: State::of(size_of::<Node>() as u32, 0).fixed(8192),
    source: include_str!("probability_graph.rs"),
});

/// Successors that an object has at most.
const ARCS: usize = 8;

/// See the module text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    lookahead: usize,
    chance: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self { lookahead: 2, chance: 0.1 }
    }
}

/// How often an object came soon after another; never where the count is 0.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Arc {
    to: ObjId,
    count: u32,
}

/// What came soon after an object: those that are remembered, the most frequent first, and the number of all cases.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Node {
    arcs: [Arc; ARCS],
    total: u32,
}

impl Node {
    fn count(&mut self, to: ObjId) {
        self.total = self.total.saturating_add(1);
        let place = self.arcs.iter().position(|arc| arc.count > 0 && arc.to == to);
        let mut place = place.unwrap_or_else(|| {
            // The place of the rarest, or a free one.
            self.arcs[ARCS - 1] = Arc { to, count: 0 };
            ARCS - 1
        });
        self.arcs[place].count = self.arcs[place].count.saturating_add(1);
        while place > 0 && self.arcs[place - 1].count < self.arcs[place].count {
            self.arcs.swap(place - 1, place);
            place -= 1;
        }
    }
}

/// See the module text.
#[derive(Debug)]
pub struct ProbabilityGraph {
    nodes: Pages<Node>,
    /// The newest last.
    recent: VecDeque<ObjId>,
    params: Params,
}

impl Build for ProbabilityGraph {
    type Params = Params;

    fn build(params: &Params, setup: &Setup) -> Result<Self> {
        within("probability-graph", "lookahead", params.lookahead as f64, 1.0, 1000.0)?;
        within("probability-graph", "chance", params.chance, 0.0, 1.0)?;
        Ok(Self {
            nodes: Pages::zeroed(setup.objects),
            recent: VecDeque::with_capacity(params.lookahead + 1),
            params: *params,
        })
    }
}

impl Prefetch for ProbabilityGraph {
    fn request(&mut self, _: &Cx<'_>, id: ObjId, _: Served, out: &mut Vec<ObjId>) {
        for &before in self.recent.iter().filter(|&&before| before != id) {
            self.nodes[before as usize].count(id);
        }
        self.recent.push_back(id);
        if self.recent.len() > self.params.lookahead {
            self.recent.pop_front();
        }
        let Node { arcs, total } = self.nodes[id as usize];
        let least = self.params.chance * f64::from(total);
        let likely = arcs.iter().take_while(|arc| arc.count > 0 && f64::from(arc.count) >= least);
        out.extend(likely.map(|arc| arc.to));
    }
}
