import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@redesmyn/worker'
import { httpInstance } from '../../../packages/cascade/dist/between/http-instance.js'
import type { Instance } from '../../../packages/cascade/dist/between/instance.js'
import { UnixInstance } from '../../../packages/cascade/dist/between/unix-instance.js'
import { openListener } from '../../../packages/cascade/dist/stage-server/open-listener.js'
import type { RunningStageService } from '../../../packages/cascade/dist/stage-server/running-stage-service.js'
import type { ListenerSecurity, StageListener } from '../../../packages/cascade/dist/stage-server/stage-listener.js'
import { type OpenOptions, openService } from './service-under-test.ts'

export interface ListeningStage {
  readonly service: RunningStageService
  readonly listener: StageListener
  readonly instance: Instance
}

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const security: ListenerSecurity = {
  certPath: undefined,
  keyPath: undefined,
  caPath: undefined,
  tokenPath: undefined,
  isInsecure: false,
}

/** Stages at work in threads behind listeners, as `cascade serve --stage` has them, and their senders' side. */
export class ListeningStages {
  readonly #folder = mkdtempSync(join(tmpdir(), 'listening-'))
  readonly #open: ListeningStage[] = []
  #sockets = 0

  async open(stage: string, transport: 'unix' | 'http', options?: OpenOptions): Promise<ListeningStage> {
    const service = await openService([stage], options)
    const wanted = transport === 'http' ? 'http://127.0.0.1:0' : `unix:${this.#folder}/${this.#sockets++}.sock`
    const listener = await openListener(new URL(wanted), { service, clock: systemClock(), log: silent, security })
    const { address } = listener
    const instance =
      transport === 'http' ? httpInstance({ stage, url: address }) : new UnixInstance(new URL(address), { stage })
    const opened = { service, listener, instance }
    this.#open.push(opened)
    return opened
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#open.splice(0).map(async ({ service, listener, instance }) => {
        await instance.close('abort')
        await listener.close('abort')
        await service.stop()
      }),
    )
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true })
  }
}
