//! CAR, CART, GCLOCK: clocks as lists of pages, from the one the hand is at to the newest.

use super::{Model, Request, agree, take};
use evictlab::core::ObjId;

/// Bansal and Modha 2004, figure 2, line by line.
struct Car {
    c: usize,
    p: f64,
    t1: Vec<(ObjId, bool)>,
    t2: Vec<(ObjId, bool)>,
    b1: Vec<ObjId>,
    b2: Vec<ObjId>,
}

impl Car {
    fn new(c: usize) -> Self {
        Self { c, p: 0.0, t1: Vec::new(), t2: Vec::new(), b1: Vec::new(), b2: Vec::new() }
    }

    fn replace(&mut self) {
        loop {
            if self.t1.len() as f64 >= self.p.max(1.0) {
                let (head, bit) = self.t1.remove(0);
                if !bit {
                    self.b1.push(head);
                    return;
                }
                self.t2.push((head, false));
            } else {
                let (head, bit) = self.t2.remove(0);
                if !bit {
                    self.b2.push(head);
                    return;
                }
                self.t2.push((head, false));
            }
        }
    }
}

impl Model for Car {
    fn request(&mut self, Request { id: x, .. }: Request) -> bool {
        if let Some(page) = self.t1.iter_mut().chain(&mut self.t2).find(|page| page.0 == x) {
            page.1 = true;
            return true;
        }
        let in_history = self.b1.contains(&x) || self.b2.contains(&x);
        if self.t1.len() + self.t2.len() == self.c {
            self.replace();
            if !in_history && self.t1.len() + self.b1.len() == self.c {
                self.b1.remove(0);
            } else if !in_history && self.t1.len() + self.t2.len() + self.b1.len() + self.b2.len() == 2 * self.c {
                self.b2.remove(0);
            }
        }
        let (b1, b2) = (self.b1.len() as f64, self.b2.len() as f64);
        if !in_history {
            self.t1.push((x, false));
        } else if take(&mut self.b1, x) {
            self.p = (self.p + f64::max(1.0, b2 / b1)).min(self.c as f64);
            self.t2.push((x, false));
        } else {
            take(&mut self.b2, x);
            self.p = (self.p - f64::max(1.0, b1 / b2)).max(0.0);
            self.t2.push((x, false));
        }
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.t1.iter().chain(&self.t2).map(|page| page.0).collect()
    }
}

#[derive(Clone, Copy)]
struct Page {
    id: ObjId,
    bit: bool,
    long: bool,
}

/// Bansal and Modha 2004, figure 3, line by line.
struct Cart {
    c: i64,
    p: f64,
    q: i64,
    t1: Vec<Page>,
    t2: Vec<Page>,
    b1: Vec<ObjId>,
    b2: Vec<ObjId>,
}

impl Cart {
    fn new(c: usize) -> Self {
        Self { c: c as i64, p: 0.0, q: 0, t1: Vec::new(), t2: Vec::new(), b1: Vec::new(), b2: Vec::new() }
    }

    fn short(&self) -> usize {
        self.t1.iter().chain(&self.t2).filter(|page| !page.long).count()
    }

    fn long(&self) -> usize {
        self.t1.iter().chain(&self.t2).filter(|page| page.long).count()
    }

    fn adapt_q(&mut self) {
        let t1 = self.t1.len() as i64;
        if self.t2.len() as i64 + self.b2.len() as i64 + t1 - self.short() as i64 >= self.c {
            self.q = (self.q + 1).min(2 * self.c - t1);
        }
    }

    fn replace(&mut self) {
        while self.t2.first().is_some_and(|head| head.bit) {
            let head = self.t2.remove(0);
            self.t1.push(Page { bit: false, ..head });
            self.adapt_q();
        }
        while self.t1.first().is_some_and(|head| head.long || head.bit) {
            let mut head = self.t1.remove(0);
            if head.bit {
                head.bit = false;
                let length = self.t1.len() + 1;
                if !head.long && length as f64 >= (self.p + 1.0).min(self.b1.len() as f64) {
                    head.long = true;
                }
                self.t1.push(head);
            } else {
                self.t2.push(head);
                self.q = (self.q - 1).max(self.c - self.t1.len() as i64);
            }
        }
        if self.t1.len() as f64 >= self.p.max(1.0) {
            self.b1.push(self.t1.remove(0).id);
        } else {
            self.b2.push(self.t2.remove(0).id);
        }
    }
}

impl Model for Cart {
    fn request(&mut self, Request { id: x, .. }: Request) -> bool {
        if let Some(page) = self.t1.iter_mut().chain(&mut self.t2).find(|page| page.id == x) {
            page.bit = true;
            return true;
        }
        let in_history = self.b1.contains(&x) || self.b2.contains(&x);
        if (self.t1.len() + self.t2.len()) as i64 == self.c {
            self.replace();
            if !in_history && (self.b1.len() + self.b2.len()) as i64 == self.c + 1 {
                if self.b1.len() as i64 > self.q.max(0) || self.b2.is_empty() {
                    self.b1.remove(0);
                } else {
                    self.b2.remove(0);
                }
            }
        }
        let (b1, b2) = (self.b1.len() as f64, self.b2.len() as f64);
        let (short, long) = (self.short() as f64, self.long() as f64);
        if !in_history {
            self.t1.push(Page { id: x, bit: false, long: false });
        } else if take(&mut self.b1, x) {
            self.p = (self.p + f64::max(1.0, short / b1)).min(self.c as f64);
            self.t1.push(Page { id: x, bit: false, long: true });
        } else {
            take(&mut self.b2, x);
            self.p = (self.p - f64::max(1.0, long / b2)).max(0.0);
            self.t1.push(Page { id: x, bit: false, long: true });
            self.adapt_q();
        }
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.t1.iter().chain(&self.t2).map(|page| page.id).collect()
    }
}

/// Smith 1978: frames in a ring, with counters.
struct Gclock {
    capacity: usize,
    initial: u32,
    increment: u32,
    limit: u32,
    frames: Vec<(ObjId, u32)>,
    hand: usize,
}

impl Model for Gclock {
    fn request(&mut self, Request { id, .. }: Request) -> bool {
        if let Some(frame) = self.frames.iter_mut().find(|frame| frame.0 == id) {
            frame.1 = (frame.1 + self.increment).min(self.limit);
            return true;
        }
        let new = (id, self.initial.min(self.limit));
        if self.frames.len() < self.capacity {
            self.frames.push(new);
            return false;
        }
        while self.frames[self.hand].1 > 0 {
            self.frames[self.hand].1 -= 1;
            self.hand = (self.hand + 1) % self.capacity;
        }
        self.frames[self.hand] = new;
        self.hand = (self.hand + 1) % self.capacity;
        false
    }

    fn residents(&self) -> Vec<ObjId> {
        self.frames.iter().map(|frame| frame.0).collect()
    }
}

#[test]
fn car() {
    agree("car", |capacity, _| Car::new(capacity));
}

#[test]
fn cart() {
    agree("cart", |capacity, _| Cart::new(capacity));
}

#[test]
fn gclock() {
    for (initial, increment, limit) in [(1, 1, 5), (0, 1, 1), (3, 2, 200), (9, 1, 4)] {
        agree(&format!("gclock:initial={initial},increment={increment},limit={limit}"), |capacity, _| Gclock {
            capacity,
            initial,
            increment,
            limit,
            frames: Vec::new(),
            hand: 0,
        });
    }
}
