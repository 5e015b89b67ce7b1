//! A browser without a window, and the protocol of its developer tools to one page of it.
//! <https://chromedevtools.github.io/devtools-protocol/>

use serde_json::{Value, json};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tungstenite::{Message, WebSocket};

/// How long a page may take to do something; machines of continuous integration are slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

const NAMES: [&str; 5] = ["google-chrome-stable", "chromium", "chromium-browser", "microsoft-edge-stable", "chrome"];

const FLAGS: [&str; 13] = [
    "--headless",
    "--no-sandbox",
    "--remote-debugging-port=0",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
];

/// The browser of this machine: `CHROME`, or one of the usual names.
fn executable() -> Option<OsString> {
    let on_path = |name: &&'static str| {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&folders).any(|folder| folder.join(name).is_file())
    };
    std::env::var_os("CHROME").or_else(|| NAMES.into_iter().find(on_path).map(OsString::from))
}

/// A browser, ended when it is dropped.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A page in a browser of its own, with what it said and asked for so far.
pub(crate) struct Wire {
    socket: WebSocket<TcpStream>,
    session: String,
    calls: u64,
    loaded: bool,
    /// Errors, warnings, exceptions, refusals.
    pub(crate) said: Vec<String>,
    /// Addresses, but for data in the page itself.
    pub(crate) asked: Vec<String>,
    // The browser ends before its profile goes.
    _browser: Browser,
    _profile: tempfile::TempDir,
}

impl Wire {
    /// An empty page in a window of this size; nothing where there is no browser.
    pub(crate) fn open(width: u32, height: u32) -> Option<Self> {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new(executable()?)
            .args(FLAGS)
            .arg(format!("--window-size={width},{height}"))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let browser = Browser(child);
        let (listens, listening) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let _ = listens.send(address(&mut lines));
            // What it says later is nobody's business, but must go somewhere.
            std::io::copy(&mut lines, &mut std::io::sink())
        });
        let address = listening.recv_timeout(PATIENCE).expect("the browser says where it listens");
        let host = address.trim_start_matches("ws://").split('/').next().unwrap().to_owned();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(&address, stream).unwrap();
        let mut wire = Self {
            socket,
            session: String::new(),
            calls: 0,
            loaded: false,
            said: Vec::new(),
            asked: Vec::new(),
            _browser: browser,
            _profile: profile,
        };
        let target = wire.call("Target.createTarget", &json!({"url": "about:blank"}))["targetId"].take();
        let attached = wire.call("Target.attachToTarget", &json!({"targetId": target, "flatten": true}));
        attached["sessionId"].as_str().unwrap().clone_into(&mut wire.session);
        for domain in ["Log", "Runtime", "Network", "Page"] {
            wire.call(&format!("{domain}.enable"), &json!({}));
        }
        Some(wire)
    }

    /// Shows a file, and waits until it is loaded.
    pub(crate) fn show(&mut self, file: &Path) {
        self.loaded = false;
        self.call("Page.navigate", &json!({"url": format!("file://{}", file.display())}));
        while !self.loaded {
            let event = self.read();
            self.note(&event);
        }
    }

    /// Calls a method of the protocol, and returns what it answers.
    #[track_caller]
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        self.calls += 1;
        let mut request = json!({"id": self.calls, "method": method, "params": params});
        if !self.session.is_empty() {
            request["sessionId"] = json!(self.session);
        }
        self.socket.send(Message::text(request.to_string())).unwrap();
        loop {
            let mut message = self.read();
            if message["id"] == self.calls {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].take();
            }
            self.note(&message);
        }
    }

    fn read(&mut self) -> Value {
        loop {
            match self
                .socket
                .read()
                .unwrap_or_else(|e| panic!("the browser is silent: {e}\nthe page said {:?}", self.said))
            {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(_) => panic!("the browser has ended\nthe page said {:?}", self.said),
                _ => {}
            }
        }
    }

    /// Writes down what the page says and asks for.
    fn note(&mut self, event: &Value) {
        let params = &event["params"];
        match event["method"].as_str() {
            Some("Log.entryAdded") => self.said.push(params["entry"].to_string()),
            Some("Runtime.exceptionThrown") => self.said.push(params["exceptionDetails"].to_string()),
            Some("Runtime.consoleAPICalled") => self.said.push(format!("console: {}", params["args"])),
            Some("Network.requestWillBeSent") => {
                let url = params["request"]["url"].as_str().unwrap_or_default();
                if !url.starts_with("data:") {
                    self.asked.push(url.to_owned());
                }
            }
            Some("Page.loadEventFired") => self.loaded = true,
            _ => {}
        }
    }
}

/// The address that a browser says it listens on.
fn address(lines: &mut BufReader<impl Read>) -> String {
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap() > 0 {
        if let Some((_, address)) = line.split_once("DevTools listening on ") {
            return address.trim().to_owned();
        }
    }
    panic!("the browser ended before it listened: {line}")
}
