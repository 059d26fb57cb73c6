//! What the operator configures.

use serde::Deserialize;
use sportello_sdk::http::{Request, Url};

/// Name of the secret under which Meta signs webhooks.
pub(crate) const APP_SECRET: &str = "app-secret";
/// Name of the secret with which the API is called.
pub(crate) const ACCESS_TOKEN: &str = "access-token";
/// Name of the secret that Meta shows when the webhook is registered.
pub(crate) const VERIFY_TOKEN: &str = "verify-token";

/// Settings of one channel, that is of one business phone number.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// Id (not number) of the phone number that sends where a delivery names no other.
    pub phone_number_id: String,
    /// Where the Graph API lives.
    #[serde(default = "default_base")]
    pub api_base: String,
    /// Version of the Graph API.
    #[serde(default = "default_version")]
    pub api_version: String,
    /// Messages that Meta lets this number send per second: 80, and up to 1,000 for numbers that it has upgraded.
    #[serde(default = "default_rate")]
    pub messages_per_second: u32,
    /// What the button that opens a list says; at most 20 characters.
    #[serde(default = "default_list_label")]
    pub list_label: String,
}

impl Settings {
    pub(crate) fn url(&self, id: &str) -> Url {
        Url::new(&self.api_base).segment(&self.api_version).segment(id)
    }

    /// A reading request about an object of the Graph.
    pub(crate) fn get(&self, url: Url) -> Request {
        Request::get(url).bearer(ACCESS_TOKEN)
    }
}

fn default_base() -> String {
    "https://graph.facebook.com".to_owned()
}

fn default_version() -> String {
    "v23.0".to_owned()
}

fn default_rate() -> u32 {
    80
}

fn default_list_label() -> String {
    "Options".to_owned()
}
