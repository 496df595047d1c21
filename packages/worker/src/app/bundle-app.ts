import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { PipelineError } from '@redesmyn/core'
import type { BuildFailure, BuildOptions, Message, OutputFile } from 'esbuild'
import { bundleFolder, storeBundle } from './bundle-cache.ts'
import { declaredEntry } from './declared/declared-entry.ts'
import { isDeclaration, readDeclaration } from './declared/read-declaration.ts'
import { loadEsbuild } from './load-esbuild.ts'
import { fileConstants, userFiles } from './user-files.ts'

/** An app module as one file of JavaScript, which the main thread and every slot import. */
export interface BundledApp {
  readonly url: string
  /** Of the source file: where relative paths in options resolve. */
  readonly folder: string
  readonly sourcePath: string
  readonly hash: string
}

const moduleFile = /\.[cm]?[jt]sx?$/

/** Modules of CommonJS inside an ES module call this. */
const requireBanner = `import { createRequire as __cascadeRequire } from 'node:module'; const require = __cascadeRequire(import.meta.url);`

/** Bundles a `.ts` or `.js` app module, or a `.yaml` or `.json` file that declares one. Throws CONFIG_INVALID naming file and line. */
export async function bundleApp(entry: string | URL): Promise<BundledApp> {
  const sourcePath = asModule(await findSource(entry))
  const folder = dirname(sourcePath)
  const cacheFolder = bundleFolder(folder)
  const entryText = await entryOf(sourcePath)
  const [map, code] = await build(buildOptions(sourcePath, entryText, cacheFolder), sourcePath)
  const name = basename(sourcePath, extname(sourcePath))
  const stored = await storeBundle(cacheFolder, name, { code: code.text, map: map.text })
  return { url: pathToFileURL(stored.path).href, folder, sourcePath, hash: stored.hash }
}

async function findSource(entry: string | URL): Promise<string> {
  const path = typeof entry === 'string' && !entry.startsWith('file:') ? resolve(entry) : fileURLToPath(entry)
  try {
    const found = await realpath(path)
    if ((await stat(found)).isFile()) return found
  } catch (cause) {
    throw new PipelineError('CONFIG_INVALID', `there is no app module "${path}"`, { cause })
  }
  throw new PipelineError('CONFIG_INVALID', `"${path}" is a folder, not an app module`)
}

function asModule(path: string): string {
  if (isDeclaration(path) || moduleFile.test(path)) return path
  const kinds = 'a module (.ts, .mts, .js, .mjs) or a declaration (.yaml, .json)'
  throw new PipelineError('CONFIG_INVALID', `expected an app, ${kinds}, got "${path}"`)
}

/** What exports the app as `app`. */
async function entryOf(sourcePath: string): Promise<string> {
  if (isDeclaration(sourcePath)) return declaredEntry(await readDeclaration(sourcePath), sourcePath)
  return `import * as app from ${JSON.stringify(sourcePath)}\nexport { app }`
}

function buildOptions(sourcePath: string, entryText: string, cacheFolder: string): BuildOptions & { write: false } {
  const contents = `${entryText}\nexport { Compile as compile } from 'typebox/compile'`
  return {
    stdin: { contents, resolveDir: dirname(sourcePath), sourcefile: 'app-entry.js' },
    // Paths in the output, and with them its hash, must not depend on where the command was run.
    absWorkingDir: dirname(sourcePath),
    outfile: `${cacheFolder}/app.mjs`,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'silent',
    define: fileConstants,
    banner: { js: requireBanner },
    plugins: [userFiles(cacheFolder)],
  }
}

async function build(options: BuildOptions & { write: false }, sourcePath: string): Promise<readonly OutputFile[]> {
  const esbuild = loadEsbuild()
  try {
    const { outputFiles } = await esbuild.build(options)
    return outputFiles
  } catch (error) {
    throw explain(error, sourcePath)
  } finally {
    // Its process would else stay for as long as the server does.
    await esbuild.stop()
  }
}

function explain(error: unknown, sourcePath: string): PipelineError {
  const folder = dirname(sourcePath)
  const problems = isBuildFailure(error) ? error.errors.map((message) => describe(message, folder)) : [String(error)]
  const [first = 'unknown reason'] = problems
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
  const details = { problems }
  return new PipelineError('CONFIG_INVALID', `cannot bundle "${sourcePath}": ${first}${more}`, {
    details,
    cause: error,
  })
}

function describe({ text, location }: Message, folder: string): string {
  if (location === null) return text
  const file = relative(process.cwd(), resolve(folder, location.file))
  return `${file}:${location.line}:${location.column + 1}: ${text}`
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors) && error.errors.length > 0
}
