/** A value that survives JSON: what records, findings and reports are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/** A compile error that says what is wrong in a sentence. */
export interface GateTypeError<Sentence extends string> {
  readonly "release-gates type error": Sentence;
}

type NotJson = GateTypeError<"evidence must survive JSON: no Date, Map, Set, bigint, symbol or function">;

/** `T` where it survives JSON, else a {@link GateTypeError} that says why not. */
export type JsonEvidence<T> = SurvivesJson<T> extends true ? T : NotJson;

// `[T] extends [...]` throughout: a union must survive as a whole, and `never` must not vanish.
type SurvivesJson<T> = 0 extends 1 & T
  ? true
  : [T] extends [null | boolean | number | string]
    ? true
    : [T] extends [
          | bigint
          | symbol
          | ((...args: never[]) => unknown)
          | Date
          | ReadonlyMap<unknown, unknown>
          | ReadonlySet<unknown>,
        ]
      ? false
      : unknown extends T
        ? false
        : SurvivesJsonUnion<T>;

type SurvivesJsonUnion<T> = (
  T extends null | undefined | boolean | number | string
    ? true
    : T extends
          | bigint
          | symbol
          | ((...args: never[]) => unknown)
          | Date
          | ReadonlyMap<unknown, unknown>
          | ReadonlySet<unknown>
      ? false
      : T extends Json
        ? true
        : T extends object
          ? { [K in keyof T]-?: SurvivesJson<Exclude<T[K], undefined>> }[keyof T]
          : false
) extends infer Each
  ? false extends Each
    ? false
    : true
  : false;
