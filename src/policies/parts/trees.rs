//! A model of gradient-boosted trees, trained by the `forust-ml` crate on one thread, so that the same rows give the same
//! model, and asked through flat arrays: an eviction asks many times.

use forust_ml::gradientbooster::GrowPolicy;
use forust_ml::objective::ObjectiveType;
use forust_ml::{GradientBooster, Matrix};

/// How a model is trained.
#[derive(Debug, Clone, Copy)]
pub(in crate::policies) struct Training {
    /// Trees, one after the other.
    pub(in crate::policies) trees: usize,
    /// Leaves of a tree at most, and how deep they are; the best split comes first.
    pub(in crate::policies) leaves: usize,
    pub(in crate::policies) depth: usize,
    /// How much of what is missing each tree adds.
    pub(in crate::policies) rate: f32,
}

/// A branch, or a leaf, which leads to itself whatever the row. Nodes are numbered within their tree.
#[derive(Debug, Clone, Copy)]
struct Node {
    /// What is less goes to the left; of a leaf what it adds.
    value: f32,
    /// The feature that decides.
    feature: u16,
    left: u16,
    right: u16,
    missing: u16,
}

impl Node {
    /// The node to go to.
    #[inline(always)]
    fn next<const F: usize>(&self, row: &[f32; F]) -> u16 {
        let value = row[usize::from(self.feature)];
        let known = if value < self.value { self.left } else { self.right };
        if value.is_nan() { self.missing } else { known }
    }
}

/// Rows that go down a tree together, so that what each waits for overlaps.
const TOGETHER: usize = 8;

/// The least number of single precision that is not less than the split: below it is what is below the split.
fn split(at: f64) -> f32 {
    let near = at as f32;
    if f64::from(near) < at { near.next_up() } else { near }
}

/// A model of rows with `F` features, each of which may be missing (not a number).
#[derive(Debug)]
pub(in crate::policies) struct Trees<const F: usize> {
    base: f64,
    nodes: Vec<Node>,
    /// The first node of each tree.
    roots: Vec<u32>,
}

impl<const F: usize> Trees<F> {
    /// Trains a model for the least squared error; nothing if there is nothing to learn from.
    pub(in crate::policies) fn train(rows: &[[f32; F]], labels: &[f64], training: &Training) -> Option<Self> {
        if rows.is_empty() {
            return None;
        }
        let columns: Vec<f64> = (0..F).flat_map(|f| rows.iter().map(move |row| f64::from(row[f]))).collect();
        let booster = fit(&columns, rows.len(), F, labels, training)?;
        let mut this = Self { base: booster.base_score, nodes: Vec::new(), roots: Vec::new() };
        for tree in &booster.trees {
            this.roots.push(this.nodes.len() as u32);
            this.nodes.extend(tree.nodes.iter().enumerate().map(|(at, node)| {
                if node.is_leaf {
                    let at = at as u16;
                    return Node { value: node.weight_value, feature: 0, left: at, right: at, missing: at };
                }
                let [left, right, missing] =
                    [node.left_child, node.right_child, node.missing_node].map(|child| child as u16);
                Node { value: split(node.split_value), feature: node.split_feature as u16, left, right, missing }
            }));
        }
        Some(this)
    }

    /// What the model expects of a row.
    pub(in crate::policies) fn predict(&self, row: &[f32; F]) -> f64 {
        self.base + self.roots.iter().map(|&root| self.walk(root, row)).sum::<f64>()
    }

    fn walk(&self, root: u32, row: &[f32; F]) -> f64 {
        let tree = &self.nodes[root as usize..];
        let mut at = 0;
        loop {
            let node = &tree[usize::from(at)];
            let next = node.next(row);
            if next == at {
                return f64::from(node.value);
            }
            at = next;
        }
    }

    /// As [`Self::predict`], of many rows, which is several times as fast; the answers are appended.
    pub(in crate::policies) fn predict_all(&self, rows: &[[f32; F]], answers: &mut Vec<f64>) {
        let (groups, rest) = rows.as_chunks();
        answers.extend(groups.iter().flat_map(|group| self.predict_together(group)));
        answers.extend(rest.iter().map(|row| self.predict(row)));
    }

    fn predict_together(&self, rows: &[[f32; F]; TOGETHER]) -> [f64; TOGETHER] {
        let mut sums = [0.0; TOGETHER];
        for &root in &self.roots {
            let tree = &self.nodes[root as usize..];
            let mut places = [0; TOGETHER];
            let mut moving = true;
            while moving {
                moving = false;
                for (at, row) in places.iter_mut().zip(rows) {
                    let next = tree[usize::from(*at)].next(row);
                    moving |= next != *at;
                    *at = next;
                }
            }
            for (sum, at) in sums.iter_mut().zip(places) {
                *sum += f64::from(tree[usize::from(at)].value);
            }
        }
        sums.map(|sum| self.base + sum)
    }
}

fn fit(columns: &[f64], rows: usize, features: usize, labels: &[f64], training: &Training) -> Option<GradientBooster> {
    let mut booster = GradientBooster::default()
        .set_objective_type(ObjectiveType::SquaredLoss)
        .set_iterations(training.trees)
        .set_learning_rate(training.rate)
        .set_max_leaves(training.leaves)
        .set_max_depth(training.depth)
        .set_initialize_base_score(true)
        .set_parallel(false);
    booster.grow_policy = GrowPolicy::LossGuide;
    // The crate refuses what cannot be learned from, such as no rows.
    booster.fit_unweighted(&Matrix::new(columns, rows, features), labels, None).ok().map(|()| booster)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::rng::{rng, unit};

    const TRAINING: Training = Training { trees: 32, leaves: 32, depth: 31, rate: 0.1 };

    /// Rows of three features, the last of which is often missing, and what the first and the last make of them.
    fn samples(n: usize) -> (Vec<[f32; 3]>, Vec<f64>) {
        let mut rng = rng(5, "trees");
        let rows: Vec<[f32; 3]> = (0..n)
            .map(|_| {
                let [a, b, c] = [unit(&mut rng), unit(&mut rng), unit(&mut rng)].map(|x| x as f32);
                [a, b, if c < 0.3 { f32::NAN } else { c }]
            })
            .collect();
        let labels = rows.iter().map(|row| f64::from(3.0 * row[0]) + if row[2].is_nan() { 5.0 } else { 0.0 }).collect();
        (rows, labels)
    }

    #[test]
    fn it_answers_as_the_crate_does() {
        let (rows, labels) = samples(2000);
        let trees = Trees::train(&rows, &labels, &TRAINING).unwrap();
        let columns: Vec<f64> = (0..3).flat_map(|f| rows.iter().map(move |row| f64::from(row[f]))).collect();
        let booster = fit(&columns, rows.len(), 3, &labels, &TRAINING).unwrap();
        let answers = booster.predict(&Matrix::new(&columns, rows.len(), 3), false);
        let mut together = Vec::new();
        trees.predict_all(&rows[..1001], &mut together);
        assert_eq!(together.len(), 1001);
        for (at, (row, expected)) in rows.iter().zip(answers).enumerate() {
            let answer = trees.predict(row);
            assert!((answer - expected).abs() < 1e-12);
            assert!(together.get(at).is_none_or(|together| together.to_bits() == answer.to_bits()));
        }
    }

    #[test]
    fn it_learns_and_always_the_same() {
        let (rows, labels) = samples(4000);
        let trees = Trees::train(&rows[..2000], &labels[..2000], &TRAINING).unwrap();
        let off = |row: &[f32; 3], label: f64| (trees.predict(row) - label).abs();
        let worst = rows[2000..].iter().zip(&labels[2000..]).map(|(row, &label)| off(row, label)).fold(0.0, f64::max);
        assert!(worst < 0.5, "off by {worst}");
        let again = Trees::train(&rows[..2000], &labels[..2000], &TRAINING).unwrap();
        assert!(rows.iter().all(|row| again.predict(row).to_bits() == trees.predict(row).to_bits()));
        assert!(Trees::<3>::train(&[], &[], &TRAINING).is_none());
    }
}
