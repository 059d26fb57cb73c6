//! Files for browsers.

use std::fs;

use crate::support::World;

async fn world(folder: &std::path::Path) -> World {
    for (path, text) in [
        ("web/widget.js", "window.chat"),
        ("pages/index.html", "<title>Post</title>"),
        ("pages/widget.js", "of the pages"),
        ("pages/deep/index.html", "deep"),
        ("secret.toml", "key"),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    World::with(|config| {
        config.web = Some(folder.join("web"));
        config.pages = Some(folder.join("pages"));
    })
    .await
}

#[tokio::test]
async fn the_chat_window_and_the_pages_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path()).await;
    let widget = world.send("GET", "/widget.js", &[], "").await;
    assert_eq!((widget.status, widget.text().as_str()), (200, "window.chat"));
    assert_eq!(widget.header("content-type"), Some("text/javascript"));
    assert_eq!(world.send("GET", "/", &[], "").await.text(), "<title>Post</title>");
    assert_eq!(world.send("GET", "/deep/", &[], "").await.text(), "deep");
    assert_eq!(world.send("HEAD", "/widget.js", &[], "").await.status, 200);
}

#[tokio::test]
async fn nothing_outside_the_folders_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(folder.path()).await;
    for path in [
        "/../secret.toml",
        "/%2e%2e/secret.toml",
        "/..%2fsecret.toml",
        "/deep/../../secret.toml",
        "//etc/passwd",
        "/%00",
    ] {
        let reply = world.client.send("GET", &world.url(path), &[], "").await;
        assert!(reply.status == 404 || reply.status == 400, "{path}: {} {}", reply.status, reply.text());
        assert!(!reply.text().contains("key"), "{path}");
    }
    world.send("GET", "/nothing.html", &[], "").await.problem(404, "not-found");
    world.send("POST", "/widget.js", &[], "").await.problem(404, "not-found");
}
