//! What layouts can say, by the formats that say it; `traces/samples/` has a whole file of each.

use crate::core::SECOND;
use crate::trace::{Columns, Filter, Keys, LoadOptions, Op, Trace, load_bytes};

fn load(format: &str, text: &str) -> crate::core::Result<Trace> {
    let options = LoadOptions { format: Some(format.into()), columns: Columns::ALL, ..LoadOptions::default() };
    load_bytes("f", text.as_bytes(), &options).map(|loaded| loaded.trace)
}

fn read(format: &str, text: &str) -> Trace {
    let trace = load(format, text).unwrap();
    trace.validate().unwrap();
    trace
}

fn error(format: &str, text: &str) -> String {
    load(format, text).unwrap_err().to_string()
}

#[test]
fn commas_in_a_key_do_not_move_the_columns_behind_it() {
    let trace = read("twitter", "5,a,b,,c,4,30,7,set,60\n6,plain,5,1,8,get,0\n");
    assert_eq!(trace.keys, Keys::Str(["a,b,,c", "plain"].map(Into::into).into()));
    assert_eq!((trace.sizes, trace.ops), (Some(vec![34, 6].into()), Some(vec![Op::Set, Op::Get].into())));
    assert_eq!(trace.tenant_names, ["7", "8"].map(Into::into));
    assert!(error("twitter", "5,a,4,30,7\n").contains("too few fields: 5"));
}

#[test]
fn a_row_may_stand_for_more_requests_than_a_batch_takes() {
    let trace = read("meta-kv", "key,op,size,op_count,key_size\nx,GET,10,10000,2\ny,SET,1,0,1\nz,GET,1,2,1\n");
    assert_eq!((trace.requests(), trace.objects), (10_002, 2), "a count of 0 is no request");
    assert_eq!(trace.sizes.unwrap()[9_999..], [12, 2, 2]);
    let long = read("alibaba-block:expand=true", "3,R,1024,10485760,7\n3,W,512,1024,8\n");
    assert_eq!((long.requests(), long.objects), (20_482, 20_481));
    assert_eq!((long.ids[20_480], long.ids[20_481], long.op(20_481)), (20_480, 0, Op::Set));
}

#[test]
fn blocks_are_those_that_the_range_touches() {
    // 4 KiB from byte 4095 on touch two blocks, whatever their unit.
    assert_eq!(read("alibaba-block:expand=4KiB", "1,R,4095,4096,0\n").keys, Keys::Int(vec![0, 1]));
    assert_eq!(read("tencent-block:expand=4KiB", "0,7,2,0,9\n").keys, Keys::Int(vec![0, 1]));
    assert_eq!(read("arc:expand=1KiB", "1 2 0 0\n").keys, Keys::Int(vec![0, 1]));
    assert_eq!(read("vscsi:expand=false,version=1", &String::from_utf8(vec![0; 32]).unwrap()).requests(), 1);
    let none = read("arc:expand=true", "1 0 0 0\n5 1 0 1\n");
    assert_eq!(none.notes, ["ranges of 0 blocks, which are no request: 1"]);
}

#[test]
fn volumes_are_told_apart_or_refused() {
    let trace = read("spc", "0,9,512,r,0\n7,9,512,r,1\n0,9,512,w,2\n");
    assert_eq!((trace.ids, trace.keys), (vec![0, 1, 0].into(), Keys::Int(vec![9, 1 << 48 | 9])));
    let far = error("spc", "0,281474976710656,512,r,0\n");
    assert!(far.starts_with("f:1: a start of 281474976710656 on volume 0 is too large"), "{far}");
    assert!(error("arc:expand=true", "18446744073709551615 2 0 0\n").contains("beyond 2^64"));
    let options = |tenant: &str| LoadOptions {
        format: Some("spc".into()),
        filter: Filter { tenant: Some(tenant.into()), ..Filter::default() },
        ..LoadOptions::default()
    };
    let text = "0,9,512,r,0\n7,9,512,r,1\n0,8,512,w,2\n";
    assert_eq!(load_bytes("f", text.as_bytes(), &options("0")).unwrap().trace.ids, [0, 1]);
    let nobody = load_bytes("f", text.as_bytes(), &options("5")).unwrap_err().to_string();
    assert!(nobody.contains("none of its 3 requests"), "{nobody}");
    let without = LoadOptions { format: Some("txt".into()), ..options("0") };
    let without = load_bytes("f", b"1\n".as_slice(), &without).unwrap_err().to_string();
    assert!(without.contains("does not say whose"), "{without}");
}

#[test]
fn a_header_names_the_columns_in_any_order() {
    let trace = read("tectonic", "io_size,io_offset,op_name,rs_shard_id,block_id\n8,4,getChunkData.X,0,77\n");
    assert_eq!((trace.sizes, trace.times), (Some(vec![8].into()), None), "op_time is not in this file");
    let lacks = error("thesios", "filename,op_type\na,READ\n");
    assert!(lacks.contains("no column 'file_offset', but: filename, op_type"), "{lacks}");
    assert_eq!(
        read("systor", "0.5,1,R,2,0,512\n1.5,1,R,2,0,512\n").times,
        Some(vec![0, SECOND].into()),
        "without a header"
    );
}

#[test]
fn what_is_wrong_in_a_row_is_said() {
    assert!(
        error("msr", "1,h,0,Read,x,512,9\n").starts_with("f:1: the Offset (field 5) is 'x'; expected a whole number")
    );
    assert!(error("msr", "1,h,0,Fly,0,512,9\n").contains("the Type (field 4) is 'Fly'"));
    assert!(error("k5cloud", "0,0,R,0,512\n0,x,R,0,512\n").contains("f:2: the time (field 2) is 'x'"));
    assert!(error("ibm-cos", "1 REST.GET.OBJECT xyz 5\n").contains("expected a hexadecimal number"));
    assert!(error("tencent-photo", "20161301000000 a 0 m 1 1 PC 1\n").contains("YYYYMMDDHHMMSS"));
    assert!(error("delayed-hits", "no semicolon\n").starts_with("f:1: no semicolon"));
    assert!(error("alibaba-block:expand=maybe", "0,R,0,1,0\n").contains("size of a block such as 4KiB"));
    assert!(error("camelab:time_unit=h", "0 R 0 1\n").contains("s, ms, us or ns"));
}
