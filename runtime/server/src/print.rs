//! What commands print for people and scripts. A reader who has gone away, such as `head`, is no error.

use std::io::{ErrorKind, Write};

/// Writes to standard output, with a line break at the end.
pub(crate) fn out(text: &str) -> std::io::Result<()> {
    write(std::io::stdout().lock(), text)
}

/// Writes to standard error, with a line break at the end.
pub(crate) fn err(text: &str) -> std::io::Result<()> {
    write(std::io::stderr().lock(), text)
}

fn write(mut stream: impl Write, text: &str) -> std::io::Result<()> {
    match writeln!(stream, "{}", text.trim_end()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
