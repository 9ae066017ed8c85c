import { describe, expect, test } from "vitest";
import { fillSeats } from "../../../src/gates/manual-approval/fill-seats.js";

const bench = (seats: number, ...who: readonly string[]) => ({
  seats,
  isOpenTo: (voter: string) => who.includes(voter),
});

describe("fillSeats", () => {
  test("has whoever sits there move on, so that everybody has a seat", () => {
    const benches = [bench(1, "ada", "bob"), bench(1, "ada", "eve"), bench(1, "eve", "joe")];
    expect(fillSeats(["ada", "eve", "bob"], benches)).toEqual([["bob"], ["ada"], ["eve"]]);
  });

  test("seats nobody twice, and nobody where they may not sit", () => {
    expect(fillSeats(["ada", "joe"], [bench(2, "ada"), bench(2, "ada", "bob")])).toEqual([["ada"], []]);
  });

  test("fills earlier benches first", () => {
    expect(fillSeats(["ada"], [bench(1, "eve"), bench(1, "ada"), bench(1, "ada")])).toEqual([[], ["ada"], []]);
    expect(fillSeats(["ada", "bob"], [bench(1, "bob", "ada"), bench(1, "ada")])).toEqual([["bob"], ["ada"]]);
  });

  test("moves many on for the last seat", () => {
    const size = 300;
    const chain = Array.from({ length: size }, (_, at) => bench(1, `p${at}`, `p${at + 1}`));
    const late = Array.from({ length: size - 1 }, (_, at) => `p${at + 1}`);
    const seated = fillSeats([...late, "p0"], chain);
    expect(seated.flat()).toHaveLength(size);
  });
});
