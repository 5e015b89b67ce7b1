//! The traces of Qwen's service on Alibaba's Bailian: blocks of 16 tokens.

use super::prompts::{self, Prompts};
use super::{Form, Format};
use crate::core::SECOND;

/// The format.
pub(super) static FORMAT: Format = Format {
    name: "qwen",
    aliases: &["qwen-bailian", "bailian"],
    extensions: &[],
    summary: "Qwen-Bailian's prompts as JSON lines; each block of a prompt is a request",
    layout: "chat_id, parent_chat_id, timestamp (s), input_length, output_length, type, turn, hash_ids (16 tokens each)",
    source: "https://github.com/alibaba-edu/qwen-bailian-usagetraces-anon (Wang et al., USENIX ATC 2025)",
    sample: "qwen.jsonl",
    options: &[],
    record_bytes: None,
    form: Form::Own {
        detect: |probe| if prompts::detect(probe, b"\"chat_id\"", true) { 96 } else { 0 },
        open: |_, input| Ok(Box::new(Prompts::new(input, SECOND))),
    },
};
