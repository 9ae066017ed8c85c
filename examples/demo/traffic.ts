const perSecond = 40;
// Whatever happens, it ends: after so many requests to each version.
const mostRequests = perSecond * 60 * 20;
const patienceMs = 5_000;
const customers = 200;

/** Sends a constant rate of real requests to every version of the service, until it is stopped. */
export function startTraffic(urls: readonly string[]): Disposable {
  const stopped = new AbortController();
  let sent = 0;
  const send = async (url: string): Promise<void> => {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(patienceMs)]);
    const response = await fetch(`${url}/orders?customer=${sent % customers}`, { signal });
    await response.arrayBuffer();
  };
  const timer = setInterval(() => {
    if (++sent > mostRequests) return clearInterval(timer);
    // A customer who gets no answer goes away; the metrics of the service say so.
    for (const url of urls) send(url).catch(() => {});
  }, 1_000 / perSecond);
  timer.unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      stopped.abort();
    },
  };
}
