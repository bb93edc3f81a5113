// Packs the scripts of assets/ into the files that pages load, so that a server needs no Node.
// `node assets/pack.mjs` writes them, `--check` fails if they do not belong to the sources.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ASSETS = dirname(fileURLToPath(import.meta.url));
/** The first module of each file. */
const ENTRIES = {
  "board.js": "board/main.js",
  "embed-page.js": "embed/main.js",
  "embed.js": "embed/embed.js",
  "edit.js": "edit/main.js",
  "palette.js": "palette/main.js",
  "picture.js": "picture/main.js",
  "present.js": "present/main.js",
  "table.js": "table/main.js",
  "zones.js": "zones/main.js",
  "arrange.js": "pages/arrange.js",
  "link.js": "pages/link.js",
  "passkeys.js": "pages/passkeys.js",
  "settings.js": "pages/settings.js",
};

/** One line that ties a packed file to its sources; tests/test_scripts.py computes the same. */
function banner(name, sources) {
  const hash = createHash("sha256");
  for (const path of [...sources].sort()) {
    hash.update(readFileSync(join(ASSETS, path)));
  }
  return `// dashapp: ${name} ${hash.digest("hex").slice(0, 16)}\n`;
}

async function pack(name, entry) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ASSETS,
    entryPoints: [entry],
    bundle: true,
    format: "iife",
    minify: true,
    target: "es2022",
    metafile: true,
    write: false,
  });
  return banner(name, Object.keys(metafile.inputs)) + outputFiles[0].text;
}

const isCheck = process.argv.includes("--check");
for (const [name, entry] of Object.entries(ENTRIES)) {
  const path = join(ASSETS, "packed", name);
  const text = await pack(name, entry);
  if (!isCheck) {
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`assets/packed/${name} does not belong to its sources: run "make scripts"`);
    process.exitCode = 1;
  }
}
