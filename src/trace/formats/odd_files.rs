//! What is odd about a file is said: rows that are no request, columns that were guessed, bytes that no text has.

use super::tests::{error, read};
use crate::trace::{Columns, LoadOptions, load_bytes};

#[test]
fn rows_that_are_no_request_are_counted() {
    let trace = read("meta-kv", "key,op,size,op_count,key_size\n5,GET,100,0,9\n6,GET,1,1,1\n");
    assert_eq!((trace.requests(), &trace.notes[0][..]), (1, "rows that ask for no object, left out: 1"));
    let trace = read("mooncake", "{\"timestamp\": 1, \"hash_ids\": []}\n{\"timestamp\": 2, \"hash_ids\": [4]}\n");
    assert_eq!((trace.requests(), &trace.notes[0][..]), (1, "prompts without blocks, which are no request: 1"));
}

#[test]
fn a_hash_is_known_by_its_digits() {
    assert_eq!(read("gradle", "00ff\nAB\n00ff\n").objects, 2);
    assert!(error("gradle", b"00ff\n1,2\n").contains("f:2: ") && error("gradle", b"1,2\n").contains("hexadecimal"));
}

#[test]
fn a_row_counts_no_more_than_a_trace_can_hold() {
    let text = "key,op,size,op_count,key_size\n5,GET,100,16777217,9\n";
    assert!(error("meta-kv", text.as_bytes()).contains("at most 16777216"));
}

#[test]
fn ids_with_leading_zeros_are_texts() {
    let csv = read("csv:id=1", "7\n007\n7\n");
    assert_eq!((csv.objects, &csv.notes[..]), (2, &["ids are strings: the id in line 2 is '007'".to_string()][..]));
    assert_eq!(read("csv:id=1,ids=int", "7\n007\n7\n").objects, 1);
}

#[test]
fn columns_that_are_guessed_may_be_those_of_a_disk() {
    let rows = "1538323200,12910952,128,0,1283\n1538323201,12910953,8,1,1283\n";
    let note = &read("csv", rows).notes[0];
    assert!(note.ends_with(", or --trace-format tencent-block, whose columns fit too"), "{note}");
    assert!(!read("csv", "0,a,1\n1,b,2\n").notes[0].contains("--trace-format"));
}

#[test]
fn the_ending_tsv_says_what_separates() {
    let options = LoadOptions { columns: Columns::ALL, ..LoadOptions::default() };
    let odd = load_bytes("f.tsv", &b"time\tid\tsize\n0\ta\t1\n1\t\"b\t2\n2\ta\t2\n"[..], &options).unwrap_err();
    assert!(odd.to_string().contains("a quote opens a field"), "{odd}");
    assert!(odd.to_string().contains("it was read as csv, by its extension .tsv"), "{odd}");
}

#[test]
fn text_formats_wonder_at_bytes_of_no_text() {
    let options = LoadOptions { format: Some("txt".into()), ..LoadOptions::default() };
    let trace = load_bytes("f", &b"a\0\nb\n"[..], &options).unwrap().trace;
    assert_eq!(trace.notes, ["it has bytes that no text has, and is read as txt; is that its format?"]);
}
