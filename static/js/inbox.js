/* Browser notifications: only for those who asked, only while the page is in the background. */
(() => {
  const WANTED = "dataops.notify", LAST = "dataops.notified";
  const can = "Notification" in window;
  const wanted = () => can && Notification.permission === "granted" && localStorage.getItem(WANTED) === "on";

  /* The bell alone goes on asking behind a hidden tab, or there would be nothing to call out. */
  const stayAwake = () => { document.body.dataset.awake = wanted() ? "bell" : ""; };

  function callOut() {
    const { newest, title, page } = document.getElementById("bell")?.dataset || {};
    if (!newest || Number(newest) <= Number(localStorage.getItem(LAST) || 0)) return;
    localStorage.setItem(LAST, newest);
    if (!wanted() || document.hasFocus()) return;
    const note = new Notification(title, { tag: `notice-${newest}`, icon: document.querySelector("link[rel=icon]").href });
    note.onclick = () => { window.focus(); if (page) location.assign(page); note.close(); };
  }

  function show(button) {
    button.hidden = !can;
    button.setAttribute("aria-pressed", String(wanted()));
    button.querySelector("span").textContent = dataops.say(wanted() ? "Stop browser notifications" : "Show browser notifications");
    stayAwake();
  }

  async function change(button) {
    if (wanted()) {
      localStorage.removeItem(WANTED);
    } else if (await Notification.requestPermission() === "granted") {
      localStorage.setItem(WANTED, "on");
    } else {
      dataops.snackbar(dataops.say("The browser does not let this site show notifications. Allow them in its settings for this page."), "warning");
    }
    show(button);
  }

  const button = document.querySelector("[data-notify]");
  if (button) {
    show(button);
    button.addEventListener("click", () => change(button));
  }
  stayAwake();
  callOut();
  document.addEventListener("htmx:after:swap", callOut);
})();
