import * as z from "zod";

/** An HTTP status, such as `200`, or all statuses of a class, such as `"2xx"`. */
export type HttpStatus = number | `${1 | 2 | 3 | 4 | 5}xx`;

const one = z.union([z.int().min(100).max(599), z.templateLiteral([z.enum(["1", "2", "3", "4", "5"]), "xx"])], {
  error: 'expected a status from 100 to 599, a class such as "2xx", or a list of them',
});

/** The schema of the statuses that are expected: one, or a list. */
export const statusesSchema = z
  .union([one, z.array(one).min(1)], {
    error: 'expected a status from 100 to 599, a class such as "2xx", or a list of them',
  })
  .transform((statuses): readonly HttpStatus[] => (Array.isArray(statuses) ? statuses : [statuses]));

/** Whether a status is one of the expected ones; without any, whether it is what Kubernetes takes for healthy. */
export function isExpectedStatus(status: number, expected: readonly HttpStatus[] | undefined): boolean {
  if (!expected) return status >= 200 && status < 400;
  return expected.some((each) =>
    typeof each === "number" ? status === each : Math.floor(status / 100) === Number(each[0]),
  );
}

/** Writes the expected statuses: `200 or 2xx`. */
export function formatStatuses(expected: readonly HttpStatus[] | undefined): string {
  return expected ? expected.join(" or ") : "200–399";
}
