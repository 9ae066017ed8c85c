import { isIPv6 } from "node:net";
import * as z from "zod";

/** The schema of a host: a name, an IPv4 or an IPv6 address, without scheme and port. */
export const hostSchema = z
  .string()
  .min(1)
  .transform((host) => host.replace(/^\[(.*)\]$/, "$1"))
  .refine((host) => isIPv6(host) || /^[^\s:/?#@[\]]+$/.test(host), {
    error: "expected a host name or an IP address, without scheme, port and path",
  });

/** The schema of a TCP port. */
export const portSchema = z.int().min(1).max(65_535);

/** Writes host and port as URLs do: an IPv6 address in brackets. */
export function formatHostPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
