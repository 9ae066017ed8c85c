import type { Json, JsonObject } from "../gate/json.js";

/** What a gate waits for, in one line: its request's own `summary` where it has one. */
export function requestText(request: Json | undefined): string {
  if (request === undefined || request === null) return "an answer";
  if (typeof request === "string") return request;
  const { summary } = request as JsonObject;
  return typeof summary === "string" ? summary : JSON.stringify(request);
}
