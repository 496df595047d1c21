import { once, EventEmitter } from 'node:events'
import { assertAgrees, contractOf, type Contract } from '@redesmyn/cascade'
import { type AnyStage, type Log, PipelineError, type RecordBatch } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'
import { openFrameListener } from '../../../packages/cascade/dist/stage-server/frame-listener.js'
import { listenHttp } from '../../../packages/cascade/dist/stage-server/http-listener.js'
import type { StageListener } from '../../../packages/cascade/dist/stage-server/stage-listener.js'
import type { Admission, ServedReply, StageService } from '../../../packages/cascade/dist/stage-server/stage-service.js'
import type { CallHead } from '../../../packages/cascade/dist/wire/call-head.js'

/** What a call comes to: its own rows, an error, or nothing until it is given up. */
export type Outcome = 'echo' | 'hang' | PipelineError

export interface Script {
  /** Of the n-th call that is run, from 1. Default: its own rows. */
  readonly call?: (count: number, head: CallHead) => Outcome | Promise<Outcome>
  /** Of the n-th that asks for room, from 1: an error refuses it. Default: there is room. */
  readonly admit?: (count: number) => PipelineError | undefined
  /** Of its contract. Default `pure`. */
  readonly effects?: Contract['effects']
}

/** A stage behind a real listener that does as it is told, and counts what comes to it. */
export class ScriptedStage implements StageService {
  readonly contracts: readonly Contract[]
  readonly state = 'ready'
  readonly freeBytes = 2 ** 30
  /** Of calls that were run. */
  readonly heads: CallHead[] = []
  greetings = 0
  admissions = 0
  readonly #script: Script
  readonly #events = new EventEmitter()

  constructor(stage: AnyStage, script: Script) {
    const limits = { maxRows: 2 ** 20, maxBytes: 2 ** 30 }
    const contract = contractOf([stage], { version: '1', limits })
    this.contracts = [{ ...contract, effects: script.effects ?? contract.effects }]
    this.#script = script
  }

  /** Resolves when so many calls have been run, or are. */
  async called(count: number): Promise<void> {
    while (this.heads.length < count) await once(this.#events, 'call')
  }

  hello(want: Contract): Contract {
    this.greetings += 1
    const [contract] = this.contracts
    if (contract === undefined) throw new Error('there is one')
    assertAgrees(want, contract)
    return contract
  }

  admit(): Admission {
    this.admissions += 1
    const refusal = this.#script.admit?.(this.admissions)
    if (refusal !== undefined) throw refusal
    return { call: (batch, head, signal) => this.#call(batch, head, signal), release: () => {} }
  }

  metrics(): string {
    return ''
  }

  async drain(): Promise<void> {}

  async stop(): Promise<void> {}

  async #call(batch: RecordBatch, head: CallHead, signal: AbortSignal): Promise<ServedReply> {
    this.heads.push(head)
    this.#events.emit('call')
    const outcome = (await this.#script.call?.(this.heads.length, head)) ?? 'echo'
    if (outcome instanceof PipelineError) throw outcome
    if (outcome === 'hang') await once(signal, 'abort')
    signal.throwIfAborted()
    return { batch, rejects: [], serverTimingMs: 0, release: () => {} }
  }
}

export interface ListeningStage {
  readonly stage: ScriptedStage
  readonly listener: StageListener
  readonly url: string
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
const security = { certPath: undefined, keyPath: undefined, caPath: undefined, tokenPath: undefined, isInsecure: false }

/** Puts a scripted stage behind an address: a port of this machine unless another is given. */
export async function listen(
  stage: AnyStage,
  script: Script = {},
  address = 'http://127.0.0.1:0',
): Promise<ListeningStage> {
  const service = new ScriptedStage(stage, script)
  const parts = { service, clock: systemClock(), log: silent, security }
  const open = address.startsWith('unix:') ? openFrameListener : listenHttp
  const listener = await open(new URL(address), parts)
  return { stage: service, listener, url: listener.address }
}
