import { excerptField, excerptWithout, type Excerpt } from "./excerpt.js";
import { describeHttp, publicUrl } from "./http-description.js";
import { exchange, type ExchangeOptions, type HttpAnswer } from "./http-exchange.js";
import { judgeAnswer } from "./http-judgement.js";
import type { HttpTarget } from "./http-probe-config.js";
import { maxRedirects, redirectOf } from "./http-redirect.js";
import { httpSecrets } from "./http-secrets.js";
import { isExpectedStatus } from "./http-status.js";
import { outcomeOf, probeFault, TargetFault, type ProbeOutcome, type ProbeRequest, type Transport } from "./probe.js";
import { tlsSettings } from "./probe-tls.js";
import { resolveHost } from "./resolve-host.js";

/** Sends an HTTP request, and compares the answer with what was expected. */
export const httpTransport: Transport<HttpTarget> = {
  name: ({ url }) => publicUrl(url),
  describe: describeHttp,
  probe: (target, request) => outcomeOf(() => probeHttp(target, request)),
};

async function probeHttp(target: HttpTarget, request: ProbeRequest): Promise<ProbeOutcome> {
  const source = publicUrl(target.url);
  const excerpt = excerptWithout(httpSecrets(target));
  const tls = target.tls === undefined ? { rejectUnauthorized: true } : tlsSettings(target.tls, source);
  const lookup = await resolveHost(target.url.hostname, source, request);
  const answer = await answerOf(target, { source, lookup, tls, signal: request.signal });
  const notLetIn = lockedOut(answer.status, target);
  if (notLetIn !== undefined) throw probeFault(source, notLetIn, { isRetryable: true });
  const judgement = await judged(target, answer, request, source);
  const observed = `answered ${answer.status}`;
  return {
    status: judgement.complaint === undefined ? "healthy" : "unhealthy",
    reason: judgement.complaint === undefined ? observed : `${observed}, ${excerpt(judgement.complaint)}`,
    statusCode: answer.status,
    ...(judgement.version === undefined ? {} : { version: excerpt(judgement.version) }),
    ...excerptOf(answer, excerpt),
  };
}

// What the target thinks of the probe says nothing about its health.
function lockedOut(status: number, { expect }: HttpTarget): string | undefined {
  if (expect.status && isExpectedStatus(status, expect.status)) return undefined;
  if (status === 429) return "it was answered 429: it asks too often";
  return status === 401 || status === 403 || status === 407 ? `it was answered ${status}: it is not let in` : undefined;
}

/** Follows redirects to the answer. */
async function answerOf(target: HttpTarget, options: ExchangeOptions): Promise<HttpAnswer> {
  let url = target.url;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const answer = await exchange(url, target, options);
    const next = redirectOf(url, answer, target);
    if (!next) return answer;
    url = next;
  }
  throw new TargetFault(`redirected more than ${maxRedirects} times`);
}

async function judged(target: HttpTarget, answer: HttpAnswer, { release }: ProbeRequest, source: string) {
  try {
    return await judgeAnswer(answer, target.expect, release.version);
  } catch (error) {
    throw probeFault(source, "the schema of its answer failed", { isRetryable: false, cause: error });
  }
}

function excerptOf({ headers, body }: HttpAnswer, excerpt: Excerpt): Pick<ProbeOutcome, "excerpt"> {
  // Compressed bytes tell a person nothing.
  const isReadable = (headers["content-encoding"] ?? "identity") === "identity";
  return isReadable ? excerptField(excerpt(body)) : {};
}
