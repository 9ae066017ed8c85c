import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { mayBeABrowsers } from "../../../src/approvals/web/security/same-origin.js";

test("JSON that a program sends by Node's own fetch is taken for a program's", async () => {
  const server = createServer((request, response) => {
    const headers = new Headers(request.headers as Record<string, string>);
    response.end(JSON.stringify({ named: [...headers.keys()], mayBeABrowsers: mayBeABrowsers(headers) }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const headers = { "content-type": "application/json" };
  const response = await fetch(`http://127.0.0.1:${port}`, { method: "POST", headers, body: "{}" });
  const heard = await response.json();
  server.close();
  expect(heard).toEqual({ named: expect.arrayContaining(["sec-fetch-mode"]), mayBeABrowsers: false });
});
