//! Designs with one op changed, which have to fail.

/// A text with one op of a module made another one, for each such op; the
/// module is the first one whose name begins so.
pub fn mutants(text: &str, module: &str, of: &str, to: &str) -> Vec<(usize, String)> {
    let end = text
        .find(&format!("sym_name = \"{module}"))
        .expect("a module");
    let start = text[..end].rfind("\"hw.module\"").expect("a module");
    text[start..end]
        .match_indices(of)
        .enumerate()
        .map(|(place, (at, _))| {
            let at = start + at;
            let text = format!("{}{to}{}", &text[..at], &text[at + of.len()..]);
            (place, text)
        })
        .collect()
}
