/* Moves the page to another day without asking the server again. */
(() => {
  "use strict";

  const embed = window.allegianceEmbed;
  if (!embed.data) return;
  const { model, data, said, state, upTo, number, iso, parse, LAST_DAY, fill } = embed;
  const { dayText, address, sync, camps, matrix, quoteShown, windowAt, listFrom, showEvidence } = embed;
  const { words } = said, $ = (id) => document.getElementById(id);
  const dayOf = (anchor) => parse(new URLSearchParams(anchor.search).get("at") || anchor.hash.slice(1));
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
    return `${on}${words.colon}${counted}`;
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
    listing = setTimeout(() => {
      listFrom(windowAt(day), day);
      quoteShown($("view"));
    }, 120);
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
      listFrom(+anchor.dataset.from, current);
    }
  });

  if (data.pairs) {
    document.querySelector(".time form").hidden = false;
    const day = dayOf(location);
    if (day !== null) go(day);
  }
})();
