//! Importing checkpoints: whole ones, options of the family, and broken ones.

mod broken;
mod equations;
mod module;
mod options;
mod small;
