import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'

/** What the per-file names below stand for, as esbuild's `define` wants it. */
export const fileConstants: Readonly<Record<string, string>> = {
  'import.meta.url': '__cascadeUrl',
  'import.meta.dirname': '__cascadeFolder',
  'import.meta.filename': '__cascadeFile',
  __dirname: '__cascadeFolder',
  __filename: '__cascadeFile',
}

const scriptFile = /\.[cm]?[jt]sx?$/
const typeScriptFile = /\.[cm]?tsx?$/
const barePackage = /^(?:@[^/]+\/)?[^./@][^/]*/
/** TypeBox takes 200 ms to load as many files and 7 ms as part of the bundle. */
const bundledPackages = new Set(['typebox'])
const resolving = Symbol('resolving')

/**
 * What makes one file of the user's own ones: they go in, with each file's place kept in its `import.meta.url`;
 * packages stay outside, found from `cacheFolder` where the bundle will lie.
 */
export function userFiles(cacheFolder: string): Plugin {
  return {
    name: 'user-files',
    setup(build) {
      build.onResolve({ filter: barePackage }, (request) => resolvePackage(build, request, cacheFolder))
      build.onResolve({ filter: /\.node$/ }, ({ path, resolveDir }) =>
        path.startsWith('.') ? { path: join(resolveDir, path), external: true } : undefined,
      )
      build.onLoad({ filter: scriptFile }, ({ path }) => {
        const source = readFileSync(path, 'utf8')
        return usesFileConstants(source) ? { contents: withFileConstants(source, path), loader: 'default' } : undefined
      })
    },
  }
}

async function resolvePackage(
  build: PluginBuild,
  request: OnResolveArgs,
  cacheFolder: string,
): Promise<OnResolveResult | undefined> {
  const { path, resolveDir, importer, kind, pluginData } = request
  if (pluginData === resolving || kind === 'entry-point') return undefined
  const name = barePackage.exec(path)?.[0] ?? path
  if (bundledPackages.has(name)) return resolveBundled(build, request)
  const home = packageHome(name, resolveDir)
  // Neither a package nor one of node's: an alias of the user's tsconfig, or a mistake that esbuild reports.
  if (home === undefined) return path.startsWith('node:') ? { path, external: true } : undefined
  const found = await build.resolve(path, { resolveDir, importer, kind, pluginData: resolving })
  if (found.errors.length > 0) return { path, external: true }
  // A workspace's own package may be TypeScript, which node cannot import.
  if (typeScriptFile.test(found.path) && !isInsidePackages(found.path)) return { path: found.path }
  if (`${cacheFolder}/`.startsWith(`${home}/`)) return { path, external: true }
  return { path: pathToFileURL(found.path).href, external: true }
}

/** From the app's own dependencies; a plain JavaScript app may have none, then from ours. */
async function resolveBundled(build: PluginBuild, request: OnResolveArgs): Promise<OnResolveResult> {
  const { path, resolveDir, importer, kind } = request
  const found = await build.resolve(path, { resolveDir, importer, kind, pluginData: resolving })
  const own = ownFile(path)
  if (own === undefined) return found.errors.length === 0 ? { path: found.path, sideEffects: false } : found
  const isOwn = found.errors.length > 0 || found.path === own
  // Ours was put together into few files when this package was built: esbuild then takes half the time.
  return { path: isOwn ? fileURLToPath(import.meta.resolve(`#${path}`)) : found.path, sideEffects: false }
}

/** The file that this package imports by that name, if there is one. */
function ownFile(path: string): string | undefined {
  try {
    return fileURLToPath(import.meta.resolve(path))
  } catch {
    return undefined
  }
}

/** The folder whose `node_modules` holds the package, as node would find it from `folder`. */
function packageHome(name: string, folder: string): string | undefined {
  for (let home = folder; ; home = dirname(home)) {
    if (existsSync(join(home, 'node_modules', name))) return home
    if (home === dirname(home)) return undefined
  }
}

function isInsidePackages(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path)
}

function usesFileConstants(source: string): boolean {
  return source.includes('import.meta') || source.includes('__dirname') || source.includes('__filename')
}

/** On the first line, so that lines keep their numbers; behind a `#!` line, which must stay first. */
function withFileConstants(source: string, path: string): string {
  const constants = [
    `const __cascadeUrl = ${JSON.stringify(pathToFileURL(path).href)}`,
    `__cascadeFolder = ${JSON.stringify(dirname(path))}`,
    `__cascadeFile = ${JSON.stringify(path)};`,
  ].join(', ')
  if (!source.startsWith('#!')) return constants + source
  const firstLine = source.indexOf('\n') + 1
  return firstLine === 0 ? source : source.slice(0, firstLine) + constants + source.slice(firstLine)
}
