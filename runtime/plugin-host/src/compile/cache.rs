//! Machine code of components, by digest and by what it was compiled for.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    time::Instant,
};

use wasmtime::{Engine, component::Component};

use super::{command, header, process};
use crate::{config::Compiler, error::HostError};

/// A folder of machine code that this program alone has written.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    compiler: Compiler,
    /// What the engine's code has to be compiled for.
    compatibility: String,
}

impl Cache {
    pub(crate) fn open(folder: PathBuf, compiler: Compiler, engine: &Engine) -> Result<Self, HostError> {
        make_private(&folder)?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let compatibility = format!("{:016x}", hasher.finish());
        Ok(Self { folder, compiler, compatibility })
    }

    /// The component, compiled now if it never was.
    pub(crate) async fn component(&self, engine: &Engine, digest: &str, bytes: &[u8]) -> Result<Component, HostError> {
        header::check(bytes)?;
        let path = self.folder.join(format!("{digest}-{}.cwasm", self.compatibility));
        if path.exists() {
            match open(engine, &path) {
                Ok(component) => return Ok(component),
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "compiled plugin is damaged; compiling again")
                }
            }
        }
        let began = Instant::now();
        tracing::info!(digest, bytes = bytes.len(), "compiling a plugin");
        self.compile(bytes, &path).await?;
        tracing::info!(digest, seconds = began.elapsed().as_secs_f64(), "compiled a plugin");
        open(engine, &path).map_err(|error| HostError::Compile(format!("{error:#}")))
    }

    /// Into a file beside the place, and from there in one step, so that nobody ever reads half of it.
    async fn compile(&self, bytes: &[u8], path: &Path) -> Result<(), HostError> {
        let failed = |error: std::io::Error| self.failed(&error);
        let desk = tempfile::Builder::new().prefix("compiling-").tempdir_in(&self.folder).map_err(failed)?;
        let (input, output) = (desk.path().join("component.wasm"), desk.path().join("component.cwasm"));
        match &self.compiler {
            Compiler::Process { exe } => {
                tokio::fs::write(&input, bytes).await.map_err(failed)?;
                process::compile(exe, &input, &output).await?;
            }
            Compiler::InProcess => {
                let bytes = bytes.to_vec();
                let compiled = tokio::task::spawn_blocking(move || command::compile(&bytes)).await;
                let code = compiled.map_err(|error| HostError::Compile(format!("the compiler broke: {error}")))??;
                tokio::fs::write(&output, code).await.map_err(failed)?;
            }
        }
        tokio::fs::rename(&output, path).await.map_err(failed)
    }

    fn failed(&self, error: &std::io::Error) -> HostError {
        HostError::Cache { path: self.folder.clone(), reason: error.to_string() }
    }
}

#[allow(unsafe_code, reason = "machine code is mapped as it is")]
fn open(engine: &Engine, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file stands in a folder that only this user can write, under a name that only `Cache::compile` gives,
    // which has it from our own compiler; it is replaced by renaming, never changed in place.
    unsafe { Component::deserialize_file(engine, path) }
}

/// Who can write here can run any code in this program.
#[cfg(unix)]
fn make_private(folder: &Path) -> Result<(), HostError> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};

    let failed = |reason: String| HostError::Cache { path: folder.to_owned(), reason };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| failed(format!("cannot be made: {error}")))?;
    let found = std::fs::metadata(folder).map_err(|error| failed(error.to_string()))?;
    if found.uid() != rustix::process::geteuid().as_raw() {
        return Err(failed(
            "belongs to another user, who could run code here through it; choose another folder".to_owned(),
        ));
    }
    if found.mode() & 0o022 != 0 {
        return Err(failed("can be written by others, who could run code here through it; chmod 700 it".to_owned()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> Result<(), HostError> {
    std::fs::create_dir_all(folder)
        .map_err(|error| HostError::Cache { path: folder.to_owned(), reason: format!("cannot be made: {error}") })
}
