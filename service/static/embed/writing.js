/* What the page says on any day, in its language: `service/embed/writing.py` says it in the same words. */
(() => {
  "use strict";

  const embed = window.allegianceEmbed, { read, upTo, civil, number, iso } = embed;
  if (!document.getElementById("slider")) return; // there is nowhere to move: no `data` for the files below
  const MOST_LABELS = 2;

  const said = window.allegianceWords; // of one language, from `service.embed.compact.interface`
  // An exported page shares what is the same on all of them.
  const model = read({ ...window.allegianceShared, ...JSON.parse(document.getElementById("data").textContent) }, said);
  const { data } = model, { parties } = data, { words, lang } = said;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const isolated = (text) => `\u2068${text}\u2069`;
  const name = (party) => isolated(parties[party][1]);
  const names = (list) => list.map(name).join(words.comma);
  const monthLength = (year, month) => number(month < 12 ? year : year + 1, month % 12 + 1, 1) - number(year, month, 1);
  const written = (year) => (year > 0 ? String(year) : fill(words.bce, { year: 1 - year }));
  const ordinal = (day) => (lang === "fr" && day === 1 ? "1er" : String(day));

  function dayText(day) {
    const [year, month, ofMonth] = civil(day);
    return `${ordinal(ofMonth)} ${said.months[month - 1]} ${written(year)}`;
  }

  function point([first, last]) {
    if (first === last) return dayText(first);
    const [year, month, begin] = civil(first), [endYear, endMonth, end] = civil(last);
    if (begin === 1 && end === monthLength(endYear, endMonth)) {
      if (month === 1 && endMonth === 12) {
        return year === endYear ? written(year) : `${written(year)}–${written(endYear)}`;
      }
      if (year === endYear && month === endMonth) return `${said.months[month - 1]} ${written(year)}`;
    }
    let from = dayText(first);
    if (year === endYear) {
      from = month === endMonth ? ordinal(begin) : `${ordinal(begin)} ${said.months[month - 1]}`;
    }
    return fill(words.between, { first: from, last: dayText(last) });
  }

  const behind = (evidence) => evidence.map((place) => {
    const said = data.evidence[place];
    return Array.isArray(said) ? [said.slice(0, -1), said[said.length - 1]] : [[said], []];
  });
  const distinct = (lists) => [...new Set(lists.flat())];

  const shown = model.places && new Map(model.places.map((place, i) => [place, i]));
  const endOf = (place) => model.ends[shown ? shown.get(place) : place];

  /** The place of the evidence that is quoted: the last that is over by the day, else the first that will be. */
  function deciding(told, day) {
    const places = [...told.evidence].sort((one, other) => endOf(one) - endOf(other) || one - other);
    return places.filter((place) => endOf(place) <= day).pop() ?? places[0];
  }

  /** The sources of a relation by name, that of the quote first. */
  function sources(told, quoted) {
    const labels = distinct(behind([quoted, ...told.evidence]).map(([labels]) => labels)).map((place) => data.texts[place - 1]);
    const named = labels.slice(0, MOST_LABELS).map(isolated).join(words.comma), more = labels.length - MOST_LABELS;
    return more > 0 ? `${named} ${fill(words.and_more, { count: more })}` : named;
  }

  function when(told) {
    const day = point(told.evidenced);
    if (told.orEarlier && told.since[0] === told.evidenced[0] && told.since[1] === told.evidenced[1]) {
      return [fill(words.evidenced_or_earlier, { day }), null];
    }
    return [fill(told.orEarlier ? words.or_earlier : words.since, { day: point(told.since) }),
      fill(words.evidenced, { day })];
  }

  function address({ view, between, at }, kept) {
    if (data.pairs) return exported(view, between, at);
    const parts = [];
    if (view && view !== "camps") parts.push(`view=${view}`);
    if (between) parts.push(`between=${between.join(",")}`);
    parts.push(`at=${iso(at)}`);
    return `?${parts.join("&")}${kept}`;
  }

  /** The file that is nearest, of a folder that has one for each day to stop at, and the day itself. */
  function exported(view, between, at) {
    const stop = model.stops[Math.max(upTo(model.stops, at) - 1, 0)];
    const file = between ? data.pairs[[...between].sort().join(",")] : `${view === "camps" ? "" : `${view}-`}${iso(stop)}.html`;
    return `${file}#${iso(at)}`;
  }

  const pair = (one, other, at) =>
    address({ view: "timeline", between: [parties[one][0], parties[other][0]], at }, data.kept_by_all);

  Object.assign(embed, { model, data, said, fill, isolated, names, name, distinct, behind, deciding, sources, when, dayText, point, address, pair });
})();
