//! CLOCK-Pro and CLOCK-Pro+: one list of pages, and three hands that look for their kind from its far end.

use super::{Model, Request, agree, quota};
use evictlab::core::ObjId;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Hot,
    Cold {
        test: bool,
        demoted: bool,
    },
    /// Not resident, in its test period.
    Gone,
}

/// Jiang, Chen and Zhang 2005; with `plus`, Li 2019. The first of the list is the farthest from the list's head.
struct ClockPro {
    m: usize,
    least: f64,
    greatest: f64,
    cold_target: f64,
    plus: bool,
    evicted: bool,
    list: Vec<(ObjId, Kind, bool)>,
}

impl ClockPro {
    fn new(m: usize, plus: bool, least: f64, greatest: f64) -> Self {
        let least = quota(m, least) as f64;
        let greatest = (m as f64 * greatest).max(least);
        Self { m, least, greatest, cold_target: least, plus, evicted: false, list: Vec::new() }
    }

    fn count(&self, of: impl Fn(Kind) -> bool) -> usize {
        self.list.iter().filter(|page| of(page.1)).count()
    }

    fn hot(&self) -> usize {
        self.count(|kind| kind == Kind::Hot)
    }

    fn gone(&self) -> usize {
        self.count(|kind| kind == Kind::Gone)
    }

    fn demoted(&self) -> usize {
        self.count(|kind| matches!(kind, Kind::Cold { demoted: true, .. }))
    }

    fn adapt(&mut self, by: f64) {
        self.cold_target = (self.cold_target + by).clamp(self.least, self.greatest);
    }

    /// A test period is over.
    fn end_test(&mut self, used: bool) {
        if !used && !self.plus {
            self.adapt(-1.0);
        }
    }

    /// The hot hand leaves the first page.
    fn leave_first(&mut self) {
        let (gone, all_demoted) = (self.gone() as f64, self.demoted() as f64);
        let (id, kind, used) = self.list.remove(0);
        match kind {
            Kind::Cold { test: false, demoted: true } if used && self.plus => {
                self.adapt(-f64::max(1.0, gone / all_demoted));
                self.list.push((id, Kind::Cold { test: false, demoted: false }, false));
            }
            Kind::Hot if used => self.list.push((id, Kind::Hot, false)),
            Kind::Hot => self.list.push((id, Kind::Cold { test: false, demoted: true }, false)),
            Kind::Cold { test, demoted } => {
                if test {
                    self.end_test(used);
                }
                self.list.push((id, Kind::Cold { test: false, demoted }, used));
            }
            Kind::Gone => self.end_test(used),
        }
    }

    fn run_hot(&mut self) {
        while self.hot() as f64 > self.m as f64 - self.cold_target {
            self.leave_first();
        }
        while self.hot() > 0 && self.list[0].1 != Kind::Hot {
            self.leave_first();
        }
    }

    fn run_test(&mut self) {
        while self.gone() > self.m {
            let in_test = |kind| matches!(kind, Kind::Gone | Kind::Cold { test: true, .. });
            let at = self.list.iter().position(|page| in_test(page.1)).unwrap();
            let (id, kind, used) = self.list[at];
            self.end_test(used);
            if kind == Kind::Gone {
                self.list.remove(at);
            } else {
                self.list[at] = (id, Kind::Cold { test: false, demoted: false }, used);
            }
        }
    }

    fn run_cold(&mut self) {
        loop {
            let Some(at) = self.list.iter().position(|page| matches!(page.1, Kind::Cold { .. })) else {
                self.leave_first();
                continue;
            };
            let (gone, all_demoted) = (self.gone() as f64, self.demoted() as f64);
            let (id, kind, used) = self.list.remove(at);
            let Kind::Cold { test, demoted } = kind else { unreachable!() };
            match (used, test) {
                (true, true) => {
                    if !self.plus {
                        self.adapt(1.0);
                    }
                    self.list.push((id, Kind::Hot, false));
                    self.run_hot();
                }
                (true, false) => {
                    if demoted && self.plus {
                        self.adapt(-f64::max(1.0, gone / all_demoted));
                    }
                    self.list.push((id, Kind::Cold { test: true, demoted: false }, false));
                }
                (false, true) => {
                    self.list.insert(at, (id, Kind::Gone, false));
                    return;
                }
                (false, false) => return,
            }
        }
    }
}

impl Model for ClockPro {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if let Some(page) = self.list.iter_mut().find(|page| page.0 == id && page.1 != Kind::Gone) {
            page.2 = true;
            return true;
        }
        if self.residents().len() == self.m {
            self.evicted = true;
            self.run_cold();
        }
        if let Some(at) = self.list.iter().position(|page| page.0 == id) {
            let (gone, demoted) = (self.gone() as f64, self.demoted() as f64);
            self.adapt(if self.plus { f64::max(1.0, demoted / gone) } else { 1.0 });
            self.list.remove(at);
            self.list.push((id, Kind::Hot, false));
            self.run_hot();
        } else if !self.evicted && (self.hot() + 1) as f64 <= self.m as f64 - self.cold_target {
            self.list.push((id, Kind::Hot, false));
        } else {
            self.list.push((id, Kind::Cold { test: true, demoted: false }, false));
        }
        self.run_test();
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.list.iter().filter(|page| page.1 != Kind::Gone).map(|page| page.0).collect()
    }
}

#[test]
fn clock_pro() {
    agree("clock-pro", |capacity, _| ClockPro::new(capacity, false, 0.01, 0.99));
    agree("clock-pro:cold_min=0.1,cold_max=0.3", |capacity, _| ClockPro::new(capacity, false, 0.1, 0.3));
}

#[test]
fn clock_pro_plus() {
    agree("clock-pro-plus", |capacity, _| ClockPro::new(capacity, true, 0.01, 0.5));
    agree("clock-pro-plus:cold_max=0.9", |capacity, _| ClockPro::new(capacity, true, 0.01, 0.9));
}
