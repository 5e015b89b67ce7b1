//! What HTTP lets a cache do with a response: store it, for how long to reuse it, serve it stale, ask whether it changed.
//!
//! # Source
//! RFC 9111, HTTP Caching, 2022, whose sections are named below; RFC 5861, HTTP Cache-Control Extensions for Stale Content,
//! 2010; RFC 8246, HTTP Immutable Responses, 2017. A header meant for one kind of cache, as `CDN-Cache-Control` (RFC 9213),
//! is a [`Control`] of its own, which that cache has instead of the general one.
//!
//! # Departures
//! Responses are answers of status 200 to a GET without credentials, so that only directives decide. Without a lifetime,
//! RFC 9111 lets a cache guess one (4.2.2); here such a response is stale at once. Disconnected, a cache may serve
//! whatever is stale and not forbidden (4.2.4); here it does so only where the response allows it, which is how proxies are
//! set up by default.

use crate::core::{Error, Result, SECOND, Time};

/// The largest number of seconds a cache needs to tell from more (1.2.2).
const MOST_SECONDS: u64 = 1 << 31;

/// What the `Cache-Control` header of a response says; the default is that of none.
#[allow(clippy::struct_excessive_bools, reason = "each is a directive, and most can stand together")]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Control {
    /// How long it is fresh (5.2.2.1).
    pub(super) max_age: Option<Time>,
    /// The same for shared caches, which must then not serve it stale (5.2.2.10).
    pub(super) s_maxage: Option<Time>,
    /// It does not change while it is fresh (RFC 8246).
    pub(super) immutable: bool,
    /// Not for shared caches (5.2.2.7).
    pub(super) private: bool,
    /// Not for any cache (5.2.2.5).
    pub(super) no_store: bool,
    /// Not to be reused without asking (5.2.2.4).
    pub(super) no_cache: bool,
    /// Not to be served stale (5.2.2.2).
    pub(super) must_revalidate: bool,
    /// Not to be served stale by shared caches (5.2.2.8).
    pub(super) proxy_revalidate: bool,
    /// How long after its lifetime it may be served while it is asked for (RFC 5861, 3).
    pub(super) stale_while_revalidate: Option<Time>,
    /// How long after its lifetime it may be served if asking for it fails (RFC 5861, 4).
    pub(super) stale_if_error: Option<Time>,
}

impl Control {
    /// Reads the value of a `Cache-Control` header, such as `public, max-age=3600, must-revalidate`.
    ///
    /// Names are read without regard to case, numbers with or without quotes (5.2), more than 2^31 seconds as 2^31 (1.2.2),
    /// `private` and `no-cache` with field names as without (as 5.2.2.4 and 5.2.2.7 say many caches do). Unknown directives
    /// are ignored (5.2.3).
    ///
    /// # Errors
    /// A directive that is no word, lacks its number of seconds or has none that is one, is given twice with different
    /// numbers, or contradicts another: `public` and `private`; `no-store` and a lifetime; `no-store`, `no-cache` or
    /// `must-revalidate` and leave to serve stale.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut control = Self::default();
        let mut public = false;
        for directive in split(text)? {
            let (name, value) = match directive.split_once('=') {
                Some((name, value)) => (name.trim(), Some(unquoted(value.trim()))),
                None => (directive, None),
            };
            if name.is_empty() || !name.bytes().all(is_token) {
                return Err(Error::usage(format!("Cache-Control: '{directive}' is not a directive"))
                    .hint("write directives with commas between them, as in 'public, max-age=3600'"));
            }
            match name.to_ascii_lowercase().as_str() {
                "max-age" => seconds(name, value, &mut control.max_age)?,
                "s-maxage" => seconds(name, value, &mut control.s_maxage)?,
                "stale-while-revalidate" => seconds(name, value, &mut control.stale_while_revalidate)?,
                "stale-if-error" => seconds(name, value, &mut control.stale_if_error)?,
                "private" => control.private = true,
                "no-cache" => control.no_cache = true,
                "public" => public = flag(name, value)?,
                "immutable" => control.immutable = flag(name, value)?,
                "no-store" => control.no_store = flag(name, value)?,
                "must-revalidate" => control.must_revalidate = flag(name, value)?,
                "proxy-revalidate" => control.proxy_revalidate = flag(name, value)?,
                _ => {}
            }
        }
        control.consistent(public)?;
        Ok(control)
    }

    /// Refuses directives that contradict each other.
    fn consistent(&self, public: bool) -> Result<()> {
        let lives = |time: Option<Time>| time.is_some_and(|time| time > 0);
        let forbids = [
            (public, "public"),
            (self.no_store, "no-store"),
            (self.no_cache, "no-cache"),
            (self.must_revalidate, "must-revalidate"),
        ];
        let asks = [
            (self.private, "private", &["public"][..]),
            (lives(self.max_age), "max-age", &["no-store"]),
            (lives(self.s_maxage), "s-maxage", &["no-store"]),
            (self.immutable, "immutable", &["no-store"]),
            (
                lives(self.stale_while_revalidate),
                "stale-while-revalidate",
                &["no-store", "no-cache", "must-revalidate"],
            ),
            (lives(self.stale_if_error), "stale-if-error", &["no-store", "no-cache", "must-revalidate"]),
        ];
        for (_, asked, against) in asks.iter().filter(|ask| ask.0) {
            if let Some((_, forbidden)) = forbids.iter().find(|(said, name)| *said && against.contains(name)) {
                return Err(Error::usage(format!("Cache-Control: '{forbidden}' and '{asked}' contradict each other"))
                    .hint(format!("leave one of them out; a cache would obey '{}'", obeyed(forbidden, asked))));
            }
        }
        Ok(())
    }

    /// Whether a cache may store the response (3): a shared one, or that of one user.
    pub(super) fn storable(&self, shared: bool) -> bool {
        !(self.no_store || shared && self.private)
    }

    /// How long after it was made a stored response may be reused without asking, or nothing if it does not say (4.2.1).
    ///
    /// It may while its age is below that. 0 where asking is demanded every time.
    pub(super) fn lifetime(&self, shared: bool) -> Option<Time> {
        let lifetime = self.s_maxage.filter(|_| shared).or(self.max_age);
        if self.no_cache { Some(0) } else { lifetime }
    }

    /// Whether a response may be served that outlived its lifetime by `stale_for` (4.2.4), where the origin is asked in the
    /// background, or, with `error`, was asked and failed.
    ///
    /// A window covers its start and not its end, as a lifetime does. `s-maxage` forbids a shared cache to, whatever the
    /// windows (5.2.2.10).
    pub(super) fn may_serve_stale(&self, shared: bool, stale_for: Time, error: bool) -> bool {
        let never = self.no_store || self.no_cache || self.must_revalidate;
        let forbidden = never || shared && (self.private || self.proxy_revalidate || self.s_maxage.is_some());
        let within = |window: Option<Time>| window.is_some_and(|window| stale_for < window);
        !forbidden && (within(self.stale_while_revalidate) || error && within(self.stale_if_error))
    }

    /// Whether a user's reload asks the origin for a response that is still fresh (RFC 8246, 2).
    pub(super) fn reload_revalidates(&self) -> bool {
        !self.immutable
    }

    /// Whether an expired copy is asked for with `If-None-Match`, and may be answered 304 without a body (4.3.1): it must
    /// be stored and have come with an `ETag`.
    pub(super) fn revalidates(&self, shared: bool, etag: bool) -> bool {
        etag && self.storable(shared)
    }
}

/// Which of two contradicting directives RFC 9111 has a cache obey: the one that permits less.
fn obeyed<'a>(forbidden: &'a str, asked: &'a str) -> &'a str {
    if asked == "private" { asked } else { forbidden }
}

/// The directives of a list, at its commas outside of quotes; empty ones are left out (RFC 9110, 5.6.1).
fn split(text: &str) -> Result<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if quoted {
        return Err(Error::usage(format!("Cache-Control: a quotation mark in '{text}' is not closed"))
            .hint("close it, or write numbers without quotes"));
    }
    parts.push(&text[start..]);
    Ok(parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect())
}

/// A character of a name (RFC 9110, 5.6.2).
fn is_token(c: u8) -> bool {
    c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&c)
}

fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

/// A directive that has no value.
fn flag(name: &str, value: Option<&str>) -> Result<bool> {
    match value {
        None => Ok(true),
        Some(value) => Err(Error::usage(format!("Cache-Control: '{name}' takes no value, found '{value}'"))
            .hint(format!("write '{name}' alone"))),
    }
}

/// Reads the number of seconds of a directive into its place.
fn seconds(name: &str, value: Option<&str>, place: &mut Option<Time>) -> Result<()> {
    let found = match value {
        Some(value) if !value.is_empty() && value.bytes().all(|c| c.is_ascii_digit()) => {
            // Only a number beyond 64 bits fails here.
            value.parse().unwrap_or(u64::MAX).min(MOST_SECONDS) * SECOND
        }
        found => {
            let found = found.map_or_else(|| "none".to_owned(), |found| format!("'{found}'"));
            return Err(Error::usage(format!(
                "Cache-Control: '{name}' takes a whole number of seconds of at least 0, found {found}"
            ))
            .hint(format!("write it as in '{name}=3600'")));
        }
    };
    if place.is_some_and(|before| before != found) {
        return Err(
            Error::usage(format!("Cache-Control: '{name}' is given twice with different values")).hint("give it once")
        );
    }
    *place = Some(found);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROWSER: bool = false;
    const CDN: bool = true;

    fn parse(text: &str) -> Control {
        Control::parse(text).unwrap()
    }

    #[test]
    fn an_immutable_file_of_a_year() {
        let control = parse("public, max-age=31536000, immutable");
        assert!(control.storable(CDN) && control.storable(BROWSER));
        assert_eq!(control.lifetime(CDN), Some(365 * 86_400 * SECOND));
        assert_eq!(control.lifetime(BROWSER), control.lifetime(CDN));
        assert!(!control.reload_revalidates());
        assert!(!control.may_serve_stale(CDN, 0, true));
        assert!(!control.revalidates(CDN, false), "without an ETag there is nothing to ask with");
    }

    #[test]
    fn the_browser_and_the_cdn_each_have_their_header() {
        // Cache-Control for the browser, CDN-Cache-Control for the CDN.
        let (browser, cdn) = (parse("public, max-age=300"), parse("max-age=3600"));
        assert_eq!(browser.lifetime(BROWSER), Some(300 * SECOND));
        assert_eq!(cdn.lifetime(CDN), Some(3600 * SECOND));
        assert!(cdn.storable(CDN) && browser.reload_revalidates());
        // The same in one header.
        let both = parse("max-age=300, s-maxage=3600");
        assert_eq!((both.lifetime(BROWSER), both.lifetime(CDN)), (browser.lifetime(BROWSER), cdn.lifetime(CDN)));
    }

    #[test]
    fn a_private_profile_is_stored_nowhere() {
        let control = parse("private, no-cache, no-store, must-revalidate");
        assert!(!control.storable(CDN) && !control.storable(BROWSER));
        assert!(!control.may_serve_stale(BROWSER, 0, true));
        let control = parse("private, no-cache");
        assert!(!control.storable(CDN) && control.storable(BROWSER));
        assert_eq!(control.lifetime(BROWSER), Some(0), "stored, and asked for every time");
    }

    #[test]
    fn a_product_is_revalidated_with_its_etag_and_never_stale() {
        let control = parse("public, max-age=3600, must-revalidate");
        assert_eq!(control.lifetime(CDN), Some(3600 * SECOND));
        assert!(control.revalidates(CDN, true) && control.revalidates(BROWSER, true));
        assert!(!control.may_serve_stale(CDN, 0, false) && !control.may_serve_stale(BROWSER, 0, true));
        let private = parse("private, max-age=60");
        assert!(!private.revalidates(CDN, true) && private.revalidates(BROWSER, true));
    }

    #[test]
    fn stale_windows_are_those_of_rfc_5861() {
        // Its two examples, sections 3.1 and 4.1.
        let control = parse("max-age=600, stale-while-revalidate=30");
        assert_eq!(control.lifetime(CDN), Some(600 * SECOND));
        assert!(control.may_serve_stale(CDN, 0, false) && control.may_serve_stale(CDN, 30 * SECOND - 1, true));
        assert!(!control.may_serve_stale(CDN, 30 * SECOND, false));
        let control = parse("max-age=600, stale-if-error=1200");
        assert!(!control.may_serve_stale(CDN, 0, false), "only if there is an error");
        assert!(
            control.may_serve_stale(CDN, 1199 * SECOND, true) && !control.may_serve_stale(CDN, 1200 * SECOND, true)
        );
    }

    #[test]
    fn shared_caches_have_stricter_rules() {
        for text in
            ["s-maxage=60, stale-while-revalidate=30", "max-age=60, proxy-revalidate, stale-while-revalidate=30"]
        {
            assert!(!parse(text).may_serve_stale(CDN, 0, true), "{text}");
            assert!(parse(text).may_serve_stale(BROWSER, 0, true), "{text}");
        }
        assert_eq!(parse("s-maxage=60").lifetime(BROWSER), None);
    }

    #[test]
    fn headers_are_read_as_rfc_9111_says() {
        assert_eq!(parse(""), Control::default());
        assert_eq!(parse(" , ,"), Control::default());
        assert_eq!(parse("MAX-AGE=\"60\" ,, Immutable"), parse("immutable, max-age=60"));
        assert_eq!(parse("max-age=60, max-age=60").max_age, Some(60 * SECOND));
        assert_eq!(parse("community=\"UCI, \\\"max-age=5\\\"\", no-transform, x=1"), Control::default());
        assert_eq!(parse("private=\"set-cookie, x\""), parse("private"));
        assert_eq!(parse("max-age=99999999999999999999999").max_age, Some(MOST_SECONDS * SECOND));
        assert!(parse("no-store, max-age=0, must-revalidate").no_store);
    }

    #[test]
    fn bad_headers_name_their_directive() {
        for (text, named) in [
            ("max-age", "'max-age' takes a whole number of seconds of at least 0, found none"),
            ("max-age=", "found ''"),
            ("max-age=-1", "found '-1'"),
            ("s-maxage=1.5", "'s-maxage'"),
            ("max-age=1h", "found '1h'"),
            ("stale-if-error=soon", "'stale-if-error'"),
            ("max-age=60, max-age=61", "'max-age' is given twice"),
            ("public max-age=60", "'public max-age=60' is not a directive"),
            ("=60", "'=60' is not a directive"),
            ("max-age=\"60", "not closed"),
            ("no-store=1", "'no-store' takes no value"),
            ("public, private", "'public' and 'private'"),
            ("no-store, max-age=60", "'no-store' and 'max-age'"),
            ("immutable, no-store", "'no-store' and 'immutable'"),
            ("must-revalidate, max-age=1, stale-if-error=5", "'must-revalidate' and 'stale-if-error'"),
            ("no-cache, stale-while-revalidate=5", "'no-cache' and 'stale-while-revalidate'"),
        ] {
            let error = Control::parse(text).unwrap_err().to_string();
            assert!(error.contains(named) && error.contains("hint"), "{text}: {error}");
        }
        assert!(Control::parse("public, private").unwrap_err().to_string().contains("would obey 'private'"));
    }
}
