import { once } from "node:events";
import { createServer, request, type IncomingHttpHeaders } from "node:http";
import type { RealServer } from "./real-server.js";

/** A reverse proxy that lets nobody past without the right header. */
export interface LoginProxy extends RealServer {
  /** The headers of what was let past. */
  readonly passed: IncomingHttpHeaders[];
}

/** Starts a proxy before a server. */
export async function startLoginProxy(upstream: string, authorization: string): Promise<LoginProxy> {
  const passed: IncomingHttpHeaders[] = [];
  const http = createServer((incoming, outgoing) => {
    if (incoming.headers.authorization !== authorization) {
      incoming.resume();
      outgoing.writeHead(401, { "www-authenticate": "Basic" }).end();
      return;
    }
    passed.push(incoming.headers);
    const { method = "GET", headers, url = "/" } = incoming;
    const onward = request(new URL(url, upstream), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const address = http.address();
  if (typeof address !== "object" || address === null) throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    passed,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
}
