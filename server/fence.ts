/** Fence: around every request and notification, so that one that fails costs its own answer and nothing else. */
import {
  type CancellationToken,
  type Connection,
  LogMessageNotification,
  LSPErrorCodes,
  MessageType,
  ResponseError,
} from 'vscode-languageserver';

/** Thrown to give up on what the client no longer wants. */
export class Cancelled extends Error {}

export function throwIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new Cancelled();
}

export interface Log {
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  /** How many milliseconds something took. A client that traces hears of everything, and any client of what a person has noticed. */
  took(name: string, milliseconds: number): void;
}

/**
 * The handler, with its failure logged and answered with `fallback`. The log gets places in the program and no message: a
 * message may quote a document.
 */
export function fenced<P extends readonly unknown[], R>(
  log: Log,
  name: string,
  handler: (...params: P) => R | Promise<R>,
  fallback: NoInfer<R>,
): (...params: P) => Promise<R> {
  return async (...params) => {
    const begun = performance.now();
    try {
      return await handler(...params);
    } catch (error) {
      if (error instanceof Cancelled) {
        throw new ResponseError<never>(LSPErrorCodes.RequestCancelled, `${name} was cancelled.`);
      }
      log.error(`${name} failed. ${describeFailure(error)}`);
      return fallback;
    } finally {
      log.took(name, performance.now() - begun);
    }
  };
}

/** The same for what is not answered. It begins at once, so that notifications take effect in the order of their arrival. */
export function fencedNotification<P>(
  log: Log,
  name: string,
  handler: (params: P) => void | Promise<void>,
): (params: P) => Promise<void> {
  return async (params) => {
    const begun = performance.now();
    try {
      await handler(params);
    } catch (error) {
      log.error(`${name} failed. ${describeFailure(error)}`);
    } finally {
      log.took(name, performance.now() - begun);
    }
  };
}

/** An error's kind and its places in the program. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return `A ${typeof error} was thrown.`;
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...places].join('\n');
}

/** Milliseconds that nobody waits for without asking what is going on. */
const SLOW = 1000;

/** A log that the client shows. */
export function logOf(connection: Connection): Log {
  const write = (type: MessageType, message: string): void => {
    quietly(() => connection.sendNotification(LogMessageNotification.type, { type, message }));
  };
  return {
    error: (message) => write(MessageType.Error, message),
    warn: (message) => write(MessageType.Warning, message),
    info: (message) => write(MessageType.Info, message),
    took(name, milliseconds) {
      const message = `${name} took ${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms.`;
      connection.tracer.log(message);
      if (milliseconds >= SLOW) write(MessageType.Info, message);
    },
  };
}

/** Sends what nobody waits for. Where it cannot be sent the connection is gone, and with it whoever would hear of that. */
export function quietly(send: () => Promise<void>): void {
  const sending = async (): Promise<void> => send();
  sending().catch(() => undefined);
}
