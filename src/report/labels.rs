//! Where labels go that stand beside what they name.

/// Moves wanted heights apart, so that neighbours have at least `gap` between them and all lie within `limits` (least, most);
/// the sum of the squared moves is the least possible. `None` where that does not fit, or moves one by more than `farthest`.
///
/// Less the gaps before them, the heights only have to rise: the pool-adjacent-violators algorithm (Ayer, Brunk, Ewing, Reid
/// and Silverman, "An empirical distribution function for sampling with incomplete information", 1955).
pub(super) fn spread(wanted: &[f64], gap: f64, limits: (f64, f64), farthest: f64) -> Option<Vec<f64>> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let highest = limits.1 - gap * wanted.len().saturating_sub(1) as f64;
    if highest < limits.0 {
        return None;
    }
    // Blocks of equal value: sum, and number of members.
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    for (i, &label) in order.iter().enumerate() {
        blocks.push((wanted[label] - gap * i as f64, 1.0));
        while let [.., (a, n), (b, m)] = blocks[..]
            && a / n > b / m
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push((a + b, n + m));
        }
    }
    let values = blocks.iter().flat_map(|&(sum, count)| std::iter::repeat_n(sum / count, count as usize));
    let mut placed = vec![0.0; wanted.len()];
    for ((i, &label), value) in order.iter().enumerate().zip(values) {
        placed[label] = value.clamp(limits.0, highest) + gap * i as f64;
    }
    let near = placed.iter().zip(wanted).all(|(placed, wanted)| (placed - wanted).abs() <= farthest);
    near.then_some(placed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_move_as_little_as_they_can() {
        let wide = (0.0, 100.0);
        assert_eq!(spread(&[50.0, 10.0], 10.0, wide, 99.0).unwrap(), [50.0, 10.0], "nothing is in the way");
        assert_eq!(spread(&[20.0, 20.0, 20.0], 10.0, wide, 99.0).unwrap(), [10.0, 20.0, 30.0]);
        // By hand: the pair wants 20 and 24; their middle stays.
        assert_eq!(spread(&[24.0, 20.0, 80.0], 10.0, wide, 99.0).unwrap(), [27.0, 17.0, 80.0]);
        assert_eq!(spread(&[99.0, 98.0], 10.0, wide, 99.0).unwrap(), [100.0, 90.0], "the limit pushes back");
    }

    #[test]
    fn what_does_not_fit_is_said() {
        assert_eq!(spread(&[1.0, 2.0, 3.0], 10.0, (0.0, 15.0), 99.0), None);
        assert_eq!(spread(&[50.0, 50.0, 50.0], 10.0, (0.0, 100.0), 5.0), None);
        assert_eq!(spread(&[], 10.0, (0.0, 100.0), 5.0), Some(Vec::new()));
    }
}
