//! What a run measures: counts, latencies, staleness, and the time series.

use crate::core::quantity::ratio;
use crate::core::{NEVER, SECOND, Time};
use crate::record::{LatencyRow, ScenarioRow, SeriesRow};
use hdrhistogram::{Counter, Histogram};

/// How a read was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// From a cache, without waiting for the origin.
    Hit,
    /// By a fetch from the origin that another read had begun.
    Delayed,
    /// By a fetch of its own.
    Miss,
    /// With an error.
    Failure,
}

/// A read that was answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered {
    pub(super) answer: Answer,
    pub(super) started: Time,
    pub(super) latency: Time,
    pub(super) bytes: u64,
    /// How long its value had been out of date, if it was.
    pub(super) stale: Option<Time>,
    pub(super) phantom: bool,
}

/// What is counted over a span of time.
#[derive(Debug, Clone, Default)]
struct Counts {
    answers: [u64; 4],
    stale: u64,
    writes: u64,
    fetches: u64,
    origin_writes: u64,
    origin_peak: u64,
    latency_sum: u128,
}

impl Counts {
    fn reads(&self) -> u64 {
        self.answers.iter().sum()
    }
}

/// Everything measured of a run.
pub(super) struct Measure {
    /// Counting begins here.
    from: Time,
    total: Counts,
    latency: Histogram<u64>,
    write_latency: Histogram<u64>,
    write_latency_sum: u128,
    failed_writes: u64,
    stale_age_sum: u128,
    stale_age_max: Time,
    phantoms: u64,
    client_bytes: u64,
    origin_bytes: u64,
    pub(super) renewals: u64,
    pub(super) rejections: u64,
    pub(super) timeouts: u64,
    pub(super) retries: u64,
    pub(super) rebuilds_peak: u64,
    pub(super) lost_writes: u64,
    pub(super) dead_peak: u64,
    in_flight: u64,
    series: Series,
}

struct Series {
    window: Time,
    start: Time,
    counts: Counts,
    latency: Histogram<u32>,
    rows: Vec<SeriesRow>,
}

/// Three digits: a thousandth of the value.
const DIGITS: u8 = 3;
/// In windows one per cent is enough.
const WINDOW_DIGITS: u8 = 2;
/// More windows than anybody looks at, and than memory should hold.
pub(super) const MOST_WINDOWS: u64 = 100_000;

impl Measure {
    /// Counts from `from` on; the series has windows of length `window`.
    pub(super) fn new(from: Time, window: Time) -> Self {
        // The crate refuses other numbers of digits than 0 to 5.
        let histogram = || Histogram::<u64>::new(DIGITS).expect("digits within range");
        let latency = Histogram::<u32>::new(WINDOW_DIGITS).expect("digits within range");
        Self {
            from,
            total: Counts::default(),
            latency: histogram(),
            write_latency: histogram(),
            write_latency_sum: 0,
            failed_writes: 0,
            stale_age_sum: 0,
            stale_age_max: 0,
            phantoms: 0,
            client_bytes: 0,
            origin_bytes: 0,
            renewals: 0,
            rejections: 0,
            timeouts: 0,
            retries: 0,
            rebuilds_peak: 0,
            lost_writes: 0,
            dead_peak: 0,
            in_flight: 0,
            series: Series { window, start: 0, counts: Counts::default(), latency, rows: Vec::new() },
        }
    }

    /// Does what happens now count?
    #[inline]
    pub(super) fn counts(&self, now: Time) -> bool {
        now >= self.from
    }

    /// A read was answered at `now`.
    #[inline]
    pub(super) fn read(&mut self, now: Time, read: &Answered) {
        self.series.at(now, self.in_flight);
        self.series.counts.add_read(read);
        note(&mut self.series.latency, read.latency);
        if read.started < self.from {
            return;
        }
        self.total.add_read(read);
        note(&mut self.latency, read.latency);
        self.client_bytes += read.bytes;
        self.phantoms += u64::from(read.phantom);
        if let Some(age) = read.stale {
            self.stale_age_sum += u128::from(age);
            self.stale_age_max = self.stale_age_max.max(age);
        }
    }

    /// A write was acknowledged, or failed.
    pub(super) fn write(&mut self, now: Time, started: Time, ok: bool) {
        self.series.at(now, self.in_flight);
        self.series.counts.writes += 1;
        if started < self.from {
            return;
        }
        self.total.writes += 1;
        self.failed_writes += u64::from(!ok);
        note(&mut self.write_latency, now - started);
        self.write_latency_sum += u128::from(now - started);
    }

    /// A request arrived at the origin.
    pub(super) fn origin_begins(&mut self, now: Time, write: bool) {
        self.in_flight += 1;
        self.series.at(now, self.in_flight);
        self.series.counts.add_origin(write, self.in_flight);
        if self.counts(now) {
            self.total.add_origin(write, self.in_flight);
        }
    }

    /// A request left the origin with an answer of so many bytes.
    pub(super) fn origin_ends(&mut self, now: Time, bytes: u64) {
        self.in_flight -= 1;
        self.series.at(now, self.in_flight);
        if self.counts(now) {
            self.origin_bytes += bytes;
        }
    }

    /// Closes the last window and gives the row, the series and the latencies. Clients asked until `asked`; `event` is when
    /// the first event of the scenario happened.
    pub(super) fn finish(
        mut self,
        end: Time,
        asked: Time,
        event: Option<Time>,
    ) -> (ScenarioRow, Vec<SeriesRow>, Vec<LatencyRow>) {
        self.series.at(end, self.in_flight);
        if end > self.series.start {
            self.series.close(end);
        }
        let (dip, recovery) = event.map_or((0.0, 0.0), |event| {
            // When nobody asks any more, only late answers come.
            let asked = self.series.rows.partition_point(|row| row.end_seconds <= seconds(asked));
            dip(&self.series.rows[..asked], self.from, event)
        });
        // The series ends when nobody asks any more; the row counts to the end.
        let begun = self.series.rows.partition_point(|row| row.start_seconds < seconds(asked));
        let row = ScenarioRow { hit_ratio_dip: dip, recovery_seconds: recovery, ..self.row(end) };
        let latencies = quantiles(&self.latency);
        self.series.rows.truncate(begun);
        (row, self.series.rows, latencies)
    }

    fn row(&self, end: Time) -> ScenarioRow {
        let [hits, delayed_hits, misses, failures] = self.total.answers;
        let requests = self.total.reads();
        let asked = requests + self.total.writes;
        let at = |quantile| seconds(self.latency.value_at_quantile(quantile));
        let span = seconds(end.saturating_sub(self.from));
        let counted = |row: &&SeriesRow| row.start_seconds >= seconds(self.from);
        ScenarioRow {
            requests,
            hits,
            delayed_hits,
            misses,
            failures,
            hit_ratio: ratio(hits, requests),
            availability: if asked == 0 { 1.0 } else { 1.0 - ratio(failures + self.failed_writes, asked) },
            renewals: self.renewals,
            origin_fetches: self.total.fetches,
            origin_writes: self.total.origin_writes,
            origin_rejections: self.rejections,
            origin_timeouts: self.timeouts,
            origin_retries: self.retries,
            origin_rate_mean: over((self.total.fetches + self.total.origin_writes) as f64, span),
            origin_rate_peak: self.series.rows.iter().filter(counted).map(|row| row.origin_rate).fold(0.0, f64::max),
            origin_peak_in_flight: self.total.origin_peak,
            rebuilds_peak: self.rebuilds_peak,
            latency_mean_seconds: mean(self.total.latency_sum, requests),
            latency_p50_seconds: at(0.5),
            latency_p90_seconds: at(0.9),
            latency_p99_seconds: at(0.99),
            latency_p999_seconds: at(0.999),
            latency_max_seconds: at(1.0),
            writes: self.total.writes,
            write_latency_mean_seconds: mean(self.write_latency_sum, self.total.writes),
            write_latency_p99_seconds: seconds(self.write_latency.value_at_quantile(0.99)),
            stale_reads: self.total.stale,
            stale_ratio: ratio(self.total.stale, requests),
            stale_age_mean_seconds: mean(self.stale_age_sum, self.total.stale),
            stale_age_max_seconds: seconds(self.stale_age_max),
            phantom_reads: self.phantoms,
            lost_writes: self.lost_writes,
            dead_entries: self.dead_peak,
            client_bytes: self.client_bytes,
            origin_bytes: self.origin_bytes,
            duration_seconds: seconds(end),
            ..ScenarioRow::default()
        }
    }
}

impl Counts {
    #[inline]
    fn add_read(&mut self, read: &Answered) {
        self.answers[read.answer as usize] += 1;
        self.stale += u64::from(read.stale.is_some());
        self.latency_sum += u128::from(read.latency);
    }

    fn add_origin(&mut self, write: bool, in_flight: u64) {
        if write {
            self.origin_writes += 1;
        } else {
            self.fetches += 1;
        }
        self.origin_peak = self.origin_peak.max(in_flight);
    }
}

impl Series {
    /// Closes the windows that are over.
    #[inline]
    fn at(&mut self, now: Time, in_flight: u64) {
        if now - self.start >= self.window {
            self.roll(now, in_flight);
        }
    }

    #[inline(never)]
    fn roll(&mut self, now: Time, in_flight: u64) {
        while now - self.start >= self.window {
            self.close(self.start + self.window);
            self.counts.origin_peak = in_flight;
        }
    }

    fn close(&mut self, end: Time) {
        let counts = std::mem::take(&mut self.counts);
        let [hits, delayed_hits, misses, failures] = counts.answers;
        let requests = counts.reads();
        let origin = (counts.fetches + counts.origin_writes) as f64;
        let row = SeriesRow {
            start_seconds: seconds(self.start),
            end_seconds: seconds(end),
            requests,
            hits,
            delayed_hits,
            misses,
            failures,
            hit_ratio: ratio(hits, requests),
            origin_fetches: counts.fetches,
            origin_rate: over(origin, seconds(end - self.start)),
            origin_peak_in_flight: counts.origin_peak,
            latency_mean_seconds: mean(counts.latency_sum, requests),
            latency_p99_seconds: seconds(self.latency.value_at_quantile(0.99)),
            writes: counts.writes,
            stale_reads: counts.stale,
            ..SeriesRow::default()
        };
        if (self.rows.len() as u64) < MOST_WINDOWS {
            self.rows.push(row);
        }
        self.latency.reset();
        self.start = end;
    }
}

/// Adds a value to a histogram, which grows with it.
#[inline]
fn note<C: Counter>(histogram: &mut Histogram<C>, value: Time) {
    // It refuses only what is beyond the largest number that it can grow to, which no sum of times is.
    let _ = histogram.record(value);
}

/// The quantiles that a distribution is drawn from: denser where it is rare.
fn quantiles(latency: &Histogram<u64>) -> Vec<LatencyRow> {
    if latency.is_empty() {
        return Vec::new();
    }
    let tail = [0.991, 0.992, 0.993, 0.994, 0.995, 0.996, 0.997, 0.998, 0.999, 0.9995, 0.9999, 0.99999, 1.0];
    let all = (0..=99).map(|percent| f64::from(percent) / 100.0).chain(tail);
    let row = |quantile| LatencyRow {
        quantile,
        latency_seconds: seconds(latency.value_at_quantile(quantile)),
        ..LatencyRow::default()
    };
    all.map(row).collect()
}

/// How far the hit ratio fell after an event, and how long it took to be back at 95 % of what it was.
fn dip(rows: &[SeriesRow], from: Time, event: Time) -> (f64, f64) {
    const BACK: f64 = 0.95;
    let event = seconds(event);
    let before = rows.iter().filter(|row| row.end_seconds <= event && row.start_seconds >= seconds(from));
    let (hits, requests) = before.fold((0, 0), |sum, row| (sum.0 + row.hits, sum.1 + row.requests));
    let usual = ratio(hits, requests);
    let after: Vec<&SeriesRow> = rows.iter().filter(|row| row.end_seconds > event && row.requests > 0).collect();
    let Some(lowest) = after.iter().min_by(|a, b| a.hit_ratio.total_cmp(&b.hit_ratio)) else { return (0.0, 0.0) };
    let dip = (usual - lowest.hit_ratio).max(0.0);
    if lowest.hit_ratio >= BACK * usual {
        return (dip, 0.0);
    }
    let back = after.iter().find(|row| row.start_seconds > lowest.start_seconds && row.hit_ratio >= BACK * usual);
    let until = back.map_or_else(|| after.last().map_or(event, |row| row.end_seconds), |row| row.start_seconds);
    (dip, until - event)
}

/// A time in seconds. Times that never come are as long as a number can say.
pub(super) fn seconds(time: Time) -> f64 {
    if time == NEVER { f64::MAX } else { time as f64 / SECOND as f64 }
}

fn over(amount: f64, span: f64) -> f64 {
    if span > 0.0 { amount / span } else { 0.0 }
}

fn mean(sum: u128, count: u64) -> f64 {
    if count == 0 { 0.0 } else { sum as f64 / count as f64 / SECOND as f64 }
}
