/** RFC 4648 §4 with padding, the one form that JSON writers of bytes agree on. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const padding = 0x3d
const noDigit = 0xff

const letters = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0))
const digits = digitsByLetter()

/** Everything but the padding; letters that stand for bits behind the last byte are checked apart. */
const base64Pattern = /^[A-Za-z0-9+/]*={0,2}$/

/** Texts are made of one piece up to this size, and joined beyond it: no engine takes long lists of characters. */
const decoder = new TextDecoder('latin1')

/** Whether a text is base64 in the only form that says its bytes: whole groups, and zeros in the bits left over. */
export function isBase64(text: string): boolean {
  if (text.length % 4 !== 0 || !base64Pattern.test(text)) return false
  const paddingLength = paddingOf(text)
  if (paddingLength === 0) return true
  const last = digits[text.charCodeAt(text.length - paddingLength - 1)]
  return (last & (paddingLength === 2 ? 0b1111 : 0b11)) === 0
}

/** How many bytes a base64 text stands for. */
export function base64ByteLength(text: string): number {
  return (text.length / 4) * 3 - paddingOf(text)
}

/** Writes the bytes of a text that `isBase64` accepts, from `start` on. */
export function decodeBase64Into(text: string, bytes: Uint8Array, start: number): void {
  const end = start + base64ByteLength(text)
  let place = start
  for (let index = 0; index < text.length; index += 4) {
    const group =
      (digitAt(text, index) << 18) |
      (digitAt(text, index + 1) << 12) |
      (digitAt(text, index + 2) << 6) |
      digitAt(text, index + 3)
    bytes[place++] = group >> 16
    if (place < end) bytes[place++] = group >> 8
    if (place < end) bytes[place++] = group
  }
}

/** Bytes `from` to `to` (exclusive) as a text. */
export function encodeBase64(bytes: Uint8Array, from: number, to: number): string {
  const text = new Uint8Array(Math.ceil((to - from) / 3) * 4)
  let place = 0
  for (let index = from; index < to; index += 3) {
    const rest = to - index
    const group = (bytes[index] << 16) | (rest > 1 ? bytes[index + 1] << 8 : 0) | (rest > 2 ? bytes[index + 2] : 0)
    text[place] = letters[group >> 18]
    text[place + 1] = letters[(group >> 12) & 63]
    text[place + 2] = rest > 1 ? letters[(group >> 6) & 63] : padding
    text[place + 3] = rest > 2 ? letters[group & 63] : padding
    place += 4
  }
  return decoder.decode(text)
}

/** Padding counts as zeros. */
function digitAt(text: string, index: number): number {
  return digits[text.charCodeAt(index)] & 63
}

function paddingOf(text: string): number {
  if (!text.endsWith('=')) return 0
  return text.endsWith('==') ? 2 : 1
}

function digitsByLetter(): Uint8Array {
  const byLetter = new Uint8Array(128).fill(noDigit)
  for (const [digit, letter] of letters.entries()) byLetter[letter] = digit
  byLetter[padding] = 0
  return byLetter
}
