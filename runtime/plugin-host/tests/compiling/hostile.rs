//! Components that were made to be a burden to whoever compiles them: each is refused, or compiled within the limits of the
//! compiling process, and plugins that are loaded go on being called meanwhile.

use crate::common::{handle, misdeed, said};
use sportello_plugin_host::PluginHost;

/// Magic, version and layer of a component.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
/// Magic, version and layer of a core module.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// Instructions of the core language and bytes of their encoding: WebAssembly specification, 5.4.
const NOP: u8 = 0x01;
const END: u8 = 0x0b;

/// What is sent to us, and in which words it is refused.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        ("a function larger than any compiler takes", function(&vec![NOP; 8 << 20]), "exceeds limit of 7654321"),
        ("an enormous function", function(&arithmetic(20_000)), "exports nothing"),
        ("thousands of imports", imports(20_000), "exports nothing"),
        (
            "a bomb of types that double",
            types(40, |below| [vec![0x6f, 2], index(below), index(below)].concat()),
            "effective type size exceeds the limit",
        ),
        (
            "types nested ten thousand deep",
            types(10_000, |below| [vec![0x70], index(below)].concat()),
            "type nesting is too deep",
        ),
        ("components within components", nested(5_000), "exports nothing"),
        ("a file of 500 MB", [COMPONENT, &vec![0; 500 << 20]].concat(), "it has 500 MiB, and 128 MiB are possible"),
    ]
}

/// Has a component looked at while another plugin is called; the words in which it is refused.
pub(crate) async fn refusal(host: &PluginHost, component: &[u8]) -> String {
    let neighbour = misdeed(host, "none").await;
    let mut looking = std::pin::pin!(host.inspect(component));
    for _ in 0..20 {
        tokio::select! {
            biased;
            refused = &mut looking => return refused.unwrap_err().to_string(),
            answer = handle(host, &neighbour) => assert_eq!(said(answer.unwrap().value), "behaved"),
        }
    }
    looking.await.unwrap_err().to_string()
}

/// A component of one module with one function.
fn function(instructions: &[u8]) -> Vec<u8> {
    // One local of 32 bits.
    let body = [&[1, 1, 0x7f], instructions, &[END]].concat();
    let code = [number(1), number(body.len()), body].concat();
    let sections = [section(1, &[1, 0x60, 0, 0]), section(3, &[1, 0]), section(10, &code)].concat();
    [COMPONENT.to_vec(), section(1, &[MODULE, &sections].concat())].concat()
}

/// So many times: `local.set 0 (i32.add (local.get 0) (i32.const 7))` in a block of its own that may be left early.
fn arithmetic(times: usize) -> Vec<u8> {
    [0x02, 0x40, 0x20, 0, 0x0d, 0, 0x20, 0, 0x41, 7, 0x6a, 0x21, 0, END].repeat(times)
}

fn imports(many: usize) -> Vec<u8> {
    // A function without arguments and results.
    let types = section(7, &[1, 0x40, 0, 1, 0]);
    let import = |number: usize| {
        let name = format!("function-{number}");
        [vec![0, u8::try_from(name.len()).unwrap()], name.into_bytes(), vec![1, 0]].concat()
    };
    let imports = (0..many).flat_map(import).collect::<Vec<_>>();
    [COMPONENT.to_vec(), types, section(10, &[number(many), imports].concat())].concat()
}

/// So many types, each made of the one below it; the first is a pair of bytes.
fn types(many: usize, of: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let types = (1..many).flat_map(|number| of(number - 1));
    let types = [vec![0x6f, 2, 0x7d, 0x7d], types.collect()].concat();
    [COMPONENT.to_vec(), section(7, &[number(many), types].concat())].concat()
}

fn nested(deep: usize) -> Vec<u8> {
    (0..deep).fold(COMPONENT.to_vec(), |inner, _| [COMPONENT.to_vec(), section(4, &inner)].concat())
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [vec![id], number(content.len()), content.to_vec()].concat()
}

/// LEB128 without a sign.
fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = vec![];
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap();
        value >>= 7;
        if value == 0 {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

/// LEB128 with a sign, of what is positive: the next to last bit of the last byte is not set.
fn index(value: usize) -> Vec<u8> {
    let mut bytes = number(value);
    if let Some(last) = bytes.last_mut().filter(|last| **last & 0x40 != 0) {
        *last |= 0x80;
        bytes.push(0);
    }
    bytes
}
