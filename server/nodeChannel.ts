/** Channels of a Node process: over streams, with the headers of the protocol, or over the channel of the process that forked it. */
import type { Socket } from 'node:net';
import type { Channel } from './connection.ts';
import { messagesIn } from './framing.ts';

/** The channel that a program's arguments name (`--stdio`, `--node-ipc`, `--socket=PORT`, `--pipe=NAME`); undefined where they name none. */
export function channelOf(argv: readonly string[]): Channel | undefined {
  for (const [index, arg] of argv.entries()) {
    const [name, value = argv[index + 1] ?? ''] = arg.split(/=(.*)/s);
    if (name === '--node-ipc') return processChannel();
    if (name === '--stdio') return streamChannel(process.stdin, process.stdout, 'standard input');
    if (name === '--socket' || name === '--pipe') {
      const socket = socketTo(
        name === '--socket' ? { port: Number(value), host: '127.0.0.1' } : { path: value },
      );
      return streamChannel(socket, socket);
    }
  }
  return undefined;
}

function socketTo(
  place: { readonly port: number; readonly host: string } | { readonly path: string },
): Socket {
  const { connect } = process.getBuiltinModule('node:net');
  return connect(place);
}

function processChannel(): Channel {
  return {
    listen: (heard, closed) => {
      process.on('message', heard);
      process.on('disconnect', closed);
    },
    send: (message) =>
      new Promise((resolve, reject) => {
        if (process.send === undefined) reject(new Error('There is no process to speak to.'));
        else process.send(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
      }),
    later: setImmediate,
  };
}

/**
 * Messages in two streams: each behind a header that says how many bytes of UTF-8 it has. Where what comes in is no such thing, the channel is
 * closed, with words for people; whoever has started this process may start another one.
 */
export function streamChannel(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  name = 'the channel',
): Channel {
  return {
    listen: (heard, closed) => {
      const broken = (): void => {
        process.stderr.write(`podproof: ${name} holds no messages of the language server protocol.\n`);
        closed();
      };
      input.on('data', messagesIn(heard, broken));
      input.on('end', closed);
      input.on('close', closed);
    },
    send: (message) =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify(message);
        const framed = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
        output.write(framed, (error) => (error ? reject(error) : resolve()));
      }),
    later: setImmediate,
  };
}
