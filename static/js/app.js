/* What every page can do: theme, menus, snackbars, local times, rows by keyboard, asking before harm. */
(() => {
  /* Words: scripts are written in English; the page carries the same in its own language. */
  const { lang, dataset: { timeZone } } = document.documentElement;
  const said = JSON.parse(document.getElementById("words")?.textContent || "{}");
  const say = (text, values = {}) => (said[text] || text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const NAMES = { auto: say("Theme follows the system"), light: say("Light theme"), dark: say("Dark theme") };
  const announce = (text) => { document.getElementById("live").textContent = text; };

  /* Snackbars ---------------------------------------------------------------------------------- */
  function snackbar(text, level = "info") {
    const bar = document.getElementById("snackbar-template").content.firstElementChild.cloneNode(true);
    bar.querySelector("p").textContent = text;
    bar.dataset.level = level;
    if (level === "error") {
      bar.setAttribute("role", "alert");
      const use = bar.querySelector("use");
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#error"));
    }
    document.getElementById("snackbars").append(bar);
    leaveInTime(bar);
  }

  /* Good news leaves by itself unless someone is reading it; errors stay until dismissed. */
  function leaveInTime(bar) {
    if (["error", "warning"].includes(bar.dataset.level)) return;
    const leave = () => (bar.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : bar.remove());
    setTimeout(leave, 8000);
  }

  /* Times: the server writes UTC and the distance; here the distance stays fresh, the title is local. */
  const words = new Intl.RelativeTimeFormat(lang, { numeric: "always" });
  const exact = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "long", timeZone });
  const UNITS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];
  function distance(moment) {
    const seconds = (moment - Date.now()) / 1000;
    if (Math.abs(seconds) < 45) return seconds <= 0 ? say("just now") : say("in a moment");
    const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size * 0.75);
    return words.format(Math.round(seconds / size) || Math.sign(seconds), unit);
  }
  function freshenTimes() {
    for (const time of document.querySelectorAll("time[datetime][title]")) {
      const moment = new Date(time.dateTime);
      if (isNaN(moment)) continue;
      const title = exact.format(moment), text = distance(moment);
      if (time.title !== title) time.title = title;
      if (time.textContent !== text) time.textContent = text;
    }
  }

  /* Rows: a click anywhere opens the row; j and k move, Enter opens ------------------------------- */
  const rows = () => [...document.querySelectorAll("tr[data-href]")];
  const open = (row, apart) => (apart ? window.open(row.dataset.href) : location.assign(row.dataset.href));
  let place = ""; // the row the keys are at, by its address: a list that refreshes itself makes its rows anew
  const current = () => rows().find((row) => row.dataset.href === place);
  function mark() {
    for (const row of rows()) row.classList.toggle("is-current", row.dataset.href === place);
  }
  function step(by) {
    const all = rows();
    if (!all.length) return;
    const next = all[Math.min(Math.max(all.indexOf(current()) + by, 0), all.length - 1)];
    place = next.dataset.href;
    mark();
    next.scrollIntoView({ block: "nearest" });
    announce(next.querySelector("a, th, td").textContent.trim());
  }

  /* Lists with a bulk form: x ticks the current row, X its section; a, r, s act on the ticked rows, or on the current one. */
  function handle(key, row) {
    const form = document.getElementById("bulk"), ticks = [...document.querySelectorAll("input[form=bulk]")];
    const own = row?.querySelector("input[form=bulk]");
    if (key === "x" && own) own.click();
    if (key === "X") (row?.closest("tbody").querySelector("[data-tick-group]") ?? own)?.click();
    const button = form.querySelector(`button[data-key="${CSS.escape(key)}"]`);
    if (!button) return;
    if (own && !ticks.some((tick) => tick.checked)) own.checked = true;
    if (ticks.some((tick) => tick.checked)) form.requestSubmit(button);
  }

  /* Asking first: the form says what goes; with a name it must be typed ---------------------------- */
  function ask(form, submitter) {
    const dialog = document.getElementById("confirm");
    const label = dialog.querySelector("label"), name = form.dataset.confirmName || "";
    const go = dialog.querySelector("[value=yes]"), input = label.querySelector("input");
    dialog.querySelector("h2").textContent = form.dataset.confirm;
    label.hidden = !name;
    label.querySelector("strong").textContent = name;
    input.value = "";
    const check = () => { go.disabled = input.value.trim() !== name; };
    input.oninput = check;
    check();
    go.textContent = form.dataset.confirmAction || submitter?.textContent.trim() || say("Go on");
    dialog.returnValue = "no";
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter);
    };
    dialog.showModal();
  }

  /* Ticks: one for all, one for a group; without this script the server takes them at their word. */
  function tick(box) {
    const form = box.form, boxes = (within) => within.querySelectorAll("input[type=checkbox]:not(:disabled)");
    if (box.matches("[data-tick-all]")) boxes(form).forEach((one) => { one.checked = box.checked; });
    const group = box.closest(".tick-group, tbody, table");
    if (box.matches("[data-tick-group]")) boxes(group).forEach((one) => { one.checked = box.checked; });
    if (box.checked) return;
    for (const whole of [group?.querySelector("[data-tick-group]"), box.closest("table")?.tHead?.querySelector("[data-tick-group]"), form.querySelector("[data-tick-all]")]) {
      if (whole) whole.checked = false;
    }
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("form[data-ticks] input[type=checkbox], input[form=bulk]")) tick(event.target);
  });

  /* The second click of a double one is not a second order. */
  const sent = new WeakMap();
  function isAgain(form, now) {
    if (form.method !== "post" || form.dataset.confirm) return false;
    const before = sent.get(form);
    sent.set(form, now);
    return now - before < 1000;
  }
  function halt(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (isAgain(form, event.timeStamp)) return halt(event);
    if (!form.dataset.confirm) return;
    if (form.dataset.confirmed) { delete form.dataset.confirmed; return; }
    halt(event);
    ask(form, event.submitter);
  }, true);

  document.addEventListener("click", (event) => {
    const target = event.target;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(target)) menu.open = false;
    }
    if (target.closest("[data-print]")) print();
    if (target.closest("[data-dismiss]")) target.closest(".snackbar").remove();
    if (target.closest("[data-theme-toggle]")) {
      const order = Object.keys(NAMES);
      dataops.theme = order[(order.indexOf(dataops.theme) + 1) % order.length];
      target.closest("[data-theme-toggle]").title = NAMES[dataops.theme];
      announce(NAMES[dataops.theme]);
    }
    const row = target.closest("tr[data-href]");
    if (row && !target.closest("a, button, input, label, summary") && !String(getSelection())) {
      open(row, event.ctrlKey || event.metaKey);
    }
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
      else if (typing?.type !== "search") document.querySelector(".snackbar:not([hidden]) [data-dismiss]")?.click();
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
    if (event.key === "/") { document.querySelector("[data-search]")?.focus(); event.preventDefault(); }
    const row = current();
    if (document.getElementById("bulk")) handle(event.key, row);
    if (event.key === "?") document.getElementById("keys")?.showModal();
    if (event.key === "Enter" && row && !event.target.closest("a, button, summary")) open(row);
  });

  Object.assign(dataops, { announce, say, snackbar });
  document.querySelectorAll(".snackbar[data-level]").forEach(leaveInTime);
  document.querySelector(".nav-tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  document.querySelector("[data-focus]")?.focus();
  freshenTimes();
  setInterval(freshenTimes, 30000);
  document.addEventListener("htmx:after:swap", freshenTimes);
  document.addEventListener("htmx:after:swap", mark);
})();
