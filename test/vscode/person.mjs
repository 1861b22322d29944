/** A person at the page of a real VS Code: mouse, keyboard and eyes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { projectFolder } from './harness/install.mjs';

/** Longer than anything takes on a busy machine; reached only when what is waited for never comes. */
export const patience = 60_000;

export class Person {
  /**
   * @param {import('playwright-core').Page} page
   * @param {string} workspace the folder that is open there, a copy of the examples
   */
  constructor(page, workspace) {
    page.setDefaultTimeout(patience);
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
    // Recent files are listed before what is typed takes effect: Enter opens the one that is focused.
    await this.page
      .locator('.quick-input-widget .monaco-list-row.focused')
      .filter({ hasText: name })
      .first()
      .waitFor();
    await this.press('Enter');
    await this.page.locator('.tab.active').filter({ hasText: name }).waitFor();
    // The tab changes before the text does.
    await this.page.waitForSelector(`.editor-instance .monaco-editor[data-uri$="/${name}"] .view-line`);
  }

  async command(title) {
    await this.press('F1');
    await this.page.waitForSelector('.quick-input-widget input');
    await this.type(title);
    // All commands are listed before what is typed takes effect: Enter runs the one that is focused.
    await this.page
      .locator('.quick-input-widget .monaco-list-row.focused')
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

  /** Opens the menu of fixes behind the first occurrence of a text, and returns its rows. */
  async openFixes(name, text) {
    await this.goToEndOf(name, text);
    // The bulb shows that there is something to offer here.
    await this.page.locator('[class*="codicon-gutter-lightbulb"], .lightBulbWidget').first().waitFor();
    await this.press('Control+.');
    const rows = this.page.locator('.action-widget .monaco-list-row');
    await rows.first().waitFor();
    return rows;
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

  /** Waits until the editor has kept, for the next time the window opens, something that matches; it does so every few seconds. */
  async untilKept(pattern) {
    await this.page.waitForFunction(
      async (source) => {
        const done = (request) =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        for (const { name } of await indexedDB.databases()) {
          const database = await done(indexedDB.open(name));
          for (const store of database.objectStoreNames) {
            const values = await done(database.transaction(store).objectStore(store).getAll());
            if (values.some((value) => new RegExp(source).test(value))) {
              database.close();
              return true;
            }
          }
          database.close();
        }
        return false;
      },
      pattern.source,
      { polling: 200 },
    );
  }

  original(name) {
    return readFileSync(path.join(projectFolder, 'examples', name), 'utf8');
  }
}
