/** What a format asks for: how findings are judged for it, and who says them in it. */
import type { Severity } from '../shared/practices/practice.ts';
import type { CheckCommand, FailOn } from './arguments.ts';
import { type Host, wantsColor, wantsHyperlinks } from './host.ts';
import type { Asked } from './judge.ts';
import type { Reporter } from './report.ts';
import { textReporter } from './textFormat.ts';

/** What a command asks of each judgement. */
export function askedBy({ format, failOn, isQuiet, showSuppressed }: CheckCommand): Asked {
  const reaching = SEVERITIES_REACHING[failOn];
  return {
    wants: isQuiet ? (severity) => reaching.includes(severity) : () => true,
    withFixes: format === 'json',
    withOffers: format === 'sarif',
    withRows: format === 'html',
    withSuppressed: showSuppressed || format === 'sarif',
  };
}

/** Formats that are seldom asked for are loaded when they are. */
export async function reporterFor(command: CheckCommand, host: Host): Promise<Reporter> {
  const { stdout, env, cwd } = host;
  switch (command.format) {
    case 'json': {
      const { jsonReporter } = await import('./jsonFormat.ts');
      return jsonReporter();
    }
    case 'text': {
      return textReporter({
        color: wantsColor(stdout, env),
        links: wantsHyperlinks(stdout, env),
        columns: stdout.columns ?? WIDE_ENOUGH,
        isQuiet: command.isQuiet,
      });
    }
    case 'sarif': {
      const { sarifReporter } = await import('./sarifFormat.ts');
      return sarifReporter(cwd);
    }
    case 'github': {
      const { githubReporter } = await import('./githubFormat.ts');
      return githubReporter(cwd, command.isQuiet);
    }
    case 'gitlab': {
      const { gitlabReporter } = await import('./gitlabFormat.ts');
      return gitlabReporter(cwd);
    }
    case 'html': {
      const { htmlReporter } = await import('./htmlFormat.ts');
      return htmlReporter(command.paths, host);
    }
    case 'junit': {
      const { junitReporter } = await import('./junitFormat.ts');
      return junitReporter((severity) => SEVERITIES_REACHING[command.failOn].includes(severity));
    }
  }
}

/** Where no terminal sets a width, only lines of generated text are longer. */
const WIDE_ENOUGH = 200;

/** The severities that fail a run. */
export const SEVERITIES_REACHING: Readonly<Record<FailOn, readonly Severity[]>> = {
  error: ['error'],
  warning: ['error', 'warning'],
  information: ['error', 'warning', 'information'],
  never: [],
};
