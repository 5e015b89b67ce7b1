//! The back end that answers what the caches do not: a queueing station that the kernel asks when it is done next.
//!
//! One line of jobs is served in order of arrival by one, several or unlimited servers, or all jobs share the servers
//! evenly (`sharing`). The line may be bounded, the station may slow down, and it may go away.
//!
//! Kendall's names: without `servers` M/G/infinity, with them M/G/c and, with a `queue` of q places, M/G/c/(c+q); with
//! `sharing` M/G/1-PS and its kin.

mod sharing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod theory;

use super::law::{LONGEST, Law};
use crate::core::{Error, NEVER, Result, Rng, Time};
use sharing::Sharing;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// What an origin is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct OriginSpec {
    /// How long a job takes where it has a server for itself.
    pub(super) latency: Law,
    /// Servers or processors; none: as many as there are jobs, so that nobody waits.
    pub(super) servers: Option<u32>,
    /// Do the jobs share the processors, each at the rate `min(1, servers / jobs)`, rather than wait for one?
    pub(super) sharing: bool,
    /// Places for jobs beyond one for each server; none: any number. With sharing such jobs are served too.
    pub(super) queue: Option<u64>,
}

impl OriginSpec {
    /// An origin that answers any number of jobs at once.
    #[cfg(test)]
    pub(super) const fn unlimited(latency: Law) -> Self {
        Self { latency, servers: None, sharing: false, queue: None }
    }

    /// Is there such an origin?
    ///
    /// # Errors
    /// No server at all; sharing or a bounded queue where the number of servers is not limited.
    pub(super) fn check(&self) -> Result<()> {
        match *self {
            Self { servers: Some(0), .. } => Err(Error::usage("an origin needs at least 1 server, found 0")
                .hint("leave 'servers' out for unlimited servers")),
            Self { servers: None, sharing: true, .. } => {
                Err(Error::usage("jobs cannot share unlimited servers").hint("give the number of 'servers'"))
            }
            Self { servers: None, queue: Some(_), .. } => Err(Error::usage("nobody queues for unlimited servers")
                .hint("give the number of 'servers', or leave 'queue' out")),
            _ => Ok(()),
        }
    }
}

/// The origin refuses a job: all places are taken, or it is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full;

/// A back end with its jobs. Times must not go back from one call to the next, nor pass [`Origin::next`].
#[derive(Debug)]
pub(super) struct Origin {
    latency: Law,
    /// Jobs that may be present.
    places: u64,
    station: Station,
    arrivals: u64,
    down: bool,
}

#[derive(Debug)]
enum Station {
    InOrder(InOrder),
    Sharing(Sharing),
}

impl Origin {
    /// An origin without jobs, at its usual speed.
    ///
    /// A spec that [`OriginSpec::check`] refuses is taken for the nearest that makes sense: one server for none.
    pub(super) fn new(spec: OriginSpec) -> Self {
        let places = match (spec.servers, spec.queue) {
            (Some(servers), Some(queue)) => queue.saturating_add(u64::from(servers.max(1))),
            _ => u64::MAX,
        };
        let station = match spec.servers {
            Some(servers) if spec.sharing => Station::Sharing(Sharing::new(servers.max(1))),
            servers => Station::InOrder(InOrder::new(servers.map_or(u64::MAX, |c| u64::from(c.max(1))))),
        };
        Self { latency: spec.latency, places, station, arrivals: 0, down: false }
    }

    /// A job comes. Its service time is drawn now, if it is let in.
    ///
    /// # Errors
    /// [`Full`]: all places are taken, or the origin is down.
    #[inline]
    pub(super) fn arrive(&mut self, now: Time, job: u32, rng: &mut Rng) -> Result<(), Full> {
        self.arrive_as(now, job, &{ self.latency }, rng)
    }

    /// As [`Origin::arrive`], for a job of another law.
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub(super) fn arrive_as(&mut self, now: Time, job: u32, latency: &Law, rng: &mut Rng) -> Result<(), Full> {
        if self.down || self.in_flight() >= self.places {
            return Err(Full);
        }
        let service = latency.draw(rng);
        self.admit(now, job, service);
        Ok(())
    }

    #[inline]
    fn admit(&mut self, now: Time, job: u32, service: Time) {
        let order = self.arrivals;
        self.arrivals += 1;
        match &mut self.station {
            Station::InOrder(station) => station.admit(now, order, job, service),
            Station::Sharing(station) => station.admit(now, order, job, service),
        }
    }

    /// When the next job is done; [`NEVER`] if there is none.
    #[inline]
    pub(super) fn next(&self) -> Time {
        match &self.station {
            Station::InOrder(station) => station.running.next(),
            Station::Sharing(station) => station.next(),
        }
    }

    /// Takes out the job that is done at [`Origin::next`]; of several that which came first (with sharing, that which was
    /// done first within the nanosecond).
    ///
    /// # Panics
    /// There is none: `next` is [`NEVER`].
    #[inline]
    pub(super) fn finish(&mut self) -> u32 {
        match &mut self.station {
            Station::InOrder(station) => station.finish(),
            Station::Sharing(station) => station.finish(),
        }
        .expect("a job is finished only where next() gives a time")
    }

    /// Jobs present: in service and waiting.
    #[inline]
    pub(super) fn in_flight(&self) -> u64 {
        match &self.station {
            Station::InOrder(station) => station.running.len() + station.line.len() as u64,
            Station::Sharing(station) => station.len(),
        }
    }

    /// Jobs present without a server; with sharing, those beyond one for each processor.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> u64 {
        match &self.station {
            Station::InOrder(station) => station.line.len() as u64,
            Station::Sharing(station) => station.len().saturating_sub(station.processors()),
        }
    }

    /// Makes service take `factor` times as long (2: half the speed): that of jobs which start from now on, and with
    /// sharing that of all jobs at once, since there it is a rate.
    ///
    /// The factor is kept between 2^-20 and 2^20, with sharing in steps of 2^-20; what is no number counts as 1.
    pub(super) fn set_speed(&mut self, now: Time, factor: f64) {
        const MOST: f64 = (1 << 20) as f64;
        let factor = if factor.is_nan() { 1.0 } else { factor.clamp(1.0 / MOST, MOST) };
        match &mut self.station {
            Station::InOrder(station) => station.factor = factor,
            Station::Sharing(station) => station.set_factor(now, (factor * MOST).round() as u64),
        }
    }

    /// Goes away or comes back. While it is down it refuses what arrives; what it had is lost when it goes down and
    /// returned in order of arrival, but for jobs done by `now`, which are still to be taken out.
    pub(super) fn set_down(&mut self, now: Time, down: bool) -> Vec<u32> {
        self.down = down;
        if !down {
            return Vec::new();
        }
        let mut lost = match &mut self.station {
            Station::InOrder(station) => station.lose(now),
            Station::Sharing(station) => station.lose(now),
        };
        lost.sort_unstable();
        lost.into_iter().map(|(_, job)| job).collect()
    }
}

/// Jobs with the time at which each is done, soonest first, then in order of arrival.
#[derive(Debug, Default)]
struct Running {
    /// Jobs that came in the order in which they will be done, as all do where service takes equally long.
    queue: VecDeque<Done>,
    heap: BinaryHeap<Reverse<Done>>,
}

/// When a job is done, the number of its arrival, and the job.
type Done = (Time, u64, u32);

impl Running {
    #[inline]
    fn len(&self) -> u64 {
        (self.queue.len() + self.heap.len()) as u64
    }

    #[inline]
    fn next(&self) -> Time {
        let time = |done: Option<&Done>| done.map_or(NEVER, |d| d.0);
        time(self.queue.front()).min(time(self.heap.peek().map(|d| &d.0)))
    }

    #[inline]
    fn push(&mut self, done: Done) {
        if self.queue.back().is_none_or(|last| *last < done) {
            self.queue.push_back(done);
        } else {
            self.heap.push(Reverse(done));
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<Done> {
        match (self.queue.front(), self.heap.peek()) {
            (Some(first), Some(Reverse(least))) if least < first => self.heap.pop().map(|d| d.0),
            (Some(_), _) => self.queue.pop_front(),
            _ => self.heap.pop().map(|d| d.0),
        }
    }
}

/// Servers that take jobs in order of arrival.
#[derive(Debug)]
struct InOrder {
    servers: u64,
    factor: f64,
    running: Running,
    /// Who waits: the number of the arrival, the job, its service time at the usual speed.
    line: VecDeque<(u64, u32, Time)>,
}

impl InOrder {
    fn new(servers: u64) -> Self {
        Self { servers, factor: 1.0, running: Running::default(), line: VecDeque::new() }
    }

    #[inline]
    fn admit(&mut self, now: Time, order: u64, job: u32, service: Time) {
        if self.running.len() < self.servers {
            self.start(now, order, job, service);
        } else {
            self.line.push_back((order, job, service));
        }
    }

    #[inline]
    fn start(&mut self, now: Time, order: u64, job: u32, service: Time) {
        // Exact at the usual speed, but for more than 2^53 ns, 104 days.
        let service = (service as f64 * self.factor).round() as Time;
        self.running.push((after(now, service), order, job));
    }

    #[inline]
    fn finish(&mut self) -> Option<u32> {
        let (now, _, done) = self.running.pop()?;
        if let Some((order, job, service)) = self.line.pop_front() {
            self.start(now, order, job, service);
        }
        Some(done)
    }

    /// Takes out all jobs but those done by `now`: the number of arrival and the job of each.
    fn lose(&mut self, now: Time) -> Vec<(u64, u32)> {
        let Running { queue, heap } = std::mem::take(&mut self.running);
        let mut lost: Vec<_> = self.line.drain(..).map(|(order, job, _)| (order, job)).collect();
        let mut running: Vec<Done> = queue.into_iter().chain(heap.into_iter().map(|d| d.0)).collect();
        running.sort_unstable();
        for done in running {
            if done.0 <= now {
                self.running.push(done);
            } else {
                lost.push((done.1, done.2));
            }
        }
        lost
    }
}

/// `now + span`, at most [`LONGEST`] later and before [`NEVER`].
#[inline]
fn after(now: Time, span: Time) -> Time {
    now.saturating_add(span.min(LONGEST)).min(NEVER - 1)
}
