import type { Client, ServiceError } from "@grpc/grpc-js";
import { publicConfig } from "../../gate/public-config.js";
import { excerptWithout, type Excerpt } from "./excerpt.js";
import { loadGrpc, type GrpcClient } from "./grpc-client.js";
import type { GrpcTarget } from "./grpc-probe-config.js";
import { connectOnce } from "./connect-once.js";
import { holdConnections } from "./grpc-connections.js";
import { formatHostPort } from "./host-port.js";
import { networkError } from "./network-fault.js";
import {
  cutShort,
  outcomeOf,
  probeFault,
  TargetFault,
  type ProbeOutcome,
  type ProbeRequest,
  type Transport,
} from "./probe.js";
import { describeTls, tlsSettings } from "./probe-tls.js";

/** Asks the standard health service of a gRPC server. */
export const grpcTransport: Transport<GrpcTarget> = {
  name: (target) => `grpc ${formatHostPort(target)}${target.service === "" ? "" : ` ${target.service}`}`,
  describe: ({ host, port, service, tls, metadata }) =>
    publicConfig({
      transport: "grpc",
      host,
      port,
      service,
      tls: tls === false ? false : describeTls(tls),
      metadata: Object.keys(metadata).toSorted(),
    }),
  probe: (target, request) => outcomeOf(() => probeGrpc(target, request)),
};

const maxAnswerBytes = 65_536;

async function probeGrpc(target: GrpcTarget, request: ProbeRequest): Promise<ProbeOutcome> {
  const source = grpcTransport.name(target);
  const library = await loadGrpc(source);
  const tls = target.tls === false ? undefined : tlsSettings(target.tls, source);
  // The library does not say why a connection failed, and the reason decides whose fault it is.
  await connectOnce(target, source, request);
  const credentials = tls
    ? library.grpc.credentials.createFromSecureContext(tls.secureContext, {
        rejectUnauthorized: tls.rejectUnauthorized,
      })
    : library.grpc.credentials.createInsecure();
  const connections = holdConnections(credentials);
  const client = new library.grpc.Client(`dns:${formatHostPort(target)}`, credentials, {
    ...(tls?.servername === undefined ? {} : { "grpc.ssl_target_name_override": tls.servername }),
    // Each attempt makes a connection of its own, directly, and once.
    "grpc.use_local_subchannel_pool": 1,
    "grpc.enable_http_proxy": 0,
    "grpc.enable_retries": 0,
    "grpc.service_config_disable_resolution": 1,
    "grpc.max_receive_message_length": maxAnswerBytes,
  });
  try {
    const status = await askHealth(client, library, target, request.signal);
    if (status === "SERVING") return { status: "healthy", reason: "answered SERVING" };
    return { status: "unhealthy", reason: `answered ${status}, expected SERVING` };
  } catch (error) {
    throw isServiceError(error) ? callError(error, library, target, source) : error;
  } finally {
    client.close();
    connections.close();
  }
}

function askHealth(
  client: Client,
  { grpc, check }: GrpcClient,
  target: GrpcTarget,
  signal: AbortSignal,
): Promise<string> {
  const { path, requestSerialize, responseDeserialize } = check;
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(target.metadata)) metadata.set(name, value);
  return new Promise((resolve, reject) => {
    const { service } = target;
    const call = client.makeUnaryRequest<object, object>(
      path,
      requestSerialize,
      responseDeserialize,
      { service },
      metadata,
      (error, answer) => {
        signal.removeEventListener("abort", abort);
        if (signal.aborted) reject(cutShort(signal, "did not answer"));
        else if (error) reject(error);
        else resolve(answer && "status" in answer ? String(answer.status) : "nothing");
      },
    );
    const abort = () => call.cancel();
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "details" in error && "metadata" in error;
}

/** What a call that failed says: about the target, or about this side. */
function callError(error: ServiceError, { grpc }: GrpcClient, target: GrpcTarget, source: string): Error {
  const { status } = grpc;
  const excerpt: Excerpt = excerptWithout(Object.values(target.metadata));
  if (error.code === status.UNIMPLEMENTED) {
    const why = "the server does not implement grpc.health.v1.Health";
    return probeFault(source, why, { isRetryable: true, cause: error });
  }
  const answered = `answered ${status[error.code]}`;
  if (error.code === status.UNAUTHENTICATED || error.code === status.PERMISSION_DENIED)
    return probeFault(source, `it was ${answered}: it is not let in`, { isRetryable: true, cause: error });
  if (error.code === status.NOT_FOUND)
    return new TargetFault(`${answered}: it does not know the service`, { cause: error });
  if (error.code === status.UNAVAILABLE) return unavailable(error, source, excerpt);
  return new TargetFault(`${answered}, expected SERVING: ${excerpt(error.details)}`, { cause: error });
}

const alert = /\balert ((?:bad|unsupported|no) certificate|certificate \w+|unknown ca|access denied)\b/;

// The library hands the socket's error on as text alone.
function unavailable(error: ServiceError, source: string, excerpt: Excerpt): Error {
  const said =
    /Last error: (?:Error: )?(.*?)(?: \(\d{4}-[^)]*\))?\. Resolution note:/s.exec(error.details)?.[1] ?? error.details;
  const refused = alert.exec(said)?.[1];
  if (refused !== undefined)
    return networkError({ code: `ERR_SSL_ALERT_${refused.toUpperCase().replace(" ", "_")}` }, source);
  const code = /\bE[A-Z]{4,}\b/.exec(said)?.[0];
  if (code !== undefined) return networkError({ code }, source);
  return new TargetFault(`did not accept the call: ${excerpt(said)}`, { cause: error });
}
