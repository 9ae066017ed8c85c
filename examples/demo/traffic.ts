/** What the customers of one version have seen. */
export interface TrafficCount {
  sent: number;
  answered: number;
  failed: number;
}

/** Customers, who do not stop. */
export interface Traffic extends Disposable {
  readonly counts: ReadonlyMap<string, Readonly<TrafficCount>>;
}

const perSecond = 40;
// Whatever happens, it ends: after so many requests to each version.
const mostRequests = perSecond * 60;
const patienceMs = 5_000;

/** Sends a constant rate of real requests to every service, until it is stopped. */
export function startTraffic(urls: readonly string[]): Traffic {
  const stopped = new AbortController();
  const counts = new Map(urls.map((url) => [url, { sent: 0, answered: 0, failed: 0 }]));
  const send = async (url: string, count: TrafficCount): Promise<void> => {
    const customer = ++count.sent % 200;
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(patienceMs)]);
    try {
      const response = await fetch(`${url}/orders?customer=${customer}`, { signal });
      await response.arrayBuffer();
      if (response.ok) count.answered++;
      else count.failed++;
    } catch {
      if (!stopped.signal.aborted) count.failed++;
    }
  };
  const timer = setInterval(() => {
    for (const [url, count] of counts) if (count.sent < mostRequests) void send(url, count);
  }, 1_000 / perSecond);
  timer.unref();
  return {
    counts,
    [Symbol.dispose]() {
      clearInterval(timer);
      stopped.abort();
    },
  };
}
