//! Progress of long work: a bar on a terminal, nothing in a pipe.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar that counts bytes. It draws on stderr, and only if that is a terminal.
pub fn bytes(total: u64) -> ProgressBar {
    bar(total, "{msg:30} {wide_bar} {bytes}/{total_bytes}")
}

/// A sign that something of unknown length goes on.
pub fn spinner(message: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message.to_owned());
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    bar
}

fn bar(total: u64, template: &str) -> ProgressBar {
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(total).with_style(style)
}

/// The stages of work whose length is unknown, one after the other.
pub struct Stages(ProgressBar);

impl Stages {
    /// Shows nothing yet.
    pub fn new() -> Self {
        Self(spinner(""))
    }

    /// Says what goes on now.
    pub fn begin(&self, stage: &'static str) {
        self.0.set_message(stage);
    }
}

impl Default for Stages {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Stages {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
