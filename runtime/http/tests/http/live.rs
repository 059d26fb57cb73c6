//! Streams: nothing is missed, nothing is held, everything ends.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::World;
use crate::support::client::LIMIT;
use crate::support::plugins::LARGE;

#[tokio::test]
async fn events_come_with_id_and_name_and_the_plugins_headers_stay() {
    let world = World::start().await;
    world.publish(&["one", "two\nlines"]).await;
    let mut stream = world.stream("", &[]).await;
    assert_eq!(stream.header("content-type"), Some("text/event-stream"));
    assert_eq!(stream.header("access-control-allow-origin"), Some("https://shop.example"));
    assert_eq!(stream.header("cache-control"), Some("no-store"));
    assert_eq!(stream.block().await.unwrap(), "retry: 2000");
    assert_eq!(stream.event().await.unwrap(), "id: 1\nevent: message\ndata: one");
    assert_eq!(stream.event().await.unwrap(), "id: 2\nevent: message\ndata: two\ndata: lines");
    world.publish(&["three"]).await;
    assert_eq!(stream.event().await.unwrap(), "id: 3\nevent: message\ndata: three");
}

#[tokio::test]
async fn who_comes_back_gets_what_was_missed_and_nothing_twice() {
    let world = World::start().await;
    world.publish(&["one"]).await;
    let mut first = world.stream("", &[]).await;
    assert!(first.event().await.unwrap().starts_with("id: 1\n"));
    drop(first);
    world.publish(&["two", "three"]).await;
    let mut by_header = world.stream("", &[("last-event-id", "1")]).await;
    assert!(by_header.event().await.unwrap().ends_with("data: two"));
    assert!(by_header.event().await.unwrap().ends_with("data: three"));
    let mut by_query = world.stream("?token=t&last-event-id=2", &[]).await;
    assert!(by_query.event().await.unwrap().ends_with("data: three"));
    world.publish(&["four"]).await;
    for stream in [&mut by_header, &mut by_query] {
        assert!(stream.event().await.unwrap().ends_with("data: four"));
    }
}

#[tokio::test]
async fn a_last_event_id_that_is_none_is_refused() {
    let world = World::start().await;
    let reply = world.send("GET", "/hooks/echo/stream", &[("last-event-id", "x")], "").await;
    let detail = reply.problem(400, "malformed");
    assert!(detail.contains("last-event-id"), "{detail}");
}

#[tokio::test]
async fn silence_is_filled_with_heartbeats() {
    let world = World::with(|config| config.heartbeat = Duration::from_millis(20)).await;
    let mut stream = world.stream("", &[]).await;
    assert_eq!(stream.block().await.unwrap(), "retry: 2000");
    assert_eq!(stream.block().await.unwrap(), ":");
    assert_eq!(stream.block().await.unwrap(), ":");
    world.publish(&["one"]).await;
    assert!(stream.event().await.unwrap().ends_with("data: one"), "a heartbeat loses nothing");
}

#[tokio::test]
async fn there_are_so_many_places_and_a_reader_who_leaves_gives_one_back() {
    let world = World::with(|config| config.streams = 1).await;
    let first = world.stream("", &[]).await;
    let reply = world.send("GET", "/hooks/echo/stream", &[], "").await;
    reply.problem(503, "unavailable");
    assert_eq!(reply.header("retry-after"), Some("5"));
    drop(first);
    until_there_is_a_place(&world).await;
}

#[tokio::test]
async fn a_reader_who_takes_nothing_is_let_go() {
    let world = World::with(|config| (config.streams, config.stall) = (1, Duration::from_millis(100))).await;
    let _idle = world.stream("", &[]).await;
    // More than all buffers between the two hold.
    let large = "x".repeat(1 << 20);
    world.publish(&[large.as_str(); 32]).await;
    until_there_is_a_place(&world).await;
}

#[tokio::test]
async fn streams_end_when_the_server_closes() {
    let world = World::start().await;
    let mut stream = world.stream("", &[]).await;
    assert_eq!(stream.block().await.unwrap(), "retry: 2000");
    world.app.close();
    assert_eq!(stream.block().await, None);
}

#[tokio::test]
async fn streams_end_when_the_engine_stops() {
    let world = World::start().await;
    let mut stream = world.stream("", &[]).await;
    assert_eq!(stream.block().await.unwrap(), "retry: 2000");
    world.engine.stop().await;
    assert_eq!(stream.block().await, None);
}

#[tokio::test]
async fn a_stream_is_framed_as_the_version_of_the_caller_has_it() {
    for (version, preamble, end) in
        [("1.1", "\r\n\r\nd\r\nretry: 2000\n\n\r\n", "0\r\n\r\n"), ("1.0", "\r\n\r\nretry: 2000\n\n", "\n\n")]
    {
        let world = World::start().await;
        let mut socket = ask(&world, &format!("GET /hooks/echo/stream HTTP/{version}\r\nhost: x\r\n\r\n")).await;
        let mut read = String::new();
        while !read.contains(preamble) {
            read.push_str(std::str::from_utf8(&some(&mut socket).await).unwrap());
        }
        world.app.close();
        socket.read_to_string(&mut read).await.unwrap();
        assert!(read.contains("connection: close") && read.ends_with(end), "{read}");
    }
}

#[tokio::test]
async fn a_stream_may_be_asked_for_before_earlier_answers_have_left() {
    let world = World::start().await;
    let large = "POST /hooks/echo HTTP/1.1\r\nhost: x\r\nx-signature: good\r\ncontent-length: 5\r\n\r\nlarge";
    let mut socket = ask(&world, &format!("{large}GET /hooks/echo/stream HTTP/1.1\r\nhost: x\r\n\r\n")).await;
    let (mut read, preamble) = (vec![], b"retry: 2000\n\n\r\n");
    while !read.ends_with(preamble) {
        read.append(&mut some(&mut socket).await);
    }
    assert_eq!(read.iter().filter(|byte| **byte == b'#').count(), LARGE);
}

async fn ask(world: &World, requests: &str) -> TcpStream {
    let mut socket = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
    socket.write_all(requests.as_bytes()).await.unwrap();
    socket
}

/// What comes next of an answer that goes on.
async fn some(socket: &mut TcpStream) -> Vec<u8> {
    let mut read = vec![0; 1 << 16];
    let length = tokio::time::timeout(LIMIT, socket.read(&mut read)).await.expect("something comes").unwrap();
    assert_ne!(length, 0, "the answer goes on");
    read.truncate(length);
    read
}

async fn until_there_is_a_place(world: &World) {
    let asking = async {
        while world.client.open("GET", &world.url("/hooks/echo/stream"), &[], "").await.status() != 200 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LIMIT, asking).await.expect("a place is given back");
}
