/** Help: what `--help` prints. */
import type { Topic } from './arguments.ts';

export function helpFor(topic: Topic): string {
  switch (topic) {
    case 'podproof':
      return OVERVIEW;
    case 'check':
      return CHECK;
    case 'fix':
      return FIX;
    case 'baseline':
      return BASELINE;
    case 'mcp':
      return MCP;
    case 'completion':
      return COMPLETION;
  }
}

const OVERVIEW = `Podproof finds the security practices that Kubernetes pods miss, and repairs them.

  podproof check PATH...    say what is missing
  podproof fix PATH...      write it into the files
  podproof baseline PATH... remember what is missing now, so that only what is new is said
  podproof mcp              serve agents, over the Model Context Protocol
  podproof completion SHELL print a script by which bash, zsh or fish completes what you type

PATH is a file, a folder, or - for standard input.

  podproof check --help     formats, exit codes, examples
  podproof fix --help       what it writes and what it leaves alone
  podproof --version

What the practices are: https://podproof.dev
`;

const PATHS = `PATH is a file, whatever its name; a folder, which means .yaml, .yml and .json files below it without
node_modules, dot folders and links to other folders; or - for standard input.
Settings come from the nearest .podproof.yaml above each file, up to the current folder.`;

const CHECK = `podproof check [--format FORMAT] [--fail-on SEVERITY] [--quiet] [--show-suppressed]
               [--config FILE] [--changed-since REF] [--baseline FILE] PATH...
podproof check --helm [--values FILE]... CHART...

Says which of eight security practices the pods in the files miss.

${PATHS}

  --format text       for people: each place with its line (the default)
  --format json       for programs: one object, a finding per container
  --format sarif      for code scanning: SARIF 2.1.0, with fixes and suppressed findings
  --format github     for GitHub Actions: annotations on the lines of a change
  --format gitlab     for GitLab: a code quality report
  --format junit      for build servers: a test suite per file
  --format html       a page to look at: workloads down, practices across, worst first
  --fail-on SEVERITY  the least severity that fails the run: error, warning (the default),
                      information; never fails for no finding
  --quiet, -q         only findings that fail the run, and no summary
  --kustomize         check what "kustomize build" or "kubectl kustomize" makes of each folder
  --show-suppressed   also what comments and annotations suppress, with the reason
  --config FILE       take the settings from this file
  --changed-since REF only files that differ from this Git revision (from where the branch left it), or are
                      not yet known to Git
  --baseline FILE     leave out what this file remembers; "podproof baseline" writes it
  --helm              have the charts rendered by the helm program on the PATH, without its plugins; without
                      this, Podproof reads templates and values by itself
  --values FILE, -f   values for the helm program; may be given again

Exit code: 0 without such findings, 1 with them, 2 where the arguments are wrong or a file could not be read
(the others are checked all the same).

Examples:
  podproof check deploy/
  podproof check --fail-on error app.yaml jobs/
  podproof check overlays/prod
  podproof check --kustomize overlays/prod
  podproof check --format sarif . > podproof.sarif
  podproof check --format html . > report.html
  podproof check --changed-since origin/main .
  podproof check --helm charts/shop -f charts/shop/values-prod.yaml
  podproof check --format json . | jq -r '.findings[] | .file + " " + .code'
`;

const FIX = `podproof fix [--safe] [--diff] [--config FILE] PATH...
       podproof fix --patch [--safe] [--diff] [--config FILE] OVERLAY...
       podproof fix --values FILE [--safe] [--diff] [--config FILE] CHART

Hardens the pods in the files: writes what the practices ask for, in place, and touches no other line.
It removes neither "privileged: true", nor an added capability, nor a written user: a workload that names
them may need them.

${PATHS}
For standard input, the fixed text goes to standard output.

  --patch        harden each overlay by a patch in it, and leave its bases alone: for what is somebody else's
  --values FILE, -f
                 harden a Helm chart, a folder or a .tgz, by what its values decide, written into FILE alone,
                 which is made where it is not there; what no value decides is said
  --safe         only what leaves the pod behaving as before
  --diff         print the changes as a unified diff and write nothing
  --config FILE  take the settings from this file

Most fixes can stop a program that relies on what they take away: review the changes.

Exit code: 0, or 2 where the arguments are wrong or a file could not be read or written.

Examples:
  podproof fix --diff deploy/
  podproof fix app.yaml
  podproof fix - < app.yaml > hardened.yaml
  podproof fix --patch overlays/prod
  podproof fix --values hardened.yaml charts/shop
`;

const BASELINE = `podproof baseline [--output FILE] [--config FILE] PATH...

Writes down what the pods in the files miss now. With "podproof check --baseline FILE" only what is new is
said, so that a large repository starts quiet and stays honest. Lines may move: a finding is known by its
check, its workload and its container.

${PATHS}

  --output, -o FILE  the file to write; .podproof-baseline.json in the current folder unless it is named
  --config FILE      take the settings from this file

Exit code: 0, or 2 where the arguments are wrong or a file could not be read or written.

Examples:
  podproof baseline deploy/
  podproof check --baseline .podproof-baseline.json deploy/
`;

const MCP = `podproof mcp

Serves the Model Context Protocol on standard input and output, with three tools: check_file, harden_workload
and explain_finding. It reads manifests below the current folder, writes nothing, and asks no network.

Example, in the settings of an agent:
  {"mcpServers": {"podproof": {"command": "npx", "args": ["--yes", "podproof", "mcp"]}}}
`;

const COMPLETION = `podproof completion bash|zsh|fish

Prints a script by which the shell completes commands, options and their values.

Examples:
  podproof completion bash > ~/.local/share/bash-completion/completions/podproof
  podproof completion zsh > ~/.zfunc/_podproof       with ~/.zfunc on the fpath
  podproof completion fish > ~/.config/fish/completions/podproof.fish
`;
