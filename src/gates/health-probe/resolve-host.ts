import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { promisify } from "node:util";
import { AttemptTimeout, probeFault, TargetFault, type ProbeRequest } from "./probe.js";

const lookupAll = promisify(systemLookup);

/**
 * Finds the addresses of a host.
 *
 * A name that exists no more is the target's fault. One that never existed may be written wrongly in the probe, and is the
 * probe's; so is a resolver that fails or stays silent: the target was not even asked.
 */
export async function resolveHost(host: string, source: string, request: ProbeRequest): Promise<LookupFunction> {
  const { signal, lookup = (name) => lookupAll(name, { all: true }) } = request;
  const name = host.replace(/^\[(.*)\]$/, "$1");
  const family = isIP(name);
  if (family !== 0) return always({ address: name, family }, [{ address: name, family }]);
  try {
    const addresses = await beforeAbort(lookup(name), signal);
    const [first] = addresses;
    if (first) return always(first, addresses);
  } catch (error) {
    if (signal.aborted && !(signal.reason instanceof AttemptTimeout)) throw signal.reason;
    if (!isNotFound(error)) {
      const why = signal.aborted ? "in time" : `(${codeOf(error)})`;
      throw probeFault(source, `the name ${name} could not be looked up ${why}`, { isRetryable: true, cause: error });
    }
  }
  if (request.wasReached) throw new TargetFault(`has no address: the name ${name} does not exist any more`);
  throw probeFault(source, `the name ${name} does not exist`, { isRetryable: true });
}

/** A lookup for sockets that knows its answer. */
function always(first: LookupAddress, addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, callback) => {
    if (options.all) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

// The system's resolver cannot be stopped; its answer is left alone.
async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort: (() => void) | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      abort = () => reject(new Error("aborted", { cause: signal.reason }));
      if (signal.aborted) abort();
      signal.addEventListener("abort", abort, { once: true });
      work.then(resolve, reject);
    });
  } finally {
    if (abort) signal.removeEventListener("abort", abort);
  }
}

function isNotFound(error: unknown): boolean {
  return codeOf(error) === "ENOTFOUND";
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown error";
}
