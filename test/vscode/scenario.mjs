/**
 * What a person does, through the page of a real VS Code: opens examples, looks, reads, fixes, hardens, undoes, types.
 *
 * Leaves a screenshot of each stage in `screenshots/`.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { quietSettings, startEditor } from './harness/editor.mjs';
import { projectFolder } from './harness/install.mjs';
import { installProject } from './harness/project.mjs';
import { Person, patience } from './person.mjs';

const screenshots = path.join(projectFolder, 'test/vscode/screenshots');

/** Suggestions come when they are asked for: those that come by themselves, sooner or later, would take the key that ends a line. */
const settings = {
  ...quietSettings,
  '[yaml]': { 'editor.quickSuggestions': false, 'editor.suggestOnTriggerCharacters': false },
};

/**
 * Runs the scenario. Each stage needs the one before it, so the first failure ends it.
 *
 * @param {object} options
 * @param {import('playwright-core').Browser} options.browser
 * @param {string} options.workspace a folder with the examples; the scenario writes into it
 * @returns {Promise<{ passed: string[], skipped: string[], failed: { title: string, error: string }[] }>}
 */
export async function runScenario({ browser, workspace }) {
  mkdirSync(screenshots, { recursive: true });
  const editor = await startEditor({ token: 'scenario', settings, installExtensions: installProject });
  const page = await browser.newPage({
    viewport: { width: 1280, height: 800 },
    // A screenshot in the middle of a fade shows two things at once.
    reducedMotion: 'reduce',
  });
  const result = { passed: [], skipped: [], failed: [] };
  try {
    const person = new Person(page, workspace);
    await page.goto(editor.addressOf(workspace));
    await page.waitForSelector('.explorer-folders-view .monaco-list-row');
    for (const [title, act] of stages) {
      if (result.failed.length > 0) {
        result.skipped.push(`${title} (not reached)`);
        continue;
      }
      try {
        await act(person);
        result.passed.push(title);
      } catch (error) {
        await photograph(person, 'failed');
        result.failed.push({ title, error: error.stack });
      }
    }
  } finally {
    await page.close();
    await editor.stop();
  }
  return result;
}

function photograph({ page }, name) {
  return page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}

const PRACTICES = [
  'security-context',
  'privilege-escalation',
  'root-user',
  'resources',
  'service-account-token',
  'seccomp',
  'capabilities',
  'read-only-root-filesystem',
];

const stages = [
  [
    'opening a bare Deployment underlines it',
    async (person) => {
      await person.open('storefront.yaml');
      await person.page.waitForSelector('.squiggly-warning', { state: 'attached' });
      await photograph(person, 'squiggles');
    },
  ],
  [
    'the Problems panel lists every practice',
    async (person) => {
      await person.press('Control+Shift+M');
      const rows = person.page.locator('.markers-panel .monaco-list-row');
      await rows.filter({ hasText: 'automountServiceAccountToken' }).first().waitFor();
      await photograph(person, 'problems');
      // The list has rows on the page only for what is in view.
      const maximize = 'View: Toggle Maximized Panel';
      await person.command(maximize);
      for (const practice of PRACTICES)
        await rows
          .filter({ hasText: `${practice}/` })
          .first()
          .waitFor();
      for (const code of [
        'seccomp/missing',
        'capabilities/not-dropped',
        'read-only-root-filesystem/writable',
      ]) {
        await rows.filter({ hasText: code }).first().waitFor();
        assert.equal(await rows.filter({ hasText: code }).count(), 1, `${code} is listed once`);
      }
      await person.command(maximize);
      await person.press('Control+J');
      await rows.first().waitFor({ state: 'hidden' });
    },
  ],
  [
    'hovering explains',
    async (person) => {
      // It moves the lines below it when it comes.
      await person.page.locator('.codelens-decoration a').filter({ hasText: 'Podproof' }).first().waitFor();
      await person.hoverOver('storefront.yaml', 'web', '- name: web');
      const said = person.page.locator('.monaco-hover .hover-row');
      await said.filter({ hasText: 'privilege-escalation/not-denied' }).first().waitFor();
      // Below the findings: what is in effect in this container.
      await said.filter({ hasText: 'In effect' }).last().waitFor({ state: 'attached' });
      await photograph(person, 'hover');
      await person.press('Escape');
    },
  ],
  [
    'the code lens counts practices, and a click shows what can be hardened',
    async (person) => {
      const lens = person.page.locator('.codelens-decoration a').filter({ hasText: 'Podproof' }).first();
      await lens.waitFor();
      await photograph(person, 'code-lens');
      await lens.click();
      const choices = person.page.locator('.quick-input-widget .monaco-list-row');
      await choices.filter({ hasText: 'Harden the pod' }).first().waitFor();
      await photograph(person, 'code-lens-choices');
      await person.press('Escape');
      await person.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    },
  ],
  [
    'Ctrl+. offers fixes, and picking one inserts it',
    async (person) => {
      const actions = await person.openFixes('storefront.yaml', '- name: web');
      await photograph(person, 'quick-fix');
      await actions
        .filter({ hasText: /allowPrivilegeEscalation/ })
        .first()
        .click();
      await person.untilText(/allowPrivilegeEscalation: false/);
      await person.save('storefront.yaml', (text) => text.includes('allowPrivilegeEscalation: false'));
    },
  ],
  [
    'one undo takes the fix back',
    async (person) => {
      await person.press('Control+Z');
      await person.save('storefront.yaml', (text) => text === person.original('storefront.yaml'));
    },
  ],
  [
    'hardening leaves nothing underlined',
    async (person) => {
      await person.command('Podproof: Harden This File');
      await person.page.locator('.squiggly-warning').first().waitFor({ state: 'detached' });
      await person.save('storefront.yaml', (text) => text.includes('readOnlyRootFilesystem: true'));
      assert.equal(await person.squiggles(), 0);
      await photograph(person, 'hardened');
    },
  ],
  [
    'one undo takes all of it back',
    async (person) => {
      await person.goTo(1, 1);
      await person.press('Control+Z');
      await person.save('storefront.yaml', (text) => text === person.original('storefront.yaml'));
      await person.page.waitForSelector('.squiggly-warning', { state: 'attached' });
    },
  ],
  [
    'typing a value underlines it and typing a better one does not',
    async (person) => {
      await person.open('catalog-api.yaml');
      await person.goToEndOf('catalog-api.yaml', 'automountServiceAccountToken: false');
      assert.equal(await person.squiggles(), 0);
      for (let key = 0; key < 'false'.length; key += 1) await person.press('Backspace');
      await person.type('true');
      await person.page.waitForSelector('.squiggly-warning', { state: 'attached' });
      await photograph(person, 'typing');
      for (let key = 0; key < 'true'.length; key += 1) await person.press('Backspace');
      await person.type('false');
      await person.page.locator('.squiggly-warning').first().waitFor({ state: 'detached' });
      await person.save('catalog-api.yaml', (text) => text === person.original('catalog-api.yaml'));
    },
  ],
  [
    'completion explains what it offers',
    async (person) => {
      await person.open('storefront.yaml');
      await person.goToEndOf('storefront.yaml', '- name: web');
      await person.press('Enter');
      // The editor takes the dash's column for the next line's.
      await person.type('  securityContext:');
      await person.press('Enter');
      await person.type('  allow');
      await person.press('Control+Space');
      const offered = person.page.locator('.suggest-widget .monaco-list-row');
      await offered.filter({ hasText: 'allowPrivilegeEscalation' }).first().waitFor();
      // Details are shown once asked for.
      await person.press('Control+Space');
      await person.page.locator('.suggest-details').waitFor();
      await photograph(person, 'completion');
    },
  ],
  [
    'the status item explains silence',
    async (person) => {
      await person.page
        .locator('.statusbar-item#status\\.languageStatus, [id="status.languageStatus"]')
        .first()
        .hover();
      await person.page.locator('.hover-language-status').filter({ hasText: 'Podproof' }).first().waitFor();
      await photograph(person, 'status');
    },
  ],
  [
    'a server that ends again and again is left alone, which is said once, and comes back by hand',
    async (person) => {
      const squiggle = person.page.locator('.squiggly-warning, .squiggly-error').first();
      await person.open('toolbox-pod.yaml');
      await squiggle.waitFor({ state: 'attached' });
      for (let kill = 1; kill <= 5; kill++) {
        const id = await untilServer();
        process.kill(id, 'SIGKILL');
      }
      const message = person.page
        .locator('.notification-list-item-message')
        .filter({ hasText: 'The server has ended again and again' });
      // A toast may be gone again on a slow machine; the list keeps it.
      await person.command('Notifications: Show Notifications');
      await message.first().waitFor();
      await squiggle.waitFor({ state: 'detached' });
      await untilServers(0);
      await photograph(person, 'left-alone');
      // The toast goes when the list comes.
      await message.nth(1).waitFor({ state: 'detached' });
      await person.press('Escape');

      await person.command('Podproof: Restart Server');
      await squiggle.waitFor({ state: 'attached' });
      await untilServers(1);
    },
  ],
];

/** The language servers that this process has started, by way of the editor; those of others are none of its business. */
function ownServers() {
  if (!existsSync('/proc/self/stat')) return [];
  const parents = new Map();
  const servers = [];
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1).split(' ');
      parents.set(Number(name), Number(parent));
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      if (state !== 'Z' && command.includes('dist/server.js')) servers.push(Number(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  return servers.filter((id) => {
    let ancestor = id;
    while (ancestor > 1 && ancestor !== process.pid) ancestor = parents.get(ancestor) ?? 0;
    return ancestor === process.pid;
  });
}

/** Its id, once there is one that was not there before. */
async function untilServer() {
  for (const deadline = Date.now() + patience; Date.now() < deadline; await pause(20)) {
    const [id] = ownServers().filter((one) => !killed.has(one));
    if (id === undefined) continue;
    killed.add(id);
    return id;
  }
  throw new Error('There is no server.');
}

const killed = new Set();

/** Waits until there are so many: a process is there for a while after it was killed. */
async function untilServers(count) {
  for (const deadline = Date.now() + patience; ownServers().length !== count; await pause(20)) {
    assert.ok(Date.now() < deadline, `${ownServers().length} servers run in place of ${count}`);
  }
}
