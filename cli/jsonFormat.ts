/** The JSON format: one object on standard output, for programs. */
import type { Reporter } from './report.ts';

/** Changes only where a program that reads the object would have to change too. */
const FORMAT_VERSION = 1;

/** Findings come one to a line, and the counts behind them, so that no file's findings have to wait for the last file. */
export function jsonReporter(): Reporter {
  let isFirst = true;
  return {
    between: ',',
    begin: () => `{"formatVersion":${FORMAT_VERSION},"findings":[`,
    file({ findings }) {
      let text = '';
      for (const { reported, suppression } of findings) {
        const finding = suppression === null ? reported : { ...reported, suppressed: suppression };
        text += `${text === '' ? '' : ','}\n${JSON.stringify(finding)}`;
      }
      return text;
    },
    join(said) {
      const text = isFirst ? said : `,${said}`;
      isFirst = false;
      return text;
    },
    problem: () => '',
    end: ({ files, documents, workloads }) =>
      `${isFirst ? '' : '\n'}],"files":${files},"documents":${documents},"workloads":${workloads}}\n`,
  };
}
