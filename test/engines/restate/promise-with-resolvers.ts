// Restate's SDK needs it at its first request, and Node 20 does not have it.
const promise = Promise as unknown as { withResolvers?: <Value>() => Resolvers<Value> };

interface Resolvers<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value | PromiseLike<Value>) => void;
  readonly reject: (reason?: unknown) => void;
}

promise.withResolvers ??= function withResolvers<Value>(): Resolvers<Value> {
  let resolve!: Resolvers<Value>["resolve"];
  let reject!: Resolvers<Value>["reject"];
  const made = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise: made, resolve, reject };
};
