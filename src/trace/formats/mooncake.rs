//! Mooncake's traces of a language model's key-value cache: blocks of 512 tokens, whose ids say the whole of what comes before.

use super::prompts::{self, Prompts};
use super::{Form, Format};

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "mooncake",
    aliases: &["mooncake-jsonl"],
    extensions: &[],
    summary: "Mooncake's prompts as JSON lines; each block of a prompt is a request",
    layout: "timestamp (ms), input_length, output_length, hash_ids (a block of 512 tokens each)",
    source: "https://github.com/kvcache-ai/Mooncake (Qin et al., FAST 2025)",
    sample: "mooncake.jsonl",
    options: &[],
    record_bytes: None,
    form: Form::Own {
        detect: |probe| if prompts::detect(probe, b"\"chat_id\"", false) { 95 } else { 0 },
        open: |_, input| Ok(Box::new(Prompts::new(input, 1_000_000))),
    },
};
