/** When a batch closes, resolved and checked by `stage`. */
export interface BatchPolicy {
  /** Rows of one handler call at most; 1 serves every row alone. Default 256. */
  readonly maxRows: number
  /** Rows a free slot waits for, `maxDelayMs` at most. Default: 1, or `maxRows` where there is a delay. */
  readonly minRows: number
  /** How long the oldest row waits for company while a slot is free, in milliseconds. Default 0: not at all. */
  readonly maxDelayMs: number
  /** Bytes of column data of one batch at most. Default: no bound but the slab's. */
  readonly maxBytes: number
  /** Whether a request may be spread over batches to fill each to `maxRows`. Default: only when it exceeds `maxRows`. */
  readonly split: boolean
}

/** Why a batch closed: full by rows or bytes, taken by a free slot, waited long enough, or the stage drains. */
export type CloseReason = 'rows' | 'bytes' | 'free' | 'delay' | 'drain'
