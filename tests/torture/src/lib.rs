//! Breaks the real program under load: killed, cut off, without room, with a plugin that fails, with a clock that jumps.
//!
//! - [`customers`] write, and their platform resends what was not acknowledged; [`doors`] is where it finds the program.
//! - [`echoes`] are what the platform reports of our messages, some of which it never does.
//! - an [`operator`] changes plugins meanwhile.
//! - [`oracle`] judges by what the platform saw alone; [`world`] puts all of it together.
//! - [`scenarios`] break things, one file each.

pub mod customers;
pub mod doors;
pub mod echoes;
pub mod operator;
pub mod oracle;
pub mod scenarios;
pub mod settle;
pub mod small_disk;
pub mod verdict;
pub mod waits;
pub mod world;
