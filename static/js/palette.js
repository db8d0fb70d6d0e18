/* Ctrl-K: one field to find things and go to places. What is found comes from the server as links. */
(() => {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const field = dialog.querySelector("input"), found = document.getElementById("palette-found");
  const hits = () => [...found.querySelectorAll("[data-hit]")];
  const chosen = () => found.querySelector("[data-hit].is-chosen");

  function open() {
    if (dialog.open) return;
    dialog.showModal();
    field.select();
    htmx.trigger(field.form, "palette:open");
  }
  function choose(hit) {
    chosen()?.classList.remove("is-chosen");
    if (!hit) return;
    hit.classList.add("is-chosen");
    hit.scrollIntoView({ block: "nearest" });
    dataops.announce(hit.textContent.trim());
  }
  function move(by) {
    const all = hits();
    choose(all[Math.min(Math.max(all.indexOf(chosen()) + by, 0), all.length - 1)]);
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette]")) { event.preventDefault(); open(); }
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  field.form.addEventListener("submit", (event) => {
    if (!chosen()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    location.assign(chosen().href);
  }, true);
  document.addEventListener("htmx:after:swap", () => {
    if (dialog.open && !chosen()) choose(field.value ? hits()[0] : null);
  });
})();
