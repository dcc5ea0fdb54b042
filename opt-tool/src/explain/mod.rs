//! `fidelity explain`: what a model takes on a target, and why it is computed as it is.
//!
//! | file | what it says |
//! | --- | --- |
//! | `report` | the analysis as data, which `--json` writes |
//! | `table` | the report on a terminal |
//! | `layout` | where the ops of a graph stand in its picture |
//! | `html` | the report as one page with a picture of each function |

mod html;
mod layout;
mod report;
mod table;

use crate::{
    context, module,
    output::{print_line, write_whole},
    registry,
};
use fidelity_passes::{
    premap::{self, Goal},
    profile::Profile,
};
use report::Report;
use std::path::{Path, PathBuf};

/// Explains what a model takes on a target: for each op its operations, bytes, time
/// and what bounds it, how it is best computed, and what fusion changes.
///
/// The times are estimates from the target's profile; `docs/target-profiles.md` says
/// how they come about.
#[derive(clap::Args, Debug)]
pub struct Explain {
    /// The module: text or bytecode, of fidelity ops.
    file: PathBuf,
    /// A built-in profile of the target.
    #[arg(long, value_name = "NAME", default_value = "x86-64-avx2")]
    target: String,
    /// A TOML file with the target's profile, instead of a built-in one.
    #[arg(long, value_name = "FILE", conflicts_with = "target")]
    profile: Option<PathBuf>,
    /// Profiles, built in or files, of the devices to place ops on, instead of one target.
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        conflicts_with_all = ["target", "profile"]
    )]
    devices: Vec<String>,
    /// The size to take for a dimension of that name; one option for each.
    #[arg(long = "size", value_name = "NAME:SIZE")]
    sizes: Vec<String>,
    /// The size to take for other dimensions that only run time tells.
    #[arg(long, value_name = "SIZE", default_value_t = 1)]
    dynamic: i64,
    /// The passes between the picture before and the one after.
    #[arg(
        long,
        value_name = "PIPELINE",
        default_value = "canonicalize,fidelity-fuse,canonicalize"
    )]
    passes: String,
    /// Writes the report as JSON; `-` writes it to stdout, in place of the table.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Writes the report as a page of HTML that needs nothing else.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Explain {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, the profile or an option.
    pub fn run(&self) -> Result<(), String> {
        let name = match &self.profile {
            Some(file) => file
                .to_str()
                .ok_or("expected a name of UTF-8 for the profile")?,
            None => &self.target,
        };
        let profile = Profile::find(name)?;
        let devices = Profile::of_devices(&self.devices)?;
        let sizes = premap::sizes(&self.sizes, self.dynamic)?;
        let goal = Goal {
            profile: &profile,
            devices: &devices,
            sizes: &sizes,
            anew: false,
        };
        let context = context::new();
        let mut module = module::read(&context, &self.file).map_err(|error| error.to_string())?;
        let analyse = |module: &melior::ir::Module<'_>| {
            module::reporting(&context, &self.file, || {
                report::functions(module.as_operation(), &goal).map_err(|error| error.to_string())
            })
            .map_err(|error| error.to_string())
        };
        let before = analyse(&module)?;
        registry::register_passes();
        module::run_passes(&context, &self.file, &mut module, &self.passes)
            .map_err(|error| error.to_string())?;
        let after = analyse(&module)?;
        let report = Report::new(&self.file, goal.targets(), &self.passes, before, after);

        let to_stdout = self.json.as_deref() == Some(Path::new("-"));
        if let Some(file) = &self.json {
            let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
            if to_stdout {
                print_line(&text)?;
            } else {
                write_whole(file, |out| writeln!(out, "{text}"))?;
            }
        }
        if let Some(file) = &self.html {
            let text = html::page(&report)?;
            write_whole(file, |out| out.write_all(text.as_bytes()))?;
        }
        if to_stdout {
            return Ok(());
        }
        print_line(table::text(&report).trim_end())
    }
}
