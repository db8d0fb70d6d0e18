/* What was entered is never lost. Whoever leaves a form with unsaved input is asked, a page that is loaded again has it
   again, and a form that was sent is remembered in this tab until a page says that it arrived: after a sign-in, an error
   page or a silent server it is filled in again. Passwords, files and hidden fields are not remembered. */
(() => {
  const SENT = "draft", LEFT = "left"; // what was sent; what was in forms as the page went
  const touched = new Set(); // forms that somebody changed and did not send
  const isPage = Boolean(document.getElementById("live")); // not the sign-in, not an error page
  const fields = (form) => [...form.elements].filter((field) => field.name && !["hidden", "submit", "button"].includes(field.type));
  const kept = (form) => fields(form).filter((field) => !["password", "file"].includes(field.type));

  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const isSelect = (field) => field.options !== undefined && field.type.startsWith("select");
  function read(field) {
    if (isTick(field)) return field.checked;
    return isSelect(field) ? [...field.selectedOptions].map((option) => option.value) : field.value;
  }
  function write(field, value) {
    if (isTick(field)) field.checked = value;
    else if (isSelect(field)) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
    else field.value = value;
  }
  /* Whether it differs from what the page came with. */
  function isChanged(field) {
    if (field.type === "file") return field.files.length > 0;
    if (isTick(field)) return field.checked !== field.defaultChecked;
    if (!isSelect(field)) return field.value !== field.defaultValue;
    const chosen = [...field.options].filter((option) => option.defaultSelected);
    if (!chosen.length) return field.selectedIndex > 0;
    return [...field.options].some((option) => option.selected !== option.defaultSelected);
  }
  const unsaved = () => [...touched].filter((form) => form.isConnected && fields(form).some(isChanged));

  /* Ticks of a list of alerts are no input: a row is opened with some of them set. */
  const isEntered = (form) => form?.method === "post" && form.id !== "bulk";
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, ({ target }) => { if (isEntered(target.form)) touched.add(target.form); });
  }
  window.addEventListener("beforeunload", (event) => { if (unsaved().length) event.preventDefault(); });
  window.addEventListener("pagehide", () => { keep(LEFT, unsaved().map(draftOf)); });

  /* A part that refreshes itself waits while somebody fills in a form in it; whoever swaps one away is asked. */
  const isPoll = (ctx) => ctx?.sourceEvent?.type === "every";
  const isFilledIn = (part) => unsaved().some((form) => part?.contains?.(form));
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (isPoll(ctx) && isFilledIn(ctx.sourceElement)) event.preventDefault();
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    if (!tasks.some(({ target }) => isFilledIn(target))) return;
    if (isPoll(ctx) || !confirm(dataops.say("What you entered here is not saved. Let it go?"))) event.preventDefault();
  });

  /* What htmx could not deliver is still there, and still unsaved. */
  for (const kind of ["htmx:response:error", "htmx:error"]) {
    document.addEventListener(kind, ({ detail: { ctx } }) => {
      const form = ctx?.sourceElement?.closest("form");
      if (isEntered(form)) touched.add(form);
    });
  }

  /* What htmx put into the page is its answer: that arrived, though no page led on. */
  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const { status } = ctx?.response || {};
    const isAnswer = status < 400 || status === 422;
    if (isAnswer && isEntered(ctx.sourceElement?.closest("form"))) sessionStorage.removeItem(SENT);
  });

  const keep = (name, what) => sessionStorage.setItem(name, JSON.stringify(what));
  function take(name) {
    const found = JSON.parse(sessionStorage.getItem(name) || "null");
    sessionStorage.removeItem(name);
    return found;
  }
  const draftOf = (form) => ({
    page: location.pathname, action: form.getAttribute("action") || "", values: kept(form).map(read),
  });

  /* Sent: an upload goes on in the page, and tells itself when it arrived. */
  const settle = (form) => touched.delete(form);
  document.addEventListener("submit", ({ target: form }) => {
    if (!isPage || form.method !== "post" || form.hasAttribute("data-upload")) return;
    settle(form);
    const draft = draftOf(form);
    if (draft.values.length) keep(SENT, draft);
  });

  function find({ page, action, values }) {
    if (page !== location.pathname) return undefined;
    return [...document.forms].find((form) => form.method === "post" && (form.getAttribute("action") || "") === action
      && kept(form).length === values.length);
  }
  /* The page that a form led to says that it arrived; a sign-in, an error, a step back or a page opened anew do not. */
  function restoreSent({ type, responseStatus }) {
    const draft = take(SENT);
    if (!draft) return;
    if (!isPage || responseStatus >= 400) return keep(SENT, { ...draft, lost: true });
    const arrived = !draft.lost && type === "navigate" && document.referrer.startsWith(location.origin + draft.page);
    if (arrived) return;
    if (!find(draft)) return keep(SENT, draft);
    if (fill(draft)) dataops.snackbar(dataops.say("What you had entered did not arrive and is back; send it again."), "warning");
  }
  /* Loaded again, by hand or because the browser had put the tab away; whoever opens the page anew begins anew. */
  function restoreLeft({ type }) {
    const drafts = take(LEFT) || [];
    if (type === "reload" && drafts.filter(fill).length) dataops.snackbar(dataops.say("What you had entered is back; it is not sent yet."));
  }
  /* Whether that changed anything. */
  function fill(draft) {
    const form = find(draft);
    if (!form || JSON.stringify(kept(form).map(read)) === JSON.stringify(draft.values)) return false;
    kept(form).forEach((field, at) => write(field, draft.values[at]));
    touched.add(form);
    return true;
  }
  Object.assign(dataops, { settle });
  const [how] = performance.getEntriesByType("navigation");
  restoreSent(how);
  if (isPage) restoreLeft(how);
})();
