//! Same input, same bytes: whatever the threads, the order of cells, the run.

use crate::command::{Place, Record, TIMINGS, count, timeless};
use evictlab::policies::POLICIES;
use std::collections::{BTreeMap, BTreeSet};

const ZIPF: &str = "--workload zipf:objects=5000,alpha=0.9,requests=60000";

/// The CSV text with the two timing columns blanked out, byte by byte otherwise.
fn blanked(text: &str) -> String {
    let header: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let columns = TIMINGS.map(|name| header.iter().position(|h| *h == name).unwrap());
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in reader.records() {
        let record = record.unwrap();
        let field = |(i, field)| if columns.contains(&i) { "" } else { field };
        writer.write_record(record.iter().enumerate().map(field)).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn by_cell(rows: Vec<Record>) -> BTreeMap<(String, String, String), Record> {
    let key = |row: &Record| (row["policy"].clone(), row["capacity_given"].clone(), row["repetition"].clone());
    timeless(rows).into_iter().map(|row| (key(&row), row)).collect()
}

#[test]
fn threads_and_runs_do_not_show() {
    let place = Place::new();
    let mut seen = BTreeSet::new();
    for (run, threads) in [1, 2, 7, 2].into_iter().enumerate() {
        let args = format!(
            "run {ZIPF} --policy all --capacity 10,1%,20% --repetitions 2 --warmup 10% --ttl 10m --format csv --quiet \
             --threads {threads} --output {run}.csv --window 10000 --windows-output {run}-windows.csv"
        );
        let ran = place.run(&args).done();
        assert_eq!(ran.stdout, place.read(&format!("{run}.csv")), "stdout and the file differ");
        seen.insert((blanked(&ran.stdout), place.read(&format!("{run}-windows.csv"))));
    }
    assert_eq!(seen.len(), 1, "runs differ");
    let rows = seen.first().unwrap().0.lines().count() - 1;
    let all = POLICIES.iter().filter(|unit| !unit.on_request).count();
    assert_eq!(rows, all * 3 * 2);
}

#[test]
fn the_order_of_cells_does_not_change_them() {
    let place = Place::new();
    let policies: Vec<&str> = POLICIES.iter().map(|unit| unit.entry.info.name).collect();
    let reversed: Vec<&str> = policies.iter().rev().copied().collect();
    let all = by_cell(place.rows(&format!("run {ZIPF} --policy {} --capacity 10,100,20%", policies.join(","))));
    let other = by_cell(place.rows(&format!("run {ZIPF} --policy {} --capacity 20%,100,10", reversed.join(","))));
    assert_eq!(all, other);
    // A cell alone, and one whose capacity is written in another way, are the same too.
    let alone = by_cell(place.rows(&format!("run {ZIPF} --policy random --capacity 100")));
    assert!(alone.iter().all(|(key, row)| all[key] == *row));
    let e2 = place.rows(&format!("run {ZIPF} --policy random --capacity 1e2"));
    assert_eq!(e2[0]["hits"], alone.values().next().unwrap()["hits"]);
}

/// The policies that draw lots on traces without times to live, where Redis's volatile ones have nothing to draw from.
fn drawing() -> BTreeSet<&'static str> {
    let all = POLICIES.iter().filter(|unit| !unit.on_request).map(|unit| &unit.entry.info);
    let drawing = all.filter(|info| info.needs.chance && !info.needs.ttl);
    drawing.map(|info| info.name).collect()
}

#[test]
fn a_seed_changes_what_is_random_and_nothing_else() {
    let place = Place::new();
    let mut x = 1u64;
    let mut ids = Vec::new();
    for _ in 0..30_000 {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ids.push(((x >> 40) % (1 + (x >> 20) % 1500)).to_string());
    }
    place.write("ids.txt", ids.join("\n"));
    let hits = |seed: u64, trace: &str| -> BTreeMap<String, Vec<u64>> {
        let rows = place.rows(&format!("run {trace} --policy all --capacity 10,100,500 --seed {seed}"));
        assert!(rows.iter().all(|row| row["seed"] == seed.to_string()));
        let mut hits = BTreeMap::<String, Vec<u64>>::new();
        for row in &rows {
            hits.entry(row["policy"].clone()).or_default().push(count(row, "hits"));
        }
        hits
    };
    let (one, two) = (hits(1, "--trace ids.txt"), hits(2, "--trace ids.txt"));
    let moved = one.keys().filter(|&policy| one[policy] != two[policy]).map(String::as_str);
    assert_eq!(moved.collect::<BTreeSet<_>>(), drawing());
    // The requests of a workload are drawn anew; those of a loop are not.
    let (one, two) = (hits(1, ZIPF), hits(2, ZIPF));
    assert!(one.keys().all(|policy| one[policy] != two[policy]));
    let cycle = "--workload loop:objects=700,requests=20000";
    let (one, two) = (hits(1, cycle), hits(2, cycle));
    assert!(one.keys().all(|policy| drawing().contains(policy.as_str()) || one[policy] == two[policy]));
}

#[test]
fn repetitions_differ_where_there_is_chance() {
    let rows = Place::new().rows(&format!("run {ZIPF} --policy all --capacity 100 --repetitions 3"));
    let mut hits = BTreeMap::<&str, BTreeSet<u64>>::new();
    for row in &rows {
        hits.entry(&row["policy"]).or_default().insert(count(row, "hits"));
    }
    let moved = hits.iter().filter(|(_, hits)| hits.len() > 1).map(|(policy, _)| *policy);
    assert_eq!(moved.collect::<BTreeSet<_>>(), drawing());
    assert_eq!(hits["random"].len(), 3);
    assert_eq!(rows.iter().map(|row| count(row, "repetition")).max(), Some(2));
}

#[test]
fn a_generated_file_is_the_same_every_time() {
    let place = Place::new();
    let spec =
        "mix:requests=5000,parts=(0.7*zipf(objects=500)+0.3*scan),size=pareto(1KiB,1.2,1MiB),arrivals=poisson(10)";
    for name in ["a.csv.zst", "b.csv.zst"] {
        place.run(&format!("trace generate --workload {spec} --output {name}")).done();
    }
    place.run(&format!("trace generate --workload {spec} --output c.csv.zst --seed 43")).done();
    let bytes = |name: &str| std::fs::read(place.path(name)).unwrap();
    assert_eq!(bytes("a.csv.zst"), bytes("b.csv.zst"));
    assert_ne!(bytes("a.csv.zst"), bytes("c.csv.zst"));
}
