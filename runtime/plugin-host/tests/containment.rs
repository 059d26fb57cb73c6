//! Each misdeed of a plugin is stopped, has an error of its own, and leaves its neighbours alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use std::time::{Duration, Instant};

use common::{config, handle, host, misdeed, said};
use sportello_domain::contract::Outcome;
use sportello_engine::ports::{Limit, PluginError};
use sportello_plugin_host::{Limits, PluginHost};

/// What stops a misdeed, with limits that are low where the default would take long.
async fn stopped(name: &str) -> PluginError {
    let mut config = config();
    config.limits.cpu = Duration::from_millis(300);
    let host = PluginHost::new(config).unwrap();
    let revision = misdeed(&host, name).await;
    let error = handle(&host, &revision).await.expect_err("it was not stopped");
    assert!(error.is_defect(), "{error}");
    assert!(error.to_string().contains(&revision.0), "{error}");
    error
}

fn limit(error: &PluginError) -> Limit {
    let PluginError::Limit { limit, function: "handle", .. } = error else { panic!("no limit of handle: {error}") };
    *limit
}

fn trap(error: &PluginError) -> &str {
    let PluginError::Trap { message, function: "handle", .. } = error else { panic!("no trap of handle: {error}") };
    message
}

#[tokio::test]
async fn an_endless_loop_ends_at_the_limit_of_cpu_time() {
    let error = stopped("loop").await;
    assert_eq!(limit(&error), Limit::Cpu);
    assert!(error.to_string().ends_with("it reached its limit of CPU time"), "{error}");
}

#[tokio::test]
async fn time_on_the_wall_is_limited_too() {
    let mut config = config();
    config.limits = Limits { cpu: Duration::from_secs(3600), wall: Duration::from_millis(200), ..Limits::call() };
    let host = PluginHost::new(config).unwrap();
    let revision = misdeed(&host, "loop").await;
    let began = Instant::now();
    let error = handle(&host, &revision).await.unwrap_err();
    assert_eq!(limit(&error), Limit::WallClock);
    assert!(began.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn endless_memory_ends_at_the_limit_of_memory() {
    assert_eq!(limit(&stopped("memory").await), Limit::Memory);
}

#[tokio::test]
async fn a_giant_answer_ends_at_the_limit_of_output() {
    assert_eq!(limit(&stopped("output").await), Limit::Output);
}

#[tokio::test]
async fn a_giant_log_ends_at_the_limit_of_output() {
    assert_eq!(limit(&stopped("log").await), Limit::Output);
}

#[tokio::test]
async fn endless_questions_to_the_vault_end_at_the_limit_of_host_calls() {
    assert_eq!(limit(&stopped("host-calls").await), Limit::HostCalls);
}

#[tokio::test]
async fn a_panic_is_a_trap_with_its_words_and_the_functions_that_led_there() {
    let error = stopped("trap").await;
    let message = trap(&error);
    assert!(message.contains("this plugin panics on command"), "{message}");
    assert!(message.contains("misdeeds.rs"), "{message}");
    assert!(message.contains("guest_misbehaving"), "{message}");
}

#[tokio::test]
async fn endless_recursion_is_a_trap() {
    let error = stopped("recursion").await;
    let message = trap(&error);
    assert!(message.contains("stack exhausted") || message.contains("out of bounds memory access"), "{message}");
}

#[tokio::test]
async fn to_exit_is_a_trap_that_says_what_to_do() {
    assert!(trap(&stopped("exit").await).contains("a plugin returns a value"));
}

#[tokio::test]
async fn to_open_a_socket_is_a_trap_that_names_it() {
    let error = stopped("socket").await;
    assert!(trap(&error).contains("wasi:sockets/"), "{error}");
}

#[tokio::test]
async fn a_request_to_any_host_is_but_a_value_until_somebody_performs_it() {
    let host = host();
    let revision = misdeed(&host, "request").await;
    let outcome = handle(&host, &revision).await.unwrap().value.unwrap();
    let Outcome::Perform(requests) = outcome else { panic!("{outcome:?}") };
    assert_eq!(requests[0].url, "https://not-granted.example/secrets");
}

#[tokio::test]
async fn a_plugin_is_called_again_after_it_was_stopped() {
    let host = host();
    let bad = misdeed(&host, "trap").await;
    let good = misdeed(&host, "none").await;
    for _ in 0..20 {
        handle(&host, &bad).await.unwrap_err();
        assert_eq!(said(handle(&host, &good).await.unwrap().value), "behaved");
    }
}

/// On one thread: what loops stands aside at each tick, or the neighbour would never get its turn.
#[tokio::test(flavor = "current_thread")]
async fn a_neighbour_of_an_endless_loop_goes_on() {
    let mut config = config();
    config.limits = Limits { cpu: Duration::from_secs(3600), wall: Duration::from_secs(3600), ..Limits::call() };
    let host = PluginHost::new(config).unwrap();
    let bad = misdeed(&host, "loop").await;
    let good = misdeed(&host, "none").await;
    let mut looping = std::pin::pin!(handle(&host, &bad));
    for _ in 0..10 {
        tokio::select! {
            biased;
            ended = &mut looping => panic!("the loop ended: {ended:?}"),
            answer = handle(&host, &good) => assert_eq!(said(answer.unwrap().value), "behaved"),
        }
    }
}

#[tokio::test]
async fn who_waits_for_a_place_is_not_slow() {
    let mut config = config();
    config.concurrency.total = 1;
    config.limits.cpu = Duration::from_millis(300);
    let host = PluginHost::new(config).unwrap();
    let (spins, behaves) = (misdeed(&host, "loop").await, misdeed(&host, "none").await);
    let began = Instant::now();
    let (stopped, answered) = tokio::join!(handle(&host, &spins), handle(&host, &behaves));
    assert!(stopped.is_err());
    assert!(answered.unwrap().took < began.elapsed() / 2);
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_more_gives_its_place_back() {
    let mut config = config();
    config.concurrency.total = 1;
    config.limits = Limits { cpu: Duration::from_secs(3600), wall: Duration::from_secs(3600), ..Limits::call() };
    let host = PluginHost::new(config).unwrap();
    let bad = misdeed(&host, "loop").await;
    let good = misdeed(&host, "none").await;
    for _ in 0..3 {
        {
            let mut looping = std::pin::pin!(handle(&host, &bad));
            assert!(futures::poll!(&mut looping).is_pending());
        }
        assert_eq!(said(handle(&host, &good).await.unwrap().value), "behaved");
    }
}

#[tokio::test]
async fn one_call_too_many_is_told_that_the_plugin_is_busy() {
    let mut config = config();
    config.concurrency.per_revision = 1;
    config.concurrency.waiting = 0;
    config.limits = Limits { cpu: Duration::from_secs(3600), wall: Duration::from_secs(3600), ..Limits::call() };
    let host = PluginHost::new(config).unwrap();
    let revision = misdeed(&host, "loop").await;
    let mut looping = std::pin::pin!(handle(&host, &revision));
    assert!(futures::poll!(&mut looping).is_pending());
    let error = handle(&host, &revision).await.unwrap_err();
    assert!(matches!(error, PluginError::Busy { waiting: 0, .. }), "{error}");
    assert!(!error.is_defect());
}

#[tokio::test]
async fn a_revision_that_is_not_loaded_is_missing() {
    let host = host();
    let revision = misdeed(&host, "none").await;
    host.unload(&revision);
    assert!(matches!(handle(&host, &revision).await, Err(PluginError::Missing(missing)) if missing == revision));
}
