"use strict";
// The builder without reloading: the preview and the codes follow the form, and each code can be copied.
(() => {
  const form = document.getElementById("builder");
  let asking;

  async function renew() {
    asking?.abort();
    asking = new AbortController();
    const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("built").replaceWith(page.getElementById("built"));
      history.replaceState(null, "", address);
      addCopying();
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  }

  function addCopying() {
    for (const text of document.querySelectorAll(".code textarea")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = form.dataset.copy;
      button.setAttribute("aria-describedby", text.id);
      button.addEventListener("click", async () => {
        text.select();
        await navigator.clipboard.writeText(text.value);
        button.textContent = form.dataset.copied;
        setTimeout(() => { button.textContent = form.dataset.copy; }, 2000);
      });
      text.after(button);
    }
  }

  form.addEventListener("change", renew);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    renew();
  });
  addCopying();
})();
