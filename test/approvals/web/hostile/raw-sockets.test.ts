import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvalsWeb, type ApprovalsWeb } from "../approvals-web.js";

/** What is sent to the socket, byte by byte, of a vote that would count if it were sent as it should be. */
interface Sent {
  readonly path: string;
  readonly host: string;
  readonly body: string;
}

const usual = ({ host, body }: Sent) => [
  `Host: ${host}`,
  "X-Person: ada",
  "Content-Type: application/json",
  `Content-Length: ${body.length}`,
];

const request = (lines: readonly string[], body: string) => `${lines.join("\r\n")}\r\n\r\n${body}`;
const post = ({ path }: Sent) => `POST ${path} HTTP/1.1`;
const chunk = (text: string, extension = "") => `${text.length.toString(16)}${extension}\r\n${text}\r\n`;
const headers = (sent: Sent, without: string, ...more: readonly string[]) => [
  post(sent),
  ...usual(sent).filter((line) => !line.startsWith(`${without}:`)),
  ...more,
];
const chunked = (sent: Sent, ...more: readonly string[]) => headers(sent, "Content-Length", ...more);

// Two readers of one connection who disagree where a request ends hear different ones: none of these is heard.
const shapes: readonly (readonly [name: string, write: (sent: Sent) => string])[] = [
  ["two lengths", (sent) => request([post(sent), ...usual(sent), "Content-Length: 5"], sent.body)],
  [
    "a list of lengths",
    (sent) => request(headers(sent, "Content-Length", `Content-Length: ${sent.body.length}, 5`), sent.body),
  ],
  [
    "a length with a sign",
    (sent) => request(headers(sent, "Content-Length", `Content-Length: +${sent.body.length}`), sent.body),
  ],
  [
    "a length in hexadecimal",
    (sent) => request(headers(sent, "Content-Length", `Content-Length: 0x${sent.body.length.toString(16)}`), sent.body),
  ],
  ["a length below nothing", (sent) => request(headers(sent, "Content-Length", "Content-Length: -1"), sent.body)],
  [
    "a length beyond every number",
    (sent) => request(headers(sent, "Content-Length", `Content-Length: ${"9".repeat(40)}`), sent.body),
  ],
  [
    "a length and chunks",
    (sent) => request([post(sent), ...usual(sent), "Transfer-Encoding: chunked"], `${chunk(sent.body)}0\r\n\r\n`),
  ],
  [
    "chunks that are said twice",
    (sent) =>
      request(
        chunked(sent, "Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        `${chunk(sent.body)}0\r\n\r\n`,
      ),
  ],
  [
    "chunks and then something else",
    (sent) => request(chunked(sent, "Transfer-Encoding: chunked, identity"), `${chunk(sent.body)}0\r\n\r\n`),
  ],
  [
    "chunks in a word that is none",
    (sent) => request(chunked(sent, "Transfer-Encoding: xchunked"), `${chunk(sent.body)}0\r\n\r\n`),
  ],
  [
    "chunks after a vertical tab",
    (sent) => request(chunked(sent, "Transfer-Encoding:\u000bchunked"), `${chunk(sent.body)}0\r\n\r\n`),
  ],
  [
    "a space before the colon",
    (sent) => request(chunked(sent, "Transfer-Encoding : chunked"), `${chunk(sent.body)}0\r\n\r\n`),
  ],
  [
    "a header over two lines",
    (sent) => request(chunked(sent, "Transfer-Encoding:", " chunked"), `${chunk(sent.body)}0\r\n\r\n`),
  ],
  [
    "a chunk of a size that is none",
    (sent) => request(chunked(sent, "Transfer-Encoding: chunked"), `0x${chunk(sent.body)}0\r\n\r\n`),
  ],
  [
    "a chunk of a size below nothing",
    (sent) => request(chunked(sent, "Transfer-Encoding: chunked"), `-${chunk(sent.body)}0\r\n\r\n`),
  ],
  [
    "a chunk without end",
    (sent) => request(chunked(sent, "Transfer-Encoding: chunked"), `ffffffffffffffffff\r\n${sent.body}\r\n0\r\n\r\n`),
  ],
  [
    "a chunk that ends with a bare line feed",
    (sent) =>
      request(chunked(sent, "Transfer-Encoding: chunked"), `${sent.body.length.toString(16)}\n${sent.body}\n0\n\n`),
  ],
  [
    "an extension of a chunk without end",
    (sent) =>
      request(chunked(sent, "Transfer-Encoding: chunked"), `${chunk(sent.body, `;a=${"b".repeat(20_000)}`)}0\r\n\r\n`),
  ],
  [
    "lines that end with a bare carriage return",
    (sent) => `${[post(sent), ...usual(sent)].join("\r")}\r\r${sent.body}`,
  ],
  ["a zero in a header", (sent) => request([post(sent), ...usual(sent), "X-Note: a\u0000b"], sent.body)],
  ["a space in the path", (sent) => request([`POST ${sent.path} x HTTP/1.1`, ...usual(sent)], sent.body)],
  ["a version that there is not", (sent) => request([`POST ${sent.path} HTTP/9.9`, ...usual(sent)], sent.body)],
  ["no host", (sent) => request(headers(sent, "Host"), sent.body)],
  ["a host that is none", (sent) => request(headers(sent, "Host", "Host: a b"), sent.body)],
  ["a host with a path", (sent) => request(headers(sent, "Host", "Host: a/approvals/"), sent.body)],
  ["headers without end", (sent) => request([post(sent), ...usual(sent), `X-Note: ${"a".repeat(100_000)}`], sent.body)],
  ["a path that is an authority", (sent) => request([`CONNECT ${sent.host} HTTP/1.1`, ...usual(sent)], sent.body)],
  ["a path that is a star", (sent) => request(["OPTIONS * HTTP/1.1", ...usual(sent)], sent.body)],
  ["TRACE", (sent) => request([`TRACE ${sent.path} HTTP/1.1`, ...usual(sent)], sent.body)],
  [
    "two slashes before the path",
    (sent) => request([`POST //evil.example${sent.path} HTTP/1.1`, ...usual(sent)], sent.body),
  ],
  [
    "a path of another host",
    (sent) => request([`POST http://evil.example/x${sent.path} HTTP/1.1`, ...usual(sent)], sent.body),
  ],
  ["a body that never comes", (sent) => request([post(sent), ...usual(sent)], sent.body.slice(0, 20))],
];

interface Mounted {
  readonly port: number;
  readonly host: string;
  readonly close: () => void;
}

/** Serves a handler as the examples do. */
async function mounted(as: "Node" | "Express", web: () => ApprovalsWeb): Promise<Mounted> {
  const listener = getRequestListener((sent) => web().handler(sent), { overrideGlobalObjects: false });
  const app = express();
  app.use("/approvals", (sent, response) => {
    sent.url = sent.originalUrl;
    return listener(sent, response);
  });
  const server = createServer(as === "Express" ? app : (sent, response) => void listener(sent, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port, host: `127.0.0.1:${port}`, close };
}

/** Writes to a connection what somebody sends, ends it, and reads what comes back. */
async function answersTo(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let told = "";
  socket.setEncoding("latin1").on("data", (part: string) => (told += part));
  // The server may hang up while it is written to.
  socket.on("error", () => {});
  socket.end(bytes, "latin1");
  await once(socket, "close");
  return told;
}

describe.each(["Node", "Express"] as const)("a request by hand, mounted in %s", (as) => {
  let web: ApprovalsWeb;
  let server: Mounted;
  let sent: Sent;

  beforeAll(async () => {
    server = await mounted(as, () => web);
    web = await approvalsWeb({
      url: `http://${server.host}/approvals`,
      timeout: "1s",
      onError: (error, what) => console.log("ERR", what, error),
    });
    const response = await web.handler(
      new Request(`http://${server.host}/approvals${web.approvalPath}`, {
        headers: { accept: "application/json", "x-person": "ada" },
      }),
    );
    const { fingerprint } = (await response.json()) as { fingerprint: string };
    const body = JSON.stringify({ decision: "approve", fingerprint });
    sent = { path: `/approvals${web.approvalPath}`, host: server.host, body };
  });
  afterAll(async () => {
    server.close();
    await web[Symbol.asyncDispose]();
  });

  test.each(shapes)("decides nothing, and breaks nothing, with %s", async (_, write) => {
    const told = await answersTo(server.port, write(sent));
    expect(web.votes()).toEqual([]);
    // Some are hung up on without a word.
    expect(told).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
  });

  test("counts as it should be, also in chunks with extensions, once for what lies behind it on the connection", async () => {
    const whole = request(
      [...chunked(sent, "Transfer-Encoding: chunked")],
      `${chunk(sent.body, ";a=b")}0\r\nX-Person: bob\r\n\r\n`,
    );
    const told = await answersTo(server.port, `${whole}${whole}`);
    expect(told.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 422"]);
    expect(web.votes()).toMatchObject([{ type: "gate:answered", answer: { by: "ada" } }, { type: "gate:refused" }]);
  });
});
