//! A plugin's cases as its author writes them: one file each.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::CasesError;

/// The cases of a folder: all that ends in `.json`, by name without that ending.
///
/// # Errors
/// [`CasesError::Folder`] where the folder or a file of it cannot be read, or is no JSON.
pub fn read_folder(folder: &Path) -> Result<BTreeMap<String, Value>, CasesError> {
    let failed = |path: &Path, reason: &dyn std::fmt::Display| CasesError::Folder {
        path: path.display().to_string(),
        reason: reason.to_string(),
    };
    let mut cases = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
        let path = entry.map_err(|error| failed(folder, &error))?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let text = std::fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
            let case = serde_json::from_str(&text).map_err(|error| failed(&path, &error))?;
            cases.insert(path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), case);
        }
    }
    Ok(cases)
}
