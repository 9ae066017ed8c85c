import { Desk, type RunWays } from "./desk.js";
import { parseHandlerOptions, type HandlerOptions } from "./handler-options.js";
import { appOf } from "./routes/app.js";

export function createHandlerOn(options: HandlerOptions, ways: RunWays): (request: Request) => Promise<Response> {
  const app = appOf(new Desk(parseHandlerOptions(options), ways));
  return async (request) => app.fetch(request);
}
