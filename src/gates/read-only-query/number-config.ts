import * as z from "zod";
import { isDecimal, isExact } from "./decimal.js";
import { expectedGot } from "./expected-got.js";

/** Why a number is refused that JavaScript has rounded already. */
export const exactError = "expected the digits of an integer beyond 2^53 as a string: as a number it was rounded";

const said = expectedGot('expected a number, or the digits of one such as "12.50"');

/** A number, or the digits of one, that is the one that was written. */
export const numberSchema = z
  .union([z.number(), z.string()], said)
  .refine(isDecimal, said)
  .refine(isExact, { error: exactError });
