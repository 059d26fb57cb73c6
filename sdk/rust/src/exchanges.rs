//! Answers requests out of what the host has performed so far, or ends the call to have them performed.
//!
//! A plugin's function runs again from the top with every new answer. That is safe only while it asks for the same things
//! in the same order, so each recorded request is compared with the one asked for now.

use std::cell::Cell;

use crate::stop::Pause;
use crate::types::{Exchange, HttpRequest, HttpResponse, RequestError};

/// What came of one request: an answer of any status, or why there is none.
pub type Outcome = Result<HttpResponse, RequestError>;

/// The recorded exchanges of one call and how far it has come in them.
#[derive(Debug, Default)]
pub(crate) struct Exchanges {
    recorded: Vec<Exchange>,
    next: Cell<usize>,
}

impl Exchanges {
    pub(crate) fn new(recorded: Vec<Exchange>) -> Self {
        Self { recorded, next: Cell::new(0) }
    }

    pub(crate) fn fetch(&self, request: HttpRequest) -> Result<Outcome, Pause> {
        match self.recorded.get(self.next.get()) {
            None => Err(Pause::Perform(vec![request])),
            Some(_) => self.replay(&request),
        }
    }

    pub(crate) fn fetch_all(&self, requests: Vec<HttpRequest>) -> Result<Vec<Outcome>, Pause> {
        let mut outcomes = Vec::with_capacity(requests.len());
        let mut missing = Vec::new();
        for request in requests {
            if self.next.get() == self.recorded.len() {
                missing.push(request);
            } else {
                outcomes.push(self.replay(&request)?);
            }
        }
        if missing.is_empty() { Ok(outcomes) } else { Err(Pause::Perform(missing)) }
    }

    fn replay(&self, request: &HttpRequest) -> Result<Outcome, Pause> {
        let position = self.next.get();
        let exchange = &self.recorded[position];
        if exchange.request != *request {
            return Err(Pause::Diverged(divergence(position, &exchange.request, request)));
        }
        self.next.set(position + 1);
        Ok(exchange.outcome.clone())
    }
}

fn divergence(position: usize, before: &HttpRequest, now: &HttpRequest) -> String {
    let detail = if (&before.method, &before.url) == (&now.method, &now.url) {
        format!("{} {} with other headers, another body or other limits", now.method, now.url)
    } else {
        format!("{} {} instead of {} {}", now.method, now.url, before.method, before.url)
    };
    let ordinal = position + 1;
    format!(
        "the plugin asked for something else when it was called again (request {ordinal}: {detail}); the same arguments \
         must always lead to the same requests"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Request, Url};

    fn request(path: &str) -> HttpRequest {
        Request::get(Url::new("https://api.example").segment(path)).build()
    }

    fn recorded(path: &str) -> Exchange {
        Exchange { request: request(path), outcome: Err(RequestError::TooLarge) }
    }

    #[test]
    fn a_new_request_ends_the_call() {
        let exchanges = Exchanges::new(vec![]);
        assert_eq!(exchanges.fetch(request("a")), Err(Pause::Perform(vec![request("a")])));
    }

    #[test]
    fn recorded_answers_come_back_in_order() {
        let exchanges = Exchanges::new(vec![recorded("a"), recorded("b")]);
        assert_eq!(exchanges.fetch(request("a")), Ok(Err(RequestError::TooLarge)));
        assert_eq!(exchanges.fetch_all(vec![request("b")]), Ok(vec![Err(RequestError::TooLarge)]));
        assert_eq!(exchanges.fetch(request("c")), Err(Pause::Perform(vec![request("c")])));
    }

    #[test]
    fn of_several_only_those_without_an_answer_are_performed() {
        let exchanges = Exchanges::new(vec![recorded("a")]);
        let asked = vec![request("a"), request("b"), request("c")];
        assert_eq!(exchanges.fetch_all(asked), Err(Pause::Perform(vec![request("b"), request("c")])));
    }

    #[test]
    fn asking_for_something_else_is_noticed() {
        let exchanges = Exchanges::new(vec![recorded("a")]);
        let Err(Pause::Diverged(reason)) = exchanges.fetch(request("b")) else { panic!("not noticed") };
        assert!(reason.contains("GET https://api.example/b instead of GET https://api.example/a"), "{reason}");
    }

    #[test]
    fn another_body_is_noticed() {
        let url = || Url::new("https://api.example");
        let first = Request::post(url()).body("one").build();
        let exchanges = Exchanges::new(vec![Exchange { request: first, outcome: Err(RequestError::TooLarge) }]);
        let Err(Pause::Diverged(reason)) = exchanges.fetch(Request::post(url()).body("two").build()) else {
            panic!("not noticed")
        };
        assert!(reason.contains("another body"), "{reason}");
    }
}
