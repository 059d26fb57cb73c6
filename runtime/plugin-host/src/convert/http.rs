//! Requests, what came of them, and the vault's digests.

use sportello_domain::contract;

use super::{record, variant};
use crate::bindings::{types, vault};

variant!(types::Piece = contract::Piece { Bytes(bytes), Secret(name), File(id) });
record!(types::HttpRequest = contract::HttpRequest { method, url, headers, body, repeatable, after, timeout, max_age });
record!(types::HttpResponse = contract::HttpResponse { status, headers, body });
variant!(types::RequestError = contract::RequestError { NotGranted, Unreachable(reason), Unknown(reason), TooLarge });
record!(types::Exchange = contract::Exchange { request, outcome });
record!(types::Context = contract::Context { settings, hook, now, seed });
variant!(vault::Digest = contract::Digest { Md5, Sha1, Sha256, Sha512 });
variant!(types::Failure = contract::Failure {
    Retry(after),
    Throttled(after),
    Unknown(reason),
    Rejected(reason),
    WindowClosed,
    Blocked,
    Unauthorised(reason),
});
