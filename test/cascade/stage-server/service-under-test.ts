import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RecordBatch } from '@redesmyn/core'
import { createLogger, loadApp, resolveConfig, systemClock } from '@redesmyn/worker'
import { offerStages } from '../../../packages/cascade/dist/stage-server/offer-stages.js'
import { OfferedStage, type PipelineSetting } from '../../../packages/cascade/dist/stage-server/offered-stage.js'
import { RunningStageService } from '../../../packages/cascade/dist/stage-server/running-stage-service.js'
import type { ServiceLimits } from '../../../packages/cascade/dist/stage-server/service-limits.js'
import type { ServedReply } from '../../../packages/cascade/dist/stage-server/stage-service.js'
import type { CallHead } from '../../../packages/cascade/dist/wire/call-head.js'
import { bundleOnce } from '../../apps/bundle-once.ts'
import { batchOf } from '../handoff/rows-batch.ts'

export interface OpenOptions {
  readonly app?: string
  readonly limits?: Partial<ServiceLimits>
  readonly setting?: Partial<PipelineSetting>
}

export function servedApp(name = 'served-stages.ts'): string {
  return fileURLToPath(new URL(`./apps/${name}`, import.meta.url))
}

/** A stage service with real slots and nothing in front of it. */
export async function openService(
  stages: readonly string[],
  { app = servedApp(), limits = {}, setting = {} }: OpenOptions = {},
): Promise<RunningStageService> {
  const clock = systemClock()
  const bundle = await bundleOnce(app)
  const logging = { level: 'silent', format: 'json', file: undefined } as const
  const log = createLogger(logging).of('test')
  const pipeline = { app: bundle, clock, log, logging, nowMs: () => clock.now(), ...setting }
  const complete = { ...resolveConfig({}, {}), ...limits }
  const service = new RunningStageService({
    stages: offerStages(await loadApp(bundle.url), stages).map((stage) => new OfferedStage(stage, complete, pipeline)),
    limits: complete,
    clock,
    log,
    metricsPrefix: 'cascade_',
    newId: randomUUID,
  })
  await service.start()
  return service
}

export function head(own: Partial<CallHead> = {}): CallHead {
  return {
    schema: undefined,
    idempotencyKey: undefined,
    attempt: 1,
    deadlineMs: Number.POSITIVE_INFINITY,
    traceparent: undefined,
    partition: {},
    ...own,
  }
}

export function points(service: RunningStageService, stage: string, xs: readonly number[]): RecordBatch {
  const contract = service.contracts.find(({ name }) => name === stage)
  if (contract === undefined) throw new Error(`no stage "${stage}"`)
  return batchOf(
    { fields: contract.input.fields },
    xs.map((x) => ({ x })),
  )
}

/** One call as a listener makes it: admitted, run, and let go when its reply was read. */
export async function call(
  service: RunningStageService,
  stage: string,
  xs: readonly number[],
  own: Partial<CallHead> = {},
  signal = new AbortController().signal,
): Promise<Pick<ServedReply, 'rejects' | 'serverTimingMs'> & { readonly rows: readonly Record<string, unknown>[] }> {
  const batch = points(service, stage, xs)
  const admission = service.admit(stage, batch.buffer.byteLength)
  try {
    const reply = await admission.call(batch, head(own), signal)
    const { rejects, serverTimingMs } = reply
    const rows = reply.batch.rows()
    reply.release()
    return { rows, rejects, serverTimingMs }
  } finally {
    admission.release()
  }
}

/** What something takes where nothing else holds the machine up: the least of some times. */
export async function leastOf(times: number, measure: () => Promise<number>): Promise<number> {
  const taken: number[] = []
  for (let time = 0; time < times; time++) taken.push(await measure())
  return Math.min(...taken)
}

/** Files by which a handler tells of its calls, and is held. */
export class Marks {
  readonly #folder = mkdtempSync(join(tmpdir(), 'stage-calls-'))
  readonly marker = join(this.#folder, 'calls')
  readonly gate = join(this.#folder, 'gate')

  constructor() {
    writeFileSync(this.marker, '')
  }

  get calls(): readonly string[] {
    return readFileSync(this.marker, 'utf8').split('\n').slice(0, -1)
  }

  /** Resolves when the handler was called so often. */
  async called(count: number): Promise<void> {
    const watcher = watch(this.marker)
    try {
      while (this.calls.length < count) await new Promise((resolve) => watcher.once('change', resolve))
    } finally {
      watcher.close()
    }
  }

  open(): void {
    if (!existsSync(this.gate)) writeFileSync(this.gate, '')
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
