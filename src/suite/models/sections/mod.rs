//! Policies that part what they hold: by age, by value per byte, by time of arrival, by distance.

mod costs;
mod fbr;
mod merging;
mod queues;
mod stacks;

use super::{Case, Model, Request, Residents, agree, compare, quota, take};
use crate::harness::{property, strings};
use proptest::prelude::*;

#[test]
fn fbr() {
    agree("fbr", |capacity, _| fbr::Fbr::new(capacity, 0.1, 0.5, 30, 100));
    agree("fbr:new=0.25,old=0.5,c_max=2,a_max=2", |capacity, _| fbr::Fbr::new(capacity, 0.25, 0.5, 2, 2));
    agree("fbr:new=0.3,old=0.3,c_max=1,a_max=1", |capacity, _| fbr::Fbr::new(capacity, 0.3, 0.3, 1, 1));
}

#[test]
fn sieve_k() {
    for k in 1..=3 {
        agree(&format!("sieve-k:k={k}"), |capacity, _| queues::SieveK::new(capacity, k));
    }
}

#[test]
fn s3_fifo_d() {
    agree("s3-fifo-d", |capacity, _| queues::S3FifoD::new(capacity, 0.1, 0.05, 100, 0.001));
    agree("s3-fifo-d:small=0.3,ghosts=0.5,hits=3,step=0.1", |capacity, _| {
        queues::S3FifoD::new(capacity, 0.3, 0.5, 3, 0.1)
    });
}

/// Agreement over objects of different sizes, some of them 0.
fn agree_on_sizes<M: Model + 'static>(spec: &str, model: impl Fn(usize, &[u32]) -> M) {
    let sizes = prop::collection::vec(0..40u32, 40);
    property(3000, &(1..=120usize, strings(), sizes), |(capacity, keys, sizes)| {
        let case = Case { spec, capacity, keys: &keys, ttls: None, sizes: Some(&sizes), residents: Residents::All };
        compare(case, &mut model(capacity, &sizes))
    });
}

#[test]
fn camp() {
    agree("camp", |capacity, _| costs::Camp::new(capacity, &[], 5));
    for precision in [1, 2, 5, 8] {
        agree_on_sizes(&format!("camp:precision={precision}"), |capacity, sizes| {
            costs::Camp::new(capacity, sizes, precision)
        });
    }
}

#[test]
fn gd_wheel() {
    agree("gd-wheel", |capacity, _| costs::GdWheel::new(capacity, &[], 256, 2));
    for (queues, wheels) in [(16, 2), (2, 4), (4, 2), (3, 3), (5, 1)] {
        agree_on_sizes(&format!("gd-wheel:queues={queues},wheels={wheels}"), |capacity, sizes| {
            costs::GdWheel::new(capacity, sizes, queues, wheels)
        });
    }
}

#[test]
fn merges() {
    agree("fifo-merge", |capacity, _| merging::Merging::new(capacity, 0.01, 4));
    agree("fifo-merge:segment=0.2,merge=3", |capacity, _| merging::Merging::new(capacity, 0.2, 3));
    // Without times to live there is one bucket.
    agree("segcache", |capacity, _| merging::Merging::new(capacity, 0.01, 4));
}

#[test]
fn frd() {
    agree("frd", |capacity, _| stacks::Frd::new(capacity, 0.1));
    agree("frd:filter=0.4", |capacity, _| stacks::Frd::new(capacity, 0.4));
}

#[test]
fn lirs2() {
    agree("lirs2", |capacity, _| stacks::Lirs2::new(capacity, 0.01));
    agree("lirs2:hir=0.3", |capacity, _| stacks::Lirs2::new(capacity, 0.3));
}
