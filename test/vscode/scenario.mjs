/**
 * What a person does, through the page of a real VS Code: opens examples, looks, reads, fixes, hardens, undoes, types.
 *
 * Leaves a screenshot of each stage in `screenshots/`.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEditor } from './harness/editor.mjs';
import { projectFolder } from './harness/install.mjs';
import { installProject } from './harness/project.mjs';

const screenshots = path.join(projectFolder, 'test/vscode/screenshots');

/** Longer than anything takes on a busy machine; reached only when what is waited for never comes. */
const patience = 20_000;

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
  const editor = await startEditor({ token: 'scenario', installExtensions: installProject });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(patience);
  const result = { passed: [], skipped: [], failed: [] };
  try {
    await page.goto(editor.addressOf(workspace));
    await page.waitForSelector('.explorer-folders-view .monaco-list-row');
    const person = new Person(page, workspace);
    for (const [title, act] of stages) {
      try {
        await act(person);
        result.passed.push(title);
      } catch (error) {
        await person.photograph('failed');
        result.failed.push({ title, error: error.stack });
        break;
      }
    }
  } finally {
    await page.close();
    await editor.stop();
  }
  return result;
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
      await person.photograph('squiggles');
    },
  ],
  [
    'the Problems panel lists every practice',
    async (person) => {
      await person.press('Control+Shift+M');
      const rows = person.page.locator('.markers-panel .monaco-list-row');
      await rows.filter({ hasText: 'automountServiceAccountToken' }).first().waitFor();
      await person.photograph('problems');
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
      await person.hoverOver('storefront.yaml', 'web', '- name: web');
      await person.page.locator('.monaco-hover .hover-row').filter({ hasText: 'podproof' }).first().waitFor();
      await person.photograph('hover');
      await person.press('Escape');
    },
  ],
  [
    'Ctrl+. offers fixes, and picking one inserts it',
    async (person) => {
      await person.goToEndOf('storefront.yaml', '- name: web');
      await person.page.locator('[class*="codicon-gutter-lightbulb"], .lightBulbWidget').first().waitFor();
      await person.press('Control+.');
      const actions = person.page.locator('.action-widget .monaco-list-row');
      await actions.first().waitFor();
      await person.photograph('quick-fix');
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
      await person.photograph('hardened');
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
      await person.photograph('typing');
      for (let key = 0; key < 'true'.length; key += 1) await person.press('Backspace');
      await person.type('false');
      await person.page.locator('.squiggly-warning').first().waitFor({ state: 'detached' });
      await person.save('catalog-api.yaml', (text) => text === person.original('catalog-api.yaml'));
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
      await person.photograph('status');
    },
  ],
];

/** A person at the page: mouse, keyboard and eyes. */
class Person {
  constructor(page, workspace) {
    this.page = page;
    this.workspace = workspace;
  }

  async press(keys) {
    await this.page.keyboard.press(keys);
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  async open(name) {
    await this.press('Control+P');
    await this.page.waitForSelector('.quick-input-widget input');
    await this.type(name);
    await this.page
      .locator('.quick-input-widget .monaco-list-row')
      .filter({ hasText: name })
      .first()
      .waitFor();
    await this.press('Enter');
    await this.page.locator('.tab.active').filter({ hasText: name }).waitFor();
    await this.page.waitForSelector('.editor-instance .view-line');
  }

  async command(title) {
    await this.press('F1');
    await this.page.waitForSelector('.quick-input-widget input');
    await this.type(title);
    await this.page
      .locator('.quick-input-widget .monaco-list-row')
      .filter({ hasText: title })
      .first()
      .waitFor();
    await this.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Puts the cursor at a line and column, both counted from 1. */
  async goTo(line, column) {
    await this.press('Control+G');
    await this.page.waitForSelector('.quick-input-widget input');
    await this.type(`${line}:${column}`);
    await this.press('Enter');
    await this.untilInText();
    await this.page
      .locator('.statusbar-item')
      .filter({ hasText: `Ln ${line}, Col ${column}` })
      .waitFor();
  }

  /** Waits until keys go to the text again. */
  async untilInText() {
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.waitForSelector('.editor-instance .monaco-editor.focused');
  }

  /** Puts the cursor behind the first occurrence of a text in a file that is as it was. */
  async goToEndOf(name, text) {
    const { line, column } = this.endOf(name, text);
    await this.goTo(line, column);
  }

  /** Rests the mouse on a word of the line that has the first occurrence of a text. */
  async hoverOver(name, word, text) {
    const number = this.page
      .locator('.line-numbers')
      .filter({ hasText: new RegExp(`^${this.endOf(name, text).line}$`) });
    const { y } = await number.boundingBox();
    const boxes = await this.page.locator('.view-line span span').filter({ hasText: word }).all();
    for (const box of await Promise.all(boxes.map((span) => span.boundingBox()))) {
      if (box === null || Math.abs(box.y - y) > 5) continue;
      await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
      return;
    }
    assert.fail(`the line of ${text} shows ${word}`);
  }

  /** Line and column, counted from 1. */
  endOf(name, text) {
    const original = this.original(name);
    const before = original.slice(0, original.indexOf(text) + text.length).split('\n');
    return { line: before.length, column: before.at(-1).length + 1 };
  }

  squiggles() {
    return this.page.locator('.squiggly-warning, .squiggly-error, .squiggly-info').count();
  }

  /** Waits until the visible part of the editor matches. */
  async untilText(pattern) {
    await this.page.waitForFunction(
      (source) =>
        new RegExp(source).test(
          document.querySelector('.view-lines')?.textContent.replace(/\u00a0/g, ' ') ?? '',
        ),
      pattern.source,
    );
  }

  /** Saves, and waits until the file on disk is as it should be. */
  async save(name, accept) {
    await this.press('Control+S');
    const file = path.join(this.workspace, name);
    const deadline = Date.now() + patience;
    // The file system has no event for "written completely".
    while (!accept(readFileSync(file, 'utf8'))) {
      assert.ok(Date.now() < deadline, `${name} is saved as expected; it is\n${readFileSync(file, 'utf8')}`);
      await pause(50);
    }
  }

  original(name) {
    return readFileSync(path.join(projectFolder, 'examples', name), 'utf8');
  }

  async photograph(name) {
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }
}
