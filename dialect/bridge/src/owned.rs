//! Modules and compiled code that own the contexts they live in.
//!
//! melior and inkwell tie what lives in a context to a borrow of it, which a
//! value that goes its own way, such as an object of another language's, cannot
//! keep. The pairs here can be moved, sent to other threads and dropped in any
//! order.

use crate::{CallError, Jit, JitValue, jit::Argument};
use inkwell::context::Context as LlvmContext;
use melior::{Context, ir::Module};
use std::sync::{Arc, Mutex, PoisonError};

/// A module and its context.
///
/// A context has one such module and perhaps code that was compiled from it,
/// which reads its constants.
pub struct OwnedModule {
    // Before its context: fields are dropped in this order.
    module: Module<'static>,
    context: Arc<SharedContext>,
}

/// Compiled functions and what their code reads.
///
/// They may be called from several threads at once.
pub struct OwnedJit {
    // Before what it lives in.
    jit: Jit<'static>,
    _llvm: Box<LlvmContext>,
    _context: Arc<SharedContext>,
    /// Held during calls of code that is not reentrant.
    turn: Mutex<()>,
}

struct SharedContext(Context);

// SAFETY: MLIR binds no context to a thread. Only the module of an
// `OwnedModule` leads to the context, which is in use by one thread at a time
// since that type is not `Sync`; an `OwnedJit` merely keeps it alive. Whoever
// drops the last handle destroys it, after all others are done (`Arc`).
unsafe impl Send for SharedContext {}
// SAFETY: as above.
unsafe impl Sync for SharedContext {}

// SAFETY: the module moves together with the only access to its context.
unsafe impl Send for OwnedModule {}

// SAFETY: the engine and its LLVM context are reached through this value alone
// and not bound to a thread. Of what `call` touches nothing changes, but for
// variables of the module, and code that has any is entered by one thread at a
// time.
unsafe impl Send for OwnedJit {}
// SAFETY: as above.
unsafe impl Sync for OwnedJit {}

impl OwnedModule {
    /// A module that `build` makes in the context.
    ///
    /// # Errors
    ///
    /// `build`'s, and when the module is of another context.
    pub fn new<E: From<String>>(
        context: Context,
        build: impl for<'c> FnOnce(&'c Context) -> Result<Module<'c>, E>,
    ) -> Result<Self, E> {
        let context = Arc::new(SharedContext(context));
        let module = build(context.get())?;
        context.check(&module)?;
        Ok(Self { module, context })
    }

    /// Looks at the module. Handlers of diagnostics that `look` attaches to the
    /// context have to be detached when it returns.
    pub fn with<T>(&self, look: impl for<'c> FnOnce(&'c Context, &Module<'c>) -> T) -> T {
        look(self.context.get(), &self.module)
    }

    /// Replaces the module by what `change` makes of a copy of it. Handlers as
    /// for [`OwnedModule::with`].
    ///
    /// # Errors
    ///
    /// `change`'s, and when it gives a module of another context. The module is
    /// then as it was.
    pub fn update<E: From<String>>(
        &mut self,
        change: impl for<'c> FnOnce(&'c Context, Module<'c>) -> Result<Module<'c>, E>,
    ) -> Result<(), E> {
        let module = change(self.context.get(), self.copy()?)?;
        self.context.check(&module)?;
        self.module = module;
        Ok(())
    }

    /// Compiles a copy of the module, and gives what `compile` tells besides.
    /// The code does not need `self` any more. Handlers as for
    /// [`OwnedModule::with`].
    ///
    /// # Errors
    ///
    /// `compile`'s.
    pub fn compile<T, E: From<String>>(
        &self,
        compile: impl for<'c> FnOnce(
            &'c Context,
            &'c LlvmContext,
            Module<'c>,
        ) -> Result<(Jit<'c>, T), E>,
    ) -> Result<(OwnedJit, T), E> {
        let llvm = Box::new(LlvmContext::create());
        // SAFETY: the box is moved into the result, where it outlives the code
        // and stays where it is; `compile` is for any lifetime, so that only
        // its result can hold the reference.
        let borrowed: &'static LlvmContext = unsafe { &*std::ptr::from_ref(&*llvm) };
        let (jit, told) = compile(self.context.get(), borrowed, self.copy()?)?;
        let code = OwnedJit {
            jit,
            _llvm: llvm,
            _context: Arc::clone(&self.context),
            turn: Mutex::new(()),
        };
        Ok((code, told))
    }

    fn copy<E: From<String>>(&self) -> Result<Module<'static>, E> {
        let copy = (*self.module.as_operation()).clone();
        Module::from_operation(copy)
            .ok_or_else(|| E::from("expected a module, but got another op".into()))
    }
}

impl OwnedJit {
    /// [`Jit::call`].
    ///
    /// # Errors
    ///
    /// [`Jit::call`]'s.
    pub fn call<'a>(
        &self,
        name: &str,
        arguments: impl IntoIterator<Item: Into<Argument<'a>>>,
    ) -> Result<Vec<JitValue>, CallError> {
        let _turn = (!self.jit.is_reentrant())
            .then(|| self.turn.lock().unwrap_or_else(PoisonError::into_inner));
        self.jit.call(name, arguments)
    }
}

impl SharedContext {
    /// The context, for what is kept beside a handle of it.
    fn get(self: &Arc<Self>) -> &'static Context {
        // SAFETY: an `Arc` does not move what it holds. The callers pass the
        // reference to closures for any lifetime, which cannot keep it, and
        // store what these make beside the handle, to be dropped before it.
        unsafe { &*std::ptr::from_ref(&self.0) }
    }

    /// A closure can only name one other context, one that lives for ever and
    /// that this thread may go on to use.
    fn check<E: From<String>>(&self, module: &Module<'_>) -> Result<(), E> {
        if module.context() == self.0 {
            return Ok(());
        }
        Err(E::from(
            "expected a module of the context that was given, but got one of another".into(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use melior::ir::Location;
    use pretty_assertions::assert_eq;

    fn parse<'c>(context: &'c Context, source: &str) -> Result<Module<'c>, String> {
        Module::parse(context, source).ok_or_else(|| "no module".to_owned())
    }

    fn module(source: &str) -> OwnedModule {
        OwnedModule::new(Context::new(), |context| parse(context, source)).unwrap()
    }

    fn text(module: &OwnedModule) -> String {
        module.with(|_, module| module.as_operation().to_string())
    }

    #[test]
    fn a_module_goes_to_another_thread_and_ends_there() {
        let owned = module("module @here {}");
        let text = std::thread::spawn(move || text(&owned)).join().unwrap();
        assert_eq!(text, "module @here {\n}\n");
    }

    #[test]
    fn an_update_that_fails_changes_nothing() {
        let mut owned = module("module @before {}");
        let failed = owned.update(|_, module| {
            drop(module);
            Err("no".to_owned())
        });
        assert_eq!(failed, Err("no".to_owned()));
        assert!(text(&owned).contains("@before"));
        owned
            .update(|context, _| parse(context, "module @after {}"))
            .unwrap();
        assert!(text(&owned).contains("@after"));
    }

    #[test]
    fn a_module_of_another_context_is_refused() {
        let other: &'static Context = Box::leak(Box::new(Context::new()));
        let error = "expected a module of the context that was given, but got one of another";
        let foreign = || Ok(Module::new(Location::unknown(other)));
        let made = OwnedModule::new(Context::new(), |_| foreign());
        assert_eq!(made.err(), Some(error.to_owned()));
        let mut owned = module("module {}");
        assert_eq!(owned.update(|_, _| foreign()), Err(error.to_owned()));
    }
}
