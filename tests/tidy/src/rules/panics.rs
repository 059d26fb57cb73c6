//! A server that answers people does not panic: errors are values in `runtime/`, tests aside.

use crate::{Exception, File, Finding, Tree};

const CALLS: [&str; 6] = [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "dbg!("];

/// Calls that may panic, outside tests.
pub fn check(tree: &Tree, exceptions: &[Exception]) -> Vec<Finding> {
    let excepted = |file: &&File| !exceptions.iter().any(|exception| exception.path == file.path);
    let found = tree.rust().filter(is_program).filter(excepted).flat_map(panics);
    let idle = exceptions.iter().filter(|exception| !tree.has(&exception.path)).map(|exception| {
        Finding::new("tests/tidy/exceptions.toml", 1, format!("no file {}: take it off the list", exception.path))
    });
    found.chain(idle).collect()
}

fn is_program(file: &&File) -> bool {
    file.path.starts_with("runtime/")
        && file.path.contains("/src/")
        && !file.path.contains("/tests/")
        && file.name() != "tests.rs"
}

fn panics(file: &File) -> Vec<Finding> {
    file.lines()
        .take_while(|(_, line)| !opens_tests(line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter_map(|(number, line)| {
            let call = CALLS.iter().find(|call| line.contains(*call))?;
            let message = format!("`{call}` outside a test: return an error that names the operation");
            Some(Finding::new(&file.path, number, message))
        })
        .collect()
}

/// Test modules stand last in their file; a file that is compiled for tests alone says so at its top.
fn opens_tests(line: &str) -> bool {
    let line = line.trim_start();
    (line.starts_with("#[cfg(test)]") || line.starts_with("#![cfg(")) && line.contains("test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_may_panic_is_found_until_the_tests_begin() {
        let text = "//! A.\n/// `x.unwrap()` is no call.\nfn a() { b.unwrap(); }\n#[cfg(test)]\nmod tests { fn c() { d.unwrap(); } }";
        let findings = check(&Tree::from([("runtime/a/src/lib.rs", text)]), &[]);
        assert_eq!(findings.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn every_kind_of_panic_is_found() {
        for call in CALLS {
            let text = format!("//! A.\nfn a() {{ {call}; }}");
            assert_eq!(check(&Tree::from([("runtime/a/src/b.rs", text.as_str())]), &[]).len(), 1, "{call}");
        }
    }

    #[test]
    fn tests_may_panic() {
        let text = "x.unwrap();";
        let tree = Tree::from([
            ("runtime/a/tests/b.rs", text),
            ("runtime/a/src/b/tests.rs", text),
            ("xtask/src/main.rs", text),
            ("runtime/a/src/suite.rs", "#![cfg(any(test, feature = \"suite\"))]\nx.unwrap();"),
        ]);
        assert!(check(&tree, &[]).is_empty());
    }

    #[test]
    fn an_exception_for_a_file_that_is_gone_is_found() {
        let gone = Exception { path: "runtime/gone.rs".to_owned(), reason: "a suite".to_owned() };
        assert_eq!(check(&Tree::default(), &[gone]).len(), 1);
    }
}
