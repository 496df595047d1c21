/** The marker of a message, and the length of its metadata. */
export const messageHeadBytes = 8

const continuationMarker = -1

/** How long the metadata is that follows: 0 at the end mark of a stream. Undefined where no message begins. */
export function metadataLengthOf(head: Uint8Array): number | undefined {
  const view = new DataView(head.buffer, head.byteOffset, messageHeadBytes)
  if (view.getInt32(0, true) !== continuationMarker) return undefined
  const length = view.getInt32(4, true)
  return length < 0 ? undefined : length
}
