/* The state of a timeline on any day, from what stands in the page: the same as the server's.

   The page is complete without these scripts. What they draw is what the server would have sent for that
   day, word for word: `service/embed/writing.py` and `service/templates/embed` are the other side. They
   keep nothing, and ask nobody but their own server. `service.embed.assets` joins them, in its order.

   It knows no time zone: a day is a number, as in `events/days.py`. */
(() => {
  "use strict";

  const PHASES = ["possible", "attested", "presumed", "possible", "lapsed"];
  const LAST_DAY = 3652059;

  // ---- reading

  const sums = (differences) => {
    let total = 0;
    return differences.map((difference) => (total += difference));
  };

  /** How many of `days`, which are in order, are not after `day`. */
  function upTo(days, day) {
    let low = 0, high = days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (days[middle] <= day) low = middle + 1; else high = middle;
    }
    return low;
  }

  /** The inverse of `service/embed/compact.py`. */
  function read(data, said) {
    const relations = [];
    for (let i = 0; i < data.relations.length; i += 3) {
      const [subject, kind, object] = data.relations.slice(i, i + 3);
      relations.push({ subject, kind, object, under: data.under[i / 3] || "", told: [] });
    }
    const moments = sums(data.moments), places = data.places ? sums(data.places) : null;
    const placeOf = (i) => (places ? places[i] : i);
    const text = (place) => (place ? data.texts[place - 1] : null);
    const [about, flags, begins, sinceFor, written, until, lastFrom, lastFor, means, evidence] = data.spells;
    const spells = sums(about).map((relation, i) => {
      const a = data.days[1] + begins[i], q = a + lastFrom[i], ended = until[i];
      const near = placeOf(Math.min(upTo(moments, a - 1), moments.length - 1));
      return {
        relation: relations[relation],
        orEarlier: Boolean(flags[i] & 1),
        attributedOnly: Boolean(flags[i] & 2),
        since: [a, a + sinceFor[i]],
        written: text(written[i]),
        until: ended ? [q - ended[0] - ended[1], q - ended[0]] : null,
        untilWritten: ended ? text(ended[2]) : null,
        evidenced: [q - lastFor[i], q],
        means: said.means.filter((_, bit) => means[i] & (1 << bit)),
        evidence: sums([evidence[i]].flat()).map((place) => place + near),
      };
    });
    const [whose, disputed, firsts, attested, presumed, possible, lapsed, lasts] = data.stretches;
    let over;
    const told = sums(whose).map((number, i) => {
      const spell = spells[number], first = (whose[i] || !i ? spell.since[0] : over) + firsts[i];
      let before = first;
      const days = [attested, presumed, possible, lapsed].map((column) => (column[i] < 0 ? null : (before += column[i])));
      const last = lasts[i] < 0 ? LAST_DAY : before + lasts[i];
      over = last + 1;
      const starts = [first, ...days.map((day) => (day === null ? last + 1 : day))];
      return { ...spell, place: i, disputed: Boolean(disputed[i]), starts, last };
    });
    for (const one of told) one.relation.told.push(one);
    const ends = moments.map((first, i) => first + data.lengths[i]);
    const stops = [...new Set([...moments, ...ends])].sort((one, other) => one - other);
    return { data, relations, told, stops, moments, ends, places };
  }

  /** What stands on a day, lapsed relations included, in the order of the answer. */
  function state(model, day) {
    const found = [];
    for (const told of model.told) {
      if (told.starts[0] <= day && day <= told.last) {
        let phase = 4;
        while (day < told.starts[phase]) phase -= 1;
        found.push({ told, status: PHASES[phase] });
      }
    }
    return found;
  }

  // ---- days

  function civil(day) {
    const shifted = day + 305, era = Math.floor(shifted / 146097), ofEra = shifted - era * 146097;
    const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524)
      - Math.floor(ofEra / 146096)) / 365);
    const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
    const march = Math.floor((5 * ofYear + 2) / 153);
    const month = march < 10 ? march + 3 : march - 9;
    return [yearOfEra + era * 400 + (month < 3 ? 1 : 0), month, ofYear - Math.floor((153 * march + 2) / 5) + 1];
  }

  function number(year, month, day) {
    const y = month < 3 ? year - 1 : year, era = Math.floor(y / 400), ofEra = y - era * 400;
    const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
    return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 305;
  }

  function iso(day) {
    const [year, month, ofMonth] = civil(day), two = (n) => String(n).padStart(2, "0");
    return `${year < 0 ? "-" : ""}${String(Math.abs(year)).padStart(4, "0")}-${two(month)}-${two(ofMonth)}`;
  }

  function parse(text) {
    const parts = /^\s*(-?[0-9]{4})-([0-9]{2})-([0-9]{2})\s*$/.exec(text);
    if (!parts) return null;
    const day = number(+parts[1], +parts[2], +parts[3]);
    return iso(day) === text.trim() ? day : null;
  }

  window.allegianceEmbed = { read, state, upTo, civil, number, iso, parse, PHASES, LAST_DAY };
})();
