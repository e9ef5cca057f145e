"""CAMEO codes and PLOVER types as our event types; `other` where none of ours says the same."""

from __future__ import annotations

CAMEO = {
    "01": "statement",  # make public statement
    "02": "request",  # appeal
    "03": "offer",  # express intent to cooperate
    "057": "agreement",  # sign formal agreement
    "07": "aid",  # provide aid
    "0871": "ceasefire",  # declare truce, ceasefire
    "10": "request",  # demand
    "11": "statement",  # disapprove
    "12": "statement",  # reject
    "13": "threat",  # threaten
    "15": "deployment",  # exhibit force posture
    "16": "reduction",  # reduce relations
    "18": "attack",  # assault
    "19": "attack",  # fight
    "20": "attack",  # use unconventional mass violence
}
"""Code or root -> our type. The longest that a code begins with counts; consult (04), the rest of diplomatic
cooperation (05), material cooperation (06), the rest of yield (08), investigate (09), protest (14) and
coerce (17) are `other`."""

PLOVER = {
    "AGREE": "agreement",
    "AID": "aid",
    "SUPPORT": "statement",
    "REQUEST": "request",
    "ACCUSE": "statement",
    "REJECT": "statement",
    "THREATEN": "threat",
    "RETREAT": "reduction",
    "SANCTION": "reduction",
    "MOBILIZE": "deployment",
    "ASSAULT": "attack",
}
"""Type -> our type. CONSULT, COOPERATE, CONCEDE, PROTEST and COERCE are `other`."""


def root_type(code: str) -> str:
    """Our type of a CAMEO code, with its leading zero: ``190``, ``057``."""
    for length in (4, 3, 2):
        if len(code) >= length and code[:length] in CAMEO:
            return CAMEO[code[:length]]
    return "other"


def plover_type(name: str) -> str:
    """Our type of a PLOVER event type."""
    return PLOVER.get(name.upper(), "other")
