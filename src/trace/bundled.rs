//! The recorded traces that come with the program, in the binary itself, so that it works in any folder.

use super::{Columns, LoadOptions, Trace, load_bytes};
use crate::core::Result;

/// A recorded trace; `traces/README.md` says what it is and how it was recorded.
#[derive(Debug, Clone, Copy)]
pub struct Bundled {
    /// Its file's name, which is also the trace's.
    pub name: &'static str,
    data: &'static [u8],
}

/// All of them.
pub static BUNDLED: &[Bundled] = &[
    Bundled { name: "compile.csv.zst", data: include_bytes!("../../traces/compile.csv.zst") },
    Bundled { name: "sqlite-pages.txt.zst", data: include_bytes!("../../traces/sqlite-pages.txt.zst") },
    Bundled { name: "sort-lines.txt.zst", data: include_bytes!("../../traces/sort-lines.txt.zst") },
];

impl Bundled {
    /// The file.
    pub fn data(&self) -> &'static [u8] {
        self.data
    }

    /// Reads it.
    ///
    /// # Errors
    /// None that can happen: a test reads each.
    pub fn load(&self, columns: Columns) -> Result<Trace> {
        Ok(load_bytes(self.name, self.data, &LoadOptions { columns, ..LoadOptions::default() })?.trace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_read_as_its_table_says() {
        let table = include_str!("../../traces/README.md");
        for bundled in BUNDLED {
            let trace = bundled.load(Columns::ALL).unwrap();
            trace.validate().unwrap();
            let show = |n: usize| crate::core::quantity::show_count(n as u64);
            let row = format!("| `{}` | {} | {} |", bundled.name, show(trace.requests()), show(trace.objects));
            assert!(table.contains(&row), "traces/README.md lacks {row}");
        }
    }
}
