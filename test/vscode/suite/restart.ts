/** The server can be restarted by hand, and comes back by itself. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { commands, type Diagnostic } from 'vscode';
import {
  barePod,
  closeEverything,
  codeOf,
  openText,
  patience,
  replace,
  untilFound,
  untilGone,
} from './editor.ts';
import { serverProcesses } from './serverProcess.ts';

const countOf = (found: readonly Diagnostic[], code: string): number =>
  found.filter((diagnostic) => codeOf(diagnostic) === code).length;

describe('the server', () => {
  afterEach(closeEverything);

  it('is another one after "Restart Server", and each finding is still there once', async () => {
    const editor = await openText(barePod('restarted'));
    await untilFound(editor.document, 'seccomp/missing');
    const before = serverProcesses();

    await commands.executeCommand('podproof.restart');

    const found = await untilFound(editor.document, 'seccomp/missing');
    assert.equal(countOf(found, 'seccomp/missing'), 1);
    if (before !== null) {
      // The one before may take a while to end.
      await untilOneServer();
      assert.notDeepEqual(serverProcesses(), before);
    }
    await replace(editor, 'spec:\n', 'spec:\n  automountServiceAccountToken: false\n');
    await untilGone(editor.document, 'service-account-token/mounted');
  });

  it('comes back when it is killed', async function () {
    const processes = serverProcesses();
    if (processes === null) this.skip();
    const editor = await openText(barePod('killed'));
    await untilFound(editor.document, 'seccomp/missing');

    for (const id of processes) process.kill(id, 'SIGKILL');
    await untilGone(editor.document, 'seccomp/missing');

    const found = await untilFound(editor.document, 'seccomp/missing');
    assert.equal(countOf(found, 'seccomp/missing'), 1);
    await untilOneServer();
  });

  it('comes back with every document when it is killed while it starts', async function () {
    if (serverProcesses() === null) this.skip();
    const editors = [];
    for (const name of ['first', 'second', 'third']) editors.push(await openText(barePod(name)));
    for (const { document } of editors) await untilFound(document, 'seccomp/missing');

    const before = serverProcesses() ?? [];
    const restarted = commands.executeCommand('podproof.restart');
    const [started] = await untilProcesses((ids) => ids.some((id) => !before.includes(id)), before);
    assert.ok(started !== undefined);
    process.kill(started, 'SIGKILL');
    await restarted;

    for (const { document } of editors) {
      const found = await untilFound(document, 'seccomp/missing');
      assert.equal(countOf(found, 'seccomp/missing'), 1);
    }
    await untilOneServer();
  });
});

/** The servers that are not among those before, once they are as they should be. */
async function untilProcesses(
  accept: (ids: readonly number[]) => boolean,
  before: readonly number[],
): Promise<readonly number[]> {
  await until(() => accept(serverProcesses() ?? []), 'the server is there');
  return (serverProcesses() ?? []).filter((id) => !before.includes(id));
}

function untilOneServer(): Promise<void> {
  return until(() => serverProcesses()?.length === 1, 'one server is there');
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + patience;
  while (!isSo()) {
    assert.ok(Date.now() < deadline, `${what} in time`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
