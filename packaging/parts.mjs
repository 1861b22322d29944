/**
 * Bundles a program so that its start loads one small file, and everything else follows in parts when it is first called.
 *
 * A module that is loaded later is named in a list, and nothing about it shows in the sources: whoever imports it gets, in its place,
 * functions that load the part and call it. Loading is synchronous, as `require` is, so that analysis stays so too. No module
 * stands in two files, since some of them remember things by identity. Parts have the build in their names: a program whose files are replaced
 * while it runs finds none any more, where it would call what does not belong to it.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const START = 'start.js';
const COMMON = 'common.js';
/** Bytes up to which what several parts share goes into one file. */
const LITTLE = 8_000;

/**
 * Bundles one program for Node.
 *
 * @param {object} program
 * @param {string} program.entry the module that runs when the program starts
 * @param {Readonly<Record<string, readonly string[]>>} program.parts names of parts, each with the modules that it is loaded for; these may
 *   export functions only. Modules that only they need follow them. Modules that are imported by `import()` are parts of their own.
 * @param {Readonly<Record<string, readonly string[]>>} [program.builtIn] modules of Node, by the names that they are imported by, that are loaded
 *   when one of these functions is first called
 * @param {readonly string[]} [program.libraries] CommonJS libraries with many exports, of which the sources take those that they name
 * @param {string} program.folder the folder to write: `start.js`, and the parts, which find each other there
 * @param {string} root where `entry` and the modules count from
 * @param {import('esbuild').BuildOptions} options
 * @returns {Promise<{ inputs: string[], files: Record<string, { own: number, libraries: number, isStart: boolean, modules: Record<string, number> }> }>}
 *   the modules that were bundled, and for each file the bytes of the project's own and of others', and of each module
 */
export async function buildInParts({ entry, parts, builtIn = {}, libraries = [], folder }, root, options) {
  const exported = await exportsOf(Object.values(parts).flat(), root, options);
  const split = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [
      { in: entry, out: 'start' },
      ...Object.keys(parts).map((name) => ({ in: `part:${name}`, out: name })),
    ],
    outdir: folder,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    splitting: true,
    write: false,
    metafile: true,
    plugins: [
      ...(options.plugins ?? []),
      loadedLater(parts, exported, root),
      builtInLater(builtIn),
      takenByName(libraries),
    ],
  });
  return link(split, folder, root, options);
}

/** The names that modules export. */
async function exportsOf(modules, root, options) {
  const { metafile } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: modules,
    outbase: root,
    outdir: root,
    alias: {},
    bundle: false,
    format: 'esm',
    write: false,
    metafile: true,
  });
  const names = new Map();
  for (const { entryPoint, exports } of Object.values(metafile.outputs)) names.set(entryPoint, exports);
  return names;
}

/** Gives importers of a module that is loaded later functions in its place, and each part an entry with the functions themselves. */
function loadedLater(parts, exported, root) {
  const partOf = new Map();
  for (const [name, modules] of Object.entries(parts)) {
    modules.forEach((module, index) => partOf.set(module, { name, index }));
  }
  return {
    name: 'loaded-later',
    setup(context) {
      context.onResolve({ filter: /^part:/ }, ({ path: name }) => ({ path: name, namespace: 'part' }));
      context.onLoad({ filter: /.*/, namespace: 'part' }, ({ path: name }) => ({
        contents: parts[name.slice('part:'.length)]
          .map((module, index) => {
            const names = exported.get(module).map((one) => `${one} as ${one}_${index}`);
            return `export { ${names.join(', ')} } from ${JSON.stringify(`./${module}`)};`;
          })
          .join('\n'),
        resolveDir: root,
        loader: 'js',
      }));
      context.onResolve({ filter: /^\..*\.ts$/ }, ({ path: file, resolveDir, namespace }) => {
        if (namespace === 'part') return undefined;
        const module = path.relative(root, path.resolve(resolveDir, file)).replaceAll('\\', '/');
        return partOf.has(module) ? { path: module, namespace: 'later', sideEffects: false } : undefined;
      });
      context.onResolve({ filter: /.*/, namespace: 'later' }, ({ path: file }) => ({
        path: file,
        external: true,
      }));
      context.onLoad({ filter: /.*/, namespace: 'later' }, ({ path: module }) => {
        const { name, index } = partOf.get(module);
        const functions = exported
          .get(module)
          .map((one) => `export const ${one} = (...values) => load().${one}_${index}(...values);`);
        return {
          contents: `let part;\nconst load = () => (part ??= require('./${name}.js'));\n${functions.join('\n')}`,
          loader: 'js',
        };
      });
    },
  };
}

/** The same for modules of Node: some of them take longer to load than a part. Libraries `require` them. */
function builtInLater(builtIn) {
  return {
    name: 'built-in-later',
    setup(context) {
      context.onResolve({ filter: /^[\w:/]+$/ }, ({ path: module, namespace }) =>
        module in builtIn && namespace !== 'built-in'
          ? { path: module, namespace: 'built-in', sideEffects: false }
          : undefined,
      );
      context.onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path: module }) => ({
        contents: builtIn[module]
          .map((one) => `export const ${one} = (...values) => require('${module}').${one}(...values);`)
          .join('\n'),
        loader: 'js',
      }));
    },
  };
}

/**
 * Takes single values out of CommonJS libraries, once for all importers. Otherwise each importer copies all exports of a library, which are
 * hundreds for some, into an object of its own.
 */
function takenByName(libraries) {
  return {
    name: 'taken-by-name',
    setup(context) {
      context.onResolve({ filter: /^[\w/-]+$/ }, ({ path: library, kind, namespace }) =>
        libraries.includes(library) && kind === 'import-statement' && namespace !== 'by-name'
          ? { path: library, namespace: 'by-name', sideEffects: false }
          : undefined,
      );
      context.onLoad({ filter: /.*/, namespace: 'by-name' }, async ({ path: library }) => {
        const names = Object.keys(await import(library)).filter(
          (name) => !['default', 'module.exports'].includes(name),
        );
        const values = names.map((name) => `export const ${name} = /* @__PURE__ */ valueOf('${name}');`);
        return {
          contents: `const library = require('${library}');\nconst valueOf = (name) => library[name];\n${values.join('\n')}`,
          resolveDir: import.meta.dirname,
          loader: 'js',
        };
      });
    },
  };
}

/** Joins what is loaded together into one file each, and turns each file into one that `require` can load. */
async function link({ metafile, outputFiles }, folder, root, options) {
  const nameOf = (output) => path.basename(output);
  const outputs = new Map(Object.entries(metafile.outputs).map(([output, about]) => [nameOf(output), about]));
  const texts = new Map(outputFiles.map((file) => [nameOf(file.path), file.text]));
  /** What a file cannot run without. */
  const neededBy = (file) =>
    outputs
      .get(file)
      .imports.filter(({ path: other, kind }) => kind === 'import-statement' && outputs.has(nameOf(other)))
      .map(({ path: other }) => nameOf(other));

  /** The file in which each of esbuild's ends. */
  const home = new Map();
  const visit = (file) => {
    if (home.has(file)) return;
    home.set(file, START);
    neededBy(file).forEach(visit);
  };
  visit(START);

  // Parts share a lot of little things. One file for these costs less to load than many; it may need none of the larger ones, which need it.
  const little = new Set(
    [...outputs]
      .filter(([file, { bytes }]) => !home.has(file) && /^chunk-/.test(file) && bytes < LITTLE)
      .map(([file]) => file),
  );
  for (let before = 0; before !== little.size; ) {
    before = little.size;
    for (const file of little) {
      if (!neededBy(file).every((other) => home.has(other) || little.has(other))) little.delete(file);
    }
  }
  for (const file of little) home.set(file, COMMON);
  for (const file of outputs.keys()) if (!home.has(file)) home.set(file, file);

  const stamp = createHash('sha256')
    .update(
      [...texts.keys()]
        .sort()
        .map((file) => texts.get(file))
        .join('\0'),
    )
    .digest('hex')
    .slice(0, 8);
  const stamped = (file) => (file === START ? file : `${path.basename(file, '.js')}-${stamp}.js`);
  // What asks for a part is a call of a helper of esbuild's by now, which resolves nothing any more.
  for (const [file, text] of texts) {
    const asking = text.replace(/(?<!\bimport)\("\.\/([^"]+)"\)/g, (whole, part) =>
      outputs.has(part) ? `("./${stamped(part)}")` : whole,
    );
    texts.set(file, asking);
  }

  /** The names that files take from each of esbuild's where it ends in another file. */
  const taken = new Map([...outputs.keys()].map((file) => [file, new Set()]));
  for (const [file, text] of texts) {
    for (const [, names, from] of text.matchAll(/\bimport ?\{([^}]*)\} ?from ?"\.\/([^"]+)"/g)) {
      if (home.get(from) === home.get(file)) continue;
      for (const name of names.split(',')) taken.get(from)?.add(name.trim().split(' ')[0]);
    }
  }
  // They have to be told apart by esbuild's file, since each of these names its exports for itself.
  const order = [...outputs.keys()].sort();
  const given = (file) => [...taken.get(file)].map((one) => [one, `${one}_${order.indexOf(file)}`]);
  /** What a file gives to others: by esbuild's files in it, pairs of a name there and the name outside. */
  const giving = (file, sources) =>
    file === START || file === COMMON
      ? sources.filter((source) => source !== START).map((source) => [source, given(source)])
      : [[file, outputs.get(file).exports.map((name) => [name, name])]];
  const taking = (word, [source, pairs]) =>
    `${word} { ${pairs.map(([name, outside]) => `${name} as ${outside}`).join(', ')} } from './${source}';`;
  /**
   * The module that a file is made of. The start has its exports before it runs, since what it runs may load parts, which take them. Any
   * other file has run when it is asked, and needs none of the helpers with which esbuild exports.
   */
  const joined = (file, sources) => {
    const all = giving(file, sources);
    if (file === START)
      return [...all.map((one) => taking('export', one)), `import './${START}';`].join('\n');
    const names = all.flatMap(([, pairs]) => pairs.map(([, outside]) => `${outside}: () => ${outside}`));
    return `${all.map((one) => taking('import', one)).join('\n')}
for (const [name, get] of Object.entries({ ${names.join(', ')} })) Object.defineProperty(exports, name, { get });`;
  };

  const files = {};
  await mkdir(folder, { recursive: true });
  const write = async (file) => {
    const sources = order.filter((source) => home.get(source) === file);
    const { outputFiles: written } = await build({
      ...options,
      absWorkingDir: root,
      stdin: {
        contents: joined(file, sources),
        resolveDir: root,
      },
      outfile: path.join(folder, stamped(file)),
      write: false,
      metafile: false,
      alias: {},
      format: 'cjs',
      // Otherwise `import()` would look for its modules in another way than `require`, and later.
      supported: { 'dynamic-import': false },
      plugins: [linker()],
    });
    const contents = Buffer.from(slimmed(written[0].text));
    await writeFile(path.join(folder, stamped(file)), contents);
    const modules = {};
    for (const source of sources) {
      for (const [input, { bytesInOutput }] of Object.entries(outputs.get(source).inputs))
        modules[input] = bytesInOutput;
    }
    const libraries = Object.entries(modules)
      .filter(([input]) => input.includes('node_modules/'))
      .reduce((total, [, bytes]) => total + bytes, 0);
    files[file] = { own: contents.length - libraries, libraries, isStart: file === START, modules };

    function linker() {
      return {
        name: 'linker',
        setup(context) {
          context.onResolve({ filter: /^\.\// }, ({ path: wanted, kind, namespace }) => {
            const other = nameOf(wanted);
            const place = home.get(other) ?? other;
            if (kind === 'dynamic-import' && place === START) {
              return { errors: [{ text: `${other} belongs to the start: import it as the start does.` }] };
            }
            // Parts are asked for by their names, and stay apart.
            if (namespace === 'elsewhere' || kind === 'dynamic-import' || kind === 'require-call') {
              return { path: `./${stamped(place)}`, external: true };
            }
            if (place === file) return { path: other, namespace: 'here' };
            if (place === START || place === COMMON) return { path: other, namespace: 'elsewhere' };
            return { path: `./${stamped(place)}`, external: true };
          });
          context.onLoad({ filter: /.*/, namespace: 'here' }, ({ path: other }) => ({
            contents: texts.get(other),
            resolveDir: root,
          }));
          context.onLoad({ filter: /.*/, namespace: 'elsewhere' }, ({ path: other }) => {
            const names = given(other).map(([one, outside]) => `${outside} as ${one}`);
            return {
              contents: `export { ${names.join(', ')} } from './${home.get(other)}';`,
              resolveDir: root,
            };
          });
        },
      };
    }
  };
  await Promise.all([...new Set(home.values())].map(write));
  return { inputs: Object.keys(metafile.inputs), files };
}

/** Without a list of exports for Node's `import`, and without requiring a file once for each of esbuild's that is in it. */
function slimmed(text) {
  const names = new Map();
  return text
    .replace(/\bvar ([\w$]+)=require\("(\.\/[^"]+)"\);/g, (whole, name, file) => {
      const known = names.get(file);
      if (known !== undefined) return `var ${name}=${known};`;
      names.set(file, name);
      return whole;
    })
    .replace(/0&&\(module\.exports=\{[^{}]*\}\);\s*$/, '');
}
