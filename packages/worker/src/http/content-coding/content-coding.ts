import * as zlib from 'node:zlib'
import { PipelineError } from '@redesmyn/core'

type Callback = (error: Error | null, result: Buffer) => void
type Run = (bytes: Uint8Array, options: object, callback: Callback) => void
type RunSync = (bytes: Uint8Array, options: object) => Buffer

/** One way of compressing, as node's zlib does it: at once, or in a thread of its pool. */
export interface ContentCoding {
  readonly name: string
  readonly inflate: Run
  readonly inflateSync: RunSync
  readonly deflate: Run
  readonly deflateSync: RunSync
  /** For answers, which are made while somebody waits. */
  readonly options: object
}

const deflateMethod = 8

/** What the `deflate` of HTTP is by its name, and what some clients send instead: the same without a head. */
function hasZlibHead(bytes: Uint8Array): boolean {
  return bytes.length > 1 && (bytes[0] & 0x0f) === deflateMethod && ((bytes[0] << 8) | bytes[1]) % 31 === 0
}

const gzip: ContentCoding = {
  name: 'gzip',
  inflate: zlib.gunzip,
  inflateSync: zlib.gunzipSync,
  deflate: zlib.gzip,
  deflateSync: zlib.gzipSync,
  options: { level: 5 },
}

const deflate: ContentCoding = {
  name: 'deflate',
  inflate: (bytes, options, callback) =>
    (hasZlibHead(bytes) ? zlib.inflate : zlib.inflateRaw)(bytes, options, callback),
  inflateSync: (bytes, options) => (hasZlibHead(bytes) ? zlib.inflateSync : zlib.inflateRawSync)(bytes, options),
  deflate: zlib.deflate,
  deflateSync: zlib.deflateSync,
  options: { level: 5 },
}

const brotli: ContentCoding = {
  name: 'br',
  inflate: zlib.brotliDecompress,
  inflateSync: zlib.brotliDecompressSync,
  deflate: zlib.brotliCompress,
  deflateSync: zlib.brotliCompressSync,
  // The default is for files that are compressed once and read for ever.
  options: { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } },
}

interface ZstdFunctions {
  readonly zstdDecompress: Run
  readonly zstdDecompressSync: RunSync
  readonly zstdCompress: Run
  readonly zstdCompressSync: RunSync
}

/** Node has it since 22.15. */
function hasZstd(library: object): library is ZstdFunctions {
  return 'zstdCompress' in library && 'zstdDecompress' in library
}

function zstdCodings(): readonly ContentCoding[] {
  const library: object = zlib
  if (!hasZstd(library)) return []
  const { zstdDecompress, zstdDecompressSync, zstdCompress, zstdCompressSync } = library
  return [
    {
      name: 'zstd',
      inflate: zstdDecompress,
      inflateSync: zstdDecompressSync,
      deflate: zstdCompress,
      deflateSync: zstdCompressSync,
      options: {},
    },
  ]
}

/** What this node can read and write, what it likes best to write first. */
export const contentCodings: readonly ContentCoding[] = Object.freeze([...zstdCodings(), brotli, gzip, deflate])

/** How a body with this `content-encoding` is compressed; undefined: not at all. Throws MEDIA_TYPE_UNSUPPORTED. */
export function contentCodingOf(contentEncoding: string): ContentCoding | undefined {
  if (contentEncoding === '') return undefined
  const name = contentEncoding.trim().toLowerCase()
  if (name === 'identity') return undefined
  const found = contentCodings.find((coding) => coding.name === name || (coding === gzip && name === 'x-gzip'))
  if (found !== undefined) return found
  const names = contentCodings.map((coding) => coding.name)
  const message = `no codec reads content encoding "${contentEncoding}", expected ${names.join(', ')} or identity`
  throw new PipelineError('MEDIA_TYPE_UNSUPPORTED', message, { details: { contentEncodings: names } })
}
