/* What was entered is never lost to an expired session: a form that is sent is remembered in this tab,
   and filled in again when a sign-in came between. Passwords, files and hidden fields are not kept. */
(() => {
  const KEY = "draft", accounts = document.body.dataset.loginUrl.replace("login/", "");
  const isKept = (field) => field.name && !["password", "file", "hidden", "submit", "button"].includes(field.type);
  const kept = (form) => [...form.elements].filter(isKept);
  const read = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    return field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
  };
  function write(field, value) {
    if (typeof value === "boolean") field.checked = value;
    else if (Array.isArray(value)) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
    else field.value = value;
  }

  document.addEventListener("submit", ({ target: form }) => {
    if (form.method !== "post" || form.hasAttribute("data-upload")) return;
    const draft = { page: location.pathname, action: form.getAttribute("action") || "", values: kept(form).map(read) };
    sessionStorage.setItem(KEY, JSON.stringify(draft));
  });

  function restore() {
    const draft = JSON.parse(sessionStorage.getItem(KEY) || "null");
    if (!draft || location.pathname.startsWith(accounts)) return;
    sessionStorage.removeItem(KEY);
    const wasAway = document.referrer && new URL(document.referrer).pathname.startsWith(accounts);
    if (!wasAway || draft.page !== location.pathname) return;
    const form = [...document.forms].find((one) => one.method === "post" && (one.getAttribute("action") || "") === draft.action
      && kept(one).length === draft.values.length && draft.values.length);
    if (!form) return;
    kept(form).forEach((field, at) => write(field, draft.values[at]));
    dataops.snackbar(dataops.say("You were signed out meanwhile. What you had entered is back; send it again."), "warning");
  }
  restore();
})();
