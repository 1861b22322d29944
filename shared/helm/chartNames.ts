/** Names and words by which files show that they may belong to a chart. */

/** True for a file that may belong to a chart, as far as its name tells. */
export function mayBelongToChart(file: string): boolean {
  return chartFoldersOf(file).length > 0;
}

/** The folders that have to be a chart's for the file to belong to it, the innermost first. */
export function chartFoldersOf(file: string): readonly string[] {
  const folders: string[] = [];
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (/^(?:values[^/]*|Chart|requirements)\.ya?ml$/.test(name)) folders.push(file.slice(0, -name.length - 1));
  for (let at = file.lastIndexOf('/templates/'); at >= 0; at = file.lastIndexOf('/templates/', at - 1)) {
    folders.push(file.slice(0, at));
    if (at === 0) break;
  }
  return folders;
}

/** True for a text that may hold a release of a chart: a HelmRelease of Flux or an Application of Argo CD. */
export function mayBeRelease(text: string): boolean {
  return /\bkind:\s*["']?(?:HelmRelease|Application)\b/.test(text);
}
