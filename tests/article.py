"""An article written for the tests: two incidents, rival figures, a claim of responsibility, an ambiguous place."""

from __future__ import annotations

ARTICLE = """TITLE: Three killed in two attacks in Balochistan
PUBLISHER: Test Post
PUBLISHED: 2025-11-04

QUETTA: Unidentified gunmen opened fire on a check post of the Levies force in Mangochar on Monday night, killing two \
personnel and injuring three others, officials said.

The Baloch Liberation Army (BLA) claimed responsibility for the attack and said that five personnel were killed.

In a separate incident, a roadside bomb went off near a vehicle in the Dasht area on Sunday, killing a labourer, \
police said. No group claimed responsibility.
"""
