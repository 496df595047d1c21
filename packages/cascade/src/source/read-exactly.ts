import type { OpenFile } from './open-file.ts'
import { sourceFailure } from './source-failure.ts'

/** Fills `target` with the bytes from `position` on. Throws SOURCE_FAILED where the file ends before. */
export async function readExactly({ handle, path }: OpenFile, target: Uint8Array, position: number): Promise<void> {
  let filled = 0
  while (filled < target.byteLength) {
    const { bytesRead } = await handle.read(target, filled, target.byteLength - filled, position + filled)
    if (bytesRead === 0) {
      throw sourceFailure(path, `expected ${position + target.byteLength} bytes, got ${position + filled}`)
    }
    filled += bytesRead
  }
}
