import { formatIssues } from "../../gate/standard-schema.js";
import { validate } from "../../gate/validate.js";
import type { HttpAnswer } from "./http-exchange.js";
import { readsBody, type HttpTarget } from "./http-probe-config.js";
import { formatStatuses, isExpectedStatus } from "./http-status.js";
import { formatVersionMember, versionIn } from "./release-version.js";

/** What an answer is worth: why it is not the expected one, and the version that it names. */
export interface HttpJudgement {
  /** Undefined where everything was as expected. */
  readonly complaint?: string;
  readonly version?: string;
}

/** Compares an answer with what was expected, in the order status, headers, body, JSON, version. */
export async function judgeAnswer(
  answer: HttpAnswer,
  expect: HttpTarget["expect"],
  releaseVersion: string,
): Promise<HttpJudgement> {
  if (!isExpectedStatus(answer.status, expect.status))
    return { complaint: `expected ${formatStatuses(expect.status)}` };
  const complaint = judgeHeaders(answer, expect) ?? (readsBody(expect) ? judgeText(answer, expect) : undefined);
  if (complaint !== undefined) return { complaint };
  if (expect.json === undefined && expect.release === undefined) return {};
  return judgeJson(answer, expect, releaseVersion);
}

// What the target sends in these is not for reports.
const secretHeader = /cookie|auth|token|secret|key|session/i;

function judgeHeaders(answer: HttpAnswer, expect: HttpTarget["expect"]): string | undefined {
  for (const [name, expected] of Object.entries(expect.headers ?? {})) {
    const value = answer.headers[name.toLowerCase()];
    const text = Array.isArray(value) ? value.join(", ") : value;
    if (text === undefined) return `expected a header ${name}, got none`;
    if (matches(text, expected)) continue;
    const got = secretHeader.test(name) ? "another one" : JSON.stringify(text);
    return `expected ${formatExpected(expected)} in the header ${name}, got ${got}`;
  }
  return undefined;
}

function judgeText({ headers, body, isTruncated }: HttpAnswer, expect: HttpTarget["expect"]): string | undefined {
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") return `expected a body that is not encoded, got ${encoding}`;
  if (isTruncated) return `expected a body of at most ${body.length} bytes, got more`;
  const text = body.toString("utf8");
  const { bodyIncludes, bodyMatches } = expect;
  if (bodyIncludes !== undefined && !text.includes(bodyIncludes))
    return `expected ${formatExpected(bodyIncludes)} in the body`;
  if (bodyMatches !== undefined && !matches(text, bodyMatches))
    return `expected a body that matches ${formatExpected(bodyMatches)}`;
  return undefined;
}

async function judgeJson(
  answer: HttpAnswer,
  { json: schema, release }: HttpTarget["expect"],
  releaseVersion: string,
): Promise<HttpJudgement> {
  const json = parseJson(answer.body.toString("utf8"));
  if (json === undefined) return { complaint: "expected JSON, got a body that is none" };
  const version = release === undefined ? undefined : versionIn(json, release);
  const seen = version === undefined ? {} : { version };
  const result = schema && (await validate(schema, json));
  if (result?.issues) return { ...seen, complaint: `got JSON that is not as expected: ${formatIssues(result.issues)}` };
  if (release === undefined || version === releaseVersion) return seen;
  const found = version === undefined ? `no ${formatVersionMember(release)}` : `version ${version}`;
  return { ...seen, complaint: `expected version ${releaseVersion} of the release, got ${found}` };
}

/** JSON never is undefined, so undefined says that it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

// `search` starts at the beginning each time, whatever the pattern's flags and its last use say.
function matches(text: string, expected: string | RegExp): boolean {
  return typeof expected === "string" ? text === expected : text.search(expected) >= 0;
}

function formatExpected(expected: string | RegExp): string {
  return typeof expected === "string" ? JSON.stringify(expected) : String(expected);
}
