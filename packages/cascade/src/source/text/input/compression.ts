export type Compression = 'none' | 'gzip' | 'zstd'

/** So many first bytes of a file tell whether it is compressed. */
export const magicBytes = 4

const endings: readonly (readonly [ending: string, compression: Compression])[] = [
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
]

/** By the name, and else by the first bytes. A file without any is not compressed, whatever it is called. */
export function compressionOf(path: string, head: Uint8Array): Compression {
  if (head.byteLength === 0) return 'none'
  const named = endings.find(([ending]) => path.endsWith(ending))
  if (named !== undefined) return named[1]
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  return head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd ? 'zstd' : 'none'
}
