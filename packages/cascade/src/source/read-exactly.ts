import type { FileHandle } from 'node:fs/promises'
import { sourceFailure } from './source-failure.ts'

/** Fills `target` with the bytes from `position` on. Throws SOURCE_FAILED where the file ends before. */
export async function readExactly(
  file: { readonly handle: FileHandle; readonly path: string },
  target: Uint8Array,
  position: number,
): Promise<void> {
  let filled = 0
  while (filled < target.byteLength) {
    const { bytesRead } = await file.handle.read(target, filled, target.byteLength - filled, position + filled)
    if (bytesRead === 0) {
      const end = position + target.byteLength
      throw sourceFailure(file.path, `expected ${end} bytes, got ${position + filled}`)
    }
    filled += bytesRead
  }
}
