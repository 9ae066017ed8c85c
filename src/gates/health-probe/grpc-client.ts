import type * as Grpc from "@grpc/grpc-js";
import type { fromJSON, MethodDefinition } from "@grpc/proto-loader";
import { probeFault } from "./probe.js";

/** The optional packages that speak gRPC. */
export interface GrpcClient {
  readonly grpc: typeof Grpc;
  /** The method `Check` of `grpc.health.v1.Health`, with the serializers of its messages. */
  readonly check: MethodDefinition<object, object>;
}

// https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto, as far as Check needs it.
const healthProto: Parameters<typeof fromJSON>[0] = {
  nested: {
    "grpc.health.v1": {
      nested: {
        HealthCheckRequest: { fields: { service: { type: "string", id: 1 } } },
        HealthCheckResponse: {
          fields: { status: { type: "ServingStatus", id: 1 } },
          nested: { ServingStatus: { values: { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } } },
        },
        Health: {
          methods: { Check: { requestType: "HealthCheckRequest", responseType: "HealthCheckResponse", comment: "" } },
        },
      },
    },
  },
};

/** Loads the optional packages. Throws a `GateError` with code `SOURCE_FAILED` that says how to get them. */
export async function loadGrpc(source: string): Promise<GrpcClient> {
  try {
    const [grpc, loader] = await Promise.all([import("@grpc/grpc-js"), import("@grpc/proto-loader")]);
    const service = loader.fromJSON(healthProto, { enums: String, defaults: true })["grpc.health.v1.Health"];
    if (!service || !("Check" in service)) throw new Error("@grpc/proto-loader did not load the health service");
    return { grpc, check: service["Check"] };
  } catch (error) {
    const why = "a gRPC probe needs two optional packages: npm install @grpc/grpc-js @grpc/proto-loader";
    throw probeFault(source, why, { isRetryable: false, cause: error });
  }
}
