"""Every number and word list that linking rests on (step 6), in one place; `docs/linking.md` tells what they do.

Points are added up like the logarithms of odds: evidence for one happening is positive, evidence for two negative.
They were set by what each kind of evidence is worth in general, not fitted to single pairs.
"""

from __future__ import annotations

ORIGIN = "link@1"

# --- what a sum of points means ---------------------------------------------------------------------------------
CERTAIN = 2.0  # links by itself
LIKELY = -0.5  # waits as a suggestion
MARGIN = 0.5  # a second mention of the other article that fits nearly as well makes the best one a suggestion
PRIOR = -4.0  # two mentions that only share days and a district
PRIOR_CAMPAIGN = -0.2  # of waves and operations over many places there is rarely more than one at a time
PRIOR_SAME_ARTICLE = 3.0  # the same article, read twice: most of what one reading holds the other holds too

# --- days -------------------------------------------------------------------------------------------------------
# Days that the coarser of the two dates spans, and what agreeing on them is worth.
DAY_POINTS = ((1, 2.6), (2, 2.2), (4, 1.8), (7, 1.2), (16, 0.7), (31, 0.3), (92, 0.0))
NEXT_DAY = 0.8  # one day apart: night attacks, and reports that take the day of the statement for that of the deed
UNDATED = 0.3  # only known to lie before the publication
UNDATED_FRESH = 1.2  # the other's day lies just before it: news are of the last days
FRESH = 2
DAYLESS = -0.5  # neither day nor publication known
MOST_DAYS_APART = 1
MOST_DAYS_APART_CAMPAIGN = 4
UNDATED_MAIN = 10  # an undated report tells the days before it
UNDATED_BACKGROUND = 31  # an undated recollection tells the month before it
VAGUEST = 92  # a date that leaves more days open than these says too little to link by

# --- place ------------------------------------------------------------------------------------------------------
PLACE_SAME = {"small": 3.4, "seat": 2.4, "town": 1.6}  # village or site; seat of a tehsil; seat of a district
PLACE_WORDS = 2.4  # another name, but the one's words name the other's place, or both are described alike
PLACE_NEAR = 1.4  # two points as near as their radii allow
PLACE_IN = 1.2  # the same district, nothing against it
PLACE_PARTLY = 0.8  # some of several districts, or one that an unclear name may mean
PLACE_WIDER = 0.0  # one tells the province only
PLACE_OTHER = -1.0  # two small places of one district, distance unknown
PLACE_FAR = -2.5  # two small places of one district, too far apart
PLACE_RIVAL = -3.0  # other districts, by one and the same statement: the place is disputed
PLACE_RIVAL_ALIKE = -1.5  # the same, where one district's name is easily written for the other's
NAMES_ALIKE = 60  # rapidfuzz ratio of district names, of 100
NEAR_KM = 12.0
WORDS_ALIKE = 85  # rapidfuzz ratio, of 100
RIVAL_TOLL = 5  # a statement is known again by a toll from here on

# --- kind of event ----------------------------------------------------------------------------------------------
KIND_SAME = 1.2
KIND_RARE = 1.8  # of kinds that few incidents are of
RARE_KINDS = frozenset({"takeover", "suicide_attack", "air_strike", "shelling", "mob_violence", "protest"})
KIND_BROADER = 0.9
KIND_AKIN = 0.3
KIND_OTHER = -0.8
KIND_SIDES = -3.0  # the state's own act against an attack
STATE_KINDS = frozenset({"security_operation", "arrest", "air_strike"})
ATTACK_KINDS = frozenset(
    {"armed_attack", "bombing", "suicide_attack", "targeted_killing", "abduction", "takeover", "sabotage", "shelling"}
)
AKIN = (
    frozenset({"bombing", "suicide_attack", "sabotage", "shelling"}),
    frozenset({"armed_attack", "targeted_killing", "takeover", "abduction", "armed_clash"}),
    frozenset({"armed_attack", "takeover", "sabotage", "bombing", "suicide_attack"}),
    frozenset({"security_operation", "arrest", "armed_clash", "air_strike"}),
    frozenset({"other", "targeted_killing", "abduction"}),
)

# --- tolls ------------------------------------------------------------------------------------------------------
TOLL_BASE = 0.5  # one person in both; each doubling adds
TOLL_DOUBLING = 0.8
TOLL_MOST = 4.5
TOLL_NOBODY = 0.2  # both say that nobody was hurt
TOLL_FITS = 0.3  # ranges that one number could satisfy
TOLL_NEAR = 0.3  # nearly the same: reports of one happening are often a few apart
NEAR_SHARE = 0.7
NEAR_FROM = 4
TOLL_RISING = -0.2  # the later one is higher: tolls rise
TOLL_APART = -0.8
TOLL_FAR_APART = -1.8
TOLL_NONE_AGAINST_SOME = -1.5
FAR_APART = 0.45  # the lower figure against the higher
RISES_FROM = 0.4  # a toll may rise from this share of the later one
RISES_FROM_CAMPAIGN = 0.2
TOLLS_MOST = 5.5  # all tolls together
TOLLS_LEAST = -2.5

# --- actors, words, statement -----------------------------------------------------------------------------------
ACTOR_SAME = 1.2
ACTOR_CLAIMS = 1.8  # the same group claims it in both
LABEL_SAME = 0.3  # the same state label, which names no organisation
LOCALS_FIGHT = 1.6  # residents or a tribe in a clash: rare among clashes
LOCAL_KINDS = frozenset({"civilians", "militia"})
ACTOR_RIVAL = -1.2
TARGET_SAME = 0.4
WORD_SHARED = 0.7  # each thing or kind of person hit that both name
WORDS_MOST = 1.8
WORDS_OTHER = -0.7
TITLE_ALIKE = 0.8
TITLE_RATIO = 75
STATEMENT = 0.8  # one speaker gives one figure in both

# --- parts of a campaign ----------------------------------------------------------------------------------------
PART_TOLD = 3.0  # told in the same article
PART_NAMED = 2.2  # the campaign names the district, and the day is its day
PART_LONGEST = 4  # a campaign over more days doesn't claim every attack of its days
PART_FEWEST_DISTRICTS = 3

# Words of a place's description that tell it from no other.
PLACE_STOP = frozenset(
    {"district", "area", "areas", "tehsil", "town", "city", "province", "balochistan", "pakistan", "outskirts", "main"}
    | {"of", "the", "near", "in", "on", "at", "about", "km", "from", "and", "between", "by", "a", "off", "beside"}
    | {"several", "two", "places"}
)

# What was hit, or who: words to one concept. Both texts naming one says more than both telling of an attack.
THINGS = {
    "bus": "bus buses coach coaches passenger passengers wagon van bus_stop",
    "rail": "train trains railway rail track locomotive express bogies",
    "truck": "truck trucks trailer trailers tanker tankers lorry lorries minerals",
    "police station": "station stations",
    "post": "post posts checkpost checkpoint picket camp fort garrison headquarters",
    "convoy": "convoy convoys patrol patrolling patrolled",
    "bridge": "bridge bridges culvert",
    "home": "house home houses homes residence residences residential",
    "worship": "mosque seminary imambargah shrine church cleric",
    "bazaar": "market bazaar shop shops shopkeeper hotel restaurant barber hairdresser hairdressers salon",
    "bank": "bank banks",
    "school": "school university college student students teacher professor",
    "mine": "mine mines miner miners coal colliery",
    "workers": "labourer labourers labourers' worker workers labour colony barbers",
    "rally": "rally procession gathering stadium sit-in",
    "bodies": "body bodies corpse corpses",
    "pipeline": "pipeline pylon pylons gas tower towers transformer",
    "prisoners": "jail prison prisoners",
    "journalist": "journalist reporter editor",
    "elder": "elder tribal chieftain sardar activist",
    "constabulary": "constabulary recruits constable constables",
    "offices": "office offices nadra complex building buildings",
    "residents": "residents locals local tribesmen tribesman villagers langove tribe",
    "flour mill": "mill flour",
    "taxi": "taxi rickshaw",
}
