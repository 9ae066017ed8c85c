import * as z from "zod";

const local = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

/** Where people reach the handler: its origin, and the path under which it is mounted. */
export const handlerUrlSchema = z
  .url({ error: "expected where people reach the handler, such as https://platform.example/approvals" })
  .transform((url) => new URL(url))
  .refine(({ protocol, hostname }) => protocol === "https:" || (protocol === "http:" && local.test(hostname)), {
    error: "expected an https URL; http is for this machine alone, as whoever listens could vote",
  })
  .refine(({ username, password, search, hash }) => `${username}${password}${search}${hash}` === "", {
    error: "expected a URL without a user, a query or a fragment",
  })
  .transform(({ origin, pathname }) => {
    const base = pathname.replace(/\/+$/, "");
    return { origin, base, url: `${origin}${base}` };
  });
