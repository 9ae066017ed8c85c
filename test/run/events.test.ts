import { setImmediate } from "node:timers/promises";
import { allOf, startRun, type ListenerError, type RecordEvent, type RunEvents } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, expectTypeOf, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { eventsOf, judge } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

const plan = () =>
  allOf("checks", [
    custom("depth", async ({ step, measure, now, pass }) => {
      const depth = await step("read", () => 7);
      measure({ name: "depth", at: now(), value: depth, status: "good", bound: "below 10" });
      return pass("depth 7", { depth });
    }),
    gate("slow", "pass", 5),
  ]);

failOnUnhandledRejections();

describe("the events of a run", () => {
  test("come in exactly this order for a small plan, each once, and are the record", async () => {
    const heard: RecordEvent[] = [];
    const { run, events } = await judge(plan(), {}, (started) => started.on("event", (event) => heard.push(event)));
    expect(heard.map((event) => ("gate" in event ? `${event.type} ${event.gate}` : event.type))).toEqual([
      "run:started",
      "gate:started checks",
      "gate:started checks/depth",
      "gate:started checks/slow",
      "step:recorded checks/depth",
      "gate:measured checks/depth",
      "gate:settled checks/depth",
      "gate:settled checks/slow",
      "gate:settled checks",
      "run:decided",
    ]);
    expect(heard).toEqual(events);
    expect(heard.map((event) => event.seq)).toEqual(heard.map((_, index) => index + 1));
    expect(run.record()).toHaveLength(heard.length);
  });

  test("are told by type, from the first on, until the listener is taken off", async () => {
    const heard: string[] = [];
    await judge(plan(), {}, (run) => {
      const settled = ({ gate: path }: RunEvents["gate:settled"]) => {
        heard.push(path);
        run.off("gate:settled", settled);
      };
      run.on("gate:settled", settled);
      // A listener that is given twice is told once.
      run.on("gate:settled", settled);
      run.on("run:started", ({ tree }) => void heard.push(tree.name));
      const forget = run.on("gate:measured", () => void heard.push("never"));
      forget();
      forget();
      run.off("gate:started", () => {});
    });
    expect(heard).toEqual(["checks", "checks/depth"]);
  });

  test("have a type each", () => {
    const run = startRun(gate("a", "pass"), { release, clock: virtualClock() });
    run.on("gate:settled", (event) =>
      expectTypeOf(event.finding.status).toEqualTypeOf<RunEvents["gate:settled"]["finding"]["status"]>(),
    );
    run.on("listener:error", (event) => expectTypeOf(event).toEqualTypeOf<ListenerError>());
    // @ts-expect-error: there is no such event
    run.on("gate:finished", () => {});
    expect(run.id).toMatch(/^[\da-f-]{36}$/);
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("listener broke");
      },
    ],
    ["rejects", () => Promise.reject(new Error("listener broke"))],
    [
      "rejects later",
      async () => {
        await setImmediate();
        throw new Error("listener broke");
      },
    ],
    [
      "returns a thenable that throws",
      () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- that is the point
        then: () => {
          throw new Error("listener broke");
        },
      }),
    ],
  ])("hurt nobody where a listener %s, and listener:error says so", async (_, listener) => {
    const errors: ListenerError[] = [];
    const others: string[] = [];
    const { decision } = await judge(plan(), {}, (run) => {
      run.on("event", listener);
      run.on("gate:settled", listener);
      run.on("listener:error", (error) => void errors.push(error));
      run.on("gate:settled", ({ gate: path }) => void others.push(path));
    });
    await setImmediate();
    expect([decision, others]).toEqual(["promote", ["checks/depth", "checks/slow", "checks"]]);
    expect(errors).toHaveLength(13);
    expect(errors[0]).toMatchObject({ type: "listener:error", event: "event", message: "listener broke" });
  });

  test("a listener for failed listeners that fails itself ends there", async () => {
    const broken = () => {
      throw new Error("broke too");
    };
    const { decision } = await judge(plan(), {}, (run) => {
      run.on("event", broken);
      run.on("listener:error", broken);
    });
    expect(decision).toBe("promote");
  });

  test("cannot be edited into another verdict", async () => {
    const refused: unknown[] = [];
    const attempt = (edit: () => unknown) => {
      try {
        edit();
      } catch (error) {
        refused.push(error);
      }
    };
    const { decision, verdict } = await judge(
      allOf("all", [gate("bad", "fail", 1)]),
      { release: { ...release, rollback: { possible: true } } },
      (run) => {
        run.on("gate:settled", ({ finding }) => attempt(() => Object.assign(finding, { decision: "promote" })));
        run.on("run:started", (event) =>
          attempt(() => Object.assign(event.release.rollback ?? {}, { possible: false })),
        );
        run.on("run:started", (event) => attempt(() => Object.assign(event.tree, { need: 0, gates: [] })));
        run.on("run:decided", (event) => attempt(() => Object.assign(event.verdict, { decision: "promote" })));
      },
    );
    expect([decision, verdict.reason]).toEqual(["rollback", "rollback orders 2.4.0 in production: «bad» was bad"]);
    expect(refused).toHaveLength(5);
    expect(() => Object.assign(verdict, { decision: "promote" })).toThrow(TypeError);
  });

  test("leave a step's value to the gate, to sort and to edit", async () => {
    const sorting = custom("sorting", async ({ step, pass }) => {
      const rows = await step("rows", () => [3, 1, 2]);
      rows.push(0);
      return pass("edited", { rows });
    });
    expect((await judge(sorting)).verdict.findings[0]?.evidence).toEqual({ rows: [3, 1, 2, 0] });
  });

  test("are heard in the order of the record, though a listener cancels in the middle", async () => {
    for (const type of ["gate:started", "step:recorded", "gate:measured", "gate:settled"] as const) {
      const heard: number[] = [];
      const { events } = await judge(plan(), {}, (run) => {
        run.on(type, () => run.cancel("enough"));
        run.on("event", ({ seq }) => void heard.push(seq));
      });
      expect(heard).toEqual(events.map(({ seq }) => seq));
    }
  });

  test("end with the verdict, though gates go on in the background", async () => {
    const clock = virtualClock();
    const stubborn = custom("stubborn", async ({ step, measure, pass }) => {
      for (let round = 0; round < 5; round += 1) {
        await new Promise<void>((resolve) => void clock.schedule(clock.now() + 10, resolve));
        try {
          measure({ name: "n", at: 0, value: 1, status: "good" });
          await step(`step ${round}`, () => round);
        } catch {
          // It does not listen.
        }
      }
      return pass("at last", null);
    });
    const run = startRun(allOf("all", [stubborn, gate("bad", "fail", 15)]), { release, clock });
    await clock.settle(run.verdict);
    const lines = run.record().length;
    await clock.advance("1m");
    expect(run.record()).toHaveLength(lines);
    expect(eventsOf(run).at(-1)?.type).toBe("run:decided");
  });
});
