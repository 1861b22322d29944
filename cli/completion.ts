/** Completion: scripts by which shells complete a command line, made from the table of options. */
import { COMMANDS, OPTIONS, type OptionRule, type OptionRules, SHELLS, type Shell } from './arguments.ts';

/** A script that the shell reads once. */
export function completionFor(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash();
    case 'zsh':
      return zsh();
    case 'fish':
      return fish();
  }
}

const SUMMARIES: Readonly<Record<(typeof COMMANDS)[number], string>> = {
  check: 'say what is missing',
  fix: 'write it into the files',
  baseline: 'remember what is there now',
  mcp: 'serve agents over standard input and output',
  completion: 'print a script for a shell',
};

const PATH_COMMANDS = ['check', 'fix', 'baseline'] as const;

function bash(): string {
  const values = PATH_COMMANDS.flatMap((command) =>
    Object.entries(OPTIONS[command])
      .filter(([, rule]) => takesValue(rule))
      .map(([name, { choices }]) => {
        const words = choices === undefined ? FILES_IN_BASH : wordsInBash(choices);
        return `    ${command}:--${name}) ${words} ;;`;
      }),
  );
  const names = PATH_COMMANDS.map((command) => {
    const options = Object.keys(OPTIONS[command]).map((name) => `--${name}`);
    return `    ${command}) [[ $current == -* ]] && ${wordsInBash([...options, '--help'])} || ${FILES_IN_BASH} ;;`;
  });
  return `_podproof() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    ${wordsInBash([...COMMANDS, '--help', '--version'])}
    return
  fi
  case \${COMP_WORDS[1]}:$before in
${values.join('\n')}
    *) case \${COMP_WORDS[1]} in
${names.map((line) => `  ${line}`).join('\n')}
      completion) ${wordsInBash(SHELLS)} ;;
    esac ;;
  esac
}
complete -o filenames -F _podproof podproof
`;
}

const FILES_IN_BASH = 'COMPREPLY=($(compgen -f -- "$current"))';

function wordsInBash(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"))`;
}

function zsh(): string {
  const cases = PATH_COMMANDS.map(
    (command) => `    ${command})
      _arguments \\
${optionsInZsh(OPTIONS[command])}        '*:path:_files' ;;`,
  );
  return `#compdef podproof
_podproof() {
  local -a commands=(${COMMANDS.map((name) => `'${name}:${SUMMARIES[name]}'`).join(' ')})
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
    completion) _values shell ${SHELLS.join(' ')} ;;
  esac
}
if [[ $funcstack[1] == _podproof ]]; then _podproof "$@"; else compdef _podproof podproof; fi
`;
}

function optionsInZsh(rules: OptionRules): string {
  return Object.entries(rules)
    .flatMap(([name, rule]) => {
      const value = rule.choices === undefined ? '_files' : `(${rule.choices.join(' ')})`;
      const takes = takesValue(rule) ? `:${name}:${value}` : '';
      const names = rule.short === undefined ? [`--${name}`] : [`--${name}`, `-${rule.short}`];
      return names.map((option) => `        '${option}[${rule.summary}]${takes}' \\\n`);
    })
    .join('');
}

function fish(): string {
  const lines = COMMANDS.map(
    (name) => `complete -c podproof -f -n __fish_use_subcommand -a ${name} -d '${SUMMARIES[name]}'`,
  );
  for (const command of PATH_COMMANDS) {
    for (const [name, rule] of Object.entries(OPTIONS[command])) {
      const short = rule.short === undefined ? '' : ` -s ${rule.short}`;
      const takes = !takesValue(rule)
        ? ''
        : rule.choices === undefined
          ? ' -r'
          : ` -x -a '${rule.choices.join(' ')}'`;
      const when = `'__fish_seen_subcommand_from ${command}'`;
      lines.push(`complete -c podproof -n ${when} -l ${name}${short}${takes} -d '${rule.summary}'`);
    }
  }
  lines.push(`complete -c podproof -f -n '__fish_seen_subcommand_from completion' -a '${SHELLS.join(' ')}'`);
  return `${lines.join('\n')}\n`;
}

function takesValue({ choices, value }: OptionRule): boolean {
  return choices !== undefined || value !== undefined;
}
