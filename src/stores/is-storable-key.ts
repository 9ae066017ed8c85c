/** Whether a key of a store comes back from it as it is; under any other there is nothing. */
export function isStorableKey(key: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(key);
}
