/** What may wait in front of a stage: rows that no thread has taken yet. */
export interface QueueBounds {
  /** Default 4096. */
  readonly maxRows: number
  /** Default 64 MiB. */
  readonly maxBytes: number
}
