/** The tools for agents in words: the same over the Model Context Protocol and in an editor. */

export const TOOLS = {
  check: {
    name: 'check_file',
    title: 'Check a Kubernetes manifest',
    description:
      'Says which of eight pod security practices the workloads of a Kubernetes manifest miss: each finding with its line and column, severity, message, code, and whether a fix exists. Use it after you write or change a manifest. Reads one file and writes nothing.',
    inputs: {},
  },
  harden: {
    name: 'harden_workload',
    title: 'Harden a workload',
    description:
      'Gives a Kubernetes manifest as it would be hardened, whole and as a diff, for one workload or for all of the file; comments and layout stay. Writes nothing: apply the result yourself, and tell the person what may break. What only a person can decide is listed, and left as it is.',
    inputs: {
      kind: 'Only workloads of this kind, such as Deployment.',
      name: 'Only workloads of this name.',
      namespace: 'Only workloads of this namespace.',
      safe_only: 'Only fixes after which the pod behaves as before.',
    },
  },
  explain: {
    name: 'explain_finding',
    title: 'Explain a finding',
    description:
      'Explains a check or a practice of pod security by its code: why it matters, what setting it may break, an example before and after, and which standards ask for it. Use it before you argue with a finding, or suppress it.',
    inputs: { code: 'The code of a finding, such as seccomp/missing, or a practice, such as seccomp.' },
  },
} as const;
