//! What compiled code gets from us instead of from the C library.

use crate::ffi;
use inkwell::{llvm_sys::support::LLVMAddSymbol, support::search_for_address_of_symbol};
use std::{
    cell::RefCell,
    ffi::{CStr, c_char, c_int, c_void},
};

thread_local! {
    // The last line that the running code printed. `cf.assert` prints its
    // message and calls abort, so this is the message if that happens.
    static PRINTED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The line that the code printed last and that nobody has seen.
pub fn take_printed() -> Option<String> {
    PRINTED.with(|printed| printed.try_borrow_mut().ok()?.take())
}

/// The address of a function to call instead of the C library's.
///
/// A failed check must not end the process that runs the code.
pub fn replacement(name: &str) -> Option<usize> {
    match name {
        "abort" => Some(ffi::odsBridgeAbort as unsafe extern "C" fn() as usize),
        "puts" => Some(puts as unsafe extern "C" fn(*const c_char) -> c_int as usize),
        "aligned_alloc" => {
            Some(aligned_alloc as unsafe extern "C" fn(usize, usize) -> *mut c_void as usize)
        }
        _ => None,
    }
}

/// The C library's, but that there being no memory is a failed check and not
/// an address that the code would write to.
unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    // SAFETY: the code passes what it would pass to the C library.
    let block = unsafe { ffi::aligned_alloc(alignment, size) };
    if block.is_null() && size > 0 {
        PRINTED.with(|printed| {
            if let Ok(mut printed) = printed.try_borrow_mut() {
                *printed = Some(format!("expected room for {size} bytes, but there is none"));
            }
        });
        // SAFETY: compiled code runs under the guard that this returns to, and
        // nothing here is left to drop.
        unsafe { ffi::odsBridgeAbort() }
    }
    block
}

/// Keeps the line; prints the one before.
unsafe extern "C" fn puts(text: *const c_char) -> c_int {
    // SAFETY: the code calls it as it calls puts, with a C string.
    let line = unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned();
    PRINTED.with(|printed| {
        if let Ok(mut printed) = printed.try_borrow_mut()
            && let Some(before) = printed.replace(line)
        {
            println!("{before}");
        }
    });
    0
}

/// Supplies conversions to bf16, which LLVM calls on processors that have no
/// instruction for it and which the libgcc of some systems lacks.
pub fn add_missing_symbols() {
    let symbols: [(&CStr, *mut c_void); 2] = [
        (
            c"__truncsfbf2",
            truncsfbf2 as extern "C" fn(f32) -> f32 as *mut c_void,
        ),
        (
            c"__truncdfbf2",
            truncdfbf2 as extern "C" fn(f64) -> f32 as *mut c_void,
        ),
    ];
    for (name, address) in symbols {
        if search_for_address_of_symbol(&name.to_string_lossy()).is_none() {
            // SAFETY: the name is a C string, and the functions live for ever.
            unsafe { LLVMAddSymbol(name.as_ptr(), address) }
        }
    }
}

// A bf16 is returned in the low half of a vector register, as an f32 is whose
// low bits are the bf16's.

extern "C" fn truncsfbf2(value: f32) -> f32 {
    f32::from_bits(round_to_bf16(value).into())
}

extern "C" fn truncdfbf2(value: f64) -> f32 {
    // Rounded to odd, so that rounding again gives what rounding once would
    // (Boldo and Melquiond, 2008).
    let nearest = value as f32;
    let bits = nearest.to_bits();
    let exact = f64::from(nearest);
    let odd = if value.is_nan() || exact == value || bits & 1 == 1 {
        nearest
    } else if exact.abs() > value.abs() {
        f32::from_bits(bits - 1)
    } else {
        f32::from_bits(bits + 1)
    };
    truncsfbf2(odd)
}

/// The bits of the nearest bf16, half to even.
fn round_to_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    if value.is_nan() {
        // Quiet, and not an infinity when the low bits go.
        return (bits >> 16) as u16 | 0x40;
    }
    let half = 0x7fff + (bits >> 16 & 1);
    ((bits + half) >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn rounds_to_bf16() {
        let cases = [
            (1.0, 0x3f80),
            (-2.5, 0xc020),
            // Halfway between two: to the even one.
            (f32::from_bits(0x3f80_8000), 0x3f80),
            (f32::from_bits(0x3f81_8000), 0x3f82),
            (f32::from_bits(0x3f80_8001), 0x3f81),
            (f32::MAX, 0x7f80),
            (f32::INFINITY, 0x7f80),
            (f32::from_bits(0x7f80_0001), 0x7fc0),
        ];
        for (value, expected) in cases {
            assert_eq!(round_to_bf16(value), expected, "{value}");
            let wide = truncdfbf2(value.into()).to_bits();
            assert_eq!(wide & !0x40, u32::from(expected) & !0x40, "{value}");
        }
        // Just above the halfway point in f64, on it in f32.
        let value = f64::from(f32::from_bits(0x3f80_8000)) + 1e-15;
        assert_eq!(truncdfbf2(value).to_bits(), 0x3f81);
    }
}
