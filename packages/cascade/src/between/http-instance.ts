import { setMaxListeners } from 'node:events'
import { PipelineError, type RecordBatch } from '@redesmyn/core'
import type { CallContext, Reply } from '../handoff/between.ts'
import { assertAgrees, type Contract } from '../handoff/contract.ts'
import { HttpCalls } from './http/http-calls.ts'
import { type HttpInstanceOptions, resolveHttpInstance } from './http/http-instance-options.ts'
import type { Instance } from './instance.ts'

/**
 * A process that runs a stage and is called over HTTP/1.1, by connections that are kept. None is opened before `hello`
 * or a call. Throws CONFIG_INVALID, with no secret in its message.
 */
export function httpInstance(options: HttpInstanceOptions): Instance {
  const config = resolveHttpInstance(options)
  const address = `${config.origin}${config.basePath}`
  return new HttpInstance(address, config.stage, new HttpCalls(config, address))
}

class HttpInstance implements Instance {
  readonly address: string
  readonly #stage: string
  readonly #calls: HttpCalls
  readonly #running = new Set<Promise<unknown>>()
  readonly #abort = new AbortController()
  readonly #closing: PipelineError
  #offer: Contract | undefined
  #closed: Promise<void> | undefined

  constructor(address: string, stage: string, calls: HttpCalls) {
    this.address = address
    this.#stage = stage
    this.#calls = calls
    // Every call listens to it.
    setMaxListeners(0, this.#abort.signal)
    this.#closing = new PipelineError('DRAINING', `the way to stage "${stage}" at ${address} is closed`, {
      details: { stage, instance: address, notExecuted: true },
    })
  }

  async hello(want: Contract, signal: AbortSignal): Promise<Contract> {
    this.#assertOpen()
    // An endpoint that has no contract is taken at the sender's word: each of its replies is checked.
    const offer = (await this.#calls.contract([signal, this.#abort.signal])) ?? want
    assertAgrees(want, offer)
    this.#offer = offer
    return offer
  }

  async call(batch: RecordBatch, context: CallContext): Promise<Reply> {
    context.signal.throwIfAborted()
    this.#assertOpen()
    if (context.deadlineMs <= 0) throw this.#noTimeLeft()
    const call = this.#calls.call(batch, context, this.#offer, this.#abort.signal)
    this.#running.add(call)
    return await call.finally(() => this.#running.delete(call))
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    if (mode === 'abort') this.#abort.abort(new PipelineError('DRAINING', this.#closing.message))
    return (this.#closed ??= this.#end(mode))
  }

  async #end(mode: 'drain' | 'abort'): Promise<void> {
    await Promise.allSettled(this.#running)
    await this.#calls.close(mode)
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw this.#closing
  }

  #noTimeLeft(): PipelineError {
    return new PipelineError('DEADLINE_EXCEEDED', `no time is left for stage "${this.#stage}"`, {
      details: { stage: this.#stage, instance: this.address, notExecuted: true },
    })
  }
}
