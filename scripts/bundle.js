// Puts what the compiler made of each package (`dist`) together into few files (`lib`), which is what users run: Node takes
// half a millisecond for each file it loads, a process and each of its threads need hundreds.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = ['core', 'worker', 'cascade']
/** Bundled as well: each is many small files, TypeBox 700 of them, and keeps no state that two copies would have to share. */
const bundledPackages = ['flatbuffers', 'lossless-json', 'typebox']
/** CommonJS inside an ES module calls it. */
const requireBanner = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`

/** Makes the bundles that are older than what they are made of. */
export async function bundlePackages() {
  for (const name of packages) {
    const folder = join(root, 'packages', name)
    const inputs = inputsOf(folder)
    const stamp = join(folder, 'lib', '.inputs')
    if (existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) continue
    await bundlePackage(folder)
    writeFileSync(stamp, inputs)
  }
}

async function bundlePackage(folder) {
  const { build } = await import('esbuild')
  const fresh = join(folder, `lib.${process.pid}`)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  const outside = dependencies.filter((dependency) => !bundledPackages.includes(dependency))
  await build({
    absWorkingDir: folder,
    entryPoints: entriesOf(manifest),
    outdir: fresh,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: outside.flatMap((dependency) => [dependency, `${dependency}/*`]),
    // Threads have Node read the source map of the app, for its errors, and it would read ours too: 10 ms each.
    sourcemap: false,
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: requireBanner },
  })
  writeFileSync(join(fresh, 'LICENSES.txt'), licenses(Object.keys(manifest.dependencies)))
  rmSync(join(folder, 'lib'), { recursive: true, force: true })
  renameSync(fresh, join(folder, 'lib'))
}

/**
 * What the manifest names: modules twice, as the compiler left them and bundled, and whole packages by the name of their
 * copy alone.
 */
function entriesOf({ exports, imports = {} }) {
  return Object.fromEntries(
    Object.entries({ ...exports, ...imports }).flatMap(([name, target]) => {
      const [, compiled] = Object.entries(target).find(([condition]) => condition.startsWith('unbundled-')) ?? []
      if (compiled !== undefined) return [[bundleName(target.default), compiled]]
      return String(target).startsWith('./lib/') ? [[bundleName(target), name.slice(1)]] : []
    }),
  )
}

/** Of the packages that are copied in. */
function licenses(dependencies) {
  const copied = bundledPackages.filter((name) => dependencies.includes(name))
  return copied.map((name) => `${name}\n\n${readFileSync(licenseOf(name), 'utf8').trim()}\n`).join('\n\n')
}

function licenseOf(name) {
  const folder = join(root, 'node_modules', name)
  return join(
    folder,
    readdirSync(folder).find((file) => /^licen[cs]e/i.test(file)),
  )
}

function bundleName(path) {
  return path.slice('./lib/'.length, -'.js'.length)
}

/** Changes when a file does that the bundle is made of. */
function inputsOf(folder) {
  const files = readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  const known = [fileURLToPath(import.meta.url), join(folder, 'package.json'), ...files.sort()]
  return known.map((path) => `${relative(folder, path)} ${statSync(path).mtimeMs}\n`).join('')
}
