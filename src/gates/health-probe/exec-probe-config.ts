import * as z from "zod";

/** A command, and how a healthy target lets it end. */
export interface ExecProbe {
  /** The program: a name on PATH, or a path. It is started without a shell. */
  readonly command: string;
  /** Its arguments, one by one. They are shown in reports and to every user of the machine: pass secrets in `env`. */
  readonly args?: readonly string[];
  /** Where it runs. @default the directory of this process */
  readonly cwd?: string;
  /** Variables that it gets. Names are shown, values never. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** Variables of this process that it gets as well, by name, or all of them. @default ["PATH"] */
  readonly inheritEnv?: "all" | readonly string[];
  /** How a healthy target lets it end. */
  readonly expect?: ExecExpectation;
  /** How much is kept of its standard output and of its standard error, each. Bytes, 1 KiB to 4 MiB. @default 65536 */
  readonly maxOutputBytes?: number;
}

/** How a command ends where the target is healthy. */
export interface ExecExpectation {
  /** The exit codes that are expected. @default 0 */
  readonly exitCode?: number | readonly number[];
  /** A text somewhere in its standard output. */
  readonly stdoutIncludes?: string;
  /** A pattern somewhere in its standard output. */
  readonly stdoutMatches?: RegExp;
}

const kib = 1_024;
const exitCode = z.int().min(0).max(255);
const noNul = (text: string) => !text.includes("\0");
const text = z.string().refine(noNul, { error: "expected a text without NUL" });

/** The schema of {@link ExecProbe}. */
export const execProbeSchema = z.strictObject({
  command: text.min(1),
  args: z.array(text).default([]),
  cwd: text.min(1).optional(),
  env: z.record(z.string().regex(/^[^=\0]+$/, { error: "expected the name of a variable" }), text).default({}),
  inheritEnv: z.union([z.literal("all"), z.array(z.string().min(1))]).default(["PATH"]),
  expect: z
    .strictObject({
      exitCode: z
        .union([exitCode, z.array(exitCode).min(1)])
        .default(0)
        .transform((codes): readonly number[] => (Array.isArray(codes) ? codes : [codes])),
      stdoutIncludes: z.string().min(1).optional(),
      stdoutMatches: z.instanceof(RegExp).optional(),
    })
    .prefault({}),
  maxOutputBytes: z
    .int()
    .min(kib)
    .max(4 * kib * kib)
    .default(64 * kib),
});

/** {@link ExecProbe}, as its schema returns it. */
export type ExecTarget = z.output<typeof execProbeSchema>;
