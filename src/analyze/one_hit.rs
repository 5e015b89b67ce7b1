//! One-hit wonders: objects asked for once, in the whole trace and in shorter sequences of it.
//!
//! What a cache can tell of an object is what it saw while the object was in it, which is a short sequence of the trace. The
//! share of objects asked for once is larger there: J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi: FIFO queues are all you
//! need for cache eviction. SOSP 2023. <https://doi.org/10.1145/3600006.3613147> As there, a sequence is measured by the
//! objects in it, since a cache is: a window is as many consecutive requests as ask for a given share of the trace's objects.
//! Windows follow one another, each as long as it can be; the last is left out where it has fewer objects.

use serde::Serialize;

/// Objects of a window, in thousandths of those of the trace.
const THOUSANDTHS: [u64; 3] = [1, 10, 100];
/// Windows of fewer objects say more of their ends than of the trace.
const FEWEST_OBJECTS: u64 = 10;

/// Windows of one size, or the whole trace.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OneHit {
    /// Objects of each window as a share of those of the trace: 0.001, 0.01, 0.1, and 1 for the whole.
    pub objects_share: f64,
    /// Objects of each window.
    pub objects: u64,
    /// Windows that have so many.
    pub windows: u64,
    /// Mean requests of these.
    pub mean_requests: f64,
    /// Share of the objects of a window that are asked for once in it, 0 to 1; the mean of the windows.
    pub one_hit_share: f64,
}

/// The one-hit wonders of windows of one size, counted as the requests go by.
#[derive(Debug)]
pub(super) struct Window {
    thousandths: u64,
    objects: u64,
    /// Index of its first request.
    start: u32,
    /// Objects in it, and those asked for once.
    distinct: u64,
    once: u64,
    /// Sums over the windows that are done.
    windows: u64,
    requests: u64,
    all_once: u64,
}

impl Window {
    /// Of the sizes that make sense for a trace of so many objects.
    pub(super) fn sizes(objects: usize) -> Vec<Self> {
        let window = |thousandths| Self {
            thousandths,
            objects: objects as u64 * thousandths / 1000,
            start: 0,
            distinct: 0,
            once: 0,
            windows: 0,
            requests: 0,
            all_once: 0,
        };
        THOUSANDTHS.map(window).into_iter().filter(|window| window.objects >= FEWEST_OBJECTS).collect()
    }

    /// A request of this index; `last` and `before` are those of the last two of the same object, plus one, or 0.
    #[inline(always)]
    pub(super) fn request(&mut self, index: u32, last: u32, before: u32) {
        if last > self.start {
            self.once -= u64::from(before <= self.start);
            return;
        }
        if self.distinct == self.objects {
            self.end(index);
        }
        self.distinct += 1;
        self.once += 1;
    }

    /// The window ends before this request, and the next one begins.
    #[inline(never)]
    fn end(&mut self, index: u32) {
        self.windows += 1;
        self.requests += u64::from(index - self.start);
        self.all_once += self.once;
        (self.start, self.distinct, self.once) = (index, 0, 0);
    }

    /// What was found in a trace of so many requests.
    pub(super) fn done(mut self, requests: usize) -> OneHit {
        if self.distinct == self.objects {
            self.end(requests as u32);
        }
        let windows = self.windows.max(1);
        OneHit {
            objects_share: self.thousandths as f64 / 1000.0,
            objects: self.objects,
            windows: self.windows,
            mean_requests: self.requests as f64 / windows as f64,
            one_hit_share: self.all_once as f64 / (windows * self.objects) as f64,
        }
    }
}

/// The whole trace as one window.
pub(super) fn whole(counts: &[u32], requests: usize) -> OneHit {
    let once = counts.iter().filter(|&&count| count == 1).count();
    OneHit {
        objects_share: 1.0,
        objects: counts.len() as u64,
        windows: 1,
        mean_requests: requests as f64,
        one_hit_share: once as f64 / counts.len().max(1) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds a window of so many objects.
    fn fed(objects: u64, ids: &[usize]) -> OneHit {
        let mut window = Window::sizes(10_000).remove(0);
        window.objects = objects;
        let mut uses = [(0, 0); 16];
        for (index, &id) in (0u32..).zip(ids) {
            let (last, before) = uses[id];
            window.request(index, last, before);
            uses[id] = (index + 1, last);
        }
        window.done(ids.len())
    }

    #[test]
    fn windows_by_hand() {
        // Of two objects: 0 1 0 | 2 1 | 0 2; asked for once: 1, 2 and 1, 0 and 2.
        let found = fed(2, &[0, 1, 0, 2, 1, 0, 2]);
        assert_eq!((found.windows, found.objects), (3, 2));
        assert!((found.one_hit_share - 5.0 / 6.0).abs() < 1e-12 && (found.mean_requests - 7.0 / 3.0).abs() < 1e-12);
        // Of three: 0 0 0 1 2 | 3 3, of which the last has too few.
        let found = fed(3, &[0, 0, 0, 1, 2, 3, 3]);
        assert_eq!((found.windows, found.mean_requests.to_bits()), (1, 5.0f64.to_bits()));
        assert!((found.one_hit_share - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_window_needs_ten_objects() {
        let sizes = |objects| Window::sizes(objects).iter().map(|window| window.objects).collect::<Vec<_>>();
        assert_eq!(sizes(99), [0; 0]);
        assert_eq!(sizes(100), [10]);
        assert_eq!(sizes(12_345), [12, 123, 1234]);
    }

    #[test]
    fn the_whole_is_one_window() {
        let found = whole(&[1, 3, 1, 2], 7);
        assert_eq!((found.windows, found.objects), (1, 4));
        assert!((found.one_hit_share - 0.5).abs() < 1e-12 && (found.mean_requests - 7.0).abs() < 1e-12);
    }
}
