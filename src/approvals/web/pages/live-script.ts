/**
 * Keeps an open page as it stands: reads it again when something has happened, and exchanges what has changed.
 *
 * What somebody is typing is never touched: where the request under a form has changed, the form is closed, and says so. Without
 * this script, the page is what it was when it was loaded, and says where to load it again.
 */
export const liveScript = `
(() => {
  const main = document.querySelector("main[data-events]");
  if (!main) return;
  const source = new EventSource(main.dataset.events);
  const seconds = 1000;
  let planned;
  let isReading = false;
  let isBehind = false;
  source.addEventListener("line", () => {
    planned ??= setTimeout(read, 0.2 * seconds);
  });
  source.addEventListener("end", () => source.close());
  async function read() {
    planned = undefined;
    if (isReading) return void (isBehind = true);
    isReading = true;
    isBehind = false;
    try {
      const response = await fetch(location.href, { headers: { accept: "text/html" } });
      if (response.ok) exchange(new DOMParser().parseFromString(await response.text(), "text/html"));
      else if (response.status !== 429) source.close();
    } catch {
      planned ??= setTimeout(read, 5 * seconds);
    } finally {
      isReading = false;
      if (isBehind) planned ??= setTimeout(read, 0.2 * seconds);
    }
  }
  function exchange(page) {
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh || fresh.outerHTML === part.outerHTML) continue;
      for (const open of part.querySelectorAll("details[open][id]")) fresh.querySelector("#" + CSS.escape(open.id))?.setAttribute("open", "");
      part.replaceWith(document.adoptNode(fresh));
    }
    const now = page.querySelector("form[data-fingerprint]");
    for (const form of document.querySelectorAll("form[data-fingerprint]")) {
      if (form.dataset.fingerprint === now?.dataset.fingerprint) continue;
      form.querySelector("button").disabled = true;
      document.getElementById("changed").hidden = false;
    }
  }
})();
`.trim();
