//! Meta's traces of its content delivery network (2023 and 2025), fields separated by commas, with a header or without. The
//! object is the whole file, also where a request asks for a part of it: the size of an object does not change then.

use super::Format;
use crate::trace::Op;
use crate::trace::table::{Clock, Key, Layout, Meaning};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["metacdn"],
    summary: "Meta's content delivery network; a request for a part counts as one for the file",
    layout: "timestamp (ms), cacheKey, OpType, objectSize, responseSize, responseHeaderSize, rangeStart, rangeEnd, TTL (s), SamplingRate, cache_hit, item_value, RequestHandler, cdn_content_type_id, vip_type",
    source: "https://cachelib.org/docs/Cache_Library_User_Guides/Cachebench_FB_HW_eval",
    sample: "meta-cdn.csv",
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    fewest: 12,
    time: Some(("timestamp", Clock::MILLISECONDS)),
    size: &["objectSize"],
    op: Some(("OpType", |word| (word == b"1").then_some(Meaning::Is(Op::Get)))),
    ttl: Some("TTL"),
    sure: 94,
    ..Layout::new(
        "meta-cdn",
        &[
            "timestamp",
            "cacheKey",
            "OpType",
            "objectSize",
            "responseSize",
            "responseHeaderSize",
            "rangeStart",
            "rangeEnd",
            "TTL",
            "SamplingRate",
            "cache_hit",
            "item_value",
            "RequestHandler",
            "cdn_content_type_id",
            "vip_type",
        ],
        Key::Text(&["cacheKey"]),
    )
};
