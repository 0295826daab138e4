"""Stage resolve, event type: the words of a draft -> one code, by weight and a few rules of precedence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from geo.extract.cues import cue
from geo.extract.figures import FATE
from geo.extract.judge import triggers
from geo.extract.lexicon import Hit
from geo.extract.model import CountMention, Draft, Unit
from geo.extract.tolls import toll_of

STATE_TYPES = frozenset(["security_operation", "arrest"])
OPENING_FACTOR = 3
ABDUCTED_WEIGHT = 14
# Types whose words are rare enough to decide once they weigh this much.
MARKED = {"air_strike": 10, "protest": 6, "takeover": 8, "mob_violence": 8}
BEFORE_ARRESTS = ("raid", "foil", "surrounded", "encircled", "intercepted", "stopped")
ATTACKS = frozenset(["takeover", "suicide_attack", "abduction", "bombing", "air_strike", "sabotage"])
_TAKEN = re.compile(
    r"\b(?:since been missing|missing since|been missing|gone missing|went missing|not (?:been )?(?:seen|"
    r"heard of)|(?:nothing|no word) (?:has |had )?(?:been )?heard|whereabouts|undisclosed|unknown (?:place|"
    r"location)|taken away|picked up|whisked away|"
    r"forcibly disappeared|bundled into)\b"
)
CLASHES = frozenset(["armed_clash", "security_operation"])
# ISPR's wording of an encounter that its forces sought.
_OWN_FORCES_KILL = re.compile(
    r"\b(?:own|security) (?:forces|troops)\b[^.;]{0,60}\b(?:killed|eliminated|neutrali[sz]ed|gunned down|sent)\b"
)
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
    r"garrison|picket|base|convoy|vehicle|bank|hostel|villagers|people|bus|coach)"
)
_STATE_ACTS = re.compile(
    r"\b(?:security forces|forces|troops|military|army|ctd|counter[- ]?terrorism department|"
    r"police|ispr|fc|frontier corps|soldiers|levies)\b[^.;]{0,80}\b(?:kill\w*|eliminat\w*|"
    r"neutrali\w*|raid\w*|conduct\w*|launch\w*|engag\w*|hunt\w*|surround\w*|gunned down|"
    r"carried out|shot dead|shot and killed|foil\w*|intercept\w*|ambush\w*|clash\w*)\b"
)


_FORCES = (
    r"(?:forces|troops|military|army|ctd|counter[- ]?terrorism department|police|fc|frontier corps|soldiers|"
    r"levies|rangers|"
    r"security personnel|intelligence (?:agenc(?:y|ies)|personnel|agents|officials)|personnel|agencies|constabulary)"
)
# Of the police and the CTD an "encounter" is what they call the killing of suspects.
_ENCOUNTER = cue(
    rf"\b(?:by|with|the|what the|{_FORCES}) {_FORCES}\b[^.;]{{0,60}}\b(?:encounter|shoot-?out)\b|"
    rf"\b(?:staged|fake|alleged|police|ctd) encounter\b|\bencounter with (?:the )?{_FORCES}\b",
    *("encounter", "shootout", "shoot-out"),
)
_FORCES_TAKE = re.compile(
    rf"\b{_FORCES}\b[^.;]{{0,140}}\b(?:took|taken|taking|picked|whisked|bundled|led|hauled|abduct\w+|"
    rf"detain\w+|disappear\w+)\b"
)
_SET_FREE = re.compile(r"\b(?:recover\w*|rescu\w+|freed|releas\w+|retriev\w+)\b")
_STATE_HOLDS = re.compile(
    rf"\b{_FORCES}\b[^.;]{{0,160}}\b(?:arrest\w*|apprehend\w*|captur\w+|detain\w*|nabbed|held|rounded up|"
    rf"taken into custody)\b"
    rf"|\b(?:arrested|apprehended|captured|detained|nabbed|rounded up|taken into custody)\b[^.;]{{0,120}}\b"
    rf"(?:{_FORCES}|raid|search|operation|crackdown|ibo)\b"
)


def event_type_of(draft: Draft) -> tuple[str, Hit | None]:
    """The code of a finished draft's event and the words that show it."""
    known: tuple[str, Hit | None] | None = draft.memo.get("type")
    if known is None:
        known = draft.memo["type"] = _event_type_of(draft)
    return known


def _event_type_of(draft: Draft) -> tuple[str, Hit | None]:
    scores: Counter[str] = Counter()
    shown: dict[str, Hit] = {}
    eventful = _eventful(draft)
    for number, unit in enumerate(eventful[:6]):
        factor = OPENING_FACTOR if number == 0 else 1
        for hit in {h.code: h for h in reversed(unit.events)}.values():
            if hit.code == "abduction" and _after_deaths(hit, unit):
                continue
            scores[hit.code] += hit.word.weight * factor
            shown.setdefault(hit.code, hit)
    if _only_named(eventful, "suicide_attack") and len(scores) > 1:
        scores.pop("suicide_attack", None)
    if any(
        count.harm == "abducted" and not _after_deaths(count, unit) for unit in eventful[:2] for count in unit.counts
    ):
        scores["abduction"] += ABDUCTED_WEIGHT
    code = (
        _taken_or_held(draft, eventful)
        or _by_rule(draft, eventful, scores)
        or (max(scores, key=scores.__getitem__) if scores else _by_harm(draft))
    )
    if code == "arrest":
        code = "abduction" if _told_by_kin(draft) else _beside_deaths(draft, scores)
    elif draft.parent and code in ("targeted_killing", "armed_attack", "armed_clash") and _goes_on_operating(draft):
        code = "security_operation"
    return code, shown.get(code) or next(iter(shown.values()), None)


def _after_deaths(count: CountMention | Hit, unit: Unit) -> bool:
    """ "Killed seven passengers, burnt ten trucks and kidnapped four people": no abduction in the first place."""
    return any(c.harm == "killed" and not c.part and c.end <= count.start and c.rule != FATE for c in unit.counts)


def _taken_or_held(draft: Draft, eventful: Sequence[Unit]) -> str | None:
    """Forces that "raided a house and took away two cousins" abduct; that "arrested two men in a raid", arrest.

    Only where nobody was killed: an arrest beside deaths belongs to what killed.
    """
    killed = toll_of(draft, "killed")
    if not eventful or (killed.total and killed.total.best):
        return None
    first = eventful[0]
    harms = {count.harm for count in first.counts if not count.part and count.group != "militants"}
    if "abducted" in harms and _FORCES_TAKE.search(first.lowered) and not _SET_FREE.search(first.lowered):
        return "abduction"
    telling = eventful[:2]
    if not any(count.harm == "arrested" for u in telling for count in u.counts):
        return None
    told = " ".join([unit.lowered for unit in [*(draft.parent.units[:1] if draft.parent else []), *telling]])
    if not _STATE_HOLDS.search(told):
        return None
    acts = sorted((hit for unit in telling for hit in triggers(unit)), key=lambda hit: hit.start)
    other = next((h for h in acts if h.code not in STATE_TYPES and not h.word.phrase.startswith(BEFORE_ARRESTS)), None)
    arrest = next((h for unit in telling for h in unit.events if h.code == "arrest"), None)
    return "arrest" if arrest and (other is None or arrest.start < other.start) else None


def _told_by_kin(draft: Draft) -> bool:
    """Relatives say that forces took somebody away: to them no arrest."""
    first = draft.units[0]
    taken = any(c.harm == "abducted" for unit in draft.units[:2] for c in unit.counts) or _TAKEN.search(first.text)
    return bool(taken) and first.voice.kind in ("civilians", "organisation")


def _beside_deaths(draft: Draft, scores: Counter[str]) -> str:
    """What an arrest beside deaths belongs to: an operation that killed militants, or an attack."""
    killed = toll_of(draft, "killed")
    if killed.total is None or not killed.total.best:
        return "arrest"
    if killed.militants is not None and killed.security is None and killed.civilians is None:
        return "security_operation"
    others = [code for code in scores if code not in STATE_TYPES]
    return max(others, key=scores.__getitem__) if others else "armed_attack"


def _goes_on_operating(draft: Draft) -> bool:
    """ "In the first operation four militants were killed. Three others were gunned down in Washuk": the second."""
    killed = toll_of(draft, "killed")
    only_militants = killed.militants is not None and killed.security is None and killed.civilians is None
    assert draft.parent is not None
    return only_militants and any(hit.code == "security_operation" for hit in draft.parent.units[0].events)


def _eventful(draft: Draft) -> list[Unit]:
    """The units that tell the act; that nobody claimed "the attacks" tells nothing of its kind."""
    return [
        u for u in draft.units if u.counts or (u.events and not any(a.relation == "no_claim" for a in u.attributions))
    ]


def _by_rule(draft: Draft, eventful: Sequence[Unit], scores: Counter[str]) -> str | None:
    """What outweighs the count of words: an operation that kills militants only, bombs on rails, ..."""
    text = " ".join([unit.lowered for unit in eventful[:3]])
    repulsed = _REPULSED.search(text) is not None
    killed = toll_of(draft, "killed")
    only_militants = killed.militants is not None and killed.security is None and killed.civilians is None
    sought = killed.militants is not None and scores.keys() <= CLASHES and _OWN_FORCES_KILL.search(eventful[0].lowered)
    called_encounter = killed.total and killed.total.best and killed.security is None and _ENCOUNTER.search(text)
    if not repulsed and (
        sought
        or called_encounter
        or _is_operation(text, scores, eventful, only_militants=only_militants, killed=killed.militants is not None)
    ):
        return "security_operation"
    if scores["suicide_attack"] and not _only_named(eventful, "suicide_attack"):
        return "suicide_attack"
    found_dead = any(hit.code == "other" for unit in eventful[:1] for hit in unit.events)
    marked = "other" if found_dead else next((code for code, least in MARKED.items() if scores[code] >= least), None)
    if not marked and repulsed and max(scores, key=scores.__getitem__, default="") in BEATEN_OFF:
        marked = "armed_attack"
    if marked:
        return marked
    if scores["sabotage"] and scores["bombing"] and not (killed.total and killed.total.best):
        return "sabotage"
    if killed.total and killed.total.best and scores and max(scores, key=scores.__getitem__) == "sabotage":
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
    if scores["security_operation"] == 0 and not (only_militants and _STATE_ACTS.search(text)):
        return False
    if scores["suicide_attack"] and _POST_ATTACKED.search(text):
        return False
    if {hit.code for unit in opening[:1] for hit in triggers(unit)} & ATTACKS & scores.keys() and scores[
        "security_operation"
    ] < 8:
        return False
    if not only_militants and _POST_ATTACKED.search(text):
        return False
    return scores["security_operation"] >= 12 or (killed and _STATE_ACTS.search(text) is not None)


def _only_named(eventful: Sequence[Unit], code: str) -> bool:
    """Whether such words come only beside another act ("two suicide bombers among the dead")."""
    hits = [hit for unit in eventful[:3] for hit in unit.events if hit.code == code]
    return all(hit.word.phrase.endswith(("bombers", "attackers", "vest")) for hit in hits)
