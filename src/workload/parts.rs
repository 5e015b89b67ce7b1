//! Workloads made of workloads: reading the value of `parts=`.

use super::args::{Args, MAX_KEYS};
use super::plan::{Plan, Role};
use super::text::Text;
use crate::core::{Result, quantity};

/// The most parts of one mix or sequence.
const MAX_PARTS: usize = 256;

/// One part: its weight in a mix, and its plan.
pub(super) struct Part {
    /// Weight, above 0; 1 in a sequence.
    pub(super) weight: f64,
    /// The checked workload.
    pub(super) plan: Plan,
}

/// Reads `parts=(part+part+...)`, each with a weight where `weighted`.
///
/// # Errors
/// Whatever a part gets wrong; too many parts; more keys in all than a trace can have.
pub(super) fn read(args: &mut Args<'_>, weighted: bool, role: Role) -> Result<Vec<Part>> {
    let text = args.text("parts")?;
    let pieces = text.unwrapped().split(b'+');
    if pieces.len() > MAX_PARTS {
        return Err(text.error(format!("{} parts are too many; at most {MAX_PARTS} are possible", pieces.len())));
    }
    let mut parts = Vec::new();
    let (mut order, mut full) = (Vec::new(), Vec::new());
    for piece in pieces {
        let (weight, workload) = match piece.split_once(b'*') {
            Some((weight, workload)) if weighted => (read_weight(weight)?, workload),
            Some((weight, _)) => {
                return Err(weight
                    .error("the parts of a sequence have no weights")
                    .hint("write requests= in each part, or use mix"));
            }
            None => (1.0, piece),
        };
        let plan = Plan::of(workload, role)?;
        let factor = if weighted { format!("{weight}*") } else { String::new() };
        order.push(format!("{factor}{}({})", plan.name, plan.order));
        full.push(format!("{factor}{}({})", plan.name, plan.full));
        parts.push(Part { weight, plan });
    }
    let keys: u64 = parts.iter().map(|p| p.plan.keys()).sum();
    if keys > MAX_KEYS {
        return Err(text
            .error(format!("the parts have {keys} objects together"))
            .hint(format!("at most {MAX_KEYS} are possible: give fewer 'objects=' to the largest part")));
    }
    args.keep_parts("parts", format!("({})", order.join("+")), format!("({})", full.join("+")));
    Ok(parts)
}

/// The number before a `*`.
fn read_weight(text: Text<'_>) -> Result<f64> {
    let weight = quantity::number(text.as_str()).map_err(|e| text.place(e))?;
    if weight > 0.0 && weight <= 1e100 {
        return Ok(weight);
    }
    Err(text
        .error(format!("a weight must be above 0, found {}", text.as_str()))
        .hint("weights are relative, as in 7*zipf+3*scan"))
}
