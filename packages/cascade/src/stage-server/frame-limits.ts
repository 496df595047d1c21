import { wireDefaults } from '../wire/wire-defaults.ts'

/** What a connection may ask of the process that it came to. */
export interface FrameLimits {
  /** Bytes of the rows of one call; more are refused with BODY_TOO_LARGE. Default 256 MiB. */
  readonly maxFrameBytes: number
  /** Calls of one connection that are not answered. Default 64. */
  readonly maxCalls: number
  /** Connections at once; more are told QUEUE_FULL and closed. Default 256. */
  readonly maxConnections: number
  /** Until the first frame of a connection is there; `Infinity`: it may take its time. Default 2000. */
  readonly helloMs: number
  /**
   * Within which a frame that has begun has to be there, or to bring 64 KiB more, and within which the last answers have to
   * be read; `Infinity`: as above. Default 5000.
   */
  readonly stallMs: number
}

export const defaultFrameLimits: FrameLimits = Object.freeze({
  maxFrameBytes: wireDefaults.maxMessageBytes,
  maxCalls: 64,
  maxConnections: 256,
  helloMs: 2000,
  stallMs: wireDefaults.stallMs,
})
