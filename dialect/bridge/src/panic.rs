//! Panics of hooks: caught, kept quiet, and told as diagnostics.
//!
//! No panic may cross into C++. Each hook runs in [`catch`], which turns a
//! panic into an error that says what Rust would have printed: message, file
//! and line. So that the user is not told twice, Rust's own message is left out
//! while a hook runs, unless `RUST_BACKTRACE` asks for its backtrace.

use crate::Diagnostic;
use std::{
    any::Any,
    cell::{Cell, RefCell},
    env,
    panic::{self, AssertUnwindSafe, catch_unwind},
    sync::{
        Once,
        atomic::{AtomicUsize, Ordering},
    },
};

thread_local! {
    /// How many hooks this thread is in: one may call another through MLIR.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Where the last panic of a hook on this thread began.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
    /// How many hooks have panicked on this thread.
    static COUNT_HERE: Cell<usize> = const { Cell::new(0) };
}

/// As [`internal_error_count`] says.
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// How many hooks have panicked since the process started.
///
/// MLIR gives a fold or a pattern no way to fail the pass that applies it. A
/// tool compares two readings to know that an `internal error` was among the
/// diagnostics, as [`opt_main`](crate::opt_main) does.
pub fn internal_error_count() -> usize {
    COUNT.load(Ordering::Relaxed)
}

/// How many hooks have panicked on this thread.
pub(crate) fn internal_error_count_here() -> usize {
    COUNT_HERE.get()
}

/// Runs a hook. A panic becomes an error, `internal error: …`.
pub(crate) fn catch<'a, T>(hook: impl FnOnce() -> T) -> Result<T, Diagnostic<'a>> {
    install();
    DEPTH.set(DEPTH.get() + 1);
    let outcome = catch_unwind(AssertUnwindSafe(hook));
    DEPTH.set(DEPTH.get() - 1);
    outcome.map_err(|payload| {
        COUNT.fetch_add(1, Ordering::Relaxed);
        COUNT_HERE.set(COUNT_HERE.get() + 1);
        let text = text(&*payload);
        Diagnostic::new(match PLACE.take() {
            Some(place) => format!("internal error: {text}, at {place}"),
            None => format!("internal error: {text}"),
        })
    })
}

/// Puts a panic hook before the one that is there, once.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let quiet = env::var_os("RUST_BACKTRACE").is_none_or(|value| value == "0");
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let within = DEPTH.get() > 0;
            if within {
                PLACE.set(info.location().map(ToString::to_string));
            }
            if !(within && quiet) {
                before(info);
            }
        }));
    });
}

fn text(payload: &(dyn Any + Send)) -> String {
    payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_panic_becomes_an_error_with_its_place() {
        let line = line!() + 1;
        let error = catch(|| -> () { panic!("out of {}", "luck") }).unwrap_err();
        let text = error.message().to_owned();
        let (message, place) = text.split_once(", at ").unwrap();
        assert_eq!(message, "internal error: out of luck");
        assert!(place.contains(&format!("panic.rs:{line}:")), "{place}");
        assert_eq!(catch(|| 7).ok(), Some(7));
    }

    #[test]
    fn a_panic_without_a_message_is_an_error_too() {
        let error = catch(|| -> () { panic::panic_any(7) }).unwrap_err();
        assert!(
            error
                .message()
                .starts_with("internal error: no message, at ")
        );
    }

    #[test]
    fn a_hook_within_a_hook_leaves_the_outer_one_protected() {
        let before = internal_error_count();
        let error = catch(|| -> () {
            let inner = catch(|| -> () { panic!("inner") });
            assert!(inner.is_err());
            assert_eq!(DEPTH.get(), 1);
            panic!("outer")
        })
        .unwrap_err();
        assert!(error.message().starts_with("internal error: outer, at "));
        assert_eq!(DEPTH.get(), 0);
        assert!(internal_error_count() >= before + 2);
    }
}
