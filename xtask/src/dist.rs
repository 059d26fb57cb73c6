//! `cargo xtask dist`: all that an installation needs, in `target/dist`.

use crate::step::step;
use crate::{command, plugins, project, web};

/// How much time is spent on the program.
#[derive(Clone, Copy)]
pub(crate) enum Built {
    /// As it is shipped and measured: minutes of linking.
    ToShip,
    /// As fast as it can be built and still be used: for tests and for a look.
    ToTry,
}

/// Leaves the program, the plugins and the web files in `target/dist`.
pub(crate) fn run(built: Built) -> anyhow::Result<()> {
    plugins::run()?;
    web::build()?;
    program(built)
}

fn program(built: Built) -> anyhow::Result<()> {
    let profile = built.profile();
    step("build the program", || {
        command::run(&mut command::cargo(&["build", "--profile", profile, "--package", "sportello-server"]))?;
        project::place(&project::cargo_target().join(profile).join("sportello"), &project::program())
    })
}

impl Built {
    /// The name of cargo's profile, and of the folder in which it leaves what it builds.
    pub(crate) fn profile(self) -> &'static str {
        match self {
            Self::ToShip => "shipped",
            Self::ToTry => "release",
        }
    }
}
