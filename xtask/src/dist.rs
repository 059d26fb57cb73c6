//! `cargo xtask dist`: all that an installation needs, in `target/dist`.

use crate::step::step;
use crate::{command, plugins, project, web};

/// Leaves the release binary, the plugins and the web files in `target/dist`.
pub(crate) fn run() -> anyhow::Result<()> {
    plugins::run()?;
    web::build()?;
    program()
}

fn program() -> anyhow::Result<()> {
    step("build the program", || {
        command::run(&mut command::cargo(&["build", "--release", "--package", "sportello-server"]))?;
        project::place(&project::cargo_target().join("release/sportello"), &project::program())
    })
}
