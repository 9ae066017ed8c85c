import type { Socket } from "node:net";
import type { ChannelCredentials } from "@grpc/grpc-js";

type SecureConnector = ReturnType<ChannelCredentials["_createSecureConnector"]>;

/** The connections that are made with some credentials. */
export interface HeldConnections {
  /** Closes all of them, and lets no further one come about. */
  close(): void;
}

/**
 * Keeps hold of the connections that the gRPC library makes with these credentials.
 *
 * Closing a client leaves a connection open on which the server has not yet said a word, and tries a failed one once more.
 */
export function holdConnections(credentials: ChannelCredentials): HeldConnections {
  const sockets = new Set<Socket>();
  let isClosed = false;
  // eslint-disable-next-line no-underscore-dangle -- the library's own name
  const create = credentials._createSecureConnector.bind(credentials);
  // eslint-disable-next-line no-underscore-dangle -- the library's own name
  credentials._createSecureConnector = (...parameters): SecureConnector => {
    const connector = create(...parameters);
    return {
      waitForReady: async () => {
        if (isClosed) throw new Error("the probe is over");
        await connector.waitForReady();
      },
      connect: async (socket) => {
        sockets.add(socket);
        if (isClosed) socket.destroy();
        return connector.connect(socket);
      },
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  };
  return {
    close: () => {
      isClosed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
