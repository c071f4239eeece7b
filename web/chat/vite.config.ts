import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { STYLED_BROWSERS } from '../screen/src/browsers.js';

const BASE = '/chat/';
const WORKER = 'sw.js';

/** Tell the worker which files the build has, so that it keeps them for a start without a network. */
const filesOfBuild: Plugin = {
  name: 'files-of-build',
  enforce: 'post',
  generateBundle(_, bundle) {
    const files = Object.keys(bundle)
      .filter((name) => name.startsWith('assets/'))
      .map((name) => `${BASE}${name}`)
      .sort();
    const version = createHash('sha256').update(files.join()).digest('hex').slice(0, 16);
    const worker = bundle[WORKER];
    if (worker?.type !== 'chunk' || !worker.code.includes('__BUILD__')) this.error(`${WORKER} asks for no files`);
    worker.code = worker.code.replace('__BUILD__', JSON.stringify({ version, files }));
  },
};

export default defineConfig({
  plugins: [react(), filesOfBuild],
  resolve: {
    // The client library of this repository is read from its sources.
    conditions: ['source', ...defaultClientConditions],
    alias: { re2js: fileURLToPath(import.meta.resolve('parley-screen/noPipelines.ts')) },
  },
  base: BASE,
  build: {
    outDir: '../site/chat',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: STYLED_BROWSERS,
    rolldownOptions: {
      input: { main: 'index.html', sw: 'src/worker.ts' },
      // A service worker keeps its address, by which browsers look for a new one.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? WORKER : 'assets/[name]-[hash].js') },
    },
  },
});
