import type { HttpTarget } from "./http-probe-config.js";

/** Everything secret in a probe, in each form in which a target may echo it. */
export function httpSecrets({ url, headers, body }: HttpTarget): readonly string[] {
  const { username, password, searchParams, search } = url;
  const user = decodeURIComponent(username);
  const pass = decodeURIComponent(password);
  const basic = Buffer.from(`${user}:${pass}`).toString("base64");
  return [
    ...(username === "" && password === "" ? [] : [user, pass, username, password, basic]),
    ...searchParams.values(),
    // As it was sent; and a query without "=" is a value, too.
    ...search
      .slice(1)
      .split("&")
      .map((pair) => pair.slice(pair.indexOf("=") + 1)),
    ...Object.values(headers).flatMap((value) => [value, ...value.split(/[\s,;=]+/)]),
    ...(body === undefined ? [] : [body]),
  ];
}
