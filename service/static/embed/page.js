/* Moves an embedded timeline to another day without asking the server again.

   The page is complete without this script. What it draws is what the server would have sent for that
   day, word for word: `service/embed/writing.py` and `service/templates/embed` are the other side.
   It keeps nothing, and asks nobody but its own server. `state.js` comes before it. */
(() => {
  "use strict";

  const { read, state, upTo, civil, number, iso, parse, PHASES, LAST_DAY } = window.allegianceEmbed;
  const BAR = 1000, LEAST = 4, MOST_ROWS = 10, MOST_PARTIES = 24, MOST_LABELS = 2;
  const STATUSES = ["attested", "presumed", "possible", "lapsed"];

  const source = document.getElementById("data");
  if (!source) return;
  const said = window.allegianceWords; // of one language, from `service.embed.compact.interface`
  // An exported page shares what is the same on all of them.
  const model = read({ ...window.allegianceShared, ...JSON.parse(source.textContent) }, said);
  const { data } = model, { parties } = data, { words, kinds, lang } = said;
  const sided = new Set(data.sides.flatMap((side) => side[3]));
  const $ = (id) => document.getElementById(id);
  if (!$("slider")) return tell();

  // ---- writing

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

  const behind = (told) => told.evidence.map((place) => {
    const said = data.evidence[place];
    return Array.isArray(said) ? [said.slice(0, -1), said[said.length - 1]] : [[said], []];
  });
  const distinct = (lists) => [...new Set(lists.flat())];

  function sources(told) {
    const labels = distinct(behind(told).map(([labels]) => labels)).map((place) => data.texts[place - 1]);
    const shown = labels.slice(0, MOST_LABELS).map(isolated).join(words.comma), more = labels.length - MOST_LABELS;
    return more > 0 ? `${shown} ${fill(words.and_more, { count: more })}` : shown;
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

  const dayOf = (anchor) => parse(new URLSearchParams(anchor.search).get("at") || anchor.hash.slice(1));

  const pair = (one, other, at) =>
    address({ view: "timeline", between: [parties[one][0], parties[other][0]], at }, data.kept_by_all);

  // ---- drawing

  const SVG = "http://www.w3.org/2000/svg", DRAWN = ["svg", "rect", "line"];

  function element(tag, attributes, ...children) {
    const made = DRAWN.includes(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    made.append(...children.flat().filter((child) => child !== null && child !== ""));
    return made;
  }

  // What stays from one day to the next is kept and not made anew, so that moving costs what changes.
  const held = new Map();

  function hold(key, make) {
    if (!held.has(key)) held.set(key, make());
    return held.get(key);
  }

  function sync(parent, children) {
    const wanted = children.flat().filter(Boolean), keep = new Set(wanted);
    for (const child of [...parent.childNodes]) if (!keep.has(child)) child.remove();
    wanted.forEach((child, i) => {
      if (parent.childNodes[i] !== child) parent.insertBefore(child, parent.childNodes[i] || null);
    });
    return parent;
  }

  const bdi = (text) => element("bdi", {}, text);
  const quoted = (text) => element("q", {}, text.replace(/\r\n?/g, "\n")); // as HTML would be read
  const bold = (party) => element("b", {}, bdi(parties[party][1]));

  const perCent = (thousandths) => `${(thousandths - thousandths % 10) / 10}.${thousandths % 10}%`;

  function bar(svg, told, day, days) {
    const low = day - days, room = days + 1, parts = [];
    for (const one of told.relation.told) {
      PHASES.forEach((status, phase) => {
        const first = one.starts[phase], following = phase < 4 ? one.starts[phase + 1] : one.last + 1;
        if (first >= following || first > day || following <= low || status === "lapsed") return;
        const left = Math.min(Math.max(Math.floor((first - low) * BAR / room), 0), BAR - LEAST);
        const right = Math.max(Math.min(Math.floor((following - low) * BAR / room), BAR), left + LEAST);
        parts.push(status === "presumed"
          ? element("line", { class: status, x1: perCent(left), x2: perCent(right), y1: 4, y2: 4 })
          : element("rect", { class: status, x: perCent(left), width: perCent(right - left), height: 8 }));
      });
    }
    svg.replaceChildren(...parts);
  }

  function row(one, named, camp, day, days) {
    const { standing: { told, status }, tags } = one;
    const made = hold(`row ${camp} ${told.place} ${status} ${tags}`, () => newRow(one, named, camp));
    bar(made.querySelector("svg"), told, day, days);
    made.querySelector(".by").setAttribute("href", pair(told.relation.subject, told.relation.object, day));
    return made;
  }

  function newRow({ standing, own, other, outgoing, tags }, named, camp) {
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
      doubt(fill(words.claimed, { names: names(distinct(behind(told).map(([, by]) => by))) }), "doubt");
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
      element("a", { class: "by", href: "", "data-told": told.place }, sources(told)));
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
      shown.push(element("li", { class: "rest" }, `${fill(words.and_more, { count: rest.length })}: ${said.join(words.comma)}`));
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

  function cell(standings) {
    const here = standings.filter(({ status }) => status !== "lapsed");
    if (!here.length) return ["?", "unknown", "lapsed"];
    const status = STATUSES.find((one) => here.some((standing) => standing.status === one));
    const signs = here.map(sign);
    if (signs.includes(1) && signs.includes(-1)) return ["±", "mixed", status];
    const [look, mark] = GROUPS.find(([, , wanted]) => signs.includes(wanted));
    return [mark, look, status];
  }

  function matrix(standings, lapsed, day) {
    const counted = new Map(), between = new Map();
    for (const standing of [...standings, ...lapsed]) {
      const { subject, object } = standing.told.relation;
      for (const [one, other] of [[subject, object], [object, subject]]) {
        counted.set(one, (counted.get(one) || 0) + 1);
        const key = `${one} ${other}`;
        between.set(key, [...(between.get(key) || []), standing]);
      }
    }
    const id = (party) => parties[party][0];
    const related = [...counted.keys()].sort((one, other) => sided.has(other) - sided.has(one)
      || counted.get(other) - counted.get(one) || (id(one) < id(other) ? -1 : 1));
    const chosen = related.slice(0, MOST_PARTIES), more = related.length - chosen.length;
    if (!chosen.length) return [element("p", { class: "none" }, words.nothing)];
    const head = (scope) => (party) => hold(`${scope} ${party}`, () => element("th", { scope }, bdi(parties[party][1])));
    const line = (one) => hold(`line ${one}`, () => element("tr", {}));
    const rows = chosen.map((one) => sync(line(one), [head("row")(one), ...chosen.map((other) => {
      const standing = between.get(`${one} ${other}`);
      if (!standing) return hold(`cell ${one} ${other}`, () => element("td", one === other ? { class: "self" } : {}));
      const [mark, look, status] = cell(standing);
      const said = `${parties[one][1]} – ${parties[other][1]}: ${words[look]}${status === "lapsed" ? "" : `, ${words[status]}`}`;
      const made = hold(`cell ${one} ${other} ${mark} ${look} ${status}`,
        () => element("td", {}, element("a", { class: `${look} ${status}`, href: "", "aria-label": said }, mark)));
      made.firstChild.setAttribute("href", pair(one, other, day));
      return made;
    })]));
    const table = hold("table", () => element("table", {}, element("thead", {}, element("tr", {}, element("td", {}))), element("tbody", {})));
    const first = table.querySelector("tr");
    sync(first, [first.firstChild, chosen.map(head("col"))]);
    sync(table.lastChild, rows);
    const note = fill(words.most_related, { shown: MOST_PARTIES, count: more });
    return more ? [table, element("p", { class: "none" }, note)] : [table];
  }

  // ---- moving

  const slider = $("slider"), typed = $("at"), byDay = $("by-day");
  let current = data.days[0], saying = 0, listing = 0;

  const nextStop = (day) => model.stops[upTo(model.stops, day)];
  const previousStop = (day) => model.stops[upTo(model.stops, day - 1) - 1];

  function link(id, day) {
    const anchor = $(id), known = day !== undefined && day >= number(-9999, 1, 1) && day <= LAST_DAY;
    if (known) anchor.href = address({ view: data.view, between: data.between, at: day }, data.kept);
    else anchor.removeAttribute("href");
    const shown = anchor.querySelector("b");
    if (shown) shown.textContent = known ? dayText(day) : "";
  }

  function draw(day) {
    const found = state(model, day);
    const standings = found.filter(({ status }) => status !== "lapsed");
    if (data.view === "camps") sync($("view"), camps(standings, day));
    if (data.view === "matrix") sync($("view"), matrix(standings, found.filter(({ status }) => status === "lapsed"), day));
    const count = (status) => standings.filter((one) => one.status === status).length;
    const counts = { attested: count("attested"), presumed: count("presumed"), possible: count("possible") };
    const on = fill(words.on_day, { day: dayText(day) }), counted = fill(words.counts, counts);
    $("on").textContent = on;
    $("counts").textContent = counted;
    return `${on}: ${counted}`;
  }

  function go(day) {
    day = Math.max(number(-9999, 1, 1), Math.min(LAST_DAY, day));
    if (day === current) return;
    current = day;
    const sentence = draw(day);
    slider.value = day;
    slider.setAttribute("aria-valuetext", dayText(day));
    typed.value = iso(day);
    $("wrong").textContent = "";
    link("previous", previousStop(day));
    link("next", nextStop(day));
    link("before", day - 1);
    link("after", day + 1);
    for (const anchor of document.querySelectorAll(".views a")) {
      anchor.href = address({ view: anchor.dataset.view, between: data.between, at: day }, data.kept);
    }
    $("permalink").href = data.page.replace(/([?&]at=)[^&]*/, `$1${iso(day)}`);
    if (window === window.top) {
      history.replaceState(null, "", data.pairs ? `#${iso(day)}` : address({ view: data.view, between: data.between, at: day }, data.kept));
    }
    clearTimeout(saying);
    saying = setTimeout(() => { $("said").textContent = sentence; }, 300);
    clearTimeout(listing);
    listing = setTimeout(() => listFrom(windowAt(day)), 120);
  }

  slider.hidden = false;
  document.querySelector(".by-days").hidden = false;
  document.documentElement.classList.add("moves");

  slider.addEventListener("input", () => {
    const asked = +slider.value;
    if (byDay.checked || asked === current) return go(asked);
    const up = nextStop(current), down = previousStop(current);
    const later = nextStop(asked - 1), earlier = previousStop(asked + 1);
    let stop = later === undefined || (earlier !== undefined && asked - earlier < later - asked) ? earlier : later;
    if (stop === current) stop = asked > current ? up : down;
    if (stop !== undefined && (stop > current) === (asked > current)) go(stop);
    slider.value = current;
  });

  slider.addEventListener("keydown", (event) => {
    const forwards = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 1, PageDown: -1 }[event.key];
    if (!forwards || event.altKey || event.ctrlKey || event.metaKey) return;
    const mirrored = getComputedStyle(slider).direction === "rtl" && /Left|Right/.test(event.key);
    const way = mirrored ? -forwards : forwards, page = event.key.startsWith("Page");
    event.preventDefault();
    if (byDay.checked !== page) return go(current + way);
    const stop = way > 0 ? nextStop(current) : previousStop(current);
    if (stop !== undefined) go(stop);
  });

  document.querySelector(".time button").addEventListener("click", (event) => {
    const day = parse(typed.value);
    if (day !== null) {
      event.preventDefault();
      go(day);
    } else if (self.origin === "null") { // a sandbox lets no form through
      event.preventDefault();
      $("wrong").textContent = words.write_day;
    }
  });

  document.addEventListener("click", (event) => {
    const anchor = event.target.closest("a");
    if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (["previous", "next", "before", "after"].includes(anchor.id) && anchor.hasAttribute("href")) {
      event.preventDefault();
      go(dayOf(anchor));
    } else if (anchor.dataset.told !== undefined) {
      event.preventDefault();
      showEvidence(anchor);
    } else if (anchor.dataset.from !== undefined) {
      event.preventDefault();
      listFrom(+anchor.dataset.from);
    }
  });

  // ---- words that were not on the page

  const chunks = new Map();

  function chunk(place) {
    const first = place - place % data.chunk;
    if (!chunks.has(first)) {
      const asked = fetch(data.words_at.replace("FROM", first), { credentials: "omit" }).then((answer) => {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      });
      asked.catch(() => chunks.delete(first));
      chunks.set(first, asked);
    }
    return chunks.get(first);
  }

  /** The items of events, by their places in the record. */
  async function items(places) {
    const found = await Promise.all(places.map((place) => chunk(place)));
    const made = document.createElement("ol");
    made.innerHTML = places.map((place, i) => found[i].events[place - found[i].from]).join(""); // as the server escaped it
    return made;
  }

  function windowAt(day) {
    return Math.max(Math.min(upTo(model.moments, day) - data.around[0], model.moments.length - data.around[0] - data.around[1]), 0);
  }

  let wanted = null;

  async function listFrom(start) {
    const size = data.around[0] + data.around[1], stop = Math.min(start + size, model.moments.length);
    const shown = document.querySelector("#events ol");
    wanted = start;
    shown.setAttribute("aria-busy", "true");
    try {
      const places = [];
      for (let i = start; i < stop; i += 1) places.push(model.places ? model.places[i] : i);
      const made = await items(places);
      if (wanted !== start) return;
      shown.replaceChildren(...made.childNodes);
      more("earlier", start > 0 ? Math.max(start - size, 0) : null);
      more("later", stop < model.moments.length ? Math.min(stop, Math.max(model.moments.length - size, 0)) : null);
    } catch (_) { // the plain links still lead there
      more("earlier", null);
      more("later", null);
      shown.replaceChildren(element("li", {}, element("a", { href: address({ view: "timeline", at: current }, data.kept) }, words.evidence)));
    }
    shown.removeAttribute("aria-busy");
  }

  function more(id, from) {
    const anchor = $(id);
    anchor.hidden = from === null;
    if (from === null) return;
    anchor.dataset.from = from;
    anchor.href = address({ view: "timeline", at: model.moments[from] }, data.kept);
  }

  async function showEvidence(anchor) {
    const open = anchor.nextElementSibling;
    if (open) {
      open.remove();
      anchor.setAttribute("aria-expanded", "false");
      return;
    }
    try {
      const made = await items(model.told[anchor.dataset.told].evidence);
      for (const one of made.children) one.removeAttribute("id");
      made.className = "evidence";
      if (!anchor.nextElementSibling) anchor.after(made);
      anchor.setAttribute("aria-expanded", "true");
    } catch (_) {
      location.href = anchor.href;
    }
  }

  if (data.pairs) {
    document.querySelector(".time form").hidden = false;
    const day = dayOf(location);
    if (day !== null) go(day);
  }

  tell();

  // ---- the page that this one stands in

  function tell() {
    const secret = (/.*[?&]secret=([A-Za-z0-9]+)/.exec(location.hash) || [])[1];
    const child = new URLSearchParams(location.search).get("childId");
    let told = 0;
    if (window.parent === window) return;

    const post = (message) => window.parent.postMessage(message, "*");
    const measure = () => {
      const height = Math.ceil(document.body.getBoundingClientRect().height);
      if (!height || height === told) return;
      told = height;
      post({ message: "height", value: height, ...(secret ? { secret } : {}) }); // WordPress
      post({ "datawrapper-height": { [data.timeline]: height } });
      post({ sentinel: "amp", type: "embed-size", height });
      if (child) post(`pymxPYMx${child}xPYMxheightxPYMx${height}`);
    };
    // WordPress clips a frame away until it speaks, and browsers observe nothing in what is out of sight.
    measure();
    window.addEventListener("load", measure);
    new ResizeObserver(measure).observe(document.body);
    window.addEventListener("message", ({ data: asked, source }) => { // a host that came late asks again
      if (source !== window.parent || !asked || asked.message !== "height") return;
      told = 0;
      measure();
    });

    document.addEventListener("click", (event) => {
      const anchor = event.target.closest("a");
      if (!anchor || event.defaultPrevented) return;
      if (anchor.getAttribute("href")?.startsWith("?")) { // what the host gave us goes along
        if (secret) anchor.hash = location.hash;
        if (child && !anchor.search.includes("childId=")) anchor.search += `&childId=${encodeURIComponent(child)}`;
      } else if (anchor.target === "_blank" && self.origin === "null") {
        // A sandbox opens no window. WordPress follows links to our own pages, where sources can be opened.
        event.preventDefault();
        post({ message: "link", value: new URL(data.page, location.href).href, ...(secret ? { secret } : {}) });
        if (!anchor.nextElementSibling?.matches("code")) anchor.after(element("code", { dir: "ltr" }, anchor.href));
      }
    });
  }
})();
