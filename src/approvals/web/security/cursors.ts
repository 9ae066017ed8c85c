import { hkdfSync } from "node:crypto";
import { EncryptJWT, jwtDecrypt } from "jose";
import * as z from "zod";
import type { Clock } from "../../../run/host/clock.js";

const typ = "release-gates-cursor+jwt";
const lifetimeMs = 24 * 3_600_000;
const schema = z.object({ before: z.string() });

interface CursorsOptions {
  /** The first one seals; all of them open. */
  readonly keys: readonly Uint8Array[];
  readonly audience: string;
  readonly clock: Pick<Clock, "now">;
}

/**
 * Seals where a list goes on, so that whoever is given it cannot read it: the run after which it goes on may be one that they may
 * not see.
 */
export class Cursors {
  readonly #options: CursorsOptions;

  constructor(options: CursorsOptions) {
    this.#options = options;
  }

  async seal(before: string): Promise<string> {
    const { keys, audience, clock } = this.#options;
    const [key] = keys;
    if (!key) throw new Error("unreachable: a handler has a secret");
    return new EncryptJWT({ before: padded(before) })
      .setProtectedHeader({ alg: "dir", enc: "A256GCM", typ })
      .setAudience(audience)
      .setExpirationTime(Math.ceil((clock.now() + lifetimeMs) / 1_000))
      .encrypt(sealingKey(key));
  }

  /** The run after which a list goes on; `undefined` for any text that was not sealed here, or is a day old. */
  async open(cursor: string): Promise<string | undefined> {
    const { keys, audience, clock } = this.#options;
    const currentDate = new Date(clock.now());
    for (const key of keys) {
      const opened = await jwtDecrypt(cursor, sealingKey(key), {
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
        typ,
        audience,
        currentDate,
        requiredClaims: ["exp", "aud"],
      }).catch(() => undefined);
      const body = opened && schema.safeParse(opened.payload);
      if (body?.success) return body.data.before.trimEnd();
    }
    return undefined;
  }
}

// The secret signs elsewhere: what encrypts is another key, made of it.
function sealingKey(secret: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "", "release-gates: cursors", 32));
}

// What is sealed is as long as what it holds; ids of one length say nothing by theirs.
function padded(id: string): string {
  return id.padEnd(200);
}
