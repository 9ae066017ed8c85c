import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** What a server that only speaks the protocol says to a statement. */
export type ProtocolAnswer =
  | { readonly error: string; readonly message: string }
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] };

/** How a server that only speaks the protocol behaves. */
export interface ProtocolServerOptions {
  /** Called with each message of statements, or with a statement of the extended protocol. One answer for each that there is. */
  readonly answer: (text: string) => readonly ProtocolAnswer[];
  /** The state of the transaction that it claims: `I`, `T` or `E`. @default "T" */
  readonly status?: string;
  /** The SQLSTATE with which it refuses a connection that brings these parameters. Undefined lets it in. */
  readonly refuse?: (parameters: string) => string | undefined;
}

/** A server that speaks PostgreSQL's protocol, and is none. */
export interface ProtocolServer extends AsyncDisposable {
  readonly url: string;
  /** The parameters of each connection. */
  readonly connections: readonly string[];
  /** Each message of statements that came in. */
  readonly heard: readonly string[];
}

/** Starts a server that answers what it is told to. */
export async function startProtocolServer(options: ProtocolServerOptions): Promise<ProtocolServer> {
  const connections: string[] = [];
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    serve(socket, options, connections, heard);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `postgres://gates@127.0.0.1:${(server.address() as AddressInfo).port}/orders`,
    connections,
    heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function serve(
  socket: Socket,
  { answer, status = "T", refuse }: ProtocolServerOptions,
  connections: string[],
  heard: string[],
): void {
  let buffer = Buffer.alloc(0);
  let hasStarted = false;
  const ready = () => message("Z", Buffer.from(status));
  const answerTo = (text: string, isExtended: boolean) => {
    heard.push(text);
    for (const one of answer(text)) socket.write(answerOf(one, isExtended));
  };
  const take = (type: string, body: Buffer) => {
    if (type === "Q") {
      answerTo(body.toString("utf8", 0, body.length - 1), false);
      socket.write(ready());
    } else if (type === "P") {
      socket.write(message("1"));
      const [, text = ""] = body.toString().split("\0");
      answerTo(text, true);
    } else if (type === "S") {
      socket.write(ready());
    } else if (type === "X") {
      socket.end();
    }
  };
  socket.on("data", (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const head = hasStarted ? 1 : 0;
      if (buffer.length < head + 4) return;
      const length = head + buffer.readInt32BE(head);
      if (buffer.length < length) return;
      const [type, body] = [buffer.toString("latin1", 0, head), buffer.subarray(head + 4, length)];
      buffer = buffer.subarray(length);
      if (hasStarted) {
        take(type, body);
        continue;
      }
      hasStarted = true;
      const parameters = body.toString("utf8", 4);
      connections.push(parameters);
      const refusal = refuse?.(parameters);
      if (refusal === undefined) socket.write(Buffer.concat([message("R", Buffer.alloc(4)), ready()]));
      else socket.end(errorOf(refusal, "unsupported startup parameter: options", "FATAL"));
    }
  });
}

function answerOf(answer: ProtocolAnswer, isExtended: boolean): Buffer {
  if ("error" in answer) return errorOf(answer.error, answer.message, "ERROR");
  const { columns, rows } = answer;
  const fields = columns.map((name) =>
    // No table, the type text, of any length, written as text.
    Buffer.concat([Buffer.from(`${name}\0`), int32(0), int16(0), int32(25), int16(-1), int32(-1), int16(0)]),
  );
  const described = message("T", Buffer.concat([int16(columns.length), ...fields]));
  const data = rows.map((row) => message("D", Buffer.concat([int16(row.length), ...row.map(valueOf)])));
  const done = message("C", Buffer.from(`SELECT ${rows.length}\0`));
  return Buffer.concat([...(isExtended ? [message("2")] : []), described, ...data, done]);
}

function valueOf(value: string | null): Buffer {
  if (value === null) return Buffer.from("ffffffff", "hex");
  const text = Buffer.from(value);
  return Buffer.concat([int32(text.length), text]);
}

function errorOf(code: string, text: string, severity: string): Buffer {
  return message("E", Buffer.from(`S${severity}\0V${severity}\0C${code}\0M${text}\0\0`));
}

function message(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
