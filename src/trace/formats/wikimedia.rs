//! Wikimedia's traces of its caches: of uploads and of texts (2019), whose keys are hashes of 64 bits with a sign, and of 2016,
//! which has no times and names a page by a hash and its query.

use super::Format;
use crate::trace::table::{Clock, Key, Layout, Separator};

/// The format.
pub(super) static UPLOAD: Format = Format {
    aliases: &["wiki-upload", "wiki2019u"],
    summary: "Wikimedia's cache of images and other uploads, 2019",
    layout: "relative_unix (s), hashed_path_query, image_type, response_size (B), time_firstbyte (s); separated by tabs, with a header",
    source: "https://wikitech.wikimedia.org/wiki/Analytics/Data_Lake/Traffic/Caching",
    sample: "wikimedia-upload.tsv",
    ..Format::table(&UPLOAD_LAYOUT)
};

static UPLOAD_LAYOUT: Layout = Layout {
    separator: Separator::Byte(b'\t'),
    time: Some(("relative_unix", Clock::SECONDS)),
    size: &["response_size"],
    // Five columns may be anything, if no header names them, but more than those of 2016.
    sure: 65,
    ..Layout::new(
        "wikimedia-upload",
        &["relative_unix", "hashed_path_query", "image_type", "response_size", "time_firstbyte"],
        Key::Signed("hashed_path_query"),
    )
};

/// The format of texts.
pub(super) static TEXT: Format = Format {
    aliases: &["wiki-text", "wiki2019t"],
    summary: "Wikimedia's cache of texts, 2019",
    layout: "relative_unix (s), hashed_host_path_query, response_size (B), time_firstbyte (s); separated by tabs, with a header",
    source: "https://wikitech.wikimedia.org/wiki/Analytics/Data_Lake/Traffic/Caching",
    sample: "wikimedia-text.tsv",
    ..Format::table(&TEXT_LAYOUT)
};

static TEXT_LAYOUT: Layout = Layout {
    separator: Separator::Byte(b'\t'),
    time: Some(("relative_unix", Clock::SECONDS)),
    size: &["response_size"],
    sure: 50,
    ..Layout::new(
        "wikimedia-text",
        &["relative_unix", "hashed_host_path_query", "response_size", "time_firstbyte"],
        Key::Signed("hashed_host_path_query"),
    )
};

/// The format of 2016.
pub(super) static OF_2016: Format = Format {
    aliases: &["wiki2016"],
    summary: "Wikimedia's caches, 2016: no times",
    layout: "hashed_host_and_path, uri_query, content_type, response_size (B), X_Cache; separated by tabs",
    source: "https://wikitech.wikimedia.org/wiki/Analytics/Data_Lake/Traffic/Caching",
    sample: "wikimedia-2016.tsv",
    ..Format::table(&LAYOUT_2016)
};

static LAYOUT_2016: Layout = Layout {
    separator: Separator::Byte(b'\t'),
    size: &["response_size"],
    sure: 60,
    ..Layout::new(
        "wikimedia-2016",
        &["hashed_host_and_path", "uri_query", "content_type", "response_size", "X_Cache"],
        Key::Text(&["hashed_host_and_path", "uri_query"]),
    )
};
