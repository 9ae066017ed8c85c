import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A server behind a proxy. */
export interface Behind {
  readonly host: string;
  readonly port: number;
}

/** How a proxy treats what it passes on. */
export interface ByteProxyOptions {
  /** Chooses where the connection goes, by its number from 0; undefined for one that is let in and never answered. */
  readonly route: (connection: number) => Behind | undefined;
  /** Changes what clients say, or holds it back for a while. The length must stay as it is. */
  readonly rewrite?: (bytes: Buffer) => Buffer | Promise<Buffer>;
}

/** A proxy on a port of its own, as a balancer stands before several servers. */
export async function startByteProxy({
  route,
  rewrite = (bytes) => bytes,
}: ByteProxyOptions): Promise<AsyncDisposable & Behind> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket, other?: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => other?.destroy());
  };
  let connections = 0;
  const server = createServer((client) => {
    const behind = route(connections++);
    if (behind === undefined) return keep(client);
    const target = connect(behind.port, behind.host);
    keep(client, target);
    keep(target, client);
    client.on("data", (bytes: Buffer) => {
      void Promise.resolve(rewrite(bytes)).then((said) => target.write(said));
    });
    target.pipe(client);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}
