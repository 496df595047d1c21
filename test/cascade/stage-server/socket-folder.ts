import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyStage } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'
import { openFrameListener } from '../../../packages/cascade/dist/stage-server/frame-listener.js'
import { defaultFrameLimits, type FrameLimits } from '../../../packages/cascade/dist/stage-server/frame-limits.js'
import type { StageListener } from '../../../packages/cascade/dist/stage-server/stage-listener.js'
import { DirectService } from './direct-service.ts'

export interface ServedSocket {
  readonly address: URL
  readonly path: string
  readonly service: DirectService
  readonly listener: StageListener
  /** What the listener has logged. */
  readonly log: readonly string[]
}

interface Served {
  readonly limits?: Partial<FrameLimits> | undefined
  readonly maxBytes?: number | undefined
}

/** Sockets of one test file, and whoever listens on them. */
export class SocketFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'socket-'))
  readonly #listeners: StageListener[] = []
  #count = 0

  /** A path that nothing is at. */
  next(): string {
    this.#count++
    return join(this.path, `${this.#count}.sock`)
  }

  /** Serves stages on a socket of its own. */
  serve(stages: readonly AnyStage[], limits?: Partial<FrameLimits>, maxBytes?: number): Promise<ServedSocket> {
    return this.serveAt(this.next(), stages, { limits, maxBytes })
  }

  async serveAt(
    path: string,
    stages: readonly AnyStage[],
    { limits = {}, maxBytes }: Served = {},
  ): Promise<ServedSocket> {
    const address = new URL(`unix:${path}`)
    const service = new DirectService(stages, maxBytes === undefined ? {} : { maxBytes })
    const log: string[] = []
    const note = (facts: object, message: string) => void log.push(`${message} ${String(Object.values(facts)[0])}`)
    const listener = await openFrameListener(
      address,
      { service, clock: systemClock(), log: { debug: note, info: note, warn: note, error: note } },
      { ...defaultFrameLimits, ...limits },
    )
    this.#listeners.push(listener)
    return { address, path, service, listener, log }
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close('abort')))
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
