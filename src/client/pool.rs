//! Clients that threads share.

use std::collections::{HashMap, VecDeque};
use std::mem;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::deadline::Deadline;
use super::{Client, ClientBuilder, ClientError};
use crate::limits;

/// How large a pool is, and how long one waits for it.
#[derive(Clone, Debug)]
pub struct PoolBuilder {
    client: ClientBuilder,
    connections_max: usize,
    checkout_timeout: Duration,
    ping_after: Duration,
}

impl PoolBuilder {
    /// Connections at once, in use and idle; at least one.
    #[must_use]
    pub fn connections_max(mut self, count: usize) -> PoolBuilder {
        self.connections_max = count.max(1);
        self
    }

    /// How long [`Pool::get`] may take, waiting for one and connecting together.
    #[must_use]
    pub fn checkout_timeout(mut self, timeout: Duration) -> PoolBuilder {
        self.checkout_timeout = timeout;
        self
    }

    /// A connection that was idle for this long is asked whether the daemon is well before it is given out.
    #[must_use]
    pub fn ping_after(mut self, idle: Duration) -> PoolBuilder {
        self.ping_after = idle;
        self
    }

    /// The pool. Nothing is connected yet.
    pub fn build(self) -> Pool {
        Pool { shared: Arc::new(Shared { options: self, state: Mutex::default() }) }
    }
}

/// Connections to one daemon that threads share: bounded, reused, and looked at before they are given out.
///
/// Whoever comes first is served first. A connection that the daemon closed, by a restart for one, is noticed when it
/// is given out, and replaced. There is no thread behind it.
///
/// ```no_run
/// use pyrust::client::{Client, Pool};
///
/// let pool = Pool::new(Client::builder()).connections_max(4).build();
/// let workers: Vec<_> = (0..20)
///     .map(|number| {
///         let pool = pool.clone();
///         std::thread::spawn(move || pool.get()?.eval::<i64>(&format!("{number} ** 2")))
///     })
///     .collect();
/// for worker in workers {
///     println!("{}", worker.join().unwrap()?);
/// }
/// assert!(pool.stats().created <= 4);
/// # Ok::<(), pyrust::client::ClientError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    options: PoolBuilder,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The one that was used last is the last: it is the most likely to be well.
    idle: Vec<Idle>,
    in_use: usize,
    /// Those who wait, in the order in which they came.
    queue: VecDeque<Arc<Condvar>>,
    closed: bool,
    created: u64,
    reused: u64,
    dropped: u64,
}

#[derive(Debug)]
struct Idle {
    client: Client,
    since: Instant,
}

/// What a pool has done and is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolStats {
    /// Connections made.
    pub created: u64,
    /// Times that a connection was given out which had been used before.
    pub reused: u64,
    /// Connections given up: broken, closed by the daemon, or not wanted any more.
    pub dropped: u64,
    /// Callers that wait for a connection now.
    pub waiting: usize,
    /// Connections that nobody uses now.
    pub idle: usize,
    /// Connections given out now.
    pub in_use: usize,
    /// The most that `idle` and `in_use` can be together.
    pub connections_max: usize,
}

impl Pool {
    /// A pool of clients that are built like this one.
    #[allow(clippy::new_ret_no_self)] // it is the way to a pool; the builder has defaults for all else
    pub fn new(client: ClientBuilder) -> PoolBuilder {
        PoolBuilder {
            client,
            connections_max: limits::POOL_CONNECTIONS_MAX,
            checkout_timeout: limits::POOL_CHECKOUT_TIMEOUT,
            ping_after: limits::POOL_PING_AFTER,
        }
    }

    /// The pool that this process has for a socket, with the default limits: all who ask get the same one, as long as
    /// anybody has it.
    pub fn shared(path: impl AsRef<Path>) -> Pool {
        static POOLS: OnceLock<Mutex<HashMap<PathBuf, Weak<Shared>>>> = OnceLock::new();
        let pools = POOLS.get_or_init(Mutex::default);
        let mut pools = pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shared) = pools.get(path.as_ref()).and_then(Weak::upgrade) {
            return Pool { shared };
        }
        pools.retain(|_, pool| pool.strong_count() > 0);
        let pool = Pool::new(Client::builder().path(&path)).build();
        pools.insert(path.as_ref().to_owned(), Arc::downgrade(&pool.shared));
        pool
    }

    /// A client, when there is one to be had: an idle one, else a new one if there may be more, else the first that is
    /// given back.
    ///
    /// # Errors
    /// [`ClientError::PoolExhausted`] if none is given back in time, [`ClientError::PoolClosed`], or what
    /// [`ClientBuilder::connect`] says.
    pub fn get(&self) -> Result<Pooled, ClientError> {
        let deadline = Deadline::after(self.shared.options.checkout_timeout);
        let mut place = self.take_place(&deadline)?;
        match place.check(&deadline) {
            Some(client) => Ok(place.into_pooled(client)),
            None => place.connect(&deadline),
        }
    }

    /// Makes connections until there are `count`, in use and idle, or as many as there may be. Returns how many it made.
    ///
    /// # Errors
    /// What [`ClientBuilder::connect`] says; those that were made before stay.
    pub fn fill(&self, count: usize) -> Result<usize, ClientError> {
        let deadline = Deadline::after(self.shared.options.client.timeout);
        for made in 0.. {
            let place = {
                let mut state = self.shared.state();
                let all = state.in_use + state.idle.len();
                if state.closed || all >= count.min(self.shared.options.connections_max) {
                    return Ok(made);
                }
                state.in_use += 1;
                Place { shared: Some(self.shared.clone()), idle: None }
            };
            drop(place.connect(&deadline)?);
        }
        unreachable!("there are fewer connections than numbers")
    }

    /// Closes all connections that nobody uses now. Returns how many there were.
    pub fn clear(&self) -> usize {
        let idle = {
            let mut state = self.shared.state();
            let idle = mem::take(&mut state.idle);
            state.dropped += idle.len() as u64;
            idle
        };
        idle.len()
    }

    /// Closes it for good: those who wait get an error, connections in use are closed when they are given back.
    pub fn close(&self) {
        let mut state = self.shared.state();
        state.closed = true;
        state.queue.iter().for_each(|waiter| waiter.notify_one());
        drop(state);
        self.clear();
    }

    /// Its numbers.
    pub fn stats(&self) -> PoolStats {
        let state = self.shared.state();
        PoolStats {
            created: state.created,
            reused: state.reused,
            dropped: state.dropped,
            waiting: state.queue.len(),
            idle: state.idle.len(),
            in_use: state.in_use,
            connections_max: self.shared.options.connections_max,
        }
    }

    /// The socket of its daemon.
    pub fn path(&self) -> &Path {
        &self.shared.options.client.path
    }

    /// Waits for its turn and takes a place, with the idle client that has it, if one does.
    fn take_place(&self, deadline: &Deadline) -> Result<Place, ClientError> {
        let shared = &self.shared;
        let mut state = shared.state();
        if state.queue.is_empty() && state.has_room(shared) && !state.closed {
            return Ok(state.place(shared));
        }
        let turn = Arc::new(Condvar::new());
        state.queue.push_back(turn.clone());
        loop {
            let is_first = state.queue.front().is_some_and(|first| Arc::ptr_eq(first, &turn));
            if state.closed || (is_first && state.has_room(shared)) {
                break;
            }
            let Ok(left) = deadline.left() else {
                state.leave_queue(&turn);
                // Who stands behind may be the first now.
                state.wake(shared);
                let options = &shared.options;
                let (max, after) = (options.connections_max, options.checkout_timeout);
                return Err(ClientError::PoolExhausted { max, after });
            };
            state = turn.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.leave_queue(&turn);
        if state.closed {
            return Err(ClientError::PoolClosed);
        }
        let place = state.place(shared);
        state.wake(shared);
        Ok(place)
    }
}

impl Shared {
    /// A thread that panicked while it held the lock left numbers that are whole: nothing is done in between.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn has_room(&self, shared: &Shared) -> bool {
        !self.idle.is_empty() || self.in_use < shared.options.connections_max
    }

    fn place(&mut self, shared: &Arc<Shared>) -> Place {
        self.in_use += 1;
        Place { shared: Some(shared.clone()), idle: self.idle.pop() }
    }

    fn leave_queue(&mut self, turn: &Arc<Condvar>) {
        self.queue.retain(|waiter| !Arc::ptr_eq(waiter, turn));
    }

    /// Tells the first who waits that it is its turn.
    fn wake(&self, shared: &Shared) {
        if self.has_room(shared)
            && let Some(first) = self.queue.front()
        {
            first.notify_one();
        }
    }
}

/// The right to one of the pool's connections, given back when nothing comes of it.
struct Place {
    /// Taken out by what comes of it.
    shared: Option<Arc<Shared>>,
    idle: Option<Idle>,
}

impl Place {
    fn shared(&self) -> &Arc<Shared> {
        self.shared.as_ref().expect("it is taken out at the end only")
    }

    /// A new client, in the time that is left.
    fn connect(self, deadline: &Deadline) -> Result<Pooled, ClientError> {
        let client = self.shared().options.client.clone().connect_until(deadline)?;
        self.shared().state().created += 1;
        Ok(self.into_pooled(client))
    }

    /// The idle client, if there is one and it is still good.
    fn check(&mut self, deadline: &Deadline) -> Option<Client> {
        let Idle { mut client, since } = self.idle.take()?;
        let is_fresh = since.elapsed() < self.shared().options.ping_after;
        let connections = client.connections_made();
        let mut ping = || {
            client.set_timeout(deadline.left()?);
            client.ping()
        };
        let is_well = is_fresh || ping().is_ok();
        client.reset();
        // A ping may find the connection closed and make another one: that is not the one that was looked for.
        let is_good = is_well && client.is_usable() && client.connections_made() == connections;
        let mut state = self.shared().state();
        if is_good {
            state.reused += 1;
            return Some(client);
        }
        state.dropped += 1;
        None
    }

    fn into_pooled(mut self, client: Client) -> Pooled {
        let shared = self.shared.take().expect("it is taken out at the end only");
        Pooled { connections: client.connections_made(), client: Some(client), shared }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            let mut state = shared.state();
            state.in_use -= 1;
            state.wake(&shared);
        }
    }
}

/// A client out of a [`Pool`]. Dropping it gives it back, unless its connection is broken.
#[derive(Debug)]
pub struct Pooled {
    client: Option<Client>,
    shared: Arc<Shared>,
    /// Connections that the client had made when it was given out.
    connections: u64,
}

impl Pooled {
    /// Closes its connection instead of giving it back.
    pub fn discard(mut self) {
        self.client_mut().hang_up();
    }

    fn client_mut(&mut self) -> &mut Client {
        self.client.as_mut().expect("it is there until the end")
    }
}

impl Deref for Pooled {
    type Target = Client;

    fn deref(&self) -> &Client {
        self.client.as_ref().expect("it is there until the end")
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut Client {
        self.client_mut()
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let Some(mut client) = self.client.take() else { return };
        client.reset();
        let is_usable = client.is_usable();
        let mut state = self.shared.state();
        state.in_use -= 1;
        // It may have had to make connections by itself, each instead of one that broke.
        let made = client.connections_made() - self.connections;
        state.created += made;
        state.dropped += made;
        let broken = if is_usable && !state.closed {
            state.idle.push(Idle { client, since: Instant::now() });
            None
        } else {
            state.dropped += 1;
            Some(client)
        };
        state.wake(&self.shared);
        drop(state);
        // A connection is closed outside the lock.
        drop(broken);
    }
}
