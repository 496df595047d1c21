import type { Utf8Vector } from '../../vectors/utf8-vector.ts'
import { assertOffsets } from './assert-offsets.ts'
import { malformed } from './malformed.ts'

/** Every text must lie inside its column and be UTF-8 of its own: native libraries rely on it without looking. */
export function assertTexts({ field, offsets, bytes }: Utf8Vector): void {
  assertOffsets(offsets, bytes.length, field.name)
  const [start] = offsets
  const used = bytes.subarray(start, offsets[offsets.length - 1])
  if (isAscii(used)) return
  assertUtf8(used, field.name)
  for (const offset of offsets) {
    const byte = used[offset - start]
    if (byte !== undefined && isContinuation(byte))
      throw malformed(`a text of column "${field.name}" begins inside a character`)
  }
}

function assertUtf8(bytes: Uint8Array, name: string): void {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed(`column "${name}" is not UTF-8`)
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) if (bytes[index] > 0x7f) return false
  return true
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}
