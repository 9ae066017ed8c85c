import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { EventEmitter, once } from "node:events";

/** What came in. */
interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A real HTTP server that answers as a test says, be it ever so badly. */
export interface HostileServer extends AsyncDisposable {
  /** Without credentials and without a slash at the end. */
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** Resolves when the connection of the request being answered has been closed by the other side. */
  readonly hungUp: Promise<unknown>;
  answer: (response: ServerResponse, request: ReceivedRequest) => void;
}

/** Starts a server on a free port of this machine. */
export async function startHostileServer(): Promise<HostileServer> {
  const received: ReceivedRequest[] = [];
  const hangUp = new EventEmitter();
  const http = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    response.on("close", () => {
      if (!response.writableFinished) hangUp.emit("close");
    });
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
      received.push(request);
      server.answer(response, request);
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const address = http.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  const server: HostileServer = {
    url: `http://127.0.0.1:${address.port}`,
    received,
    hungUp: once(hangUp, "close"),
    answer: (response) => response.end(),
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    },
  };
  return server;
}

/** Stands in a body for the time that the request asks for, in seconds, as an API answers that evaluates queries at a time. */
export const askedTime = "the time asked for";

/** An answer with a body of a type. */
export function respond(body: string, type = "application/json", status = 200) {
  return (response: ServerResponse, request?: Pick<ReceivedRequest, "body">): void => {
    const text = body.replaceAll(`"${askedTime}"`, () => secondsIn(request?.body));
    response.writeHead(status, { "content-type": type }).end(text);
  };
}

function secondsIn(form = ""): string {
  const fields = new URLSearchParams(form);
  const time = fields.get("time") ?? fields.get("end") ?? "";
  // Loki is asked in nanoseconds.
  return String(/^\d{11,}$/.test(time) ? Number(time) / 1_000_000_000 : Number(time));
}
