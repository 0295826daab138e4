"""A sign-in service of our own for tests, and a person's way through it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page

from tests.browser.conftest import free_port, stop_app

SECRET = "a-secret-of-the-tests-which-signs-cookies"
SECONDS = 20


@contextmanager
def provider(folder: Path, people: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """An OpenID Connect provider that knows these people, by what they sign in as."""
    port = free_port()
    known = [part for name, claims in people.items() for part in ("--user-claims", json.dumps({"sub": name, **claims}))]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), *known]
    with (folder / "provider.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    metadata = f"http://localhost:{port}/.well-known/openid-configuration"
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            requests.get(metadata, timeout=2).raise_for_status()
            break
        except requests.RequestException:
            assert time.monotonic() < deadline, (folder / "provider.log").read_text()
            time.sleep(0.1)
    try:
        yield metadata
    finally:
        stop_app(server)


def write_secrets(folder: Path, port: int, metadata: str, secret: str = SECRET) -> Path:
    """What the operator of an app writes to let people sign in."""
    path = folder / "secrets.toml"
    path.write_text(
        "[auth]\n"
        f'redirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        f'cookie_secret = "{secret}"\n'
        'client_id = "the-map"\nclient_secret = "known-to-both"\n'
        f'server_metadata_url = "{metadata}"\n'
    )
    return path


def sign_in(page: Page, url: str, person: str) -> None:
    """Sign in as a person and come back to the map."""
    page.goto(f"{url}/sign-in")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/oauth2/authorize**")
    page.get_by_role("button", name=person, exact=False).first.click()
    page.wait_for_url(f"{url}/**")
