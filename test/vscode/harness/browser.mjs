/** Finds a Chromium and starts it under Playwright. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { harnessCache, harnessFolder, installHarness, requireFromHarness } from './install.mjs';

/**
 * Starts a headless Chromium.
 *
 * @returns {Promise<import('playwright-core').Browser>}
 */
export async function launchBrowser() {
  const { executablePath, env } = findChromium();
  const { chromium } = requireFromHarness('playwright-core');
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    timeout: 120_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--font-render-hinting=none',
    ],
  });
}

/**
 * The browser to use: the one that PODPROOF_CHROMIUM names, else one on the PATH, else the one in the harness.
 *
 * @returns {{ executablePath: string, env: Record<string, string> }}
 */
export function findChromium() {
  // Before anything is put into the cache, which an install empties.
  const { node } = installHarness();
  const fonts = { FONTCONFIG_FILE: fontConfiguration() };
  const named = process.env.PODPROOF_CHROMIUM;
  if (named) {
    const problem = whyNotRunnable(named, fonts);
    if (problem) throw new Error(`PODPROOF_CHROMIUM names ${named}, which does not start: ${problem}`);
    return { executablePath: named, env: fonts };
  }
  for (const name of ['chromium', 'google-chrome']) {
    const found = (process.env.PATH ?? '')
      .split(path.delimiter)
      .map((folder) => path.join(folder, name))
      .find((file) => existsSync(file));
    // A name on the PATH may be a stub that only says how to install a browser.
    if (found && !whyNotRunnable(found, fonts)) return { executablePath: found, env: fonts };
  }
  return packagedChromium(node, fonts);
}

/** The Chromium of `@sparticuz/chromium`, unpacked once. It carries the libraries that a bare system lacks. */
function packagedChromium(node, fonts) {
  const folder = harnessCache('chromium');
  if (!existsSync(folder)) unpackChromium(node, folder);
  const executablePath = path.join(folder, 'chromium');
  const withLibraries = { ...fonts, LD_LIBRARY_PATH: path.join(folder, 'al2023/lib') };
  // The system's own libraries come first: they are newer and belong together.
  const problems = [];
  for (const env of [fonts, withLibraries]) {
    const problem = whyNotRunnable(executablePath, env);
    if (!problem) return { executablePath, env };
    problems.push(problem);
  }
  throw new Error(
    `No Chromium starts on this machine; set PODPROOF_CHROMIUM to one that does.\n${problems.join('\n')}`,
  );
}

/** The package unpacks into the temporary folder it is given, and needs a newer Node than this script may run on. */
function unpackChromium(node, folder) {
  const unpacking = mkdtempSync(`${folder}-`);
  // The variable makes the package unpack its libraries too.
  const env = { ...process.env, TMPDIR: unpacking, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' };
  const script = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
  const { status, stderr } = spawnSync(node, ['--input-type=module', '--eval', script], {
    cwd: harnessFolder,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Could not unpack @sparticuz/chromium: ${stderr}`);
  // Renamed only when complete, so that an interrupted run leaves nothing that looks like a browser.
  if (existsSync(folder)) rmSync(unpacking, { recursive: true });
  else renameSync(unpacking, folder);
}

/** Screenshots look the same everywhere, and a machine without fonts has some. */
function fontConfiguration() {
  const folder = harnessCache('fonts');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'fonts.conf');
  const ttf = path.join(path.dirname(requireFromHarness.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
  const alias = (generic, family) =>
    `<alias binding="strong"><family>${generic}</family><prefer><family>${family}</family></prefer></alias>`;
  writeFileSync(
    file,
    [
      '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>',
      `<dir>${ttf}</dir><cachedir>${path.join(folder, 'cache')}</cachedir>`,
      alias('monospace', 'DejaVu Sans Mono'),
      alias('sans-serif', 'DejaVu Sans'),
      alias('system-ui', 'DejaVu Sans'),
      '<match><edit name="family" mode="append_last"><string>DejaVu Sans</string></edit></match>',
      '</fontconfig>',
    ].join('\n'),
  );
  return file;
}

/** What the browser says when it does not even tell its version, or null when it does. */
function whyNotRunnable(executablePath, env) {
  const { status, error, stderr } = spawnSync(executablePath, ['--version', '--no-sandbox'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (error) return error.message;
  return status === 0 ? null : stderr.trim() || `exit code ${status}`;
}
