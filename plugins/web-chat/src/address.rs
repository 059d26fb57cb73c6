//! Where things are: the channel's own paths, and the live stream of a visitor.

/// The name of the channel: the last segment of its hook. Streams and tokens bear it, so that two web chats of one server
/// stay apart even where they share a secret.
pub(crate) fn channel(hook: &str) -> &str {
    path(hook).trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// The live stream of a visitor.
pub(crate) fn stream(hook: &str, visitor: &str) -> String {
    format!("{}/{visitor}", channel(hook))
}

/// What stands behind the hook's own path in a URL that was called: `messages`. None where it is another path.
pub(crate) fn below<'a>(hook: &str, url: &'a str) -> Option<&'a str> {
    let rest = path(url).strip_prefix(path(hook).trim_end_matches('/'))?;
    rest.strip_prefix('/').or_else(|| rest.is_empty().then_some(""))
}

/// What to put into a page.
pub(crate) fn script_tag(hook: &str) -> String {
    let base = hook.split("/hooks/").next().unwrap_or_default();
    format!(r#"put into each page: <script src="{base}/widget.js" data-channel="{}"></script>"#, channel(hook))
}

fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |slash| &rest[slash..]);
    path.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOOK: &str = "https://bot.example:8443/base/hooks/shop-chat";

    #[test]
    fn the_channel_is_the_last_segment_of_its_hook() {
        assert_eq!(channel(HOOK), "shop-chat");
        assert_eq!(stream(HOOK, "abc"), "shop-chat/abc");
    }

    #[test]
    fn what_stands_below_the_hook_is_found_whatever_the_query() {
        assert_eq!(below(HOOK, &format!("{HOOK}/stream?token=a/b#c")), Some("stream"));
        assert_eq!(below(HOOK, HOOK), Some(""));
        assert_eq!(below(HOOK, "http://127.0.0.1/base/hooks/shop-chat/messages"), Some("messages"));
        assert_eq!(below(HOOK, "https://bot.example:8443/base/hooks/shop-chatter"), None);
        assert_eq!(below(HOOK, "https://bot.example:8443/elsewhere"), None);
    }

    #[test]
    fn the_script_comes_from_beside_the_hooks() {
        assert!(script_tag(HOOK).contains(r#"src="https://bot.example:8443/base/widget.js" data-channel="shop-chat""#));
    }
}
