/* The camps on any day: the rows of each side, as `service/templates/embed/rows.html` writes them. */
(() => {
  "use strict";

  const embed = window.allegianceEmbed;
  if (!embed.data) return;
  const { data, said, fill, isolated, names, name, distinct, behind, deciding, sources, when, dayText, point, pair } = embed;
  const { element, hold, sync, bdi, quoted, bold, bar, quote } = embed, { parties } = data, { words, kinds } = said;
  const STATUSES = ["attested", "presumed", "possible"], MOST_ROWS = 10;
  const sided = new Set(data.sides.flatMap((side) => side[3]));

  function row(one, named, camp, day, days) {
    const { standing: { told, status }, tags } = one;
    const place = deciding(told, day);
    const made = hold(`row ${camp} ${told.place} ${status} ${tags} ${place}`, () => newRow(one, named, camp, place));
    bar(made.querySelector("svg"), told, day, days);
    made.querySelector(".by").setAttribute("href", pair(told.relation.subject, told.relation.object, day));
    return made;
  }

  function newRow({ standing, own, other, outgoing, tags }, named, camp, place) {
    const { told, status } = standing, { relation } = told;
    const label = kinds[relation.kind][3];
    const [since, evidenced] = when(told);
    const who = outgoing
      ? [named ? bdi(parties[own][1]) : null, `${named ? " " : ""}${label} `, bold(other)]
      : [bold(other), ` ${label}`, named ? " " : null, named ? bdi(parties[own][1]) : null];
    if (relation.under) who.push(" ", element("i", {}, "(", bdi(relation.under), ")"));
    if (told.means.length) who.push(" ", element("i", {}, `(${told.means.join(words.comma)})`));
    const how = [element("em", {}, words[status])];
    const doubt = (text, look) => how.push(" ", element("em", { class: look }, text));
    if (told.disputed) doubt(words.disputed, "doubt");
    if (told.attributedOnly) {
      doubt(fill(words.claimed, { names: names(distinct(behind(told.evidence).map(([, by]) => by))) }), "doubt");
    }
    for (const tag of tags) doubt(tagText(tag, camp), "tag");
    how.push(` ${since}`);
    if (told.written) how.push(" ", quoted(told.written));
    if (told.until) {
      how.push(` · ${fill(words.until, { day: point(told.until) })}`);
      if (told.untilWritten) how.push(" ", quoted(told.untilWritten));
    }
    if (evidenced) how.push(` · ${evidenced}`);
    return element("li", { class: `row ${status}` }, element("p", { class: "who" }, who),
      element("p", { class: "how" }, how),
      element("svg", { class: "bar", "aria-hidden": "true" }),
      quote(place),
      element("a", { class: "by", href: "", "data-told": told.place }, sources(told, place)));
  }

  function tagText([camp, sign], here) {
    if (camp === here) return sign > 0 ? words.also_with_it : words.also_against_it;
    return fill(words.also_with, { name: isolated(data.sides[camp][1]) });
  }

  function list(rows, look, named, camp, day, days) {
    if (!rows.length) return hold(`none ${camp} ${look}`, () => element("p", { class: "none" }, words.nothing));
    const shown = rows.slice(0, MOST_ROWS).map((one) => row(one, named, camp, day, days));
    const rest = rows.slice(MOST_ROWS);
    if (rest.length) {
      const said = rest.map(({ other, standing }) =>
        `${name(other)} (${kinds[standing.told.relation.kind][3]}${words.comma}${words[standing.status]})`);
      shown.push(element("li", { class: "rest" }, `${fill(words.and_more, { count: rest.length })}${words.colon}${said.join(words.comma)}`));
    }
    return sync(hold(`list ${camp} ${look}`, () => element("ul", {})), shown);
  }

  const sign = (standing) => kinds[standing.told.relation.kind][1];
  const GROUPS = [["with", "+", 1], ["against", "−", -1], ["neutral", "=", 0]];

  function group(rows, always, named, camp, day, days) {
    return GROUPS.map(([look, mark, wanted]) => {
      const chosen = rows.filter((one) => sign(one.standing) === wanted);
      if (!chosen.length && !(always && wanted)) return null;
      const made = hold(`group ${camp} ${look}`, () => element("div", { class: look },
        element("h4", {}, element("span", { "aria-hidden": "true" }, mark), ` ${words[look]}`)));
      return sync(made, [made.firstChild, list(chosen, look, named, camp, day, days)]);
    });
  }

  function seenFrom(standing, actors) {
    const { subject, object, kind } = standing.told.relation;
    if (actors.includes(subject)) return { standing, own: subject, other: object, outgoing: true };
    if (actors.includes(object)) return { standing, own: object, other: subject, outgoing: !kinds[kind][2] };
    return null;
  }

  function camps(standings, day) {
    const first = Math.min(...standings.map(({ told }) => told.since[0]));
    const days = Math.max(365, Math.min(3650, day - first));
    const scale = hold("scale", () => element("p", { class: "scale" }));
    scale.textContent = fill(words.bars, { first: dayText(day - days), last: dayText(day) });
    const ranked = STATUSES.flatMap((status) => standings.filter((one) => one.status === status));
    const seen = data.sides.map((side) => ranked.map((one) => seenFrom(one, side[3])).filter(Boolean));
    const where = new Map();
    seen.forEach((rows, camp) => rows.forEach((one) => {
      const tags = where.get(one.other) || where.set(one.other, new Set()).get(one.other);
      tags.add(`${camp} ${sign(one.standing)}`);
    }));
    const tagsOf = (one, camp) => [...where.get(one.other)].map((tag) => tag.split(" ").map(Number))
      .sort((x, y) => x[0] - y[0] || x[1] - y[1])
      .filter(([place, its]) => its && sign(one.standing)
        && (place === camp ? its === -sign(one.standing) : its > 0 && its === sign(one.standing)));
    const section = (camp, look, title) => hold(`camp ${camp}`, () => element("section", { class: look }, element("h3", {}, title)));
    const drawn = data.sides.map((side, camp) => {
      const made = section(camp, "camp", bdi(side[1]));
      const tagged = seen[camp].map((one) => ({ ...one, tags: tagsOf(one, camp) }));
      return sync(made, [made.firstChild, group(tagged, true, side[3].length > 1, camp, day, days)]);
    });
    const others = ranked.filter(({ told: { relation } }) => !sided.has(relation.subject) && !sided.has(relation.object))
      .map((standing) => ({ standing, own: standing.told.relation.subject, other: standing.told.relation.object, outgoing: true, tags: [] }));
    if (others.length || !data.sides.length) {
      const made = section(-1, "camp others", data.sides.length ? words.others : words.relations);
      drawn.push(sync(made, [made.firstChild, group(others, !data.sides.length, true, -1, day, days)]));
    }
    return [standings.length ? scale : null, ...drawn];
  }

  Object.assign(embed, { camps, sign, sided, GROUPS });
})();
