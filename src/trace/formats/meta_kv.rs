//! Meta's traces of its key-value cache (2022 and 2024), whose header says which columns there are. A row stands for `op_count`
//! requests. The size is that of key and value; a get whose size is 0 missed in production.

use super::Format;
use super::webcachesim::TIME_UNIT;
use crate::trace::table::{self, Clock, Header, Key, Layout};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["metakv", "meta-kvcache", "facebook-kv"],
    summary: "Meta's key-value traces of 2022 and 2024, by the names in their header; a row is op_count requests",
    layout: "header: key, op, size, op_count, key_size, and since 2024 op_time (s), cache_hits, ttl (s), usecase, sub_usecase",
    source: "https://cachelib.org/docs/Cache_Library_User_Guides/Cachebench_FB_HW_eval",
    sample: "meta-kv.csv",
    options: &[TIME_UNIT],
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    header: Header::Names,
    required: &["key", "op", "size", "key_size"],
    time: Some(("op_time", Clock::SECONDS)),
    size: &["key_size", "size"],
    op: Some(("op", table::usual)),
    ttl: Some("ttl"),
    tenant: &["usecase"],
    count: Some("op_count"),
    sure: 96,
    ..Layout::new("meta-kv", &["key", "op", "size", "op_count", "key_size"], Key::Text(&["key"]))
};
