"""The closed lists: what may be said, and what each relation kind means.

Everything that depends on a kind reads it from `KINDS`: sign and direction, how
long a relation is presumed to go on after its last evidence, its name in three
languages, and the codes under which other data sets know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

OPS = ("record", "correct", "retract", "erase")
ENTITIES = ("timeline", "actor", "document", "event")

EFFECT_OPS = ("starts", "ends", "lasts", "holds")

EVENT_TYPES = (
    "agreement",
    "aid",
    "reduction",
    "statement",
    "offer",
    "request",
    "threat",
    "attack",
    "ceasefire",
    "deployment",
    "actor_change",
    "state_report",
    "other",
)
ACTOR_TYPES = ("state", "government", "armed_group", "person", "igo", "alliance", "company", "other")
MEANS = ("troops", "weapons", "training", "funding", "intelligence", "bases", "political")
DATE_BASES = ("stated", "inferred", "external")
CONFIDENCES = ("high", "medium", "low")


class CodeScheme(NamedTuple):
    """A data set whose codes we know by sight: a light check of form, never of whether the code exists."""

    title: str
    pattern: str
    form: str
    example: str


CODE_SCHEMES: Mapping[str, CodeScheme] = MappingProxyType(
    {
        "iso": CodeScheme("ISO 3166", "[A-Z]{2,4}", "2 or 3 capitals, 4 for a former country", "LBY"),
        "cow": CodeScheme("the Correlates of War", "[1-9][0-9]{0,3}", "a number", "620"),
        "gw": CodeScheme("Gleditsch and Ward", "[1-9][0-9]{0,3}", "a number", "620"),
        "wikidata": CodeScheme("Wikidata", "Q[1-9][0-9]{0,11}", "Q and a number", "Q1016"),
    }
)

STATUSES = ("attested", "presumed", "possible", "lapsed")
"""From the best to the worst: a relation takes the best status of its spells."""

YEAR = 365


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of relation.

    `sign` is +1 (with), 0 (neutral) or -1 (against). `horizon` is the number of
    days that a relation is presumed to go on after evidence of it; None means
    until its end is reported. `codes` maps a scheme to its nearest code, and is
    left out where a scheme has none.
    """

    name: str
    sign: int
    directed: bool
    horizon: int | None
    label: Mapping[str, str]
    codes: Mapping[str, str]


def _kind(
    name: str, sign: int, directed: bool, horizon: int | None, labels: tuple[str, str, str], **codes: str
) -> Kind:
    label = MappingProxyType(dict(zip(("en", "fr", "ar"), labels, strict=True)))
    return Kind(name, sign, directed, horizon, label, MappingProxyType(codes))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            _kind("allied_with", +1, False, None, ("allied with", "allié à", "متحالف مع"),
                  cow="Type I", atop="DEFENSE"),
            _kind("member_of", +1, True, None, ("member of", "membre de", "عضو في"), wikidata="P463"),
            _kind("recognizes", +1, True, None, ("recognizes", "reconnaît", "يعترف بـ"), cameo="054"),
            _kind("hosts_base_of", +1, True, None,
                  ("hosts a base of", "accueille une base de", "يستضيف قاعدة لـ")),
            _kind("party_to_deal_with", +1, False, YEAR,
                  ("party to a deal with", "partie à un accord avec", "طرف في اتفاق مع"),
                  cameo="057", plover="AGREE"),
            _kind("supports", +1, True, YEAR, ("supports", "soutient", "يدعم"),
                  ucdp="External Support", cameo="07", plover="AID"),
            _kind("endorses", +1, True, YEAR, ("endorses", "appuie publiquement", "يؤيد علنًا"),
                  cameo="051", plover="SUPPORT"),
            _kind("offers_to", +1, True, YEAR,
                  ("offers cooperation to", "offre sa coopération à", "يعرض التعاون على"),
                  cameo="03"),
            _kind("neutral_to", 0, True, YEAR, ("neutral towards", "neutre envers", "محايد تجاه"),
                  cow="Type II", atop="NEUTRAL"),
            _kind("opposes", -1, True, YEAR, ("opposes", "s’oppose à", "يعارض"), cameo="11", plover="ACCUSE"),
            _kind("threatens", -1, True, YEAR, ("threatens", "menace", "يهدد"),
                  cameo="13", plover="THREATEN"),
            _kind("fights", -1, False, YEAR, ("fights", "combat", "يقاتل"),
                  ucdp="Dyad", cameo="19", plover="ASSAULT"),
        )
    }
)  # fmt: skip
