/** Where a file's bytes go, one behind the other. Whatever fails is SINK_FAILED naming the file. */
export interface ByteTarget {
  /** Bytes that were written so far, as they are on the disk. */
  readonly byteLength: number
  /** Takes the pieces before it resolves: they may change afterwards. */
  write(pieces: readonly Uint8Array[]): Promise<void>
  /** Nothing more comes; what came is on the disk when it resolves. */
  finish(): Promise<void>
  /** Gives up and removes the file. */
  abort(): Promise<void>
}
