//! CIRCT at work: text in its dialects from stdin to SystemVerilog on stdout,
//! whole or not at all.
//!
//! `fidelity-circt LIBRARY` loads CIRCT's C API from a shared library, which
//! brings an LLVM of its own. This is therefore a program of its own that links
//! no other: two LLVMs in one process register the same options, and abort.
//! `fidelity compile --target fpga` runs it.

use libloading::{Library, Symbol};
use std::{
    env,
    ffi::{OsString, c_void},
    io::{self, Read, Write},
    process::ExitCode,
};

/// What has to be done to hw, comb and seq before they can be written down.
const PIPELINE: &str = "builtin.module(\
    lower-seq-firmem,\
    hw.module(lower-seq-shiftreg),\
    lower-seq-to-sv{disable-reg-randomization disable-mem-randomization},\
    hw-memory-sim{disable-mem-randomization disable-reg-randomization},\
    hw.module(hw-aggregate-to-comb,cse,canonicalize,cse,hw-cleanup,hw-legalize-modules,\
    prettify-verilog))";

/// The dialects that are read, and those that the pipeline makes.
const DIALECTS: &[&str] = &[
    "hw", "comb", "seq", "sv", "emit", "om", "sim", "verif", "ltl",
];

/// What makes the passes of the pipeline known.
const REGISTRATIONS: &[&str] = &[
    "mlirRegisterCIRCTConversionPasses",
    "mlirRegisterCIRCTTransformsPasses",
    "mlirRegisterTransformsPasses",
    "registerSeqPasses",
    "registerSVPasses",
    "registerHWPasses",
    "registerCombPasses",
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = env::args_os().skip(1);
    let (Some(library), None) = (arguments.next(), arguments.next()) else {
        return Err("expected the path of CIRCT's library as the only argument".into());
    };
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| format!("cannot read stdin: {error}"))?;
    let verilog = translate(&library, &text)?;
    let mut out = io::stdout().lock();
    out.write_all(&verilog)
        .and_then(|()| out.flush())
        .map_err(|error| format!("cannot write to stdout: {error}"))
}

/// A handle of the C API: a pointer in a struct.
#[repr(C)]
#[derive(Clone, Copy)]
struct Handle(*mut c_void);

/// `MlirStringRef`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Text {
    data: *const u8,
    length: usize,
}

impl Text {
    fn new(text: &str) -> Self {
        Self {
            data: text.as_ptr(),
            length: text.len(),
        }
    }
}

/// `MlirLogicalResult`.
#[repr(C)]
struct LogicalResult(i8);

/// `MlirStringCallback`.
type Sink = unsafe extern "C" fn(Text, *mut c_void);

/// Appends to the `Vec<u8>` behind `bytes`.
unsafe extern "C" fn append(text: Text, bytes: *mut c_void) {
    // SAFETY: `translate` passes a vector that lives during the call, and the
    // C API a text that does; an empty text may have no address.
    unsafe {
        if text.length > 0 {
            let bytes = &mut *bytes.cast::<Vec<u8>>();
            bytes.extend_from_slice(std::slice::from_raw_parts(text.data, text.length));
        }
    }
}

/// Runs the pipeline on a module and writes it down. CIRCT says on stderr what
/// is wrong with it.
fn translate(path: &OsString, module: &str) -> Result<Vec<u8>, String> {
    let said = |what: &str| format!("CIRCT {what}; see above");
    // SAFETY: the library is CIRCT's, as the caller promises by its path; its
    // initialisers register options of its own LLVM, the only one here. The
    // signatures below are those of the C API's headers, which pass each handle
    // as a struct of one pointer. Texts live during the calls that get them,
    // handles as long as the context, which is never destroyed: the process
    // ends here.
    unsafe {
        let library = Library::new(path)
            .map_err(|error| format!("cannot load {}: {error}", path.display()))?;
        let api = Api(&library);
        let context = api.get::<unsafe extern "C" fn() -> Handle>("mlirContextCreate")?();
        let register =
            api.get::<unsafe extern "C" fn(Handle, Handle)>("mlirDialectHandleRegisterDialect")?;
        for dialect in DIALECTS {
            let handle = format!("mlirGetDialectHandle__{dialect}__");
            register(
                api.get::<unsafe extern "C" fn() -> Handle>(&handle)?(),
                context,
            );
        }
        for registration in REGISTRATIONS {
            api.get::<unsafe extern "C" fn()>(registration)?();
        }

        let parse =
            api.get::<unsafe extern "C" fn(Handle, Text) -> Handle>("mlirModuleCreateParse")?;
        let module = parse(context, Text::new(module));
        if module.0.is_null() {
            return Err(said("refused the module"));
        }

        let mut messages = Vec::<u8>::new();
        let manager =
            api.get::<unsafe extern "C" fn(Handle) -> Handle>("mlirPassManagerCreate")?(context);
        let passes = api
            .get::<unsafe extern "C" fn(Handle) -> Handle>("mlirPassManagerGetAsOpPassManager")?(
            manager,
        );
        let parse = api
            .get::<unsafe extern "C" fn(Handle, Text, Sink, *mut c_void) -> LogicalResult>(
                "mlirParsePassPipeline",
            )?;
        let sink = (&raw mut messages).cast();
        if parse(passes, Text::new(PIPELINE), append, sink).0 == 0 {
            let messages = String::from_utf8_lossy(&messages);
            return Err(format!(
                "expected CIRCT 1.162, but got one without a pass that is needed: {}",
                messages.trim()
            ));
        }
        let operation =
            api.get::<unsafe extern "C" fn(Handle) -> Handle>("mlirModuleGetOperation")?(module);
        let run = api.get::<unsafe extern "C" fn(Handle, Handle) -> LogicalResult>(
            "mlirPassManagerRunOnOp",
        )?;
        if run(manager, operation).0 == 0 {
            return Err(said("failed to lower the module"));
        }

        let mut verilog = Vec::<u8>::new();
        let export = api.get::<unsafe extern "C" fn(Handle, Sink, *mut c_void) -> LogicalResult>(
            "mlirExportVerilog",
        )?;
        if export(module, append, (&raw mut verilog).cast()).0 == 0 {
            return Err(said("failed to write the module"));
        }
        Ok(verilog)
    }
}

/// The functions of a library.
struct Api<'l>(&'l Library);

impl<'l> Api<'l> {
    /// # Safety
    ///
    /// The function of that name has the type T.
    unsafe fn get<T>(&self, name: &str) -> Result<Symbol<'l, T>, String> {
        // SAFETY: as the caller promises.
        unsafe { self.0.get(name.as_bytes()) }.map_err(|error| {
            format!("expected CIRCT 1.162, but got a library without {name}: {error}")
        })
    }
}
