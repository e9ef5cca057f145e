/* The matrix on any day, as `service/templates/embed/matrix.html` writes it. */
(() => {
  "use strict";

  const embed = window.allegianceEmbed;
  if (!embed.data) return;
  const { data, said, fill, pair, element, hold, sync, bdi, sign, sided, GROUPS } = embed;
  const { parties } = data, { words } = said, STATUSES = ["attested", "presumed", "possible"], MOST_PARTIES = 24;

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
      const said = `${parties[one][1]} – ${parties[other][1]}${words.colon}${words[look]}${status === "lapsed" ? "" : words.comma + words[status]}`;
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

  Object.assign(embed, { matrix });
})();
