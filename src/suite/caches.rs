//! Policies beside caches that programs use, on the same requests: the deterministic ones hit at the very same requests,
//! the others about as often.

use crate::harness::{hits, property, strings, zipf};
use evictlab::trace::Trace;
use foyer_memory::{Cache as Foyer, CacheBuilder, EvictionConfig, FifoConfig, LruConfig, S3FifoConfig, SieveConfig};
use proptest::prelude::*;
use std::num::NonZeroUsize;

/// A cache of somebody else's: a request is looked up, and inserted where it is missed. Was it there?
trait Other {
    fn request(&mut self, key: u32) -> bool;
}

impl Other for lru::LruCache<u32, ()> {
    fn request(&mut self, key: u32) -> bool {
        let hit = self.get(&key).is_some();
        if !hit {
            self.put(key, ());
        }
        hit
    }
}

impl Other for sieve_cache::SieveCache<u32, ()> {
    fn request(&mut self, key: u32) -> bool {
        let hit = self.get(&key).is_some();
        if !hit {
            self.insert(key, ());
        }
        hit
    }
}

impl Other for quick_cache::unsync::Cache<u32, ()> {
    fn request(&mut self, key: u32) -> bool {
        let hit = self.get(&key).is_some();
        if !hit {
            self.insert(key, ());
        }
        hit
    }
}

/// It works off its queues now and then, unless told to.
impl Other for moka::sync::Cache<u32, ()> {
    fn request(&mut self, key: u32) -> bool {
        let hit = self.get(&key).is_some();
        if !hit {
            self.insert(key, ());
        }
        self.run_pending_tasks();
        hit
    }
}

impl Other for Foyer<u32, ()> {
    fn request(&mut self, key: u32) -> bool {
        let hit = self.get(&key).is_some();
        if !hit {
            self.insert(key, ());
        }
        hit
    }
}

fn foyer(capacity: usize, config: impl Into<EvictionConfig>) -> Foyer<u32, ()> {
    CacheBuilder::new(capacity).with_shards(1).with_eviction_config(config).build()
}

/// All of a list without priorities.
fn plain_lru() -> LruConfig {
    LruConfig { high_priority_pool_ratio: 0.0 }
}

/// The same hits at the same requests.
fn same(spec: &str, other: impl Fn(usize) -> Box<dyn Other>) {
    property(600, &(1..=12usize, strings()), |(capacity, keys)| {
        let trace = Trace::from_keys("string", &keys);
        let mut cache = other(capacity);
        let theirs: Vec<bool> = trace.ids.iter().map(|&id| cache.request(id)).collect();
        prop_assert_eq!(hits(spec, capacity as u64, &trace), theirs, "{} at {}, {:?}", spec, capacity, keys);
        Ok(())
    });
}

/// Shares of hits on skewed requests within so many points of each other.
fn near(spec: &str, points: f64, other: impl Fn(usize) -> Box<dyn Other>) {
    for (alpha, capacity) in [(0.8, 200), (1.0, 200), (1.0, 500)] {
        let mut trace = Trace::from_keys("zipf", 0..5000);
        trace.ids = zipf(5000, alpha, 100_000, 11).into();
        let mut cache = other(capacity);
        let theirs = trace.ids.iter().filter(|&&id| cache.request(id)).count() as f64;
        let ours = hits(spec, capacity as u64, &trace).into_iter().filter(|&hit| hit).count() as f64;
        let [ours, theirs] = [ours, theirs].map(|hits| hits / trace.ids.len() as f64 * 100.0);
        assert!(
            (ours - theirs).abs() <= points,
            "{spec} at {capacity}, alpha {alpha}: {ours:.2} %, the other {theirs:.2} %"
        );
    }
}

#[test]
fn lru_is_the_lru_of_two_crates() {
    same("lru", |capacity| Box::new(lru::LruCache::new(NonZeroUsize::new(capacity).unwrap())));
    same("lru", |capacity| Box::new(foyer(capacity, plain_lru())));
}

#[test]
fn fifo_is_foyers_fifo() {
    same("fifo", |capacity| Box::new(foyer(capacity, FifoConfig {})));
}

#[test]
fn sieve_is_foyers_sieve() {
    same("sieve", |capacity| Box::new(foyer(capacity, SieveConfig)));
}

/// Where all residents were used, the paper's hand goes round and takes the first it cleared; that crate takes another one.
#[test]
fn the_crate_sieve_cache_departs_from_the_paper() {
    let keys = [3u32, 0, 0, 0, 1, 0, 0, 1, 0, 2, 0, 0, 2, 0, 0, 3, 0];
    let trace = Trace::from_keys("string", keys);
    let mut crates = sieve_cache::SieveCache::new(3).unwrap();
    let theirs: Vec<bool> = trace.ids.iter().map(|&id| crates.request(id)).collect();
    let (ours, mut foyers) = (hits("sieve", 3, &trace), foyer(3, SieveConfig));
    assert!(trace.ids.iter().zip(&ours).all(|(&id, &hit)| foyers.request(id) == hit));
    let different: Vec<usize> = (0..keys.len()).filter(|&i| theirs[i] != ours[i]).collect();
    assert_eq!((different, theirs[keys.len() - 1]), (vec![keys.len() - 1], true));
}

#[test]
fn s3_fifo_hits_about_as_often_as_foyers() {
    near("s3-fifo", 1.0, |capacity| Box::new(foyer(capacity, S3FifoConfig::default())));
}

/// Its documentation names S3-FIFO's ideas in a CLOCK-Pro cache.
#[test]
fn quick_cache_hits_about_as_often_as_s3_fifo() {
    near("s3-fifo", 2.0, |capacity| Box::new(quick_cache::unsync::Cache::new(capacity)));
}

/// TinyLFU in front of LRU; its sketch and the sample after which it forgets are larger than the paper's in small caches.
#[test]
fn moka_hits_about_as_often_as_tiny_lfu() {
    near("tiny-lfu", 3.0, |capacity| Box::new(moka::sync::Cache::new(capacity as u64)));
}
