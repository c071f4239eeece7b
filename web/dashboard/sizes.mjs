/**
 * What a browser loads for each page of the dashboard, gzipped, against what it may at most.
 * Builds in memory; prints JSON and fails above a limit.
 */
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const KB = 1000;
/** Of the sign-in page, of everything before the first page, and of each page on top of that. */
const LIMITS = { signIn: 130, shell: 320, page: 190 };

const { output } = await build({
  root: import.meta.dirname,
  configFile: `${import.meta.dirname}/vite.config.ts`,
  logLevel: 'error',
  build: { write: false },
});
const files = new Map(output.map((each) => [each.fileName, each]));
const chunks = output.filter(({ type }) => type === 'chunk');

/** A chunk with all that it imports at once, and their styles. */
function closure(chunk, found = new Set()) {
  if (!chunk || found.has(chunk.fileName)) return found;
  found.add(chunk.fileName);
  for (const name of chunk.imports) closure(files.get(name), found);
  for (const name of chunk.viteMetadata?.importedCss ?? []) found.add(name);
  return found;
}

function kilobytes(names) {
  let bytes = 0;
  for (const name of names) {
    const file = files.get(name);
    const content = file?.type === 'chunk' ? file.code : file?.source;
    if (content !== undefined) bytes += gzipSync(content).length;
  }
  return Math.round(bytes / KB);
}

function chunkOf(path) {
  const found = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(path)));
  if (!found) throw new Error(`the build has no chunk with ${path}`);
  return found;
}

function without(names, others) {
  return new Set([...names].filter((name) => !others.has(name)));
}

const entry = chunks.find(({ isEntry }) => isEntry);
const texts = [...files.keys()].filter((name) => /\/en-/.test(name));
const signIn = new Set([...closure(entry), ...texts.slice(0, 2)]);
const shell = new Set([...signIn, ...closure(chunkOf('/src/App.tsx'))]);
const pages = chunks.filter(({ isDynamicEntry, facadeModuleId }) => isDynamicEntry && facadeModuleId?.endsWith('Page.tsx'));

/** What every page stands on comes with the first that is opened. */
const ground = closure(chunkOf('/src/shell/PageGround.tsx'));

const sizes = {
  signIn: kilobytes(signIn),
  shell: kilobytes(shell),
  pages: Object.fromEntries(
    pages.map((page) => [page.name, kilobytes(without(new Set([...closure(page), ...ground]), shell))]).sort(([one], [other]) => (one < other ? -1 : 1)),
  ),
};
const over = [
  ...(sizes.signIn > LIMITS.signIn ? [`the sign-in page has ${sizes.signIn} kB, and may have ${LIMITS.signIn}`] : []),
  ...(sizes.shell > LIMITS.shell ? [`the shell has ${sizes.shell} kB, and may have ${LIMITS.shell}`] : []),
  ...Object.entries(sizes.pages)
    .filter(([, size]) => size > LIMITS.page)
    .map(([name, size]) => `${name} has ${size} kB, and may have ${LIMITS.page}`),
];
console.log(JSON.stringify({ sizes, limits: LIMITS, over, files: { shell: [...shell] } }, undefined, 2));
process.exitCode = over.length > 0 ? 1 : 0;
