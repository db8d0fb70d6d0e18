/* Manners of htmx: polls rest while nobody looks, back off and stop after five failures, and errors are said aloud. */
(() => {
  const LIMIT = 5;
  const paused = document.getElementById("live-paused");
  const isPoll = (ctx) => ctx?.sourceEvent?.type === "every";
  let failures = 0, restUntil = 0;

  /* Each failure is followed by a rest twice as long as the one before: 1, 2, 4, 8 seconds. */
  function failed(ctx, text) {
    if (!isPoll(ctx)) return dataops.snackbar(text, "error");
    failures += 1;
    restUntil = Date.now() + 500 * 2 ** failures;
    paused.hidden = failures < LIMIT;
  }

  function pollNow() {
    for (const part of document.querySelectorAll("[hx-trigger^='every']")) htmx.trigger(part, "every", {}, false);
  }

  /* Refused before it is queued, so that nothing piles up behind a hidden tab or a slow server. */
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (!isPoll(ctx)) return;
    const asleep = document.hidden && ctx.sourceElement.id !== document.body.dataset.awake;
    const waits = ctx.sourceElement.classList.contains("htmx-request");
    if (asleep || waits || failures >= LIMIT || Date.now() < restUntil) event.preventDefault();
  });

  /* A redirect to the sign-in page must never land inside a part of this one. */
  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = event.detail.ctx.response;
    const login = document.body.dataset.loginUrl;
    if (raw.status !== 401 && !(raw.redirected && new URL(raw.url).pathname === login)) return;
    event.preventDefault();
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  });

  document.addEventListener("htmx:after:request", (event) => {
    if (isPoll(event.detail.ctx) && event.detail.ctx.response.status < 400) failures = restUntil = 0;
  });

  const SAID = {
    403: "Your account may not do this; nothing was changed. An administrator can give it a role that may.",
    404: "This no longer exists, or your account may not see it. Reload the page to see what is there.",
    409: "It changed in the meantime. Reload the page and try again.",
    413: "This is too large for the server; nothing was stored. Send less at once.",
    429: "Too many requests. Wait a moment and try again.",
  };
  document.addEventListener("htmx:response:error", (event) => {
    const { status } = event.detail.ctx.response;
    if (status === 400 || status === 422) return;
    failed(event.detail.ctx, dataops.say(SAID[status] || "Something broke on the server ({status}); the last step was not done. Try again in a minute.", { status }));
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx) failed(event.detail.ctx, dataops.say("The server does not answer; what you entered is still here. Check the connection and try again."));
  });

  paused.querySelector("button").addEventListener("click", () => {
    failures = restUntil = 0;
    paused.hidden = true;
    pollNow();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) pollNow(); });
})();
