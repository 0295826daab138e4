"""The pages "Sign in" and "Sign out", and what stands in the place of all pages where reading is closed."""

from __future__ import annotations

import streamlit as st

from ui.access import access, login_is_set_up, providers, sign_out
from ui.markup import text


def sign_in_page() -> st.Page:
    """The entry of the navigation for who isn't signed in."""
    return st.Page(_sign_in, title="Sign in", url_path="sign-in")


def sign_out_page() -> st.Page:
    """The entry of the navigation for who is."""
    return st.Page(_sign_out, title="Sign out", url_path="sign-out")


def closed_page() -> None:
    """Nothing but the way in."""
    with _middle():
        st.title("Balochistan incident map")
        held = access()
        if held.person:
            _line(f"You are signed in as {held.person}, who may not read this map.")
            _out()
        elif login_is_set_up():
            _line("This map is for readers who sign in.")
            _ways_in()
        else:
            _line(f"This map is closed to the public. {held.why_not}")


def _sign_in() -> None:
    if not access().may_read:
        closed_page()
        return
    with _middle():
        st.title("Sign in")
        _line("Editors sign in to store articles and to review what was read in them. Reading needs no login.")
        _ways_in()


def _ways_in() -> None:
    for name in providers():
        words = f"Sign in with {name.capitalize()}" if name else "Sign in"
        st.button(words, type="primary", on_click=st.login, args=(name,) if name else (), key=f"sign_in_{name}")


def _sign_out() -> None:
    held = access()
    with _middle():
        st.title("Sign out")
        _line(f"You are signed in as {held.person}.")
        _line(f"What you decide is listed under the name {held.editor}." if held.editor else held.why_not)
        _out()


def _out() -> None:
    st.button("Sign out", type="primary", on_click=sign_out, key="sign_out")


def _line(words: str) -> None:
    st.html(text(words, "p"))  # as it is: an address would become a link


def _middle() -> st.delta_generator.DeltaGenerator:
    return st.columns([1, 6, 1])[1]
