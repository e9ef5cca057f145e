/* What the page's views are made of: elements that stay from one day to the next, and the bars. */
(() => {
  "use strict";

  const embed = window.allegianceEmbed;
  if (!embed.data) return;
  const { model, PHASES } = embed, { parties } = embed.data;
  const BAR = 1000, LEAST = 4;

  const SVG = "http://www.w3.org/2000/svg", DRAWN = ["svg", "rect", "line", "use"];

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
    const edge = (to) => Math.max(Math.min(Math.floor((to - low) * BAR / room), BAR), 0);
    for (const one of told.relation.told) {
      PHASES.forEach((status, phase) => {
        const first = one.starts[phase], following = phase < 4 ? one.starts[phase + 1] : one.last + 1;
        if (first >= following || first > day || following <= low || status === "lapsed") return;
        const left = Math.min(edge(first), BAR - LEAST), right = Math.max(edge(following), left + LEAST);
        parts.push(status === "presumed"
          ? element("line", { class: status, x1: perCent(left), x2: perCent(right), y1: 4, y2: 4 })
          : element("rect", { class: status, x: perCent(left), width: perCent(right - left), height: 8 }));
      });
    }
    if (!told.until && told.evidenced[1] >= low) {
      parts.push(element("use", { href: "#onwards", x: perCent(edge(Math.min(told.evidenced[1] + 1, day + 1))) }));
    }
    svg.replaceChildren(...parts);
  }

  Object.assign(embed, { element, hold, sync, bdi, quoted, bold, bar });
})();
