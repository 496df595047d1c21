const { compress, init } = await import('@bokuweb/zstd-wasm')

// To begin it twice would change its memory under whoever is at work: a module is evaluated once.
await init()

/** One frame of zstd, always the same for the same bytes. */
export function compressFrame(bytes: Uint8Array, level: number): Uint8Array {
  return compress(bytes, level)
}
