/** Running: arguments in, exit code out; whatever happens, a person reads words and no stack trace. */
import { version } from '../package.json';
import { readArguments } from './arguments.ts';
import { check } from './check.ts';
import { EXIT_CLOSED, EXIT_FAILURE, EXIT_OK } from './exitCode.ts';
import { helpFor } from './help.ts';
import { type Host, OutputClosed, OutputFull, printable } from './host.ts';

/** Runs one command; `argv` is what follows the program's name. Never rejects. */
export async function run(argv: readonly string[], host: Host): Promise<number> {
  try {
    return await dispatch(argv, host);
  } catch (error) {
    if (error instanceof OutputClosed) return EXIT_CLOSED;
    const words =
      error instanceof OutputFull
        ? `podproof: the output is not complete: ${error.message}\n`
        : internalError(error, host);
    await host.stderr.write(words).catch(() => undefined);
    return EXIT_FAILURE;
  }
}

async function dispatch(argv: readonly string[], host: Host): Promise<number> {
  const parsed = readArguments(argv);
  if (!parsed.ok) {
    const help = parsed.topic === 'podproof' ? 'podproof --help' : `podproof ${parsed.topic} --help`;
    await host.stderr.write(`podproof: ${printable(parsed.problem)}\nSee "${help}".\n`);
    return EXIT_FAILURE;
  }
  const { command } = parsed;
  switch (command.command) {
    case 'help':
      await host.stdout.write(helpFor(command.topic));
      return EXIT_OK;
    case 'version':
      await host.stdout.write(`podproof ${version}\n`);
      return EXIT_OK;
    case 'completion': {
      const { completionFor } = await import('./completion.ts');
      await host.stdout.write(completionFor(command.shell));
      return EXIT_OK;
    }
    case 'mcp': {
      const { serve } = await import('./mcp.ts');
      return await serve(host);
    }
    case 'baseline': {
      const { remember } = await import('./baseline.ts');
      return await remember(command, host);
    }
    case 'check': {
      return await check(command, host);
    }
    case 'fix': {
      const { fix } = await import('./fix.ts');
      return await fix(command, host);
    }
  }
}

/** A mistake of the program's own. The stack is for whoever asks for it. */
function internalError(error: unknown, { env }: Host): string {
  const message = error instanceof Error ? error.message : String(error);
  const stack = env.PODPROOF_DEBUG !== undefined && error instanceof Error ? `${error.stack}\n` : '';
  return `podproof: internal error: ${printable(message)}; please report it (PODPROOF_DEBUG=1 shows where).\n${stack}`;
}
