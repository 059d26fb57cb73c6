//! `cargo xtask demo`.
pub(crate) fn run() -> anyhow::Result<()> {
    anyhow::bail!("soon")
}
