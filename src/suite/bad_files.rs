//! Traces that are damaged, empty or not what they are said to be.

use crate::bad_input::{Problem, fails};
use crate::command::Place;
use std::io::Write;

const NUMBERS: usize = 3000;

/// A file of ids.
fn ids() -> Vec<u8> {
    (0..NUMBERS).flat_map(|i| format!("{}\n", i * 7919 % 100_003).into_bytes()).collect()
}

/// The place where the program reads `name`, with `content` in it.
fn replay(name: &str, content: &[u8], options: &str) -> Problem {
    let place = Place::with(&[(name, content)]);
    fails(&place, &format!("run --trace {name} {options} --policy lru --capacity 2 --format csv"))
}

#[test]
fn records_that_are_cut_short() {
    for length in [1, 23, 25, 47, 100] {
        let told = replay("t.bin", &vec![1; length], "--trace-format oracle-general").code(1);
        told.says("t.bin").says(&format!("record {}", length / 24 + 1)).says("24 bytes");
    }
}

#[test]
fn lines_with_too_few_fields() {
    for (name, content, options, place) in [
        ("t.csv", "time,id\n1,2\n3\n", "--trace-format csv:id=2", "t.csv:3"),
        ("t.csv", "time,id\n1,2\n", "--trace-format csv:id=7", "t.csv:2"),
        ("t.csv", "1,2\n3,4\n\n5\n", "--trace-format csv:id=2,header=false", "t.csv:4"),
        ("t.lis", "1 2 0 0\n4\n", "--trace-format arc", "t.lis:2"),
        ("t.tr", "1 2 3\n2 3\n", "--trace-format webcachesim", "t.tr:2"),
        ("t.address", "l 0x12 4\ns\n", "--trace-format address", "t.address:2"),
    ] {
        replay(name, content.as_bytes(), options).code(1).says(place);
    }
}

#[test]
fn numbers_that_do_not_fit() {
    for (name, content, options, place) in [
        ("t.txt", "1\n99999999999999999999999\n", "", "t.txt:2"),
        ("t.txt", "1\n-2\n", "--trace-format txt:ids=int", "t.txt:2"),
        ("t.lirs", "1\n2\nxyz\n", "--trace-format lirs", "t.lirs:3"),
        ("t.lirs", "1\n\n* note\n1.5\n", "--trace-format lirs", "t.lirs:4"),
        ("t.lis", "1 2 0 0\n18446744073709551615 9 0 1\n", "--trace-format arc:expand=true", "t.lis:2"),
        ("t.lis", "1 99999999999999 0 0\n", "--trace-format arc:expand=true", "t.lis:1"),
        ("t.lis", "1 2 0 0\n5 -1 0 1\n", "--trace-format arc", "t.lis:2"),
        ("t.address", "l 0x12 4\ns 0xzz 4\n", "--trace-format address", "t.address:2"),
        ("t.tr", "1 2 3\n2 3 x\n", "--trace-format webcachesim --size bytes", "t.tr:2"),
        ("t.csv", "id,size\n1,5\n2,-3\n", "--size bytes", "t.csv:3"),
        ("t.csv", "id,size\n1,5\n2,999999999999999\n", "--size bytes", "t.csv:3"),
        ("t.csv", "id,size\n1,5\n2,big\n", "--size bytes", "t.csv:3"),
        ("t.csv", "time,id\n0,1\nnan,3\n", "--ttl 5", "t.csv:3"),
        ("t.csv", "time,id\n0,1\n1e300,3\n", "--ttl 5", "t.csv:3"),
        ("t.csv", "id,ttl\n5,3\n1,-4\n", "", "t.csv:3"),
        ("t.csv", "id,op\n5,get\n1,frob\n", "--operations look-aside", "t.csv:3"),
    ] {
        let told = replay(name, content.as_bytes(), options).code(1);
        told.says(place);
    }
}

#[test]
fn nothing_to_replay() {
    for (name, content, options) in [
        ("t.txt", "", ""),
        ("t.txt", "\n\n\n", "--trace-format txt"),
        ("t.lirs", "* one\n*two\n", "--trace-format lirs"),
        ("t.csv", "time,id\n", "--trace-format csv"),
        ("t.bin", "", "--trace-format oracle-general"),
        ("t.txt", "1\n2\n", "--skip 2"),
        ("t.txt", "1\n2\n", "--sample 1e-12"),
        ("t.csv", "time,id\n1,2\n", "--from 1h"),
        ("t.csv", "id,op\n1,set\n", "--operations read-only"),
    ] {
        replay(name, content.as_bytes(), options).code(1).says(name);
    }
}

#[test]
fn no_file_at_all() {
    let place = Place::new();
    std::fs::create_dir(place.path("folder")).unwrap();
    for (trace, said) in [("missing.txt", "no such file"), ("folder", "folder"), ("missing/t.txt", "")] {
        for verb in ["run --policy lru --capacity 1 --format csv", "trace info", "trace head"] {
            fails(&place, &format!("{verb} --trace {trace}")).code(1).says(trace).says(said);
        }
    }
}

/// The content packed, by the ending that stands for it.
fn packed(ending: &str, content: &[u8]) -> Vec<u8> {
    match ending {
        "gz" => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            out.write_all(content).unwrap();
            out.finish().unwrap()
        }
        "zst" => {
            let mut out = zstd::Encoder::new(Vec::new(), 3).unwrap();
            out.include_checksum(true).unwrap();
            out.write_all(content).unwrap();
            out.finish().unwrap()
        }
        "xz" => {
            let mut out = liblzma::write::XzEncoder::new(Vec::new(), 6);
            out.write_all(content).unwrap();
            out.finish().unwrap()
        }
        _ => {
            let info = lz4_flex::frame::FrameInfo::new().content_checksum(true);
            let mut out = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
            out.write_all(content).unwrap();
            out.finish().unwrap()
        }
    }
}

#[test]
fn damaged_archives() {
    for ending in ["gz", "zst", "xz", "lz4"] {
        let name = format!("t.txt.{ending}");
        let whole = packed(ending, &ids());
        let place = Place::with(&[(&name, &whole)]);
        place.run(&format!("trace info {name}")).done();
        let mut damaged = vec![whole[..whole.len() - 2].to_vec(), whole[..whole.len() / 2].to_vec()];
        for at in [whole.len() / 3, whole.len() / 2, whole.len() - 3] {
            let mut flipped = whole.clone();
            flipped[at] ^= 0x55;
            damaged.push(flipped);
        }
        for (i, content) in damaged.iter().enumerate() {
            let told = replay(&name, content, "--trace-format txt");
            assert!(told.ran.code == Some(1), "{ending} {i}: {:?}", told.ran);
            told.says(&name);
        }
        // Something else under the name of an archive, and rubbish behind one.
        for content in [b"no archive at all, only words\n".to_vec(), whole[..6].to_vec()] {
            let ran = Place::with(&[(&name, &content)]).run(&format!("trace info {name} --trace-format lirs"));
            assert!(ran.code == Some(1) && !ran.stderr.contains("panicked"), "{ran:?}");
        }
    }
}

/// What is odd but right is read: other line ends, a byte order mark, ids that are no text.
#[test]
fn odd_files_are_read() {
    for (name, content, options, requests, objects) in [
        ("crlf.txt", &b"1\r\n2\r\n1\r\n"[..], "", 3, 2),
        ("bom.txt", b"\xef\xbb\xbf1\n2\n1\n", "", 3, 2),
        ("bom.csv", b"\xef\xbb\xbfid,size\r\n1,5\r\n1,5\r\n", "", 2, 1),
        ("bytes.txt", b"\xff\xfe\n\xff\xfe\nabc\n", "--trace-format txt", 3, 2),
        ("nul.txt", b"1\n\0\0\n1\n", "--trace-format txt", 3, 2),
        ("last.txt", b"1\n2", "", 2, 2),
        ("zeroes.txt", b"007\n7\n", "--trace-format txt:ids=string", 2, 2),
        ("largest.txt", b"18446744073709551615\n0\n", "", 2, 2),
        ("quoted.csv", b"id,name\n\"a,b\",1\n\"a,b\",2\n", "", 2, 1),
        ("back.csv", b"time,id\n5,3\n1,3\n", "--ttl 10", 2, 1),
    ] {
        let place = Place::with(&[(name, content)]);
        let run = format!("run --trace {name} {options} --policy lru --capacity 9 --format csv");
        let row = place.run(&run).done().rows().remove(0);
        assert_eq!(
            (row["requests"].as_str(), row["objects"].as_str()),
            (&*requests.to_string(), &*objects.to_string()),
            "{name}"
        );
    }
}

#[test]
fn objects_of_no_bytes_and_of_too_many() {
    let place = Place::with(&[("t.csv", b"id,size\n1,0\n2,5\n3,100\n1,0\n2,5\n3,100\n")]);
    let run = "run --trace t.csv --size bytes --policy all --capacity 10 --format csv";
    let ran = place.run(run).done();
    assert!(ran.stderr.contains("objects of 0 bytes"), "{}", ran.stderr);
    // No chunk of memcached's is so small, and nothing is too large for a cache without end.
    for row in ran.rows().iter().filter(|row| !["memcached", "infinite"].contains(&row["policy"].as_str())) {
        let [hits, rejections] = ["hits", "rejections"].map(|column| row[column].as_str());
        // What has no bytes takes no room; what is too large is a miss each time.
        assert_eq!((hits, rejections), ("2", "2"), "{}", row["policy"]);
    }
    let ran = place.run(&format!("{run} --oversize error")).ended(3);
    assert!(ran.rows().iter().all(|row| row["status"] == "failed" && row["hits"] == "0"));
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let name = OsStr::from_bytes(b"caf\xe9.txt");
    let run = |trace: &OsStr| {
        let words = ["run", "--policy", "lru", "--capacity", "2", "--format", "csv", "--trace"].map(OsStr::new);
        place.run_args(&[&words[..], &[trace]].concat())
    };
    let missing = run(name);
    assert!(missing.code == Some(1) && missing.stderr.contains("error: caf"), "{missing:?}");
    if std::fs::write(place.path(".").join(name), "1\n2\n1\n").is_ok() {
        assert_eq!(run(name).done().rows()[0]["hits"], "1");
    }
}
