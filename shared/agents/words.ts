/** The tools for agents in words: the same over the Model Context Protocol and in an editor. */

export const TOOLS = {
  check: {
    name: 'check_file',
    title: 'Check a Kubernetes manifest',
    description:
      'Says which pod security practices the workloads of a manifest miss: each finding with its place, severity, message, and whether a fix exists.',
    inputs: {},
  },
  harden: {
    name: 'harden_workload',
    title: 'Harden a workload',
    description:
      'Gives the manifest as it would be hardened, and a diff, for one workload or for all of the file. Writes nothing: apply the result yourself, and tell the person what may break.',
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
      'Explains a check or a practice: why it matters, what setting it may break, an example before and after, and who asks for it.',
    inputs: { code: 'The code of a finding, such as seccomp/missing, or a practice, such as seccomp.' },
  },
} as const;
