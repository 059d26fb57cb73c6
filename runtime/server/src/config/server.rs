//! `[server]`: where it is reached.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::section::{Located, Section};

/// Where the server is reached.
#[derive(Clone, Debug)]
pub(crate) struct ServerSection {
    /// `listen`: address and port; port 0: any that is free.
    pub(crate) listen: SocketAddr,
    /// `public-url`: how platforms reach it, without a slash at the end; by default `http://` and the address.
    pub(crate) public_url: Option<String>,
    /// `pages`: a folder with files for browsers (the chat window, the page that carries it), served under `/`.
    pub(crate) pages: Option<Located<PathBuf>>,
    /// `authorities`: a PEM file with certificate authorities to trust beside those that browsers trust.
    pub(crate) authorities: Option<Located<PathBuf>>,
}

impl ServerSection {
    pub(super) fn read(section: Option<Section<'_>>, folder: &Path) -> Self {
        let mut read =
            Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), public_url: None, pages: None, authorities: None };
        let Some(section) = section else { return read };
        if let Some(listen) = section.text("listen") {
            match listen.value.parse() {
                Ok(address) => read.listen = address,
                Err(_) => section.problems().add(
                    listen.line,
                    format!(
                        "`server.listen` has to be an address and a port such as \"127.0.0.1:8080\", not \"{}\"",
                        listen.value
                    ),
                ),
            }
        }
        if let Some(url) = section.text("public-url") {
            if !url.value.starts_with("https://") && !url.value.starts_with("http://") {
                let message = "`server.public-url` has to be a URL such as \"https://bot.example.com\"";
                section.problems().add(url.line, message);
            }
            read.public_url = Some(url.value.trim_end_matches('/').to_owned());
        }
        let path = |found: Located<String>| Located { value: folder.join(found.value), line: found.line };
        read.pages = section.text("pages").map(path);
        read.authorities = section.text("authorities").map(path);
        section.close();
        read
    }
}
