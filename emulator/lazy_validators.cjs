/**
 * What Node loads before the Firebase CLI (`--require`), so that the CLI starts fast.
 *
 * The Auth emulator compiles a validator for each parameter and answer of its API when it starts,
 * which is most of what the CLI computes until it is ready. The library has an option to compile
 * each at its first use; the CLI does not set it.
 */
const { realpathSync } = require('node:fs');
const { createRequire } = require('node:module');

try {
  const validation = createRequire(realpathSync(process.argv[1]))('exegesis-express');
  const { middleware } = validation;
  validation.middleware = (api, options, ...rest) =>
    middleware(api, { lazyCompileValidationSchemas: true, ...options }, ...rest);
} catch {
  // A child of the CLI, or a CLI that validates by something else: it starts as it would.
}
