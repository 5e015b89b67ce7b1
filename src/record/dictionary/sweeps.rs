//! The dictionary of what sweeps write besides rows: journal, manifest, plan, state.

use super::{File, count, integer, object, text, words};

pub(super) const JOURNAL: File = File {
    name: "journal.jsonl",
    formats: &["jsonl"],
    written_by: "sweep run (journal-shard-<i>-of-<n>.jsonl with --shard, journal-cell-<key>.jsonl with --cell), sweep merge",
    about: "What a sweep has finished, a line at a time, flushed when it is finished. The first line says what the journal \
            is of (journal, schema, version, plan); then a line for each trace that was read (trace) and for each finished \
            cell (cell, row, windows), in the order in which they were finished.",
    columns: || {
        vec![
            integer("journal", "", ">= 1", "version of the journal's layout"),
            integer("schema", "", ">= 1", "version of the rows' layout"),
            text("version", "version of evictlab"),
            text("plan", "what the plan is: 16 hexadecimal digits that change with every cell"),
            text("trace.name", "name of the trace, as in the rows"),
            integer("trace.seed", "", ">= 0", "seed of a workload; missing for a recorded trace"),
            text("trace.file", "file that it was read from, as given; missing for a workload"),
            text("trace.sha256", "SHA-256 of the file, 64 hexadecimal digits; missing for a workload"),
            text("trace.how", "how it was read: format and compression; or workload"),
            text("trace.reading", "what was asked of the reader: format, filter, operations, what another size means"),
            count("trace.requests", "requests", "requests replayed"),
            count("trace.objects", "objects", "distinct objects in them"),
            text("trace.notes[]", "what the reader of the trace remarked; missing where nothing"),
            text("cell", "key of the cell, 16 hexadecimal digits"),
            object("row", "the result row, as in results.json, with its times and without parameters"),
            object(
                "scenario",
                "the outcome of a configuration of a scenario: row, levels, series and latencies, as in their files",
            ),
            object("windows[]", "the windows of the cell, as in windows.json; missing where none were asked for"),
        ]
    },
};

pub(super) const MANIFEST: File = File {
    name: "manifest.json",
    formats: &["json"],
    written_by: "sweep run, sweep merge",
    about: "Where the results of a folder come from. evictlab sweep check compares the folder with it.",
    columns: || {
        let mut columns = vec![
            integer("manifest", "", ">= 1", "version of the manifest's layout"),
            text("question", "what the spec asks"),
            integer("journal", "", ">= 1", "version of the journal's layout"),
            integer("schema", "", ">= 1", "version of the rows' layout"),
            text("version", "version of evictlab"),
            text("plan", "what the plan is: 16 hexadecimal digits that change with every cell"),
        ];
        columns.extend([
            text("runs[].command[]", "the program and its arguments, of each run that led here"),
            text("runs[].commit", "commit that the program was built from; empty where it is not known"),
            text("runs[].started", "when it began, RFC 3339, UTC"),
            text("runs[].finished", "when it ended, likewise"),
            count("runs[].cells", "cells", "cells that it finished"),
            text("runs[].machine.os", "operating system and version"),
            text("runs[].machine.architecture", "processor architecture"),
            text("runs[].machine.processor", "name of the processor"),
            count("runs[].machine.processors", "processors", "logical processors"),
            count("runs[].machine.threads", "threads", "worker threads that were used; 0 for a merge"),
            count("runs[].machine.memory_bytes", "bytes", "memory of the machine"),
        ]);
        columns.extend([
            text("spec_file", "where the spec was read from"),
            integer("expanded.seeds[]", "", ">= 0", "the seeds"),
            integer("expanded.repetitions", "", ">= 1", "repetitions of each cell"),
            text(
                "expanded.scenarios[]",
                "configurations of scenarios: name, keys that were set, seed; missing where there are none",
            ),
            text("expanded.inputs[].name", "name of a trace or spec of a workload"),
            text("expanded.inputs[].source.file", "path of the trace, if it is a file"),
            text("expanded.inputs[].source.bundled", "name of the trace, if it comes with the program"),
            text("expanded.inputs[].source.workload", "canonical spec, if it is a workload"),
            text("expanded.inputs[].dataset", "group of traces that it belongs to"),
            text("expanded.inputs[].format", "format that the spec names; null for found by name and content"),
            text("expanded.inputs[].filter", "which requests are kept, k=v;k=v; empty for all"),
            text("expanded.inputs[].capacities[]", "capacities as written, lists and ranges written out"),
            text("expanded.policies[]", "policies with all parameters"),
            text("expanded.settings[]", "settings of the replay, k=v;k=v"),
            text("expanded.figures[].name", "a figure that the spec asks for"),
            text("expanded.figures[].file", "name of its files, without ending"),
            object("expanded.figures[].options", "options of the figure, each with its values"),
        ]);
        columns.extend([
            text("traces[].name", "name of a trace that was read, as in the rows"),
            integer("traces[].seed", "", ">= 0", "seed of a workload; missing for a recorded trace"),
            text("traces[].file", "file that it was read from, as given; missing for a workload"),
            text("traces[].sha256", "SHA-256 of the file, 64 hexadecimal digits; missing for a workload"),
            text("traces[].how", "how it was read: format and compression; or workload"),
            text(
                "traces[].reading",
                "what was asked of the reader: format, filter, operations, what another size means",
            ),
            count("traces[].requests", "requests", "requests replayed"),
            count("traces[].objects", "objects", "distinct objects in them"),
            text("traces[].notes[]", "what the reader of the trace remarked; missing where nothing"),
            count("cells.planned", "cells", "cells in the plan"),
            count("cells.excluded", "cells", "cells left out by exclusions"),
            count("cells.finished", "cells", "cells finished, the failed ones among them"),
            count("cells.failed", "cells", "cells that failed"),
            text("warnings[]", "what the user was warned of"),
            text("outputs[].file", "a file beside the manifest"),
            count("outputs[].bytes", "bytes", "its length"),
            text("outputs[].sha256", "its SHA-256, 64 hexadecimal digits"),
        ]);
        columns
    },
};

pub(super) const PLAN: File = File {
    name: "plan.jsonl",
    formats: &["jsonl", "csv"],
    written_by: "sweep plan --format jsonl, --format csv (on stdout)",
    about: "A row for each cell of a spec, with the command that replays it alone.",
    columns: || {
        vec![
            text("cell", "key of the cell, 16 hexadecimal digits"),
            text("scenario", "configuration of a scenario: name and the keys that were set; empty for a replay"),
            text("trace", "name of the trace, or spec of the workload"),
            text("policy", "canonical policy name"),
            text("params", "all parameters of the policy, k=v;k=v"),
            text("capacity_given", "the capacity as written, e.g. 1%"),
            integer("seed", "", ">= 0", "the user's seed"),
            integer("repetition", "", ">= 0", "which repetition, from 0"),
            text("command", "the command, quoted for a shell"),
        ]
    },
};

pub(super) const STATUS: File = File {
    name: "status.json",
    formats: &["json"],
    written_by: "sweep status --json (on stdout)",
    about: "How far a sweep is, by trace and over all.",
    columns: || {
        vec![
            text("traces[].trace", "name of the trace, or spec of the workload"),
            count("traces[].planned", "cells", "its cells in the plan"),
            count("traces[].finished", "cells", "those that are finished, the failed ones among them"),
            count("traces[].failed", "cells", "those that failed"),
            words("all.trace", "all", "stands for all traces"),
            count("all.planned", "cells", "cells in the plan"),
            count("all.finished", "cells", "those that are finished, the failed ones among them"),
            count("all.failed", "cells", "those that failed"),
        ]
    },
};
