import { PipelineError } from '@redesmyn/core'

/** `stopping` covers the drain; a server that has stopped never serves again. */
export type LifecycleState = 'idle' | 'starting' | 'serving' | 'stopping' | 'stopped'

/** What starting gives, and what ending it takes. */
export interface LifecycleSteps<Started> {
  /** The signal fires when `stop` comes before the start is done. What had begun by then is ended before it rejects. */
  start(signal: AbortSignal): Promise<Started>
  /** The signal fires, or has fired, when nothing more is waited for. */
  stop(started: Started, drain: DrainOptions): Promise<StopReport>
}

export interface DrainOptions {
  /** `undefined`: as configured. */
  readonly drainMs: number | undefined
  readonly hurry: AbortSignal
}

export interface StopOptions {
  /** Default true: what was accepted is answered first. False: it is refused, and the threads end now. */
  readonly graceful?: boolean
  /** In place of the server's own `drainMs`. */
  readonly drainMs?: number
}

export interface StopReport {
  /** Whether every accepted request had its own answer before the server ended. */
  readonly isDrained: boolean
  /** A thread is still inside a native call: leaving the process any other way than by SIGKILL would abort it. */
  readonly isHeld?: boolean
  /** What made the server stop by itself. */
  readonly failure?: PipelineError
}

/** Which of serve and stop may happen when: each happens once, and stop may come at any time. */
export class Lifecycle<Started> {
  readonly #steps: LifecycleSteps<Started>
  readonly #stopAsked = new AbortController()
  readonly #hurry = new AbortController()
  /** Resolves when it has stopped, whoever stopped it. */
  readonly whenStopped: Promise<StopReport>
  #settle: (report: StopReport) => void = () => undefined
  #state: LifecycleState = 'idle'
  #failure: PipelineError | undefined
  #starting: Promise<Started> | undefined
  #started: Started | undefined
  #stopping: Promise<StopReport> | undefined

  constructor(steps: LifecycleSteps<Started>) {
    this.#steps = steps
    this.whenStopped = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  get state(): LifecycleState {
    return this.#state
  }

  /** What the start gave, while it serves. Throws LIFECYCLE_MISUSE before and after. */
  serving(action: string): Started {
    if (this.#state === 'serving' && this.#started !== undefined) return this.#started
    throw misuse(action, this.#state)
  }

  /** Throws LIFECYCLE_MISUSE once the server was asked to serve. */
  assertIdle(action: string): void {
    if (this.#state === 'idle') return
    throw misuse(action, this.#state)
  }

  /** Rejects with what made it fail, what the start throws, or LIFECYCLE_MISUSE when it was stopped meanwhile. */
  async start(): Promise<Started> {
    try {
      return await this.#start()
    } catch (error) {
      throw this.#failure ?? error
    }
  }

  /** Does nothing before a start and after a stop. A call during a stop awaits the same one, and may hurry it. */
  async stop(options: StopOptions = {}): Promise<StopReport> {
    const report = await this.#stopOnce(options)
    const told = this.#failure === undefined ? report : { ...report, failure: this.#failure }
    if (this.#state === 'stopped') this.#settle(told)
    return told
  }

  /** Stops by itself for what went wrong first, of which whoever starts or stops it hears. */
  fail(error: PipelineError): void {
    this.#failure ??= error
    void this.stop()
  }

  async #start(): Promise<Started> {
    this.assertIdle('serve()')
    this.#state = 'starting'
    this.#starting = this.#steps.start(this.#stopAsked.signal)
    try {
      const started = await this.#starting
      this.#started = started
      if (!this.#stopAsked.signal.aborted) this.#state = 'serving'
      else throw new PipelineError('LIFECYCLE_MISUSE', 'the server was stopped while it started')
      return started
    } catch (error) {
      if (!this.#stopAsked.signal.aborted) this.#state = 'stopped'
      throw error
    }
  }

  async #stopOnce({ graceful = true, drainMs }: StopOptions): Promise<StopReport> {
    if (!graceful) this.#hurry.abort()
    if (this.#starting === undefined) return { isDrained: true }
    this.#stopping ??= this.#stop(this.#starting, drainMs)
    return this.#stopping
  }

  async #stop(starting: Promise<Started>, drainMs: number | undefined): Promise<StopReport> {
    if (this.#state === 'stopped') return { isDrained: true }
    this.#state = 'stopping'
    this.#stopAsked.abort()
    try {
      const started = await starting.catch(() => undefined)
      if (started === undefined) return { isDrained: true }
      return await this.#steps.stop(started, { drainMs, hurry: this.#hurry.signal })
    } finally {
      this.#state = 'stopped'
    }
  }
}

function misuse(action: string, state: LifecycleState): PipelineError {
  const message = `${action} was called when the server is ${state}`
  return new PipelineError('LIFECYCLE_MISUSE', message, { details: { state } })
}
