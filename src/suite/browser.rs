//! A page of `evictlab report` in headless Chromium: what it says, asks for and shows, with a real mouse.
//!
//! Without Chromium these tests pass without a look, unless `EVICTLAB_BROWSER=required`. `EVICTLAB_SCREENSHOTS` names a folder
//! for pictures of the pages.

use crate::command::Place;
use crate::shared::skipped;
use headless_chrome::browser::default_executable;
use headless_chrome::browser::tab::point::Point;
use headless_chrome::protocol::cdp::Input::{DispatchMouseEvent, DispatchMouseEventTypeOption as Mouse, MouseButton};
use headless_chrome::protocol::cdp::Page::CaptureScreenshotFormatOption;
use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{Emulation, Network, Page as PageDomain};
use headless_chrome::{Browser, LaunchOptions, Tab};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long a page may take to do something; machines of continuous integration are slow.
const PATIENCE: Duration = Duration::from_secs(60);

const FLAGS: [&str; 5] = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A page in a browser of its own.
pub(crate) struct Page {
    // The browser ends when it is dropped, and the profile after it.
    _browser: Browser,
    _profile: tempfile::TempDir,
    tab: Arc<Tab>,
    said: Arc<Mutex<Vec<String>>>,
    asked: Arc<Mutex<Vec<String>>>,
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
        let path = match default_executable() {
            Ok(path) => path,
            Err(why) if std::env::var("EVICTLAB_BROWSER").is_ok_and(|word| word == "required") => panic!("{why}"),
            Err(why) => {
                skipped(&format!("{why}; EVICTLAB_BROWSER=required makes this a failure"));
                return None;
            }
        };
        let profile = tempfile::tempdir().unwrap();
        let options = LaunchOptions::default_builder()
            .path(Some(path))
            .sandbox(false)
            .window_size(Some((width, height)))
            .user_data_dir(Some(profile.path().to_owned()))
            .idle_browser_timeout(PATIENCE * 5)
            .args(FLAGS.iter().map(OsStr::new).collect())
            .build()
            .unwrap();
        let browser = Browser::new(options).unwrap();
        let tab = browser.new_tab().unwrap();
        tab.set_default_timeout(PATIENCE);
        let (said, asked) = (Arc::default(), Arc::default());
        listen(&tab, &said, &asked);
        let page = Self { _browser: browser, _profile: profile, tab, said, asked };
        page.resize(width, height, false);
        let url = format!("file://{}", file.display());
        page.tab.navigate_to(&url).unwrap();
        page.wait("document.documentElement?.dataset.ready === 'yes'");
        Some(page)
    }

    /// Makes it a phone or a window of this size.
    pub(crate) fn resize(&self, width: u32, height: u32, mobile: bool) {
        self.tab
            .call_method(Emulation::SetDeviceMetricsOverride {
                width,
                height,
                device_scale_factor: 1.0,
                mobile,
                scale: None,
                screen_width: None,
                screen_height: None,
                position_x: None,
                position_y: None,
                dont_set_visible_size: None,
                screen_orientation: None,
                viewport: None,
                display_feature: None,
                device_posture: None,
            })
            .unwrap();
    }

    /// The value of an expression of the page's language.
    #[track_caller]
    pub(crate) fn value(&self, expression: &str) -> Value {
        let text = format!("JSON.stringify({{value: ({expression})}})");
        let found = self.tab.evaluate(&text, false).unwrap();
        let Some(Value::String(json)) = found.value else { panic!("{expression}: {found:?}") };
        serde_json::from_str::<Value>(&json).unwrap()["value"].take()
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

    fn mouse(&self, kind: Mouse, (x, y): (f64, f64), pressed: bool) {
        let event = DispatchMouseEvent {
            Type: kind,
            x,
            y,
            button: Some(if pressed { MouseButton::Left } else { MouseButton::None }),
            buttons: Some(u32::from(pressed)),
            click_count: Some(u32::from(pressed)),
            modifiers: None,
            timestamp: None,
            force: None,
            tangential_pressure: None,
            tilt_x: None,
            tilt_y: None,
            twist: None,
            delta_x: None,
            delta_y: None,
            pointer_Type: None,
        };
        self.tab.call_method(event).unwrap();
    }

    /// Moves the mouse.
    pub(crate) fn point_at(&self, (x, y): (f64, f64)) {
        self.tab.move_mouse_to_point(Point { x: x - 3.0, y: y - 3.0 }).unwrap();
        self.tab.move_mouse_to_point(Point { x, y }).unwrap();
    }

    /// Clicks with the mouse.
    pub(crate) fn click(&self, (x, y): (f64, f64)) {
        self.tab.click_point(Point { x, y }).unwrap();
    }

    /// Drags the mouse from one point to another.
    pub(crate) fn drag(&self, from: (f64, f64), to: (f64, f64)) {
        self.mouse(Mouse::MouseMoved, from, false);
        self.mouse(Mouse::MousePressed, from, true);
        for step in 1..=4 {
            let share = f64::from(step) / 4.0;
            let at = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            self.mouse(Mouse::MouseMoved, at, true);
        }
        self.mouse(Mouse::MouseReleased, to, true);
    }

    /// Presses a key.
    pub(crate) fn press(&self, key: &str) {
        self.tab.press_key(key).unwrap();
    }

    /// Writes with the keyboard.
    pub(crate) fn write(&self, text: &str) {
        self.tab.type_str(text).unwrap();
    }

    /// Everything in the console: errors, warnings, exceptions, refusals.
    pub(crate) fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }

    /// The addresses that were asked for, but for data in the page itself.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Takes a picture of the whole page, if somebody wants to look.
    pub(crate) fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("EVICTLAB_SCREENSHOTS") else { return };
        let [width, height] =
            ["scrollWidth", "scrollHeight"].map(|side| self.number(&format!("document.documentElement.{side}")));
        let clip = Some(PageDomain::Viewport { x: 0.0, y: 0.0, width, height, scale: 1.0 });
        let picture = PageDomain::CaptureScreenshot {
            format: Some(CaptureScreenshotFormatOption::Png),
            clip,
            quality: None,
            from_surface: Some(true),
            capture_beyond_viewport: Some(true),
            optimize_for_speed: None,
        };
        let data = self.tab.call_method(picture).unwrap().data;
        // The protocol gives base64; the page's own decoder saves a dependency.
        let bytes: Vec<u8> =
            serde_json::from_value(self.value(&format!("Array.from(atob('{data}'), (c) => c.charCodeAt(0))"))).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
    }
}

/// Writes down what the page says and asks for.
fn listen(tab: &Arc<Tab>, said: &Arc<Mutex<Vec<String>>>, asked: &Arc<Mutex<Vec<String>>>) {
    tab.enable_log().unwrap();
    tab.enable_runtime().unwrap();
    tab.call_method(Network::Enable {
        max_total_buffer_size: None,
        max_resource_buffer_size: None,
        max_post_data_size: None,
        report_direct_socket_traffic: None,
        enable_durable_messages: None,
    })
    .unwrap();
    let (said, asked) = (said.clone(), asked.clone());
    tab.add_event_listener(Arc::new(move |event: &Event| {
        let say = |text: String| said.lock().unwrap().push(text);
        match event {
            Event::LogEntryAdded(e) => say(format!("{:?}: {}", e.params.entry.level, e.params.entry.text)),
            Event::RuntimeExceptionThrown(e) => say(format!("exception: {:?}", e.params.exception_details)),
            Event::RuntimeConsoleAPICalled(e) => say(format!("console: {:?}", e.params.args)),
            Event::NetworkRequestWillBeSent(e) if !e.params.request.url.starts_with("data:") => {
                asked.lock().unwrap().push(e.params.request.url.clone());
            }
            _ => {}
        }
    }))
    .unwrap();
}

/// A report of the files in `study`, made by the program.
pub(crate) fn report(place: &Place, folder: &str) -> std::path::PathBuf {
    place.run(&format!("report {folder} --force")).done();
    place.path(folder).join("report.html").canonicalize().unwrap()
}
