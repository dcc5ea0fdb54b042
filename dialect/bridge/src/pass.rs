//! Passes and pipelines in Rust.

use crate::{
    Diagnostic, Statistics, ffi,
    ffi::{string_ref, to_str},
    panic::catch,
};
use melior::ir::{Location, operation::OperationRef};
use std::ffi::c_void;

/// `def P : Pass<…>`: the generated struct holds the options, typed.
///
/// MLIR clones a pass for each thread, so a pass keeps no state: options come
/// in `self`, everything else is made anew by each run.
#[diagnostic::on_unimplemented(
    message = "the .td file declares the pass `{Self}`, but `Pass` is not implemented"
)]
pub trait Pass: Send + Sync {
    /// Runs the pass on an op.
    ///
    /// # Errors
    ///
    /// An error fails the pass and is emitted at the op or at the location it
    /// names.
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        context: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>>;
}

/// What a running pass has besides its op.
pub struct PassContext<'p> {
    raw: &'p ffi::PassContext,
    statistics: &'static Statistics,
}

impl<'p> PassContext<'p> {
    pub(crate) fn new(raw: &'p ffi::PassContext, statistics: &'static Statistics) -> Self {
        Self { raw, statistics }
    }

    /// Adds to the statistic with that number in the pass's list.
    pub fn add_to_statistic(&self, index: usize, amount: usize) {
        self.statistics.add(index, amount);
        // SAFETY: the C++ pass lives while it runs and ignores a wrong index.
        unsafe { (self.raw.add_to_statistic)(self.raw.user, index as isize, amount as i64) }
    }

    /// Says something to the user that is not a problem.
    pub fn remark(&self, location: Location<'_>, message: &str) {
        // SAFETY: MLIR copies the text.
        unsafe { ffi::odsBridgeEmitRemark(location.to_raw(), string_ref(message)) }
    }
}

type BuildPipeline = Box<dyn Fn(&str) -> Result<String, String> + Send + Sync>;

/// Registers a named pipeline. `build` gets the text between the braces of the
/// pipeline's options and answers with a pipeline of other passes, as text.
///
/// The pipeline stays registered as long as the process runs.
pub fn register_pipeline(
    name: &str,
    description: &str,
    build: impl Fn(&str) -> Result<String, String> + Send + Sync + 'static,
) {
    unsafe extern "C" fn trampoline(
        user: *mut c_void,
        options: mlir_sys::MlirStringRef,
        sink: ffi::TextSink,
    ) {
        // SAFETY: `user` is the box leaked below.
        let build = unsafe { &*user.cast::<BuildPipeline>() };
        // SAFETY: MLIR's text lives for this call.
        let options = unsafe { to_str(options) };
        let answer = catch(|| build(&options)).unwrap_or_else(|error| Err(error.to_string()));
        let (ok, text) = match &answer {
            Ok(text) => (true, text),
            Err(text) => (false, text),
        };
        // SAFETY: the sink copies the text.
        unsafe { (sink.set)(sink.user, ok, string_ref(text)) }
    }
    let build: BuildPipeline = Box::new(build);
    let user = Box::into_raw(Box::new(build)).cast();
    // SAFETY: MLIR copies the texts; `user` is never freed.
    unsafe {
        ffi::odsBridgeRegisterPipeline(string_ref(name), string_ref(description), user, trampoline)
    }
}
