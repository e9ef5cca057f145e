"""A scene in a few sentences, for where no more than text is shown."""

from __future__ import annotations

from collections.abc import Iterable

from service.embed import language
from service.embed.shown import Camp, Row, Scene
from service.embed.writing import isolated

_MOST_NAMES = 6


def headline(scene: Scene) -> str:
    """What the scene is about: the timeline and the day."""
    said = language.words(scene.language)
    on_day = said["on_day"].format(day=language.day(scene.language, scene.at))
    title = scene.title
    return f"{title.text if title.lang == scene.language else isolated(title.text)}{said['colon']}{on_day}"


def standings(scene: Scene) -> str:
    """Who stands with and against each side; whatever is not attested says so."""
    said = language.words(scene.language)
    told = [text for camp in scene.camps if (text := _camp(scene, camp))]
    return " ".join(told) or said["nothing"]


def _camp(scene: Scene, camp: Camp) -> str:
    said = language.words(scene.language)
    groups = (("with", camp.friends), ("neutral", camp.neutrals), ("against", camp.foes))
    parts = [f"{said[sign].lower()} {_names(scene, rows)}" for sign, rows in groups if rows]
    return f"{isolated(camp.name.text)}{said['colon']}{said['semicolon'].join(parts)}." if parts else ""


def _names(scene: Scene, rows: Iterable[Row]) -> str:
    """Each once, as sure as the surest of its relations."""
    said = language.words(scene.language)
    best: dict[str, str] = {}
    order = ("attested", "presumed", "possible")
    for row in rows:
        best[row.other] = min(best.get(row.other, "possible"), row.standing.status, key=order.index)
    names = [
        isolated(scene.parties[id].name.text) + ("" if status == "attested" else f" ({said[status]})")
        for id, status in best.items()
    ]
    more = len(names) - _MOST_NAMES
    shown = names[:_MOST_NAMES] + ([said["and_more"].format(count=more)] if more > 0 else [])
    return said["comma"].join(shown)
