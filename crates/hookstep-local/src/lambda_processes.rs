//! The processes in which the local engine runs functions, for tests that stop and kill them.
//!
//! Each invocation has a process for itself while it runs, and finds one again that has run before. They are known by their environment,
//! of which Linux tells.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};

const OBEYS_WITHIN: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// A process of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LambdaProcess {
    pid: Pid,
}

impl LambdaProcess {
    /// Those that run this function on the engine at this URL now, busy or not.
    pub fn of_function(endpoint_url: &str, function: &str) -> Result<Vec<Self>> {
        let endpoint = format!("AWS_ENDPOINT_URL={endpoint_url}");
        let name = format!("AWS_LAMBDA_FUNCTION_NAME={function}");
        let mut found = Vec::new();
        for entry in fs::read_dir("/proc")? {
            let file = entry?.file_name();
            let Some(pid) = file.to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw) else { continue };
            let process = Self { pid };
            // It may have ended meanwhile, and others' can't be read.
            let Ok(environment) = fs::read(process.file("environ")) else { continue };
            let variables: Vec<&[u8]> = environment.split(|byte| *byte == 0).collect();
            if variables.contains(&endpoint.as_bytes()) && variables.contains(&name.as_bytes()) {
                found.push(process);
            }
        }
        Ok(found)
    }

    /// The one of this function at the other end of a connection that a receiver has: made from `client_port`, both on 127.0.0.1.
    pub fn connected_from(endpoint_url: &str, function: &str, client_port: u16) -> Result<Self> {
        let socket = format!("socket:[{}]", inode_of(client_port)?);
        let processes = Self::of_function(endpoint_url, function)?;
        let found = processes.into_iter().find(|process| process.has_open(&socket));
        found.with_context(|| format!("no process of {function} is connected from port {client_port}"))
    }

    /// Stops it where it is: it keeps its connections and does nothing until it is killed or [resumed](Self::resume).
    pub fn freeze(self) -> Result<()> {
        kill_process(self.pid, Signal::STOP)?;
        self.wait_for("stop", |state| state == Some('T'))
    }

    /// Lets it go on.
    pub fn resume(self) -> Result<()> {
        Ok(kill_process(self.pid, Signal::CONT)?)
    }

    /// Ends it on the spot (`kill -9`), frozen or not.
    pub fn kill(self) -> Result<()> {
        kill_process(self.pid, Signal::KILL)?;
        self.wait_for("end", |state| matches!(state, None | Some('Z' | 'X')))
    }

    /// Whether something has come for it that it has not read: where it is frozen, it has been invoked then.
    pub fn is_called(self) -> Result<bool> {
        let unread = sockets()?.into_iter().filter(|socket| socket.unread > 0);
        let mut unread = unread.map(|socket| format!("socket:[{}]", socket.inode));
        Ok(unread.any(|socket| self.has_open(&socket)))
    }

    fn file(self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.pid.as_raw_nonzero()))
    }

    fn has_open(self, target: &str) -> bool {
        let Ok(files) = fs::read_dir(self.file("fd")) else { return false };
        files.flatten().any(|file| fs::read_link(file.path()).is_ok_and(|link| link.to_str() == Some(target)))
    }

    /// The letter by which Linux tells what it does; none when it has ended.
    fn state(self) -> Option<char> {
        let line = fs::read_to_string(self.file("stat")).ok()?;
        // After the name, which is in brackets and may hold anything.
        line.rsplit_once(") ")?.1.chars().next()
    }

    fn wait_for(self, what: &str, is_so: impl Fn(Option<char>) -> bool) -> Result<()> {
        let deadline = Instant::now() + OBEYS_WITHIN;
        while !is_so(self.state()) {
            ensure!(Instant::now() < deadline, "process {} does not {what}", self.pid.as_raw_nonzero());
            sleep(LOOK_EVERY);
        }
        Ok(())
    }
}

/// A connection of 127.0.0.1, as one of its ends has it.
struct Socket {
    local_port: u16,
    inode: u64,
    /// Bytes that have come and were not read.
    unread: u64,
}

fn sockets() -> Result<Vec<Socket>> {
    const ESTABLISHED: &str = "01";
    let table = fs::read_to_string("/proc/net/tcp")?;
    let connections = table.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let &[_, local, _, ESTABLISHED, queues, _, _, _, _, inode, ..] = &fields[..] else { return None };
        Some(Socket {
            local_port: u16::from_str_radix(local.strip_prefix("0100007F:")?, 16).ok()?,
            inode: inode.parse().ok()?,
            unread: u64::from_str_radix(queues.split_once(':')?.1, 16).ok()?,
        })
    });
    Ok(connections.collect())
}

fn inode_of(client_port: u16) -> Result<u64> {
    let socket = sockets()?.into_iter().find(|socket| socket.local_port == client_port);
    Ok(socket.with_context(|| format!("nothing is connected from port {client_port}"))?.inode)
}
