import type { Handler } from "hono";
import type { Desk, DeskEnv } from "../desk.js";
import { refuse } from "../reply.js";

/** Refuses every other method of a page, whether or not there is what it would show. */
export function methods(desk: Desk, allowed: readonly string[]): Handler<DeskEnv> {
  return (context) => {
    context.header("Allow", allowed.join(", "));
    return refuse(desk, context, {
      status: 405,
      code: "wrong-method",
      title: "Not done here",
      text: `Expected ${allowed.join(", ")}.`,
    });
  };
}
