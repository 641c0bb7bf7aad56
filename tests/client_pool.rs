//! Requirement D3: clients that threads share.

mod support;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use pyrust::client::{Client, ClientError, Pool, PoolBuilder};
use support::{Daemon, PATIENCE, Place};

fn pool(place: &Place, connections_max: usize) -> PoolBuilder {
    let client = Client::builder().path(place.socket()).timeout(PATIENCE);
    Pool::new(client).connections_max(connections_max).checkout_timeout(PATIENCE)
}

/// Lets so many threads, started together, evaluate so many programs each, and checks every answer.
fn work(pool: &Pool, workers: u64, rounds: u64) {
    let start = Arc::new(Barrier::new(workers as usize));
    let workers: Vec<_> = (0..workers)
        .map(|worker| {
            let (pool, start) = (pool.clone(), start.clone());
            thread::spawn(move || {
                start.wait();
                for round in 0..rounds {
                    let answer: u64 = pool.get()?.eval(&format!("{worker} * 1000 + {round}"))?;
                    assert_eq!(answer, worker * 1000 + round);
                }
                Ok::<(), ClientError>(())
            })
        })
        .collect();
    for worker in workers {
        worker.join().expect("no answer is another worker's").expect("no request fails");
    }
}

/// The daemon's connections, the one that asks left out, when there are as many as wanted.
fn wait_for_connections(daemon: &Daemon, wanted: u64) {
    daemon.status_when(|status| status.connections_active == wanted + 1);
}

#[test]
fn twenty_clients_share_a_pool_of_four() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let pool = pool(&place, 4).build();
    work(&pool, 20, 25);
    let stats = pool.stats();
    assert!((1..=4).contains(&stats.created), "{stats:?}");
    assert_eq!(stats.created + stats.reused, 500);
    assert_eq!((stats.in_use, stats.waiting, stats.dropped), (0, 0, 0));
    assert_eq!(stats.idle as u64, stats.created);
    wait_for_connections(&daemon, stats.created);
    assert_eq!(daemon.status().runs_total, 500);
    drop(pool);
    wait_for_connections(&daemon, 0);
}

#[test]
fn two_pools_of_ten_workers_each_keep_apart() {
    let places = [Place::new(), Place::new()];
    let daemons = places.each_ref().map(|place| place.start(&[]));
    let pools = places.each_ref().map(|place| pool(place, 10).build());
    thread::scope(|scope| {
        for pool in &pools {
            scope.spawn(|| work(pool, 10, 20));
        }
    });
    for (pool, daemon) in pools.iter().zip(&daemons) {
        let stats = pool.stats();
        assert_eq!(stats.created + stats.reused, 200);
        assert!(stats.created <= 10, "{stats:?}");
        assert_eq!(daemon.status().runs_total, 200, "each pool speaks to its own daemon");
    }
}

#[test]
fn thirty_workers_of_ten_requests_make_no_more_connections_than_there_may_be() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let pool = pool(&place, 8).build();
    work(&pool, 30, 10);
    let stats = pool.stats();
    assert!(stats.created <= 8, "{stats:?}");
    assert_eq!(stats.reused, 300 - stats.created);
    assert_eq!(pool.clear() as u64, stats.created);
    wait_for_connections(&daemon, 0);
}

#[test]
fn one_caller_after_the_other_gets_the_same_connection_every_time() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let pool = pool(&place, 8).build();
    for _ in 0..100 {
        pool.get().unwrap().ping().unwrap();
    }
    let stats = pool.stats();
    assert_eq!((stats.created, stats.reused, stats.idle), (1, 99, 1));
    // The other one asks for the status.
    assert_eq!(daemon.status().connections_total, 2);
}

#[test]
fn a_pool_survives_the_daemon_s_restarts() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let pool = pool(&place, 4).build();
    pool.fill(4).unwrap();
    assert_eq!(pool.stats().idle, 4);
    for crash in [false, true] {
        if crash {
            daemon.crash();
        } else {
            daemon.terminate();
            daemon.wait();
        }
        assert!(matches!(pool.get(), Err(ClientError::NotRunning { .. })));
        daemon = place.start(&[]);
        work(&pool, 8, 10);
        assert_eq!(daemon.status().runs_total, 80);
    }
    let stats = pool.stats();
    assert_eq!((stats.in_use, stats.waiting), (0, 0));
    assert_eq!(stats.created - stats.dropped, stats.idle as u64, "{stats:?}");
    pool.clear();
    wait_for_connections(&daemon, 0);
}

#[test]
fn a_restart_while_a_client_is_checked_out_is_the_client_s_own_business() {
    let place = Place::new();
    let mut daemon = place.start(&[]);
    let pool = pool(&place, 1).build();
    let mut client = pool.get().unwrap();
    client.ping().unwrap();
    daemon.crash();
    let _daemon = place.start(&[]);
    client.ping().unwrap();
    drop(client);
    let stats = pool.stats();
    assert_eq!((stats.created, stats.dropped, stats.idle), (2, 1, 1));
}

#[test]
fn a_broken_or_discarded_client_does_not_come_back() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let pool = pool(&place, 2).build();
    let mut client = pool.get().unwrap();
    drop(client.run_streaming("print(1)\nwhile True: pass").unwrap());
    drop(client);
    assert_eq!((pool.stats().idle, pool.stats().dropped), (0, 1));
    pool.get().unwrap().discard();
    assert_eq!((pool.stats().idle, pool.stats().dropped), (0, 2));
    wait_for_connections(&daemon, 0);
    let mut client = pool.get().unwrap();
    client.set_timeout(Duration::from_nanos(1));
    assert!(client.ping().is_err());
    drop(client);
    pool.get().unwrap().ping().expect("a time-out is not for the next one");
}

#[test]
fn who_comes_to_an_exhausted_pool_waits_so_long_and_no_longer() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let pool = pool(&place, 1).checkout_timeout(Duration::from_millis(50)).build();
    let held = pool.get().unwrap();
    let started = Instant::now();
    match pool.get() {
        Err(error @ ClientError::PoolExhausted { max: 1, .. }) => assert!(error.is_undelivered()),
        other => panic!("{other:?}"),
    }
    assert!((Duration::from_millis(50)..Duration::from_secs(10)).contains(&started.elapsed()));
    assert_eq!(pool.stats().waiting, 0);
    drop(held);
    pool.get().unwrap();
}

#[test]
fn who_waits_is_served_in_the_order_of_coming() {
    let place = Place::new();
    let _daemon = place.start(&[]);
    let pool = pool(&place, 1).build();
    let held = pool.get().unwrap();
    let served = Arc::new(AtomicU64::new(0));
    let waiters: Vec<_> = (0..10)
        .map(|number| {
            let (pool_of, served) = (pool.clone(), served.clone());
            let waiter = thread::spawn(move || {
                let _client = pool_of.get().unwrap();
                assert_eq!(served.fetch_add(1, Ordering::SeqCst), number);
            });
            while pool.stats().waiting <= number as usize {
                thread::yield_now();
            }
            waiter
        })
        .collect();
    drop(held);
    for waiter in waiters {
        waiter.join().expect("each in its turn");
    }
}

#[test]
fn connections_are_added_and_removed_while_others_are_used() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let pool = pool(&place, 6).build();
    thread::scope(|scope| {
        let pool = &pool;
        let worker = scope.spawn(|| work(pool, 12, 50));
        for _ in 0..3 {
            scope.spawn(move || {
                for _ in 0..30 {
                    pool.fill(6).unwrap();
                    pool.clear();
                    let stats = pool.stats();
                    assert!(stats.idle + stats.in_use <= 6, "{stats:?}");
                }
            });
        }
        worker.join().unwrap();
    });
    let stats = pool.stats();
    assert_eq!((stats.in_use, stats.waiting), (0, 0));
    assert_eq!(stats.created - stats.dropped, stats.idle as u64, "{stats:?}");
    wait_for_connections(&daemon, stats.idle as u64);
    assert_eq!(daemon.status().runs_total, 600);
}

#[test]
fn a_closed_pool_wakes_those_who_wait_and_takes_nothing_back() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let pool = pool(&place, 1).build();
    let held = pool.get().unwrap();
    let waiter = thread::spawn({
        let pool = pool.clone();
        move || pool.get().map(drop)
    });
    while pool.stats().waiting == 0 {
        thread::yield_now();
    }
    pool.close();
    assert!(matches!(waiter.join().unwrap(), Err(ClientError::PoolClosed)));
    drop(held);
    assert_eq!(pool.stats().idle, 0);
    assert!(matches!(pool.get(), Err(ClientError::PoolClosed)));
    wait_for_connections(&daemon, 0);
}

#[test]
fn a_connection_that_was_idle_for_long_is_asked_before_it_is_given_out() {
    let place = Place::new();
    let daemon = place.start(&[]);
    let pool = pool(&place, 1).ping_after(Duration::ZERO).build();
    pool.get().unwrap();
    let before = daemon.status().requests_total;
    pool.get().unwrap();
    // Its ping, and this very question.
    assert_eq!(daemon.status().requests_total, before + 2);
    assert_eq!(pool.stats().reused, 1);
}

#[test]
fn all_who_ask_for_the_pool_of_a_socket_get_the_same_one() {
    let places = [Place::new(), Place::new()];
    let _daemons = places.each_ref().map(|place| place.start(&[]));
    let first = Pool::shared(places[0].socket());
    first.get().unwrap();
    let again = Pool::shared(places[0].socket());
    again.get().unwrap();
    assert_eq!((first.stats().created, first.stats().reused), (1, 1));
    assert_eq!(Pool::shared(places[1].socket()).stats().created, 0);
    drop((first, again));
    assert_eq!(Pool::shared(places[0].socket()).stats().created, 0, "nobody had it any more");
}

#[test]
fn a_daemon_that_is_stuck_costs_no_more_time_than_a_checkout_has() {
    use rustix::process::{Pid, Signal, kill_process};
    let place = Place::new();
    let daemon = place.start(&[]);
    let pid = Pid::from_child(&daemon.child);
    let pool = pool(&place, 1).ping_after(Duration::ZERO).checkout_timeout(Duration::from_millis(50)).build();
    pool.get().unwrap();
    kill_process(pid, Signal::STOP).unwrap();
    let started = Instant::now();
    assert!(pool.get().unwrap_err().is_timeout());
    assert!(started.elapsed() < Duration::from_secs(10));
    kill_process(pid, Signal::CONT).unwrap();
    let stats = pool.stats();
    assert_eq!((stats.in_use, stats.dropped), (0, 1));
    let pool = Pool::new(Client::builder().path(place.socket()).timeout(PATIENCE)).build();
    pool.get().unwrap().ping().unwrap();
}
