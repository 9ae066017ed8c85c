import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { generate } from "selfsigned";
import { onTestFinished } from "vitest";
import type { ProbeRequest } from "../../../src/gates/health-probe/probe.js";
import { release } from "../../helpers/gates.js";

/** A real server on the loopback, for one test. */
export interface TestServer {
  readonly port: number;
  /** How many connections were accepted so far. */
  readonly accepted: () => number;
  /** Resolves when no connection is open. Hangs where one leaks. */
  readonly allClosed: () => Promise<void>;
  /** Frees the port before the test is over. */
  readonly close: () => Promise<void>;
}

/** An HTTP server for one test. */
export function serveHttp(listener: RequestListener, host?: string): Promise<TestServer> {
  return serve(createHttpServer({ keepAlive: true }, listener), host);
}

/** An HTTPS server for one test. */
export function serveHttps(options: ServerOptions, listener: RequestListener = (_, answer) => void answer.end("ok")) {
  return serve(createHttpsServer(options, listener));
}

/** A server for one test that does with its sockets what it likes. */
export function serveTcp(listener: (socket: Socket) => void, host?: string): Promise<TestServer> {
  return serve(
    createTcpServer((socket) => {
      // A probe that hangs up is no reason to fail.
      socket.on("error", () => {});
      // Who does not read does not see the other side go.
      socket.resume();
      listener(socket);
    }),
    host,
  );
}

/** A server for one test that answers each request with these bytes, and keeps the connection open. */
export function serveRaw(answer: string): Promise<TestServer> {
  return serveTcp((socket) => socket.once("data", () => socket.write(answer)));
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  const port = await listening(server, "127.0.0.1");
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A certificate with its key, in PEM. */
export async function certificate(
  name: string,
  { notBefore, notAfter }: { notBefore?: Date; notAfter?: Date } = {},
): Promise<{ cert: string; key: string }> {
  const { cert, private: key } = await generate([{ name: "commonName", value: name }], {
    keySize: 2048,
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }],
    ...(notBefore ? { notBeforeDate: notBefore } : {}),
    ...(notAfter ? { notAfterDate: notAfter } : {}),
  });
  return { cert, key };
}

/** What an attempt is given that nobody cuts short. */
export function request(signal: AbortSignal = new AbortController().signal): ProbeRequest {
  return { signal, release };
}

async function serve(server: Server, host = "127.0.0.1"): Promise<TestServer> {
  const open = new Set<Socket>();
  let accepted = 0;
  let closed = Promise.resolve<unknown>(undefined);
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    open.add(socket);
    const gone = new Promise((resolve) => socket.once("close", resolve));
    void gone.then(() => open.delete(socket));
    closed = Promise.all([closed, gone]);
  });
  const port = await listening(server, host);
  const close = async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { port, accepted: () => accepted, allClosed: async () => void (await closed), close };
}

async function listening(server: Server, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("a TCP server has an address and a port");
  return address.port;
}
