//! A server that runs as a child process and never outlives its parent.
//!
//! The child leads a process group of its own, so that Ctrl-C in the terminal reaches only the parent, which then ends the child in
//! order, and so that the child's own children can be ended with it. The child holds the read end of a pipe as its standard input: when the
//! parent is gone, however it went, the pipe closes, and `tools/local/sitecustomize.py` in the child takes that as its signal.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::python_env::PythonEnv;
use crate::workspace::Workspace;

const PROBE_EVERY: Duration = Duration::from_millis(25);
/// How long a child that was not stopped in order may take to end.
const DROP_GRACE: Duration = Duration::from_secs(10);
/// Lines of the child's log that an error shows.
const LOG_LINES_SHOWN: usize = 15;

#[derive(Debug)]
pub(crate) struct ServerProcess {
    name: &'static str,
    child: Child,
    _stdin: ChildStdin,
    pid: Pid,
    log: PathBuf,
    stopped: bool,
}

impl ServerProcess {
    /// A command for a Python module, with an empty environment but for what every server here needs.
    pub(crate) fn python_module(python: &PythonEnv, workspace: &Workspace, module: &str, dir: &Path) -> Command {
        let mut command = Command::new(python.python());
        command
            .args(["-m", module])
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .env("HOME", dir)
            .env("PYTHONPATH", workspace.tools_dir())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("HOOKSTEP_ENDS_WITH_STDIN", "1")
            .current_dir(dir);
        command
    }

    /// Starts the command with its output in `log`.
    pub(crate) fn spawn(name: &'static str, mut command: Command, log: &Path) -> Result<Self> {
        let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut child = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start the {name}"))?;
        let stdin = child.stdin.take().context("the child has no standard input")?;
        let pid = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(Pid::from_raw)
            .with_context(|| format!("the {name} ended at once"))?;
        Ok(Self { name, child, _stdin: stdin, pid, log: log.to_path_buf(), stopped: false })
    }

    /// Waits until `url` answers with a 2xx status, or the child has ended, or the time is up.
    pub(crate) async fn wait_until_answers(&mut self, url: &str, within: Duration) -> Result<()> {
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(2)).build()?;
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("the {} ended at its start ({status}):\n{}", self.name, self.log_tail());
            }
            if http.get(url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            if Instant::now() > deadline {
                bail!("the {} did not answer on {url} within {} s:\n{}", self.name, within.as_secs(), self.log_tail());
            }
            sleep(PROBE_EVERY).await;
        }
    }

    /// Asks the child to end, waits for it, and then ends by force whatever is left of its process group.
    pub(crate) async fn stop(mut self, grace: Duration) -> Result<()> {
        let asked = kill_process(self.pid, Signal::TERM);
        let ended = asked.is_err() || timeout(grace, self.child.wait()).await.is_ok();
        self.kill_group();
        self.child.wait().await?;
        self.stopped = true;
        if !ended {
            bail!(
                "the {} did not end within {} s and was killed; see {}",
                self.name,
                grace.as_secs(),
                self.log.display()
            );
        }
        Ok(())
    }

    fn kill_group(&self) {
        // The group is gone when its last member is, and then there is nobody to signal.
        let _ = kill_process_group(self.pid, Signal::KILL);
    }

    /// The process id.
    pub(crate) fn id(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Whether the child has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The end of the child's log.
    pub(crate) fn log_tail(&self) -> String {
        let text = std::fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n")
    }
}

impl Drop for ServerProcess {
    /// For the ways out that do not pass by [`ServerProcess::stop`], such as Ctrl-C during the start or a test's panic: blocks
    /// until the child has ended, so that nothing is left behind.
    fn drop(&mut self) {
        if self.stopped {
            return;
        }
        // When the child has ended by itself, its own children may still be there.
        if !self.has_ended() {
            let _ = kill_process(self.pid, Signal::TERM);
        }
        let deadline = Instant::now() + DROP_GRACE;
        while !self.has_ended() && Instant::now() < deadline {
            std::thread::sleep(PROBE_EVERY);
        }
        self.kill_group();
    }
}
