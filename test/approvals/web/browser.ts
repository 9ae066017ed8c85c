import { existsSync, mkdirSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import type { Gate } from "release-gates";
import { approvalsWeb, type ApprovalsWeb } from "./approvals-web.js";

/** Debian's browser. */
export const chromiumPath = "/usr/bin/chromium";

/** Whether there is a browser here. */
export const hasChromium = existsSync(chromiumPath);

/** Starts a browser. */
export function startBrowser(): Promise<Browser> {
  // The sandbox of Chromium does not work for root; what it opens here is our own.
  return chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
}

const shots = process.env["SHOTS"];

/** Keeps a picture of a page, where a folder for them is named by SHOTS. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

/** A handler that a browser reaches, and the people before it. */
export interface BrowsedWeb extends AsyncDisposable {
  readonly web: ApprovalsWeb;
  readonly url: string;
  /** The approval's page, in a browser of its own, with somebody signed in. */
  openAs(person: string, options?: BrowserContextOptions, path?: string): Promise<Page>;
}

/** Serves a run's approval on a port of this machine. */
export async function browsedWeb(
  browser: Browser,
  gate?: Gate,
  webOptions: Parameters<typeof approvalsWeb>[0] = {},
): Promise<BrowsedWeb> {
  let listener: ReturnType<typeof getRequestListener> | undefined;
  const server = createServer((request, response) => void listener?.(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/approvals`;
  const web = await approvalsWeb(
    {
      url,
      authenticate: (request) => {
        const person = /(?:^|; )person=([^;]*)/.exec(request.headers.get("cookie") ?? "")?.[1];
        return person === undefined ? null : { id: decodeURIComponent(person) };
      },
      onError: (error, what) => console.error(what, error),
      ...webOptions,
    },
    gate,
  );
  listener = getRequestListener((request) => web.handler(request));
  const contexts: AsyncDisposable[] = [];
  return {
    web,
    url,
    async openAs(person, options = {}, path = web.approvalPath) {
      const context = await browser.newContext({ locale: "en", ...options });
      contexts.push({ [Symbol.asyncDispose]: () => context.close() });
      await context.addCookies([{ name: "person", value: person, url, sameSite: "Lax" }]);
      const page = await context.newPage();
      await page.goto(`${url}${path}`);
      return page;
    },
    async [Symbol.asyncDispose]() {
      for (const context of contexts) await context[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
      await web[Symbol.asyncDispose]();
    },
  };
}
