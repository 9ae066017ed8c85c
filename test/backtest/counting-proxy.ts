import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A server between the library and another one, which tells what was asked. */
export interface CountingProxy extends AsyncDisposable {
  readonly url: string;
  /** The path and form of every request so far. */
  readonly received: { readonly path: string; readonly form: URLSearchParams }[];
}

/** Starts a proxy of a server that is asked by forms. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const received: CountingProxy["received"] = [];
  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "/";
    const form = new URLSearchParams(await text(request));
    received.push({ path, form });
    const answer = await fetch(target + path, { method: "POST", body: form });
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(await answer.text());
  };
  const server = createServer((request, response) => void forward(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
