#!/bin/sh
# Print the path of a Chromium for the browser tests: the system's, else Debian's package (installed here, where we may),
# else Playwright's own download. Prints nothing when there is none; the tests then say so. The shell without a window
# comes first: the tests took a fifth less time with it.
set -u
bin=${1:-.venv/bin}

system_browser() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

system_browser && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    { apt-get update && { apt-get install -y --no-install-recommends chromium-headless-shell || apt-get install -y --no-install-recommends chromium; }; } >&2
    system_browser && exit 0
fi
"$bin/playwright" install chromium >&2 &&
    "$bin/python" -c 'from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    print(p.chromium.executable_path)'
