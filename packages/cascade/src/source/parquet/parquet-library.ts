import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** Loaded when first asked for. Not by an `import`, which looks for names in a CommonJS file before it is run: 20 ms here. */
export function parquetLibrary(): typeof import('parquet-wasm') {
  return require('parquet-wasm')
}
