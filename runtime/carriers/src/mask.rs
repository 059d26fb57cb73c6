//! Takes secrets out of what came back, before anybody sees or records it.

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use percent_encoding::percent_encode;
use sportello_domain::{
    contract::{HttpResponse, RequestError},
    secrets::Secrets,
};

use crate::prepare::{PATH, USER};

/// Bytes of the shortest value that is searched for: a shorter one guards nothing, and would tear holes into every answer.
const SHORTEST: usize = 6;

/// Replaces values of secrets by `{secret:NAME}`, also where they were escaped for a URL.
pub(crate) struct Mask {
    search: AhoCorasick,
    names: Vec<String>,
}

impl Mask {
    pub(crate) fn new(secrets: &Secrets) -> Result<Self, BuildError> {
        let mut forms = Vec::new();
        for name in secrets.names() {
            let value = secrets.reveal(name).unwrap_or_default();
            let mask = format!("{{secret:{name}}}");
            forms.push((value.to_vec(), mask.clone()));
            forms.push((percent_encode(value, PATH).to_string().into_bytes(), mask.clone()));
            forms.push((percent_encode(value, USER).to_string().into_bytes(), mask));
        }
        Self::of(forms)
    }

    /// For credentials that were put together for one request.
    pub(crate) fn of_credentials(encoded: &str) -> Result<Self, BuildError> {
        Self::of(vec![(encoded.as_bytes().to_vec(), "{secret}".to_owned())])
    }

    fn of(mut forms: Vec<(Vec<u8>, String)>) -> Result<Self, BuildError> {
        forms.retain(|(form, _)| form.len() >= SHORTEST);
        let (forms, names): (Vec<_>, _) = forms.into_iter().unzip();
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms)?;
        Ok(Self { search, names })
    }

    pub(crate) fn outcome(&self, outcome: Result<HttpResponse, RequestError>) -> Result<HttpResponse, RequestError> {
        if self.names.is_empty() {
            return outcome;
        }
        outcome.map(|response| self.response(response)).map_err(|error| match error {
            RequestError::Unreachable(reason) => RequestError::Unreachable(self.text(reason)),
            RequestError::Unknown(reason) => RequestError::Unknown(self.text(reason)),
            RequestError::NotGranted | RequestError::TooLarge => error,
        })
    }

    fn response(&self, mut response: HttpResponse) -> HttpResponse {
        for (_, value) in &mut response.headers {
            *value = self.text(std::mem::take(value));
        }
        if self.search.is_match(response.body.0.as_slice()) {
            response.body.0 = self.search.replace_all_bytes(&response.body.0, &self.names);
        }
        response
    }

    fn text(&self, text: String) -> String {
        if self.search.is_match(&text) { self.search.replace_all(&text, &self.names) } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(secrets: &[(&str, &str)]) -> Mask {
        let secrets = secrets.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
        Mask::new(&secrets).unwrap()
    }

    fn response(body: &[u8]) -> HttpResponse {
        HttpResponse {
            status: 200,
            headers: vec![("x-echo".to_owned(), "got 1:A/b-c".to_owned())],
            body: body.to_vec().into(),
        }
    }

    #[test]
    fn a_secret_is_replaced_by_its_name_in_headers_and_body() {
        let masked = mask(&[("token", "1:A/b-c")]).outcome(Ok(response(b"\xff1:A/b-c 1:A%2Fb-c 1%3AA%2Fb-c"))).unwrap();
        assert_eq!(masked.headers[0].1, "got {secret:token}");
        assert_eq!(masked.body.0, b"\xff{secret:token} {secret:token} {secret:token}");
    }

    #[test]
    fn the_longest_secret_wins_where_one_begins_another() {
        let mask = mask(&[("a", "secret-1"), ("b", "secret-1-long")]);
        assert_eq!(mask.text("secret-1-long secret-1".to_owned()), "{secret:b} {secret:a}");
    }

    #[test]
    fn reasons_are_masked_too() {
        let mask = mask(&[("a", "secret-1")]);
        let error = mask.outcome(Err(RequestError::Unknown("reset by secret-1".to_owned())));
        assert_eq!(error, Err(RequestError::Unknown("reset by {secret:a}".to_owned())));
    }

    #[test]
    fn a_value_that_is_too_short_to_guard_anything_leaves_answers_whole() {
        assert_eq!(mask(&[("a", "1"), ("b", "")]).text("1 of 1".to_owned()), "1 of 1");
    }
}
