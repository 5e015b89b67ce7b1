//! The workloads against the laws they promise.

use super::*;

#[test]
fn zipf_speed() {
    for _ in 0..3 {
        let start = std::time::Instant::now();
        let t = generate("zipf:objects=1e6,requests=1e6", 42, Columns::IDS).unwrap();
        let a = start.elapsed().as_secs_f64();
        let start = std::time::Instant::now();
        let u = generate("zipf:objects=1e6,requests=2.1e7", 42, Columns::IDS).unwrap();
        let b = start.elapsed().as_secs_f64();
        eprintln!("{} {} {a} {b} {}", t.objects, u.objects, 20.0 / (b - a));
    }
}
