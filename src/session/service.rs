//! Commands that are answered without a run.

use super::cluster::{self, Node};
use super::describe;
use super::errand::{Errand, Victims};
use super::info;
use super::peer::{Peer, Replies, Transaction};
use super::scripts::digits_of;
use super::serve::{Context, Served};
use super::{ConnectionId, Host};
use crate::limits;
use crate::wire::{Args, COMMANDS, RespVersion, RespWriter, Service, write_command};

/// One command's turn: whose it is, and where its answer goes.
pub(super) struct Turn<'a, 'b, H: Host> {
    pub(super) context: &'a mut Context<'b, H>,
    pub(super) version: &'a mut RespVersion,
    pub(super) peer: &'a mut Option<Box<Peer>>,
    /// Whether the connection said the daemon's token, or need not.
    pub(super) admitted: &'a mut bool,
    pub(super) id: ConnectionId,
    pub(super) out: &'a mut Vec<u8>,
}

/// The text of an error reply, or what the answer leads to.
pub(super) type Answer<R> = Result<Served<R>, String>;

impl<H: Host> Turn<'_, '_, H> {
    /// The connection's number, as clients know it.
    pub(super) fn number(&self) -> u64 {
        u64::from(self.id.generation)
    }

    pub(super) fn writer(&mut self) -> RespWriter<'_> {
        RespWriter::new(*self.version, self.out)
    }

    fn peer(&mut self) -> &mut Peer {
        self.peer.get_or_insert_default()
    }

    fn ok(&mut self) -> Answer<H::Run> {
        self.writer().simple("OK");
        Ok(Served::Answered)
    }

    /// Answers a command.
    pub(super) fn answer(&mut self, service: Service, args: &Args<'_>) -> Answer<H::Run> {
        let first = args.get(1).unwrap_or_default();
        let second = args.get(2).unwrap_or_default();
        match service {
            Service::Echo => self.writer().bulk(first),
            Service::Select => return self.select(first),
            Service::Quit => {
                self.writer().simple("OK");
                return Ok(Served::Quit);
            }
            Service::Reset => {
                *self.version = RespVersion::Resp2;
                *self.peer = None;
                *self.admitted = self.context.token.is_none();
                self.writer().simple("RESET");
            }
            Service::ClientId => {
                let number = self.number();
                self.writer().unsigned(number);
            }
            Service::ClientGetName => match self.peer.as_ref().map_or("", |peer| &peer.name) {
                "" => self.writer().null(),
                name => RespWriter::new(*self.version, self.out).bulk(name.as_bytes()),
            },
            Service::ClientSetName => {
                self.peer().name = client_attribute("Client names", second)?;
                return self.ok();
            }
            Service::ClientSetInfo => return self.client_set_info(second, args.get(3).unwrap_or_default()),
            Service::ClientInfo => return self.leave(Errand::DescribeOwn),
            Service::ClientList => return self.leave(Errand::DescribeAll),
            Service::ClientKill => return self.leave(Errand::KillClients(Victims::parse(args)?)),
            Service::ClientReply => return self.client_reply(second),
            Service::Cancel => return self.leave(Errand::Cancel(first.to_vec())),
            Service::ScriptKill => return self.leave(Errand::KillScripts),
            Service::ClientNoEvict if is_word(second, "ON") || is_word(second, "OFF") => return self.ok(),
            Service::ClientNoEvict => return Err("ERR syntax error".to_owned()),
            Service::Command => describe::infos(None, &mut self.writer()),
            Service::CommandCount => describe::count(&mut self.writer()),
            // A name may be repeated, and its answer is longer than it: more names than commands are not served.
            Service::CommandDocs | Service::CommandInfo if args.len() - 2 > COMMANDS.len() => {
                return Err(format!("ERR at most {} commands can be asked for at once", COMMANDS.len()));
            }
            Service::CommandDocs => describe::docs(args, &mut self.writer()),
            Service::CommandInfo => describe::infos(Some(args), &mut self.writer()),
            Service::CommandList => describe::list(&mut self.writer()),
            Service::ConfigGet => {
                info::config_get(self.context.limits, args, &mut RespWriter::new(*self.version, self.out))
            }
            Service::ConfigSet => {
                info::config_set(self.context.limits, args)?;
                return self.ok();
            }
            Service::ConfigResetStat => {
                self.context.stats.forget();
                return self.ok();
            }
            Service::SlowlogGet => return self.slowlog_get(args.get(2)),
            Service::SlowlogLen => {
                let length = self.context.slowlog.len();
                self.writer().unsigned(length as u64);
            }
            Service::SlowlogReset => {
                self.context.slowlog.clear();
                return self.ok();
            }
            Service::LatencyHistogram if args.len() - 2 > COMMANDS.len() => {
                return Err(format!("ERR at most {} commands can be asked for at once", COMMANDS.len()));
            }
            Service::LatencyHistogram => {
                let mut writer = RespWriter::new(*self.version, self.out);
                self.context.stats.histogram(args, &mut writer);
            }
            Service::LatencyReset => {
                let forgotten = self.context.stats.forget_latencies();
                self.writer().unsigned(forgotten as u64);
            }
            Service::Info => self.info(args),
            Service::MemoryUsage => self.memory_usage(second),
            Service::ClusterSlots => self.node().slots(&mut self.writer()),
            Service::ClusterShards => self.node().shards(&mut self.writer()),
            Service::ClusterNodes => self.node().nodes(&mut self.writer()),
            Service::ClusterMyId => self.node().id(&mut self.writer()),
            Service::ClusterInfo => cluster::info(&mut self.writer()),
            Service::ClusterKeySlot => self.writer().integer(i64::from(cluster::key_slot(second))),
            Service::CommandGetKeys => describe::keys(args, false, &mut self.writer())?,
            Service::CommandGetKeysAndFlags => describe::keys(args, true, &mut self.writer())?,
            Service::Multi => return self.multi(),
            Service::Exec => return self.exec(),
            Service::Discard => {
                self.take_transaction().ok_or("ERR DISCARD without MULTI")?;
                return self.ok();
            }
            Service::ScriptLoad => return self.script_load(second),
            Service::ScriptExists => self.script_exists(args),
            Service::ScriptFlush => return self.script_flush(args),
            Service::Traceback => match self.peer.as_ref().and_then(|peer| peer.traceback.as_ref()) {
                None => self.writer().null(),
                Some(text) => RespWriter::new(*self.version, self.out).bulk(text.as_bytes()),
            },
        }
        Ok(Served::Answered)
    }

    /// The scheduler answers.
    fn leave(&mut self, errand: Errand) -> Answer<H::Run> {
        *self.context.errand = Some(errand);
        Ok(Served::Answered)
    }

    fn info(&mut self, args: &Args<'_>) {
        let context = &mut *self.context;
        let status = context.status();
        let mut text = info::text(&status, context.limits, context.scripts.size(), args);
        info::write_stats(context.stats, args, &mut text);
        self.writer().verbatim(*b"txt", text.as_bytes());
    }

    fn memory_usage(&mut self, name: &[u8]) {
        let name = std::str::from_utf8(name).ok();
        match name.and_then(|name| self.context.sessions.bytes_of(name)) {
            None => self.writer().null(),
            Some(bytes) => self.writer().unsigned(bytes as u64),
        }
    }

    fn slowlog_get(&mut self, count: Option<&[u8]>) -> Answer<H::Run> {
        const COUNT: i64 = 10;
        let count = count.map_or(Some(COUNT), |digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let count = match count {
            Some(-1) => usize::MAX,
            Some(count @ 0..) => usize::try_from(count).unwrap_or(usize::MAX),
            _ => return Err("ERR count should be greater than or equal to -1".to_owned()),
        };
        self.context.slowlog.write(count, &mut RespWriter::new(*self.version, self.out));
        Ok(Served::Answered)
    }

    fn node(&mut self) -> Node {
        Node::new(&self.context.status().socket)
    }

    fn client_reply(&mut self, word: &[u8]) -> Answer<H::Run> {
        let replies = [("ON", Replies::On), ("OFF", Replies::Off), ("SKIP", Replies::SkipNext)];
        let asked = replies.into_iter().find(|(name, _)| is_word(word, name));
        let (_, replies) = asked.ok_or("ERR syntax error")?;
        // Redis has it so: who wants no replies does not begin to want them with SKIP.
        if !(replies == Replies::SkipNext && self.peer().replies == Replies::Off) {
            self.peer().replies = replies;
        }
        self.ok()
    }

    fn select(&mut self, index: &[u8]) -> Answer<H::Run> {
        let index = std::str::from_utf8(index).ok().and_then(|index| index.parse::<i64>().ok());
        match index {
            Some(0) => self.ok(),
            Some(_) => Err("ERR DB index is out of range".to_owned()),
            None => Err("ERR value is not an integer or out of range".to_owned()),
        }
    }

    fn client_set_info(&mut self, attribute: &[u8], value: &[u8]) -> Answer<H::Run> {
        if is_word(attribute, "LIB-NAME") {
            self.peer().library = client_attribute("lib-name", value)?;
        } else if is_word(attribute, "LIB-VER") {
            self.peer().library_version = client_attribute("lib-ver", value)?;
        } else {
            let shown = String::from_utf8_lossy(&attribute[..attribute.len().min(32)]).into_owned();
            return Err(format!("ERR Unrecognized option '{shown}'"));
        }
        self.ok()
    }

    fn script_load(&mut self, text: &[u8]) -> Answer<H::Run> {
        let text = std::str::from_utf8(text).map_err(|error| {
            format!("ERR SCRIPT LOAD: the program is not valid UTF-8 at byte {}", error.valid_up_to())
        })?;
        let sha = self.context.scripts.add(text).ok_or_else(|| {
            format!("ERR SCRIPT LOAD: a program that is kept has at most {} bytes", limits::SCRIPT_MAX_BYTES)
        })?;
        self.writer().bulk(digits_of(&sha).as_bytes());
        Ok(Served::Answered)
    }

    fn script_exists(&mut self, args: &Args<'_>) {
        self.writer().array(args.len() - 2);
        for digits in args.iter().skip(2) {
            let known = self.context.scripts.contains(digits);
            self.writer().integer(i64::from(known));
        }
    }

    fn script_flush(&mut self, args: &Args<'_>) -> Answer<H::Run> {
        let how = args.get(2).unwrap_or(b"SYNC");
        if args.len() > 3 || !(is_word(how, "SYNC") || is_word(how, "ASYNC")) {
            return Err("ERR SCRIPT FLUSH only support SYNC|ASYNC option".to_owned());
        }
        self.context.scripts.clear();
        self.ok()
    }

    // ---- transactions ------------------------------------------------------------------------

    fn multi(&mut self) -> Answer<H::Run> {
        let peer = self.peer();
        if peer.transaction.is_some() {
            return Err("ERR MULTI calls can not be nested".to_owned());
        }
        peer.transaction = Some(Transaction::default());
        self.ok()
    }

    fn take_transaction(&mut self) -> Option<Transaction> {
        self.peer.as_mut()?.transaction.take()
    }

    /// Keeps a command for `EXEC`.
    pub(super) fn queue(&mut self, args: &Args<'_>) -> Answer<H::Run> {
        let bytes_max = self.context.limits.frame_max_bytes;
        let transaction = self.peer().transaction.get_or_insert_default();
        let before = transaction.queued.len();
        write_command(&args.iter().collect::<Vec<_>>(), &mut transaction.queued);
        if transaction.queued.len() > bytes_max || transaction.count >= limits::RESP_ELEMENTS_MAX {
            transaction.queued.truncate(before);
            return Err(format!(
                "ERR a transaction has at most {} commands and {bytes_max} bytes (--max-frame)",
                limits::RESP_ELEMENTS_MAX
            ));
        }
        transaction.count += 1;
        self.writer().simple("QUEUED");
        Ok(Served::Queued)
    }

    /// The commands are read again, as if they came now; together their replies are that of `EXEC`.
    fn exec(&mut self) -> Answer<H::Run> {
        let transaction = self.take_transaction().ok_or("ERR EXEC without MULTI")?;
        if transaction.refused {
            return Err("EXECABORT Transaction discarded because of previous errors.".to_owned());
        }
        self.writer().array(transaction.count);
        Ok(Served::Replay(transaction.queued))
    }
}

/// Notes that a command of a transaction was refused, if there is a transaction.
pub(super) fn refuse_transaction(peer: &mut Option<Box<Peer>>) {
    if let Some(transaction) = peer.as_mut().and_then(|peer| peer.transaction.as_mut()) {
        transaction.refused = true;
    }
}

pub(super) fn is_word(bytes: &[u8], word: &str) -> bool {
    bytes.eq_ignore_ascii_case(word.as_bytes())
}

/// A name that can stand in a line of `CLIENT LIST`.
pub(super) fn client_attribute(what: &str, bytes: &[u8]) -> Result<String, String> {
    if bytes.len() > limits::CLIENT_NAME_MAX_BYTES {
        return Err(format!("ERR {what} cannot be longer than {} bytes", limits::CLIENT_NAME_MAX_BYTES));
    }
    if !bytes.iter().all(u8::is_ascii_graphic) {
        return Err(format!("ERR {what} cannot contain spaces, newlines or special characters."));
    }
    Ok(String::from_utf8_lossy(bytes).into_owned())
}
