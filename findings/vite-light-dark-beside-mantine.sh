#!/usr/bin/env bash
# vite 8.3.8 with its lightningcss 1.33.0, @mantine/core 9.7.3 (npm)
#
# A page on Mantine may use CSS's own `light-dark()`: Mantine sets `color-scheme` on the root by its
# scheme. Vite's default browsers are a little older than the function, so the build replaces it by
# two variables, `--lightningcss-light` and `--lightningcss-dark`. It sets them where it reads
# `color-scheme` with a value. Mantine writes `color-scheme: var(--mantine-color-scheme)`, so no rule
# sets them, and a declaration with an unset variable is dropped by the browser: backgrounds are
# transparent. The dev server replaces nothing, the build says nothing, and checks of contrast pass.
#
# Seen:
#   default browsers:                     light-dark() replaced, variables set by 0 rules
#   build.cssTarget with newer browsers:  light-dark() kept
set -euo pipefail

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > package.json <<'JSON'
{ "private": true, "type": "module",
  "dependencies": { "vite": "8.3.8", "lightningcss": "1.33.0", "@mantine/core": "9.7.3" } }
JSON
npm install --silent --no-audit --no-fund --legacy-peer-deps
echo '<html><body><script type="module" src="main.js"></script></body></html>' > index.html
echo "import '@mantine/core/styles.css'; import './own.css';" > main.js
echo '.bubble { background: light-dark(#eee, #333); }' > own.css

built() {
  rm -rf dist
  npx vite build --logLevel warn "$@"
  cat dist/assets/*.css
}

echo 'export default {};' > vite.config.js
default="$(built)"
echo "export default { build: { cssTarget: ['chrome123', 'firefox120', 'safari17.5'] } };" \
  > vite.config.js
newer="$(built)"

times() { { grep -o -e "$1" || true; } | wc -l; }

used="$(times 'var(--lightningcss-light' <<<"$default")"
set_by="$(times '--lightningcss-light:' <<<"$default")"
kept="$(times 'light-dark(#eee' <<<"$newer")"
echo "default browsers: replaced $used, set by $set_by rules"
echo "newer browsers: kept $kept"
[ "$used" -eq 1 ] && [ "$set_by" -eq 0 ] && [ "$kept" -eq 1 ] || { echo "changed"; exit 1; }
