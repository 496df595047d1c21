/** The bytes that the text formats are made of. */
export const ascii = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  point: 0x2e,
  slash: 0x2f,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  upperE: 0x45,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  b: 0x62,
  e: 0x65,
  f: 0x66,
  n: 0x6e,
  r: 0x72,
  t: 0x74,
  u: 0x75,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

/** Behind all whitespace that may stand within a line. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let place = at
  for (;;) {
    const byte = bytes[place]
    if (byte !== ascii.space && byte !== ascii.tab && byte !== ascii.carriageReturn) return place
    place++
  }
}
