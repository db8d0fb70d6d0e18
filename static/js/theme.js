/* Runs before the first paint: "auto" follows the system, so that no page flashes in the wrong theme. */
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let choice = document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1] || "auto";
  const show = () => { root.dataset.bsTheme = choice === "auto" ? (dark.matches ? "dark" : "light") : choice; };
  dark.addEventListener("change", show);
  show();
  window.dataops = {
    get theme() { return choice; },
    set theme(value) {
      choice = value;
      document.cookie = `theme=${value}; path=/; max-age=31536000; samesite=lax`;
      show();
    },
  };
})();
