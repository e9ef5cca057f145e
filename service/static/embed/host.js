/* What the page tells the page that it stands in. */
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("data").textContent);
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
      if (anchor.nextElementSibling?.matches("code")) return;
      const shown = document.createElement("code");
      shown.dir = "ltr";
      shown.textContent = anchor.href;
      anchor.after(shown);
    }
  });
})();
