//! A page of `evictlab report` in headless Chromium: what it says, asks for and shows, with a real mouse.
//!
//! Without Chromium these tests pass without a look, unless `EVICTLAB_BROWSER=required`. `EVICTLAB_SCREENSHOTS` names a folder
//! for pictures of the pages.

use crate::command::Place;
use crate::shared::skipped;
use crate::wire::{PATIENCE, Wire};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::path::Path;
use std::time::{Duration, Instant};

/// A page in a browser of its own.
pub(crate) struct Page {
    wire: RefCell<Wire>,
}

/// A rectangle in the window, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Spot {
    /// The point at these shares of the width and the height.
    pub(crate) fn at(self, x: f64, y: f64) -> (f64, f64) {
        (self.left + x * self.width, self.top + y * self.height)
    }
}

impl Page {
    /// Opens a file in a window of this size; nothing where there is no browser.
    pub(crate) fn open(file: &Path, width: u32, height: u32) -> Option<Self> {
        let Some(wire) = Wire::open(width, height) else {
            assert!(std::env::var("EVICTLAB_BROWSER").as_deref() != Ok("required"), "there is no browser");
            skipped("there is no browser; EVICTLAB_BROWSER=required makes this a failure");
            return None;
        };
        let page = Self { wire: RefCell::new(wire) };
        page.resize(width, height, false);
        page.wire.borrow_mut().show(file);
        page.wait("document.documentElement?.dataset.ready === 'yes'");
        Some(page)
    }

    #[track_caller]
    fn call(&self, method: &str, params: &Value) -> Value {
        self.wire.borrow_mut().call(method, params)
    }

    /// Makes it a phone or a window of this size.
    pub(crate) fn resize(&self, width: u32, height: u32, mobile: bool) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile});
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// The value of an expression of the page's language.
    #[track_caller]
    pub(crate) fn value(&self, expression: &str) -> Value {
        let asked = json!({"expression": format!("({expression})"), "returnByValue": true});
        let found = self.call("Runtime.evaluate", &asked);
        assert!(found["exceptionDetails"].is_null(), "{expression}: {}", found["exceptionDetails"]);
        found["result"]["value"].clone()
    }

    #[track_caller]
    pub(crate) fn number(&self, expression: &str) -> f64 {
        self.value(expression)
            .as_f64()
            .unwrap_or_else(|| panic!("{expression} is no number: {}", self.value(expression)))
    }

    /// As [`Self::number`]; a whole one.
    #[track_caller]
    pub(crate) fn count(&self, expression: &str) -> u64 {
        let found = self.value(expression);
        found.as_u64().unwrap_or_else(|| panic!("{expression} is no whole number: {found}"))
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait(&self, expression: &str) {
        let begun = Instant::now();
        while self.value(expression) != Value::Bool(true) {
            assert!(begun.elapsed() < PATIENCE, "still not: {expression}\nthe page said {:?}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Where an element is, scrolled into the middle of the window.
    #[track_caller]
    pub(crate) fn find(&self, element: &str) -> Spot {
        let box_of = self.value(&format!(
            "(() => {{ const e = {element}; e.scrollIntoView({{block: 'center', behavior: 'instant'}}); \
             const b = e.getBoundingClientRect(); return [b.left, b.top, b.width, b.height] }})()"
        ));
        let [left, top, width, height] = [0, 1, 2, 3].map(|i| box_of[i].as_f64().unwrap());
        Spot { left, top, width, height }
    }

    fn mouse(&self, kind: &str, (x, y): (f64, f64), pressed: bool) {
        let button = if pressed { "left" } else { "none" };
        let count = u32::from(pressed);
        let event = json!({"type": kind, "x": x, "y": y, "button": button, "buttons": count, "clickCount": count});
        self.call("Input.dispatchMouseEvent", &event);
    }

    /// Moves the mouse.
    pub(crate) fn point_at(&self, (x, y): (f64, f64)) {
        self.mouse("mouseMoved", (x - 3.0, y - 3.0), false);
        self.mouse("mouseMoved", (x, y), false);
    }

    /// Clicks with the mouse.
    pub(crate) fn click(&self, at: (f64, f64)) {
        self.mouse("mouseMoved", at, false);
        self.mouse("mousePressed", at, true);
        self.mouse("mouseReleased", at, true);
    }

    /// Drags the mouse from one point to another.
    pub(crate) fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        self.mouse("mouseMoved", from, false);
        self.mouse("mousePressed", from, true);
        for step in 1..=4 {
            let share = f64::from(step) / 4.0;
            let at = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            self.mouse("mouseMoved", at, true);
        }
        self.mouse("mouseReleased", to, true);
    }

    fn key(&self, key: &str, code: u32, text: &str) {
        let down = json!({"type": "keyDown", "key": key, "windowsVirtualKeyCode": code, "text": text});
        self.call("Input.dispatchKeyEvent", &down);
        self.call("Input.dispatchKeyEvent", &json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code}));
    }

    /// Presses the enter key.
    pub(crate) fn press_enter(&self) {
        self.key("Enter", 13, "\r");
    }

    /// Writes with the keyboard.
    pub(crate) fn write(&self, text: &str) {
        for letter in text.chars().map(String::from) {
            self.key(&letter, 0, &letter);
        }
    }

    /// Everything in the console: errors, warnings, exceptions, refusals.
    pub(crate) fn said(&self) -> Vec<String> {
        // An answer comes after all that happened before it was asked for.
        self.value("0");
        self.wire.borrow().said.clone()
    }

    /// The addresses that were asked for, but for data in the page itself.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.value("0");
        self.wire.borrow().asked.clone()
    }

    /// Takes a picture of the whole page, if somebody wants to look.
    pub(crate) fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("EVICTLAB_SCREENSHOTS") else { return };
        let [width, height] =
            ["scrollWidth", "scrollHeight"].map(|side| self.number(&format!("document.documentElement.{side}")));
        let clip = json!({"x": 0, "y": 0, "width": width, "height": height, "scale": 1});
        let picture = json!({"format": "png", "clip": clip, "captureBeyondViewport": true});
        let data = self.call("Page.captureScreenshot", &picture)["data"].take();
        // The protocol gives base64; the page's own decoder saves a dependency.
        let bytes: Vec<u8> =
            serde_json::from_value(self.value(&format!("Array.from(atob({data}), (c) => c.charCodeAt(0))"))).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
    }
}

/// A report of the files in `study`, made by the program.
pub(crate) fn report(place: &Place, folder: &str) -> std::path::PathBuf {
    place.run(&format!("report {folder} --force")).done();
    place.path(folder).join("report.html").canonicalize().unwrap()
}
