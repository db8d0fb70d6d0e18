/* Forms with data-upload: drop a file, see the bytes go, cancel, and land where the server says;
   data-max-bytes refuses a file before it travels.
   Without this script they are plain multipart forms. */
(() => {
  const { say } = dataops;
  const PARTS = `
    <progress max="1" value="0" aria-label="${say("Upload")}"></progress>
    <div class="row-between small muted"><span data-sent></span><button class="btn btn-text btn-sm" type="button">${say("Cancel")}</button></div>`;
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const span = (seconds) => (seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`);

  function enhance(form) {
    const input = form.querySelector("input[type=file]");
    const zone = form.querySelector(".dropzone");
    if (zone) drops(zone, input);
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !input.files.length) return;
      event.preventDefault();
      const limit = Number(form.dataset.maxBytes);
      if (limit && input.files[0].size > limit) return complain(form, say("The file is over the limit of {limit}.", { limit: megabytes(limit) }));
      send(form, input.files[0], event.submitter);
    });
  }

  function drops(zone, input) {
    let depth = 0; // children fire their own enter and leave
    const over = (by) => { depth = by ? depth + by : 0; zone.classList.toggle("is-over", depth > 0); };
    zone.addEventListener("dragenter", (event) => { event.preventDefault(); over(1); });
    zone.addEventListener("dragover", (event) => event.preventDefault());
    zone.addEventListener("dragleave", () => over(-1));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      over(0);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  function send(form, file, button) {
    form.querySelector("[data-upload-error]")?.remove();
    const line = document.createElement("div");
    line.className = "progress-line";
    line.innerHTML = PARTS;
    form.append(line);
    const data = new FormData(form);
    if (button?.name) data.append(button.name, button.value); // which of the buttons was pressed
    const buttons = form.querySelectorAll("button[type=submit], button:not([type])");
    const busy = (on) => { buttons.forEach((button) => { button.disabled = on; }); if (!on) line.remove(); };
    busy(true);

    const request = new XMLHttpRequest();
    const stop = (text) => { busy(false); if (text) complain(form, text); };
    watch(request, line, file);
    request.addEventListener("load", () => arrive(form, request, stop));
    request.addEventListener("error", () => stop(say("The connection broke. Nothing was kept; please send the file again.")));
    request.addEventListener("abort", () => { stop(); dataops.announce(say("Upload cancelled")); });
    line.querySelector("button").addEventListener("click", () => request.abort());
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json, text/html");
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.send(data);
  }

  function watch(request, line, file) {
    const bar = line.querySelector("progress"), sent = line.querySelector("[data-sent]");
    const began = performance.now();
    let said = 0;
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const share = loaded / total;
      bar.value = share;
      const left = ((performance.now() - began) / 1000) * (1 / share - 1);
      sent.textContent = say("{name}: {sent} of {total}, about {left} left", {
        name: file.name, sent: megabytes(loaded), total: megabytes(total), left: span(left),
      });
      const quarter = Math.floor(share * 4) * 25;
      if (quarter > said) { said = quarter; dataops.announce(say("{percent} % sent", { percent: quarter })); }
    });
    request.upload.addEventListener("load", () => {
      bar.removeAttribute("value");
      sent.textContent = say("Sent. The server is storing the file.");
    });
  }

  /* A redirect was already followed: its last address is where the person belongs. */
  function arrive(form, request, stop) {
    const kind = request.getResponseHeader("Content-Type") || "";
    const answer = kind.includes("json") ? parsed(request.responseText) : null;
    const next = answer?.url || (!answer && moved(form, request) && request.responseURL);
    if (request.status < 400 && next) {
      dataops.settle(form);
      return location.assign(next);
    }
    stop(answer?.detail || formErrors(request.responseText) || refusal(request.status));
  }
  const moved = (form, request) => new URL(request.responseURL).pathname !== new URL(form.action).pathname;
  const parsed = (text) => { try { return JSON.parse(text); } catch { return null; } };
  const refusal = (status) => (status === 413
    ? say("The file is over the limit of this server. Nothing was kept.")
    : say("The server refused the file ({status}). Nothing was kept.", { status }));

  /* The page that came back carries the errors of its form; their words are all we take. */
  function formErrors(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = page.querySelectorAll(".error-summary li, .field-error, [role=alert]");
    return [...new Set([...found].map((item) => item.textContent.trim().replace(/\s+/g, " ")))].join(" ");
  }

  function complain(form, text) {
    form.querySelector("[data-upload-error]")?.remove();
    const box = document.createElement("div");
    box.className = "banner bad";
    box.dataset.uploadError = "";
    box.setAttribute("role", "alert");
    box.textContent = text;
    form.append(box);
  }

  document.querySelectorAll("form[data-upload]").forEach(enhance);
})();
