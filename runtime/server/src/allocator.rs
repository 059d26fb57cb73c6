//! Where memory comes from. A message makes and drops a few thousand small values, on whichever thread takes it on.

use mimalloc::MiMalloc;

/// Its third version ends the program where a library that was loaded before it asks for a symbol that nobody has (libfaketime
/// does): so the second.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// `mi_option_purge_delay` of the second version's `mimalloc.h`, which the bindings do not name.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// What is free goes back to the system after so many milliseconds. After the library's own ten the next message takes it from there
/// again, page by page: that was a twelfth of a message's processor time.
const KEPT: std::ffi::c_long = 1_000;

/// Has memory that came free stay at hand for a moment. What the environment says (`MIMALLOC_PURGE_DELAY`) comes first.
///
/// Called before there are other threads.
#[allow(unsafe_code, reason = "a call of the allocator's own library, which has no other way to be told")]
pub(crate) fn keep_for_a_moment() {
    // SAFETY: the option exists, any number is a delay, and no other thread reads it meanwhile.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, KEPT) };
}
