"use strict";
// For pages that embed: gives every embed of this service its height, and defines <allegiance-timeline>.
(() => {
  if (customElements.get("allegiance-timeline")) return; // this file was here before
  const { src, dataset } = document.currentScript;
  const ours = new URL(dataset.pages || "embed/", src).href;
  const options = ["at", "known-at", "actor", "view", "lang", "theme", "sides", "axis", "cited"];
  const frames = () => [...document.querySelectorAll("iframe")].filter((frame) => frame.src.startsWith(ours));

  addEventListener("message", ({ data, source }) => {
    const height = data && data.message === "height" && +data.value;
    if (!(height > 0)) return;
    for (const frame of frames()) {
      if (frame.contentWindow === source) frame.style.height = `${Math.min(height, 30000)}px`;
    }
  });
  // Those that were there before told their height to nobody.
  for (const frame of frames()) frame.contentWindow.postMessage({ message: "height" }, "*");

  customElements.define("allegiance-timeline", class extends HTMLElement {
    static observedAttributes = ["src", "timeline", ...options];

    connectedCallback() {
      const frame = document.createElement("iframe");
      frame.title = this.title || this.textContent.trim() || "Timeline";
      frame.width = "100%";
      frame.height = this.getAttribute("height") || 640;
      frame.frameBorder = 0;
      frame.loading = "lazy";
      this.style.display = "block";
      this.replaceChildren(frame);
      this.attributeChangedCallback();
    }

    attributeChangedCallback() {
      const frame = this.querySelector("iframe");
      if (!frame) return;
      const address = new URL(this.getAttribute("src") || ours + this.getAttribute("timeline"), ours);
      for (const option of options) {
        const value = this.getAttribute(option);
        const name = option.replace("-", "_");
        if (value !== null) address.searchParams.delete(name);
        for (const one of value ? (name === "actor" ? value.split(",") : [value]) : []) {
          address.searchParams.append(name, one.trim());
        }
      }
      if (address.href.startsWith(ours) && frame.src !== address.href) frame.src = address.href;
    }
  });
})();
