import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import * as z from "zod";
import type { JsonObject } from "../../gate/json.js";
import { probeFault } from "./probe.js";

/** How a TLS connection is made and verified. */
export interface ProbeTls {
  /** Authorities to trust instead of the well-known ones: certificates in PEM. */
  readonly ca?: string | readonly string[];
  /** The name to ask for (SNI) and to verify. @default the host */
  readonly servername?: string;
  /** Whether a certificate that cannot be verified is refused. `false` is insecure, and shown. @default true */
  readonly rejectUnauthorized?: boolean;
  /** The probe's own certificate, for servers that ask for one, in PEM. Needs `key`. */
  readonly cert?: string;
  /** The private key of `cert`, in PEM. */
  readonly key?: string;
  /** What `key` is encrypted with. */
  readonly passphrase?: string;
}

/** The schema of {@link ProbeTls}. */
export const probeTlsSchema = z
  .strictObject({
    ca: z.union([z.string(), z.array(z.string())]).optional(),
    servername: z.string().min(1).optional(),
    rejectUnauthorized: z.boolean().optional(),
    cert: z.string().optional(),
    key: z.string().optional(),
    passphrase: z.string().optional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), {
    error: "expected cert and key together",
  });

/** {@link ProbeTls}, as its schema returns it. */
export type ParsedTls = z.output<typeof probeTlsSchema>;

/** How a connection is secured, ready for `tls.connect`. */
export interface TlsSettings {
  readonly secureContext: SecureContext;
  /** Always said: the environment variable NODE_TLS_REJECT_UNAUTHORIZED must not decide a release. */
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
}

/** Prepares TLS. Throws a `GateError` with code `SOURCE_FAILED` for a certificate or key that cannot be used. */
export function tlsSettings(tls: ParsedTls, source: string): TlsSettings {
  const { ca, servername, rejectUnauthorized = true, cert, key, passphrase } = tls;
  const authorities = typeof ca === "string" ? [ca] : ca;
  try {
    for (const pem of authorities ?? []) assertCertificates(pem);
    const secureContext = createSecureContext({ ca: authorities, cert, key, passphrase });
    return { secureContext, rejectUnauthorized, ...(servername === undefined ? {} : { servername }) };
  } catch (error) {
    const why = `its TLS options cannot be used (${error instanceof Error ? error.message : "unknown error"})`;
    throw probeFault(source, why, { isRetryable: false, cause: error });
  }
}

/** What may be shown of TLS options: whether there is a certificate, never its text. */
export function describeTls(tls: ParsedTls): JsonObject {
  return {
    ...(tls.ca === undefined ? {} : { ca: "given" }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
    ...(tls.cert === undefined ? {} : { clientCertificate: "given" }),
    ...(tls.rejectUnauthorized === false ? { insecure: "the server's certificate is not verified" } : {}),
  };
}

const pemBlock = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----.*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/gs;

const createX509 = (pem: string) => new X509Certificate(pem);

// `createSecureContext` takes an unreadable authority for none at all, and the target would be blamed for it.
function assertCertificates(pem: string): void {
  const blocks = pem.match(pemBlock);
  if (!blocks) throw new Error("ca holds no certificate in PEM");
  for (const block of blocks) createX509(block);
}
