/**
 * Keeps an open page as it stands: reads it again when something has happened, and exchanges what has changed.
 *
 * A page reads itself once a second at the most, as its person has one rate for all that they do here, and less often while that
 * fails. Where it may be old, it says so. Where the person may not see it any more, it stops.
 *
 * What somebody is typing is never touched: where the request under a form has changed, the form is closed, and says so. Without
 * this script, the page is what it was when it was loaded, and says where to load it again.
 */
export const liveScript = `
(() => {
  const main = document.querySelector("main[data-events]");
  if (!main) return;
  const seconds = 1000;
  let source, planned, isReading, isBehind;
  let notBefore = 0;
  follow(main.dataset.events);
  function follow(events) {
    source = new EventSource(events);
    source.addEventListener("line", plan);
    source.addEventListener("end", () => source.close());
    // A browser comes back by itself to a stream that broke off, and not to one that was refused.
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      notBefore = performance.now() + 5 * seconds;
      plan();
    });
  }
  function plan() {
    if (isReading) isBehind = true;
    else planned ??= setTimeout(read, Math.max(0.2 * seconds, notBefore - performance.now()));
  }
  async function read() {
    planned = undefined;
    isReading = true;
    isBehind = false;
    const status = await load().catch(() => 0);
    isReading = false;
    const isRead = status === 200;
    document.getElementById("stale").hidden = isRead;
    if ([401, 403, 404].includes(status)) return source.close();
    notBefore = performance.now() + (isRead ? 1 : 5) * seconds;
    if (isBehind || !isRead) plan();
  }
  async function load() {
    const response = await fetch(location.href, { headers: { accept: "text/html" } });
    if (response.ok) exchange(new DOMParser().parseFromString(await response.text(), "text/html"));
    return response.status;
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
    const events = page.querySelector("main[data-events]")?.dataset.events;
    if (events && source.readyState === EventSource.CLOSED) follow(events);
  }
})();
`.trim();
