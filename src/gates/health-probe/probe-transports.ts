import type { JsonObject } from "../../gate/json.js";
import { execTransport } from "./exec-probe.js";
import type { ExecTarget } from "./exec-probe-config.js";
import { grpcTransport } from "./grpc-probe.js";
import type { GrpcTarget } from "./grpc-probe-config.js";
import { httpTransport } from "./http-probe.js";
import type { HttpTarget } from "./http-probe-config.js";
import type { ProbeOutcome, ProbeRequest, Transport } from "./probe.js";
import { tcpTransport, type TcpTarget } from "./tcp-probe.js";

/** A transport with its target: what a gate asks. */
export interface Probe {
  /** The target as a person calls it. Holds no secret. */
  readonly target: string;
  /** What is asked and expected. Holds no secret. */
  readonly description: JsonObject;
  ask(request: ProbeRequest): Promise<ProbeOutcome>;
}

/** One target each, of which exactly one is given. */
export interface ProbeTargets {
  readonly http?: HttpTarget | undefined;
  readonly tcp?: TcpTarget | undefined;
  readonly exec?: ExecTarget | undefined;
  readonly grpc?: GrpcTarget | undefined;
}

/** The names of the transports, as a config spells them. */
export const transportNames = ["http", "tcp", "exec", "grpc"] as const;

/** Returns a probe of each target that is given. */
export function probesOf({ http, tcp, exec, grpc }: ProbeTargets): readonly Probe[] {
  return [
    ...(http ? [bind(httpTransport, http)] : []),
    ...(tcp ? [bind(tcpTransport, tcp)] : []),
    ...(exec ? [bind(execTransport, exec)] : []),
    ...(grpc ? [bind(grpcTransport, grpc)] : []),
  ];
}

function bind<Target>(transport: Transport<Target>, target: Target): Probe {
  return {
    target: transport.name(target),
    description: transport.describe(target),
    ask: (request) => transport.probe(target, request),
  };
}
