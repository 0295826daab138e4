"""Stage resolve, event type: the words of a draft -> one code, by weight and a few rules of precedence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from geo.extract.cues import cue
from geo.extract.judge import triggers
from geo.extract.lexicon import Hit
from geo.extract.model import Draft, Unit
from geo.extract.tolls import toll_of

STATE_TYPES = frozenset(["security_operation", "arrest"])
OPENING_FACTOR = 3
ABDUCTED_WEIGHT = 12
# Types whose words are rare enough to decide once they weigh this much.
MARKED = {"air_strike": 10, "protest": 6, "takeover": 8, "mob_violence": 8}
ATTACKS = frozenset(["takeover", "suicide_attack", "abduction", "bombing", "air_strike", "sabotage"])
_TAKEN = re.compile(r"\b(?:taken away|picked up|whisked away|forcibly disappeared|bundled into)\b")
BEATEN_OFF = ("security_operation", "armed_clash", "armed_attack")
# An attack that was beaten off is the attackers' act, though its defenders kill.
_REPULSED = cue(
    r"\b(?:repuls\w+|foil\w+|thwart\w+|beat(?:en|ing)? (?:off|back)|fend\w+ off|ward\w+ off)\s+"
    r"(?:the |an? |their |militants' |major |\w+ )?(?:\w+ )?(?:attack|assault|raid|ambush)\b(?! plot| plan)|"
    r"\b(?:attack|assault|raid)\b[^.;]{0,40}\b(?:was|were|had been|has been) (?:successfully )?"
    r"(?:repuls\w+|foiled|thwarted|beaten (?:off|back))",
    *("repuls", "foil", "thwart", "beat", "fend", "ward"),
)
_POST_ATTACKED = re.compile(
    r"\b(?:attack\w*|storm\w*|raid\w*|assault\w*|enter\w*|target\w*|ram|tried to (?:take|"
    r"enter))\b[^.;]{0,60}\b(?:post|check-?post|camp|convoy|police station|headquarters|lines|"
    r"garrison|picket|base|convoy|vehicle|bank|hostel|villagers|people|bus|coach)",
    re.I,
)
_STATE_ACTS = re.compile(
    r"\b(?:security forces|forces|troops|military|army|CTD|Counter[- ]?Terrorism Department|"
    r"police|ISPR|FC|Frontier Corps|soldiers|Levies)\b[^.;]{0,80}\b(?:kill\w*|eliminat\w*|"
    r"neutrali\w*|raid\w*|conduct\w*|launch\w*|engag\w*|hunt\w*|surround\w*|gunned down|"
    r"carried out)\b",
    re.I,
)


def event_type_of(draft: Draft) -> tuple[str, Hit | None]:
    """The code of a finished draft's event and the words that show it."""
    if "type" not in draft.memo:
        draft.memo["type"] = _event_type_of(draft)
    code, shown = draft.memo["type"]
    return str(code), shown


def _event_type_of(draft: Draft) -> tuple[str, Hit | None]:
    scores: Counter[str] = Counter()
    shown: dict[str, Hit] = {}
    for number, unit in enumerate(_eventful(draft)[:6]):
        factor = OPENING_FACTOR if number == 0 else 1
        for hit in {h.code: h for h in reversed(unit.events)}.values():
            scores[hit.code] += hit.word.weight * factor
            shown.setdefault(hit.code, hit)
    if any(count.harm == "abducted" for unit in _eventful(draft)[:2] for count in unit.counts):
        scores["abduction"] += ABDUCTED_WEIGHT
    code = _by_rule(draft, scores) or (max(scores, key=lambda key: scores[key]) if scores else _by_harm(draft))
    if code == "arrest" and _told_by_kin(draft):
        code = "abduction"
    elif draft.parent and code in ("targeted_killing", "armed_attack", "armed_clash") and _goes_on_operating(draft):
        code = "security_operation"
    return code, shown.get(code) or next(iter(shown.values()), None)


def _told_by_kin(draft: Draft) -> bool:
    """Relatives say that forces took somebody away: to them no arrest."""
    first = draft.units[0]
    taken = any(c.harm == "abducted" for unit in draft.units[:2] for c in unit.counts) or _TAKEN.search(first.text)
    return bool(taken) and first.voice.kind in ("civilians", "organisation")


def _goes_on_operating(draft: Draft) -> bool:
    """ "In the first operation four militants were killed. Three others were gunned down in Washuk": the second."""
    killed = toll_of(draft, "killed")
    only_militants = killed.militants is not None and killed.security is None and killed.civilians is None
    assert draft.parent is not None
    return only_militants and any(hit.code == "security_operation" for hit in draft.parent.units[0].events)


def _eventful(draft: Draft) -> list[Unit]:
    return [unit for unit in draft.units if unit.events or unit.counts]


def _by_rule(draft: Draft, scores: Counter[str]) -> str | None:
    """What outweighs the count of words: an operation that kills militants only, bombs on rails, ..."""
    text = " ".join(unit.text for unit in _eventful(draft)[:3])
    killed = toll_of(draft, "killed")
    only_militants = killed.militants is not None and killed.security is None and killed.civilians is None
    if _is_operation(
        text, scores, _eventful(draft), only_militants=only_militants, killed=killed.militants is not None
    ):
        return "security_operation"
    if scores["suicide_attack"] and not _only_named(draft, "suicide_attack"):
        return "suicide_attack"
    found_dead = any(hit.code == "other" for unit in _eventful(draft)[:1] for hit in unit.events)
    marked = "other" if found_dead else next((code for code, least in MARKED.items() if scores[code] >= least), None)
    if (
        not marked
        and _REPULSED.search(text, text.lower())
        and max(scores, key=lambda key: scores[key], default="") in BEATEN_OFF
    ):
        marked = "armed_attack"
    if marked:
        return marked
    if scores["sabotage"] and scores["bombing"] and not (killed.total and killed.total.best):
        return "sabotage"
    if killed.total and killed.total.best and scores and max(scores, key=lambda key: scores[key]) == "sabotage":
        return "armed_attack" if scores["bombing"] == 0 else "bombing"
    return None


def _by_harm(draft: Draft) -> str:
    """Where no word names the act, what befell whom tells it."""
    harms = {(count.harm, count.group) for unit in draft.units for count in unit.counts}
    if ("killed", "militants") in harms and ("killed", "security") not in harms:
        return "security_operation"
    if any(harm == "killed" for harm, _ in harms):
        return "armed_attack"
    if ("abducted", "militants") in harms or any(harm == "arrested" for harm, _ in harms):
        return "arrest"
    return "abduction" if any(harm == "abducted" for harm, _ in harms) else "other"


def _is_operation(
    text: str, scores: Counter[str], opening: Sequence[Unit], *, only_militants: bool, killed: bool
) -> bool:
    if _REPULSED.search(text, text.lower()):
        return False
    if scores["security_operation"] == 0 and not (only_militants and _STATE_ACTS.search(text)):
        return False
    if scores["suicide_attack"] and _POST_ATTACKED.search(text):
        return False
    if {hit.code for unit in opening[:1] for hit in triggers(unit)} & ATTACKS and scores["security_operation"] < 8:
        return False
    if _POST_ATTACKED.search(text) and not only_militants:
        return False
    return (killed and bool(_STATE_ACTS.search(text))) or scores["security_operation"] >= 12


def _only_named(draft: Draft, code: str) -> bool:
    """Whether such words come only beside another act ("two suicide bombers among the dead")."""
    hits = [hit for unit in _eventful(draft)[:3] for hit in unit.events if hit.code == code]
    return all(hit.word.phrase.endswith(("bombers", "attackers", "vest")) for hit in hits)
