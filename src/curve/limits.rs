//! Bounds as curves: what no cache exceeds, and what one that knows the future reaches.

use super::bounds::{self, Hits, Requests};
use super::points::{Curve, Size, exact};
use super::progress::Progress;
use super::run::{Curves, blank, cell};
use crate::core::error::closest;
use crate::core::{Error, Result};
use crate::engine::Operations;
use crate::record::CurveRow;
use crate::registry;
use std::time::Instant;

/// A bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A cache that never evicts.
    Infinite,
    /// The policy `belady-size`: no bound, but what a simple rule reaches that knows the future.
    BeladySize,
    /// There is a schedule with so many hits.
    PfooU,
    /// No schedule has more hits.
    PfooL,
}

impl Bound {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Infinite, Self::BeladySize, Self::PfooU, Self::PfooL];

    /// The name in the rows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Infinite => "infinite",
            Self::BeladySize => "belady-size",
            Self::PfooU => "pfoo-u",
            Self::PfooL => "pfoo-l",
        }
    }

    /// Reads names separated by commas.
    ///
    /// # Errors
    /// There is no such bound.
    pub fn parse_list(text: &str) -> Result<Vec<Self>> {
        let names = || Self::ALL.iter().map(|bound| bound.name());
        let read = |name: &str| {
            Self::ALL.into_iter().find(|bound| bound.name() == name).ok_or_else(|| {
                Error::usage(format!("there is no bound '{name}'")).hint(match closest(name, names()) {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => format!("bounds are: {}", names().collect::<Vec<_>>().join(", ")),
                })
            })
        };
        text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(read).collect()
    }
}

impl Curves<'_> {
    /// Are these bounds known for what is asked?
    ///
    /// # Errors
    /// Bounds are for named capacities, without windows, expiry and operations.
    pub fn can_bound(&self, wanted: &[Bound]) -> Result<()> {
        let options = self.options;
        let refuse = |what: &str, hint: &str| Err(Error::usage(format!("no bounds are known {what}")).hint(hint));
        if wanted.is_empty() {
            return Ok(());
        }
        if options.expiry.on || options.operations != Operations::AllReads {
            return refuse(
                "where objects expire or are deleted",
                "use --ttl off and --operations all-reads, or leave out --bounds",
            );
        }
        if self.sizes.is_none() || options.window.is_some() || self.replayer.counted().is_none() {
            return refuse(
                "for all sizes, windows, or a warm-up to the first eviction",
                "name capacities, as in log:0.1%..100%:16",
            );
        }
        Ok(())
    }

    /// Bounds at the capacities asked for; fewer if stopped.
    ///
    /// # Errors
    /// As [`Curves::can_bound`].
    pub fn bounds(&mut self, wanted: &[Bound], progress: Progress<'_>) -> Result<Vec<Curve>> {
        self.can_bound(wanted)?;
        let sizes = self.sizes.clone().unwrap_or_default();
        let counted = self.replayer.counted().and_then(|counted| counted.into_iter().next());
        let range = counted.map_or(0..0, |(_, range)| range);
        let mut curves = Vec::new();
        for &bound in wanted {
            let begun = Instant::now();
            let points = match bound {
                Bound::BeladySize => self.belady_size(&sizes, progress),
                _ => self.points_of(bound, &sizes, &range, progress),
            };
            if progress.stopped() {
                break;
            }
            let (seconds, count) = (begun.elapsed().as_secs_f64(), points.len() as u64);
            let finish = |row| CurveRow {
                policy: bound.name().to_owned(),
                params: String::new(),
                method: "bound".to_owned(),
                requests_used: self.trace.requests() as u64,
                seconds,
                pass_points: count,
                ..row
            };
            curves.push(Curve::Points(points.into_iter().map(finish).collect(), None));
        }
        Ok(curves)
    }

    fn belady_size(&mut self, sizes: &[Size], progress: Progress<'_>) -> Vec<CurveRow> {
        let spec = registry::parse_list(Bound::BeladySize.name()).map(|mut specs| specs.remove(0));
        let Ok(spec) = spec else { return Vec::new() };
        let cells: Vec<_> = sizes.iter().map(|size| cell(&spec, size)).collect();
        self.replay_cells(&cells, progress).concat()
    }

    fn points_of(
        &self,
        bound: Bound,
        sizes: &[Size],
        range: &std::ops::Range<usize>,
        progress: Progress<'_>,
    ) -> Vec<CurveRow> {
        let capacities = self.capacities();
        let requests = Requests {
            ids: &self.trace.ids,
            sizes: self.trace.sizes.as_deref().filter(|_| self.options.bytes),
            objects: self.trace.objects,
            counted: range.clone(),
        };
        let hits: Vec<Hits> = match bound {
            Bound::PfooL => bounds::pfoo_l(&requests, &capacities),
            Bound::PfooU => bounds::pfoo_u(&requests, &capacities, bounds::DEFAULT_STEP, progress).unwrap_or_default(),
            _ => bounds::infinite(&requests, &capacities),
        };
        if hits.len() < capacities.len() {
            return Vec::new();
        }
        if bound != Bound::PfooU {
            (progress.requests)(self.trace.requests() as u64);
        }
        let asked = self.bytes_in(range);
        // Any policy's row: what is the policy's is written over.
        let Ok(specs) = registry::parse_list("belady") else { return Vec::new() };
        let point = |size: &Size| {
            let found = hits[capacities.binary_search(&size.capacity).ok()?];
            let row = self.in_range(blank(&self.replayer.blank(&cell(&specs[0], size))), 0, range);
            Some(exact(row, found.hits, self.options.bytes.then_some((found.bytes, asked))))
        };
        sizes.iter().filter_map(point).collect()
    }
}
