/** Warming up: the reader for broken text is run while nobody waits for it, so that the first line that is half typed is answered like the hundredth. */
import { parseOfRecord } from '../shared/yaml/parseOfRecord.ts';

/**
 * Reads broken texts, from the one with that index on, until told to stop; it asks behind each, so that a message waits for one at most. Answers how many
 * have been read, of all of them where none is left. They take some 300 ms of processor time, since the engine compiles meanwhile what it then
 * need not while somebody types.
 */
export async function warmUp(from: number, goesOn: () => Promise<boolean>): Promise<number> {
  const texts = brokenTexts();
  for (let index = from; index < texts.length; index++) {
    parseOfRecord(texts[index] as string);
    if (!(await goesOn())) return index + 1;
  }
  return texts.length;
}

/** A manifest with each of its lines broken in each of the ways in which lines are while they are typed. */
export function brokenTexts(): readonly string[] {
  const lines = MANIFEST.split('\n');
  return lines.flatMap((line, index) =>
    WAYS.map((broken) => [...lines.slice(0, index), broken(line), ...lines.slice(index + 1)].join('\n')),
  );
}

const WAYS: readonly ((line: string) => string)[] = [
  (line) => line.replace(/(?<=: )|$/, '"'),
  (line) => line.replace(/(?<=: )|$/, '['),
  (line) => line.replace(/(?<=: )|$/, '{'),
  (line) => `${line.slice(0, line.length >> 1)}\n${line.slice(line.length >> 1)}`,
  (line) => `  ${line}`,
  (line) => line.replace(':', ''),
];

/** It has each way of writing values that manifests have. */
const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
  labels: { app: shop, "part": 'x' }
  annotations:
    note: |
      Two
      lines
spec:
  replicas: 2
  template:
    spec:
      securityContext:
        runAsNonRoot: true
      # Who sells.
      containers:
        - name: main # Alone.
          image: "shop:1.2"
          args: ["-v", 'x', y]
          env:
            - name: A
              value: "1"
            - name: B
              value: two words
          resources:
            limits:
              cpu: 100m
              memory: 64Mi
        - name: side
          securityContext:
            capabilities:
              drop:
                - ALL
`;
