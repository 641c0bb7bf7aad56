//! The daemon without a system: connections are pipes in memory, the clock is turned by hand, and a seed decides everything.
//!
//! Up to a thousand clients send whole and broken requests in pieces, stop reading, hang up; their programs spin, print,
//! sleep, raise, share sessions and blow up. What runs is [`Traffic`] and the session layer as the daemon has them, over
//! the fake host. After each tick and at the end it is checked that nothing is late, nothing spins, nothing is held
//! beyond its limit, every reply is the one that belongs there, and nothing is left over.
//!
//! `PYRUST_SIM_SEED=n` replays one seed, `PYRUST_SIM_SEEDS=n` tries that many.

mod client;
mod net;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use client::Client;
use net::{End, Net};

use super::traffic::Traffic;
use crate::limits;
use crate::session::fake::{FakeHost, SLICE};
use crate::session::{Scheduler, SessionLimits};

/// Numbers that follow from a seed (SplitMix64).
#[derive(Clone, Debug)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// Wall time of a run: enough for all that ends, with everybody else having their slices.
fn timeout_with(clients: u64) -> Duration {
    Duration::from_millis(200 + 20 * clients)
}

/// The longest output of a program.
const PRINTED_MAX_BYTES: usize = 400_000;
/// What stands around it in a reply or in push messages of one slice.
const FRAME_BYTES: usize = 64 * 1024;

struct World {
    traffic: Traffic<FakeHost, End, Net>,
    net: Net,
    clients: Vec<Client>,
    clock: std::rc::Rc<std::cell::Cell<Instant>>,
    start: Instant,
    timeout: Duration,
    ticks: u64,
    /// Ticks in a row that had nothing to do.
    idle_ticks: u32,
}

impl World {
    fn new(seed: u64, clients: u64) -> World {
        let mut dice = Dice(seed);
        let host = FakeHost::new();
        let clock = host.clock.clone();
        let limits = SessionLimits {
            timeout: timeout_with(clients),
            memory_max_bytes: 1_000_000,
            frame_max_bytes: 100_000,
            connections_max: 2_000,
            sessions_max: 2_000,
            sessions_memory_max_bytes: usize::MAX,
            slowlog_entries_max: 128,
            slowlog_slower_than_us: 10_000,
        };
        let net = Net::default();
        let start = clock.get();
        let timeout = limits.timeout;
        let clients =
            (0..clients).map(|number| Client::new(number, &net, &mut dice, start, timeout)).collect();
        let traffic = Traffic::new(Scheduler::new(host, limits), net.clone());
        World { traffic, net, clients, clock, start, timeout, ticks: 0, idle_ticks: 0 }
    }

    fn now(&self) -> Instant {
        self.clock.get()
    }

    /// What clients do that are due; connections that they open come in.
    fn let_clients_act(&mut self) -> bool {
        let now = self.now();
        let mut acted = false;
        for client in &mut self.clients {
            if client.wake_at.is_some_and(|at| at <= now) {
                acted = true;
                if let Some(end) = client.act(now) {
                    self.traffic.admit(end, now);
                }
            }
        }
        acted
    }

    /// One tick, as the reactor makes it.
    fn tick(&mut self) {
        let now = self.now();
        let events = self.net.take_events();
        let had_events = !events.is_empty();
        let busy = self.traffic.is_busy();
        let due = self.traffic.scheduler().next_deadline().filter(|&at| at <= now);
        let before = self.progress();
        for (id, readiness) in events {
            self.traffic.note(id, readiness);
        }
        self.traffic.serve(now);
        self.traffic.settle_all(now);
        self.check_tick(now);
        let progressed = self.progress() != before || had_events;
        if due.is_some() {
            let next = self.traffic.scheduler().next_deadline();
            assert!(next != due, "a deadline that has come is looked after");
        } else if busy && !progressed {
            self.idle_ticks += 1;
            assert!(self.idle_ticks < 3, "the loop goes round without anything to do");
            return;
        }
        self.idle_ticks = 0;
    }

    /// Changes whenever something is done.
    fn progress(&mut self) -> (u64, u64, u64, usize) {
        let slices = self.traffic.scheduler().counters().slices_total;
        let requests = self.traffic.scheduler().counters().requests_total;
        let states = self.traffic.scheduler().host().sessions_alive.get();
        (slices + requests, self.net.moved(), self.traffic.closed(), states)
    }

    fn check_tick(&mut self, began: Instant) {
        let took = self.now() - began;
        let longest = limits::TICK_FRESH_BUDGET + 3 * SLICE;
        assert!(took <= longest, "a tick took {took:?}");
        if let Some(next) = self.traffic.scheduler().next_deadline() {
            assert!(next > began, "something was due {:?} before the tick and is still there", began - next);
        }
        self.ticks += 1;
        // With many clients each look costs as much as many ticks.
        if !self.ticks.is_multiple_of(1 + self.clients.len() as u64 / 4) {
            return;
        }
        for id in self.net.ids() {
            let waiting = self.traffic.scheduler().output(id).len();
            let most = limits::OUTPUT_HIGH_WATER_BYTES + PRINTED_MAX_BYTES + FRAME_BYTES;
            assert!(waiting <= most, "{waiting} bytes wait for one client");
        }
    }

    /// Turns the clock to when something happens next; false if nothing ever will.
    fn wait(&mut self) -> bool {
        if self.traffic.is_busy() || self.net.has_events() {
            self.clock.set(self.now() + Duration::from_micros(1));
            return true;
        }
        let clients = self.clients.iter().filter_map(|client| client.wake_at);
        let next = clients.chain(self.traffic.scheduler().next_deadline()).min();
        let Some(next) = next else { return false };
        self.clock.set(next.max(self.now()));
        true
    }

    fn run(&mut self) {
        // Everybody's work one after the other, and what liars and stalled clients may take.
        let longest = Duration::from_secs(4_000) + self.timeout * 12 * self.clients.len() as u32;
        while self.clients.iter().any(|client| !client.is_done()) {
            assert!(self.now() - self.start < longest, "{:?}", self.stuck());
            let acted = self.let_clients_act();
            self.tick();
            assert!(self.wait() || acted, "nothing happens any more: {:?}", self.stuck());
        }
        for client in &self.clients {
            client.check();
        }
        for client in &mut self.clients {
            client.hang_up();
        }
        // Sessions outlive their connections, for as long as they may.
        while self.wait() {
            self.tick();
        }
        self.check_end();
    }

    fn stuck(&self) -> Vec<&Client> {
        self.clients.iter().filter(|client| !client.is_done()).take(3).collect()
    }

    fn check_end(&mut self) {
        let scheduler = self.traffic.scheduler();
        assert!(scheduler.is_empty(), "a connection is left");
        assert_eq!(scheduler.next_deadline(), None, "a timer is left");
        assert_eq!(scheduler.counters().connections_active, 0);
        assert_eq!(scheduler.counters().runs_active, 0);
        let host = scheduler.host();
        assert_eq!(host.alive.get(), 0, "a run is left");
        assert_eq!(host.sessions_alive.get(), 0, "what a session held is left");
        assert_eq!(self.net.ids(), [], "a socket is left");
    }
}

fn simulate(seed: u64, clients: u64) {
    let result = catch_unwind(AssertUnwindSafe(|| World::new(seed, clients).run()));
    if let Err(panic) = result {
        eprintln!("seed {seed} with {clients} clients; replay it with PYRUST_SIM_SEED={seed}");
        resume_unwind(panic);
    }
}

fn number_from(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a number"))
}

/// How many clients a seed has: mostly a few, so that each meets every other.
fn clients_of(seed: u64) -> u64 {
    match seed % 50 {
        0 => 100,
        at => 1 + at % 12,
    }
}

#[test]
fn whatever_clients_do_nothing_is_late_mixed_up_or_left_over() {
    if let Some(seed) = number_from("PYRUST_SIM_SEED") {
        return simulate(seed, clients_of(seed));
    }
    for seed in 0..number_from("PYRUST_SIM_SEEDS").unwrap_or(2_000) {
        simulate(seed, clients_of(seed));
    }
    for seed in 0..2 {
        simulate(seed, 1_000);
    }
}

#[test]
fn a_seed_replays_exactly() {
    let trace = |seed| {
        let mut world = World::new(seed, 12);
        world.run();
        let counters = world.traffic.scheduler().counters();
        (counters, world.net.moved(), world.now() - world.start)
    };
    for seed in 100..110 {
        assert_eq!(trace(seed), trace(seed), "seed {seed}");
    }
    assert_ne!(trace(100), trace(101));
}
