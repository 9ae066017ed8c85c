// Uses the packed package as its users do: by import, by require, and from TypeScript.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "release-gates-consumer-"));
const run = (command, args, options = {}) =>
  execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], ...options });

/** What an installed package of ours may load when its core is imported. */
const dependencies = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).dependencies);
const optional = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).peerDependencies);

try {
  const tarball = run("npm", ["pack", root, "--pack-destination", folder, "--silent"]).trim().split("\n").at(-1);
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "release-gates"), { recursive: true });
  run("tar", ["-xzf", join(folder, tarball), "--strip-components=1", "-C", join(modules, "release-gates")]);
  // Everything but ourselves as it is installed here: the registry is not asked again.
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name.startsWith(".") || optional.includes(name)) continue;
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }

  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true }));
  const script = `
    const check = async (core, testing) => {
      const gate = core.defineGate({
        kind: "yes", config: schema, evidence: schema, check: ({ pass }) => pass("yes", {}),
      });
      const release = { name: "a", version: "1", environment: "b" };
      const { decision } = await core.runGates(core.allOf("all", [gate("one", {})]), { release, clock: testing.virtualClock() });
      if (decision !== "promote") throw new Error(decision);
      if (!core.isGateError(new core.GateError("CANCELLED", "", { reason: "" }))) throw new Error("brand");
      console.log("used");
    };
    const schema = { "~standard": { version: 1, vendor: "none", validate: (value) => ({ value }) } };
  `;
  writeFileSync(
    join(folder, "import.mjs"),
    `${script} await check(await import("release-gates"), await import("release-gates/testing"));`,
  );
  writeFileSync(
    join(folder, "require.cjs"),
    `${script} check(require("release-gates"), require("release-gates/testing"));`,
  );
  assert.equal(run(process.execPath, ["import.mjs"]), "used\n");
  assert.equal(run(process.execPath, ["--no-warnings", "require.cjs"]), "used\n");

  for (const subpath of ["", "/metrics", "/databases", "/approvals", "/stores", "/reports", "/testing"]) {
    writeFileSync(join(folder, "alone.mjs"), `await import("release-gates${subpath}"); console.log("alone");`);
    // Optional peers are not in this folder: importing one would fail.
    assert.equal(run(process.execPath, ["alone.mjs"]), "alone\n");
  }

  const declarations = readdirSync(join(modules, "release-gates", "dist")).filter((name) => name.endsWith(".d.ts"));
  for (const name of declarations) {
    const text = readFileSync(join(modules, "release-gates", "dist", name), "utf8");
    const imports = [...text.matchAll(/^(?:import|export)\b.*\bfrom ['"]([^'"]+)['"]/gm)].map((match) => match[1]);
    const hidden = imports.filter((from) => [...optional, ...dependencies].includes(from));
    assert.deepEqual(hidden, [], `${name} imports the types of a package that users need not have`);
  }

  cpSync(join(root, "test", "package", "consumer.ts"), join(folder, "consumer.mts"));
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        module: "NodeNext",
        target: "ES2023",
        lib: ["ES2023", "ESNext.Disposable"],
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        types: ["node"],
      },
      files: ["consumer.mts"],
    }),
  );
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "."], { stdio: "inherit" });
  console.log("the packed package works by import, by require and from TypeScript, without an optional peer");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
