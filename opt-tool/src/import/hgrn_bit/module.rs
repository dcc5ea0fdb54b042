//! tmp
use super::Model;
use crate::import::Error;
use melior::{Context, ir::Module};
/// tmp
pub fn build_module<'c>(_context: &'c Context, _model: Model) -> Result<Module<'c>, Error> {
    Err(Error::Module("tmp".to_owned()))
}
