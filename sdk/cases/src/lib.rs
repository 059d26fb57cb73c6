//! How a plugin's cases travel within its component, so that one file is all that an operator is given.
//!
//! A custom section called [`SECTION`] at the end of the component holds one JSON object: the cases of `wit/JSON.md` by
//! name, which is the name of their file. Runtimes skip custom sections, so the component is what it was, with another
//! digest: other cases make another revision.
//!
//! Sources: WebAssembly specification, "Binary Format", 5.2.2 (LEB128) and 5.5.3 (custom section); component model,
//! "Binary Format": components are made of sections as modules are.

mod folder;
mod number;

use std::collections::BTreeMap;

use serde_json::Value;

pub use folder::read_folder;

/// The name of the section.
pub const SECTION: &str = "sportello:cases";

/// Magic, version and layer: what stands before the sections.
const HEAD: usize = 8;
/// The id of custom sections.
const CUSTOM: u8 = 0;

/// Why cases could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CasesError {
    /// The file ends within a section, or its sizes contradict each other.
    #[error("reading the sections of the component: damaged at byte {0}")]
    Damaged(usize),
    /// The section does not hold what it should.
    #[error("reading the section `{SECTION}` of the component: {0}")]
    Content(String),
    /// The cases of a folder cannot be read.
    #[error("reading the cases in {path}: {reason}")]
    Folder {
        /// The folder, or a file in it.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

/// The cases that a component carries, by name; empty where it carries none.
///
/// # Errors
/// [`CasesError::Damaged`] where the bytes are not sections; [`CasesError::Content`] where the section holds something else.
pub fn read(component: &[u8]) -> Result<BTreeMap<String, Value>, CasesError> {
    let mut cases = None;
    for section in sections(component) {
        let Section { content, .. } = section?;
        if let Some(content) = content {
            let found = serde_json::from_slice(content).map_err(|error| CasesError::Content(error.to_string()))?;
            if cases.replace(found).is_some() {
                return Err(CasesError::Content("it is there twice".to_owned()));
            }
        }
    }
    Ok(cases.unwrap_or_default())
}

/// The component with these cases, in place of those that it carried. The same cases give the same bytes.
///
/// # Errors
/// [`CasesError::Damaged`] where the bytes are not sections.
pub fn write(component: &[u8], cases: &BTreeMap<String, Value>) -> Result<Vec<u8>, CasesError> {
    let mut out = component.get(..HEAD).ok_or(CasesError::Damaged(0))?.to_vec();
    for section in sections(component) {
        let Section { bytes, content } = section?;
        if content.is_none() {
            out.extend_from_slice(bytes);
        }
    }
    let content = serde_json::to_vec(cases).map_err(|error| CasesError::Content(error.to_string()))?;
    let mut section = vec![];
    number::write(&mut section, SECTION.len());
    section.extend_from_slice(SECTION.as_bytes());
    section.extend_from_slice(&content);
    out.push(CUSTOM);
    number::write(&mut out, section.len());
    out.extend_from_slice(&section);
    Ok(out)
}

/// A section of the component itself, as a whole.
struct Section<'a> {
    bytes: &'a [u8],
    /// Of a section of cases.
    content: Option<&'a [u8]>,
}

/// The outermost sections, in order; nothing after one that is damaged.
fn sections(component: &[u8]) -> impl Iterator<Item = Result<Section<'_>, CasesError>> {
    let mut at = HEAD;
    std::iter::from_fn(move || {
        if at >= component.len() {
            return None;
        }
        let section = section(component, at);
        at = section.as_ref().map_or(component.len(), |section| at + section.bytes.len());
        Some(section)
    })
}

fn section(component: &[u8], at: usize) -> Result<Section<'_>, CasesError> {
    let damaged = CasesError::Damaged(at);
    let rest = component.get(at + 1..).ok_or_else(|| damaged.clone())?;
    let (size, length) = number::read(rest).ok_or_else(|| damaged.clone())?;
    let content = rest.get(length..).and_then(|rest| rest.get(..size)).ok_or(damaged)?;
    let content = if component[at] == CUSTOM { content_of_cases(content) } else { None };
    Ok(Section { bytes: &component[at..at + 1 + length + size], content })
}

fn content_of_cases(section: &[u8]) -> Option<&[u8]> {
    let (size, length) = number::read(section)?;
    let (name, content) = section.get(length..)?.split_at_checked(size)?;
    (name == SECTION.as_bytes()).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A component without sections.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn cases(names: &[&str]) -> BTreeMap<String, Value> {
        names.iter().map(|name| ((*name).to_owned(), json!({"function": "describe", "expect": {}}))).collect()
    }

    /// A component with a custom section of somebody else.
    fn with_foreign_section() -> Vec<u8> {
        [EMPTY, b"\0\x06\x04nameX"].concat()
    }

    #[test]
    fn cases_come_out_as_they_went_in() {
        let component = write(EMPTY, &cases(&["answer", "describe"])).unwrap();
        assert_eq!(read(&component), Ok(cases(&["answer", "describe"])));
        assert!(component.starts_with(EMPTY));
    }

    #[test]
    fn a_component_without_cases_has_none() {
        assert_eq!(read(EMPTY), Ok(BTreeMap::new()));
        assert_eq!(read(&with_foreign_section()), Ok(BTreeMap::new()));
    }

    #[test]
    fn new_cases_take_the_place_of_the_old_and_leave_other_sections_alone() {
        let once = write(&with_foreign_section(), &cases(&["old"])).unwrap();
        let twice = write(&once, &cases(&["new"])).unwrap();
        assert_eq!(read(&twice), Ok(cases(&["new"])));
        assert!(twice.starts_with(&with_foreign_section()));
        assert_eq!(write(&twice, &cases(&["new"])).unwrap(), twice);
    }

    #[test]
    fn many_cases_need_a_size_of_several_bytes() {
        let many: Vec<String> = (0..500).map(|number| format!("case-{number}")).collect();
        let many = cases(&many.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(read(&write(EMPTY, &many).unwrap()), Ok(many));
    }

    #[test]
    fn what_is_damaged_is_told_with_its_place() {
        let component = write(&with_foreign_section(), &cases(&["a"])).unwrap();
        for end in 1..component.len() - with_foreign_section().len() {
            let cut = &component[..component.len() - end];
            assert_eq!(read(cut), Err(CasesError::Damaged(16)), "{end}");
        }
        assert_eq!(read(&[EMPTY, b"\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"].concat()), Err(CasesError::Damaged(8)));
        assert_eq!(write(b"\0asm", &cases(&[])), Err(CasesError::Damaged(0)));
    }

    #[test]
    fn a_section_that_holds_something_else_is_told_so() {
        let component = [EMPTY, b"\0\x12\x0fsportello:cases[]"].concat();
        let error = read(&component).unwrap_err().to_string();
        assert!(error.starts_with("reading the section `sportello:cases` of the component: "), "{error}");
    }
}
