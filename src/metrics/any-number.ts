import * as z from "zod";

/** A number of JSON, be it infinite: `1e9999` is how some backends write that. */
export const anyNumber = z.custom<number>((value) => typeof value === "number", { error: "expected a number" });
