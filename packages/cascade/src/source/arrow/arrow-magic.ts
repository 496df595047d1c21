/** What a file in the file format begins and ends with. */
export const arrowMagic = 'ARROW1'

/** Whether these first bytes are those of a file, not of a stream. */
export function isArrowFile(head: Uint8Array): boolean {
  return new TextDecoder('latin1').decode(head.subarray(0, arrowMagic.length)) === arrowMagic
}
