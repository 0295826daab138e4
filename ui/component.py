"""Our own parts of a Streamlit page: `static/page/<name>.js` and `.css`, which a browser loads once.

Streamlit sends along at every run whatever it is given as a script, so it is given a few lines that fetch the rest.
"""

from __future__ import annotations

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from geo.render import STATIC_ROUTE, static_version

LOADER = """
const at = (file) => new URL("%s/page/" + file, location.origin).href;
async function styleOf(file) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(await (await fetch(at(file))).text());
  return sheet;
}
const loaded = Promise.all([import(at("%s.js")), styleOf("%s.css")]);
export default function (component) {
  let leave = null;
  let gone = false;
  loaded.then(([script, sheet]) => {
    if (gone) return;
    const root = component.parentElement.getRootNode();
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
    leave = script.default(component);
  });
  return () => {
    gone = true;
    leave?.();
  };
}
"""


def component(name: str, host: str) -> ComponentRenderer:
    """A component whose script finds an element of class `host` to draw in."""
    script = LOADER % (f"{STATIC_ROUTE}/{static_version()}", name, name)
    return st.components.v2.component(name, html=f'<div class="{host}"></div>', js=script)
