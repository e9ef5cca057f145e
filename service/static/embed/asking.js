/* Words that did not come with the page, asked of its own server when a reader first wants them. */
(() => {
  "use strict";

  const embed = window.allegianceEmbed;
  if (!embed.data) return;
  const { model, data, said, upTo, deciding, address, element } = embed;
  const $ = (id) => document.getElementById(id);
  const chunks = new Map(), quotes = new Map(), waiting = new Map();

  function chunk(place) {
    const first = place - place % data.chunk;
    if (!chunks.has(first)) {
      const asked = fetch(data.words_at.replace("FROM", first), { credentials: "omit" }).then((answer) => {
        if (!answer.ok) throw new Error(answer.status);
        return answer.json();
      }).then((found) => {
        found.quotes.forEach((quote, i) => quotes.set(found.from + i, quote));
        return found;
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

  // Those that came with the page.
  for (const by of document.querySelectorAll(".by")) {
    quotes.set(deciding(model.told[by.dataset.told], data.days[0]), by.previousElementSibling.innerHTML);
  }

  /** The quote of the event at a place, empty until it is known. */
  function quote(place) {
    const made = element("p", { class: "said" });
    if (quotes.has(place)) made.innerHTML = quotes.get(place); else waiting.set(made, place);
    return made;
  }

  let asking = 0;

  /** Fills in what is shown and not known yet. */
  async function quoteShown(view) {
    const shown = [...waiting].filter(([made]) => made.isConnected);
    if (!shown.length) return;
    asking += 1;
    view.setAttribute("aria-busy", "true");
    await Promise.allSettled(shown.map(async ([made, place]) => {
      await chunk(place);
      made.innerHTML = quotes.get(place);
      waiting.delete(made);
    })); // without an answer the sources still lead there
    asking -= 1;
    if (!asking) view.removeAttribute("aria-busy");
  }

  function windowAt(day) {
    return Math.max(Math.min(upTo(model.moments, day) - data.around[0], model.moments.length - data.around[0] - data.around[1]), 0);
  }

  let wanted = null;

  async function listFrom(start, day) {
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
      shown.replaceChildren(element("li", {}, element("a", { href: address({ view: "timeline", at: day }, data.kept) }, said.words.evidence)));
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

  Object.assign(embed, { quote, quoteShown, windowAt, listFrom, showEvidence });
})();
