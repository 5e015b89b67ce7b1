//! Calls of crates that may panic over damaged files, where the program only has an error to report.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `call` gives, or `None` if it panics. What it changes before that must not be looked at.
pub fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(before);
    done.ok()
}

/// From now on the process says nothing of panics that [`guarded`] catches; of others what it said before.
pub fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                usual(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_known_of_while_it_lasts() {
        assert_eq!(guarded(|| GUARDED.get().then_some(5)), Some(Some(5)));
        assert_eq!(guarded(|| assert_eq!(guarded(|| panic!("inner")), None::<()>)), Some(()));
        assert_eq!(guarded(|| panic!("outer")), None::<()>);
        assert!(!GUARDED.get());
    }
}
