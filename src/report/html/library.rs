//! The charting library's script, out of the crate that carries it.

use crate::core::{Error, Result};
use plotly::Plot;

/// The text of plotly.js, ready to stand in a `<script>` element.
///
/// # Errors
/// The crate hands its scripts out in another way than it did.
pub(super) fn script() -> Result<String> {
    const OPEN: &str = "<script type=\"text/javascript\">";
    let mut sources = Plot::offline_js_sources();
    // The crate adds a formula typesetter, which nothing here needs and which would take `$` in a name for a formula.
    let begin = sources.find(OPEN).map(|at| at + OPEN.len());
    let end = sources.find("</script>");
    match (begin, end) {
        (Some(begin), Some(end)) if begin < end && sources[begin..end].contains("plotly.js v") => {
            sources.truncate(end);
            Ok(sources.split_off(begin))
        }
        _ => Err(Error::failure("the charting library is not where its crate had it")
            .hint("this is a mistake in evictlab's build; please report it")),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_is_plotly_alone_with_its_licence() {
        let script = super::script().unwrap();
        let head = &script[..400];
        assert!(head.contains("plotly.js v3") && head.contains("MIT license"), "{head}");
        assert!(script.len() > 3_000_000 && script.len() < 5_000_000, "{} bytes", script.len());
        assert!(!script.contains("</script"));
    }
}
