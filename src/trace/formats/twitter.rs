//! Twitter's traces of its Twemcache clusters (2020), fields separated by commas. Keys begin with namespaces. The size is that
//! of key and value; a value of 0 bytes is a get that missed or a write of nothing. A time to live stands only at writes.

use super::Format;
use crate::trace::table::{self, Clock, Key, Layout};

/// The format.
pub(super) static FORMAT: Format = Format {
    aliases: &["twitter-cache-trace", "lcs-twitter"],
    summary: "Twitter's cache traces: anonymised keys, sizes of key and value, client, operation, time to live",
    layout: "time (s), key, key_size, value_size, client_id, operation, ttl (s)",
    source: "https://github.com/twitter/cache-trace (Yang, Yue, Rashmi, OSDI 2020)",
    sample: "twitter.csv",
    ..Format::table(&LAYOUT)
};

static LAYOUT: Layout = Layout {
    time: Some(("time", Clock::SECONDS)),
    size: &["key_size", "value_size"],
    op: Some(("operation", table::usual)),
    ttl: Some("ttl"),
    tenant: &["client_id"],
    // Other fields have no commas.
    inner: Some("key"),
    sure: 93,
    ..Layout::new(
        "twitter",
        &["time", "key", "key_size", "value_size", "client_id", "operation", "ttl"],
        Key::Text(&["key"]),
    )
};
