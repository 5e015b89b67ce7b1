//! Access logs by hand.

use crate::core::SECOND;
use crate::trace::formats::log_samples::{ACCESS, row, sample};
use crate::trace::formats::tests::{all, error, read};
use crate::trace::{Columns, Keys, LoadOptions, Op, load_bytes};

/// A line of the format common.
fn line(request: &str, answer: &str) -> String {
    format!("192.0.2.1 - - [10/Oct/2000:13:55:36 -0700] \"{request}\" {answer}\n")
}

fn keys(format: &str, text: &str) -> Vec<String> {
    let trace = read(format, text);
    trace.ids.iter().map(|&id| trace.keys.show(id)).collect()
}

#[test]
fn the_sample_is_read_as_it_is_written() {
    let trace = sample(ACCESS, None);
    assert_eq!((trace.requests(), trace.objects), (12, 7));
    assert_eq!(row(&trace, 0), "/index.html get 5120 0 never");
    assert_eq!(row(&trace, 1), "/style.css?v=3 get 812 0 never");
    assert_eq!(row(&trace, 2), "/style.css?v=4 get 830 3 never");
    assert_eq!(row(&trace, 3), "/index.html get 5120 4 never");
    assert_eq!(row(&trace, 4), "/index.html get 5120 4 never");
    assert_eq!(row(&trace, 7), "/film.webm get 65536 9 never");
    assert_eq!(row(&trace, 8), "/say=\\\"hi\\\" get 44 10 never");
    assert_eq!(row(&trace, 10), "static.example:443/index.html get 77 13 never");
    assert_eq!(row(&trace, 11), "/never-seen.png get 0 14 never");
    assert_eq!(trace.sizes.as_ref().unwrap().iter().sum::<u32>(), 186_963);
    assert_eq!(
        trace.notes,
        [
            "lines without a request: 2",
            "requests left out for their method: 2 (POST 1, PUT 1)",
            "requests left out for their status: 1 (404 1)",
            "lines whose id has a virtual host in front: 1",
            "requests for objects of 0 bytes, kept: 1",
        ]
    );
    let trace = sample(ACCESS, Some("combined:methods=all,status=all,query=strip"));
    assert_eq!((trace.requests(), trace.objects), (15, 8));
    assert_eq!(row(&trace, 2), "/style.css get 830 3 never");
    assert_eq!(row(&trace, 5), "/cart set 0 6 never");
    assert_eq!(row(&trace, 6), "/missing get 153 6 never");
    assert_eq!(row(&trace, 11), "/index.html set 5120 11 never");
}

#[test]
fn any_of_the_formats_is_found_by_its_lines() {
    let found = |text: &str| {
        let loaded = load_bytes("access.log", text.as_bytes(), &LoadOptions::default()).map(|loaded| loaded.format);
        loaded.unwrap_or_else(|error| error.to_string())
    };
    let common = line("GET /a HTTP/1.0", "200 5");
    assert_eq!(found(&common), "combined");
    assert_eq!(found(&format!("a.org:80 {common}\n\r\n{common}")), "combined");
    assert_eq!(found(&format!("{}{common}", line("\\x16\\x03", "400 5 \"-\" \"-\" 0.003"))), "combined");
    assert!(found(&format!("{common}not a line\n")).contains("cannot be told"));
    assert!(found(&common.replace("Oct", "Okt")).contains("cannot be told"));
}

#[test]
fn only_hosts_stand_in_front_of_ids() {
    let common = line("GET /a HTTP/1.0", "200 5");
    let fronts = ["a.org:80 ", "a.org ", "1.2.3.4, ", "unknown, ", "10.0.0.9 ", "2001:db8::1 ", "- ", ""];
    let text = fronts.map(|front| format!("{front}{common}")).concat();
    assert_eq!(keys("combined", &text), ["a.org:80/a", "a.org/a", "/a", "/a", "/a", "/a", "/a", "/a"]);
    assert_eq!(read("combined", &text).notes, ["lines whose id has a virtual host in front: 2"]);
    let whole = format!("a.org:80 {}", line("GET http://b.org/a HTTP/1.1", "200 5"));
    assert_eq!((keys("combined", &whole), read("combined", &whole).notes), (vec!["http://b.org/a".into()], vec![]));
}

#[test]
fn quotes_in_a_request_do_not_end_it() {
    for (request, key) in [
        (r#"GET /a\"b HTTP/1.1"#, r#"/a\"b"#),
        (r"GET /a\x22b\x5C HTTP/1.1", r"/a\x22b\x5C"),
        (r"GET /a\\ HTTP/1.1", r"/a\\"),
        (r#"GET /a\\\" 200 5 HTTP/1.1"#, r#"/a\\\" 200 5"#),
        // Servers that did not escape.
        (r#"GET /a"b HTTP/1.0"#, r#"/a"b"#),
        (r"GET /a\", r"/a\"),
        (r#"GET /" 7 " HTTP/1.0"#, r#"/" 7 ""#),
    ] {
        let text = line(request, "200 5 \"-\" \"agent \\\" 200 9\"");
        assert_eq!(keys("combined", &text), [key], "{request}");
    }
}

#[test]
fn hosts_are_part_of_the_id() {
    let common = line("GET /a HTTP/1.0", "200 5");
    let whole = line("GET http://b.org/a HTTP/1.0", "200 5");
    let text = format!("{common}a.org:80 {common}a.org:443 {common}a.org:80 {whole}a.org {common}{whole}");
    assert_eq!(
        keys("nginx", &text),
        ["/a", "a.org:80/a", "a.org:443/a", "http://b.org/a", "a.org/a", "http://b.org/a"]
    );
}

#[test]
fn methods_and_statuses_say_what_counts() {
    let text = [
        ("GET /a HTTP/1.1", "200 7"),
        ("PUT /a HTTP/1.1", "201 9"),
        ("PATCH /a HTTP/1.1", "200 9"),
        ("POST /b HTTP/1.1", "200 9"),
        ("DELETE /a HTTP/1.1", "204 -"),
        ("PURGE /a HTTP/1.1", "200 11"),
        ("OPTIONS * HTTP/1.1", "200 3"),
        ("GET /a HTTP/1.1", "- 5"),
        ("get /a", "200 5"),
    ]
    .map(|(request, answer)| line(request, answer))
    .concat();
    let trace = read("combined:methods=all,status=all", &text);
    let (get, set, delete) = (Op::Get, Op::Set, Op::Delete);
    assert_eq!(trace.ops.unwrap(), [get, set, set, set, delete, delete, get, get]);
    assert_eq!(trace.sizes.unwrap(), [7, 7, 7, 0, 7, 7, 3, 5]);
    assert_eq!(trace.notes, ["lines without a request: 1", "requests for objects of 0 bytes, kept: 1"]);
    let trace = read("combined:methods= Put + delete,status=204+201", &text);
    assert_eq!(trace.ops.unwrap(), [set, delete]);
    assert_eq!(trace.notes[1], "requests left out for their method: 6 (GET 2, OPTIONS 1, PATCH 1, POST 1, PURGE 1)");
    let trace = read("apache", &text);
    assert_eq!(trace.requests(), 1);
    assert_eq!(trace.notes[2], "requests left out for their status: 1 (- 1)");
    let told = load_bytes("f", text.as_bytes(), &all("combined:methods=all")).unwrap().format;
    assert_eq!(told, "combined:methods=all");
    assert!(
        error("combined:methods=trace", text.as_bytes())
            .contains("no request counts; lines without a request: 1; requests")
    );
    for wrong in ["methods=", "methods=get+", "methods=get;head", "status=2xx", "status=99", "status=", "query=maybe"] {
        assert!(error(&format!("combined:{wrong}"), b"x").contains("is not valid"), "{wrong}");
    }
}

#[test]
fn sizes_are_remembered_where_the_log_has_none() {
    let text = [
        ("HEAD /a HTTP/1.1", "200 0"),
        ("GET /a HTTP/1.1", "200 7"),
        ("GET /a HTTP/1.1", "304 120"),
        ("GET /a HTTP/1.1", "206 3"),
        ("GET /a HTTP/1.1", "304 0"),
        ("GET /a HTTP/1.1", "200 5"),
        ("GET /a HTTP/1.1", "200 -"),
        ("GET /a HTTP/1.1", "404 9"),
        ("GET /b HTTP/1.1", "206 8"),
        ("GET /b HTTP/1.1", "304 -"),
        ("GET /c HTTP/1.1", "200 4294967296"),
        ("GET /c HTTP/1.1", "200 99999999999999999999999"),
    ]
    .map(|(request, answer)| line(request, answer))
    .concat();
    let trace = read("combined:status=all", &text);
    assert_eq!(trace.sizes.unwrap(), [0, 7, 7, 3, 7, 5, 5, 9, 8, 8, u32::MAX, u32::MAX]);
    assert_eq!(trace.notes[1], "sizes of 4294967295 bytes or more, taken for that: 2");
    let ids = LoadOptions { columns: Columns::IDS, ..all("combined") };
    let trace = load_bytes("f", text.as_bytes(), &ids).unwrap().trace;
    assert_eq!((trace.requests(), trace.sizes, trace.keys), (11, None, Keys::None));
}

#[test]
fn times_have_zones() {
    let text = "h - - [01/Jan/2026:00:30:00 +0100] \"GET /\" 200 1\r\nh - - [31/Dec/2025:23:30:01 +0000] \"GET /\" 200 1\n\
                h - j[x] [31/Dec/2025:16:30:04 -0700] \"GET /\" 200 1";
    assert_eq!(read("combined", text).times.unwrap(), [0, SECOND, 4 * SECOND]);
}

#[test]
fn what_is_no_line_of_a_log_is_an_error_with_its_place() {
    let good = line("GET / HTTP/1.1", "200 5");
    let told = |bad: &str| error("combined", format!("{good}{bad}\n{good}").as_bytes());
    let found = told("1.2.3.4 what is this");
    assert!(
        found.starts_with("f:2: column 1: expected a time as in [10/Oct/2000") && found.contains("csv:"),
        "{found}"
    );
    assert!(
        told("h - - [10/Oct/2000:13:55:36 -0700] GET / 200 5")
            .starts_with("f:2: column 35: expected the request in quotes")
    );
    assert!(told("h - - [10/Oct/2000:13:55:36 -0700]").starts_with("f:2: column 35: "));
    assert!(told("h - - [10/Okt/2000:13:55:36 -0700] \"GET /\" 200 5").starts_with("f:2: the time is '10/Okt/2000"));
    for bad in
        ["\"GET / 200 5", "\"GET /\" 20 5", "\"GET /\" 200", "\"GET /\" 200 5x", "\"GET /\" 200 x", "\"GET /\"", "\""]
    {
        let found = told(&format!("h - - [10/Oct/2000:13:55:36 -0700] {bad}"));
        assert!(found.starts_with("f:2: column 36: expected a request in quotes"), "{found}");
    }
    assert!(told("[10/Oct/2000:13:55:36 -0700] \"GET /\" 200 5").starts_with("f:2: column 1: "));
}

/// The log that comes with the project has the counts that its page says.
#[test]
fn the_recorded_log_has_its_known_counts() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/traces/nginx.log.zst");
    let loaded = crate::trace::load(path.as_ref(), &LoadOptions::default(), &|_, _| ()).unwrap();
    assert_eq!((loaded.trace.requests(), loaded.trace.objects), (58_647, 8_002));
    assert_eq!((loaded.format.as_str(), loaded.trace.notes.len()), ("combined", 3), "{:?}", loaded.trace.notes);
}
