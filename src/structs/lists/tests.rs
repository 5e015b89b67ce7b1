//! Lists against a model, through many rebuilds and past the end of positions.

use super::*;
use crate::core::rng;

#[test]
fn order_is_order_of_the_last_push() {
    let mut lists = Lists::<2, 1>::new(10);
    for id in [1, 2, 3, 1] {
        lists.push(0, id, &());
    }
    lists.push_flagged(1, 2, 1, &());
    assert_eq!(lists.iter(0).collect::<Vec<_>>(), [3, 1]);
    assert_eq!((lists.flags(2), lists.list_of(2), lists.list_of(9)), (1, Some(1), None));
    assert_eq!(lists.front(0), Some(3));
    assert_eq!(lists.pop(0, &()), Some(3));
    lists.remove(1, &());
    assert_eq!(lists.pop(0, &()), None);
    assert_eq!(lists.pop_flagged(1, &()), Some((2, 1)));
    lists.check().unwrap();
}

/// Weights by id, to see that sums follow moves.
struct ById;
impl Weigh for ById {
    fn weight(&self, id: ObjId) -> u64 {
        u64::from(id) + 1
    }
}

fn forget(model: &mut [Vec<ObjId>; 3], id: ObjId) {
    for list in model {
        list.retain(|&x| x != id);
    }
}

#[test]
fn random_moves_equal_a_model_through_many_rebuilds() {
    let mut rng = rng::rng(7, "lists");
    let mut lists = Lists::<3, 1>::new(200);
    let mut model: [Vec<ObjId>; 3] = Default::default();
    for step in 0..60_000 {
        let id = rng::below(&mut rng, 200) as ObjId;
        let list = rng::below(&mut rng, 3) as usize;
        match rng::below(&mut rng, 10) {
            0 => {
                lists.remove(id, &ById);
                forget(&mut model, id);
            }
            1 | 2 => {
                let oldest = if model[list].is_empty() { None } else { Some(model[list].remove(0)) };
                let popped = if step % 2 == 0 { lists.pop(list, &ById) } else { lists.pop_sparse(list, &ById) };
                assert_eq!(popped, oldest, "step {step}");
            }
            3 => assert_eq!(lists.pop_back(list, &ById), model[list].pop(), "step {step}"),
            _ => {
                lists.push(list, id, &ById);
                forget(&mut model, id);
                model[list].push(id);
            }
        }
        if step % 97 == 0 {
            lists.check().unwrap();
            for (list, held) in model.iter().enumerate() {
                assert_eq!(lists.iter(list).collect::<Vec<_>>(), *held);
                assert_eq!(lists.weight(list), held.iter().map(|&id| u64::from(id) + 1).sum::<u64>());
                assert_eq!(lists.front(list), held.first().copied());
            }
        }
    }
}

#[test]
fn positions_may_wrap() {
    let mut lists = Lists::<1, 0>::new(4);
    lists.lists[0].ring.front = u32::MAX - 5;
    lists.lists[0].ring.back = u32::MAX - 5;
    for round in 0..1000u32 {
        lists.push(0, round % 4, &());
        if round % 3 == 0 {
            lists.front(0);
        }
        if round % 50 == 0 {
            lists.pop_sparse(0, &());
        }
        lists.check().unwrap();
    }
    assert_eq!(lists.iter(0).collect::<Vec<_>>(), [0, 1, 2, 3]);
}
