/** What either side of a connection leaves the other, where nothing else is said. */
export const wireDefaults = Object.freeze({
  /** Bytes of the rows of a call, and of a reply. */
  maxMessageBytes: 256 * 2 ** 20,
  /** Within which a message that has begun has to go on. */
  stallMs: 5000,
})
