/**
 * Starts the program in the folder that is named as this file is. Before that, it lets Node (22.1 and newer) keep what it compiles, which
 * halves what a start costs from the second time on: in the folder that `PODPROOF_CACHE` names, else in the person's own cache folder. Not in the
 * shared temporary folder, which is Node's own choice: what is kept there is run, and others may write there. A program that cannot keep
 * it goes without, as on a build machine, where there is no second time.
 */
const fs = require('node:fs');
const nodeModule = require('node:module');
const path = require('node:path');

function cacheFolder({ PODPROOF_CACHE, CI, XDG_CACHE_HOME, LOCALAPPDATA }) {
  if (PODPROOF_CACHE !== undefined) return PODPROOF_CACHE;
  if (CI !== undefined) return '';
  if (process.platform === 'win32')
    return LOCALAPPDATA === undefined ? '' : path.join(LOCALAPPDATA, 'podproof');
  if (XDG_CACHE_HOME !== undefined && path.isAbsolute(XDG_CACHE_HOME))
    return path.join(XDG_CACHE_HOME, 'podproof');
  const home = require('node:os').homedir();
  return path.join(home, process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'podproof');
}

/** The folder of what is compiled, made where it is missing. Node makes one too, but never ends where a folder can have no other in it, as in /proc. */
function compiledIn(folder) {
  const compiled = path.join(folder, 'compiled');
  for (const one of [path.dirname(folder), folder, compiled]) {
    try {
      fs.mkdirSync(one);
    } catch (error) {
      if (one === compiled && error.code !== 'EEXIST') throw error;
    }
  }
  return compiled;
}

/** Milliseconds until what has been compiled by then is written, since not everybody lets a language server end by itself. */
const SOON = 2000;

try {
  const folder = nodeModule.enableCompileCache === undefined ? '' : cacheFolder(process.env);
  if (folder !== '') {
    nodeModule.enableCompileCache(compiledIn(folder));
    setTimeout(() => nodeModule.flushCompileCache?.(), SOON).unref();
  }
} catch {
  // Nobody is told: nothing but a few milliseconds is missed.
}

require(`./${path.basename(__filename, '.js')}/start.js`);
