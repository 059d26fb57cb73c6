//! Answers that may be given again for a while: a platform's signing certificate is asked for with every webhook.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use sportello_domain::{
    Instant,
    contract::{Header, HttpRequest, HttpResponse},
};

use crate::prepare;

/// Answers kept for one revision.
const KEPT: usize = 64;
/// Bytes of the largest body that is kept.
const LARGEST: usize = 256 << 10;

struct Entry {
    url: String,
    headers: Vec<Header>,
    at: Instant,
    response: HttpResponse,
}

/// Recent answers of one revision, oldest first.
#[derive(Default)]
pub(crate) struct Cache {
    entries: Mutex<VecDeque<Entry>>,
}

impl Cache {
    /// An answer that is young enough for this request.
    pub(crate) fn get(&self, request: &HttpRequest, now: Instant) -> Option<HttpResponse> {
        let max_age = max_age(request)?;
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.iter().find(|entry| entry.answers(request))?;
        (now.saturating_sub(entry.at) <= max_age).then(|| entry.response.clone())
    }

    /// Keeps the answer if another request may be given it.
    pub(crate) fn put(&self, request: &HttpRequest, response: &HttpResponse, now: Instant) {
        if max_age(request).is_none() || response.status != 200 || response.body.len() > LARGEST {
            return;
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| !entry.answers(request));
        if entries.len() >= KEPT {
            entries.pop_front();
        }
        let (url, headers) = (request.url.clone(), request.headers.clone());
        entries.push_back(Entry { url, headers, at: now, response: response.clone() });
    }
}

impl Entry {
    fn answers(&self, request: &HttpRequest) -> bool {
        self.url == request.url && self.headers == request.headers
    }
}

/// None: the request is always performed. What names secrets is: its answer is nobody else's.
fn max_age(request: &HttpRequest) -> Option<Instant> {
    let plain = request.method == "GET" && request.body.is_empty() && !prepare::names_secret(request);
    request.max_age.filter(|_| plain).map(Instant::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(url: &str, max_age: Option<u32>) -> HttpRequest {
        HttpRequest {
            method: "GET".to_owned(),
            url: url.to_owned(),
            headers: vec![],
            body: vec![],
            repeatable: true,
            after: None,
            timeout: None,
            max_age,
        }
    }

    fn response(status: u16) -> HttpResponse {
        HttpResponse { status, headers: vec![], body: "certificate".into() }
    }

    #[test]
    fn an_answer_is_given_again_until_it_is_too_old_for_who_asks() {
        let cache = Cache::default();
        cache.put(&request("https://a", Some(0)), &response(200), 1_000);
        assert_eq!(cache.get(&request("https://a", Some(500)), 1_500), Some(response(200)));
        assert_eq!(cache.get(&request("https://a", Some(500)), 1_501), None);
        assert_eq!(cache.get(&request("https://a", None), 1_000), None, "it did not ask for an old one");
        assert_eq!(cache.get(&request("https://b", Some(500)), 1_000), None);
    }

    #[test]
    fn failures_and_answers_to_secrets_are_not_kept() {
        let cache = Cache::default();
        let secret = request("https://a/{secret:token}", Some(500));
        cache.put(&secret, &response(200), 0);
        assert_eq!(cache.get(&secret, 0), None);
        cache.put(&request("https://a", Some(500)), &response(404), 0);
        assert_eq!(cache.get(&request("https://a", Some(500)), 0), None);
    }

    #[test]
    fn the_oldest_answer_makes_room() {
        let cache = Cache::default();
        for number in 0..=KEPT {
            cache.put(&request(&format!("https://{number}"), Some(500)), &response(200), 0);
        }
        assert_eq!(cache.get(&request("https://0", Some(500)), 0), None);
        assert!(cache.get(&request("https://1", Some(500)), 0).is_some());
    }
}
