import { PipelineError } from '@redesmyn/core'
import type { AnyAsset, FrameAsset, PipelineAsset } from './any-asset.ts'
import type { AssetOutcome, GraphReport } from './graph-report.ts'
import { ancestorsOf, upstreamOf } from './inputs-of.ts'

export interface GraphRun<Result> {
  /** Each behind all that it is made of, as `selectAssets` gives them. What they are made of beside these is taken as it is. */
  readonly assets: readonly AnyAsset[]
  /** How many are made at the same time, where nothing has to wait for something else. Default 2. */
  readonly maxParallel?: number
  /** Keys of partitions that alone are to be made, as the user wrote them. */
  readonly partition?: readonly string[]
  readonly signal: AbortSignal
  /** Makes one asset; what is committed already it leaves as it is. */
  readonly runPipeline: (asset: PipelineAsset, context: GraphContext<Result>) => Promise<Result>
  readonly runFrame: (asset: FrameAsset, context: GraphContext<Result>) => Promise<Result>
}

export interface GraphContext<Result> {
  readonly signal: AbortSignal
  readonly partition: readonly string[]
  /** What the assets that it is made of came to, by name; those that the run does not make are missing. */
  readonly upstream: ReadonlyMap<string, Result>
}

/**
 * Makes assets in the order of their dependencies, each once, independent ones at the same time. Where one fails, all that
 * is made of it is skipped and the rest is still made: the report tells. Rejects with the signal's reason when it aborts,
 * once nothing runs any more, and with CONFIG_INVALID for partitions of an asset that has none.
 */
export async function runGraph<Result>(run: GraphRun<Result>): Promise<GraphReport<Result>> {
  assertPartitioned(run.assets, run.partition)
  const course = new GraphCourse(run)
  await course.finish()
  run.signal.throwIfAborted()
  return course.report()
}

/** Throws CONFIG_INVALID where partitions are asked for of an asset that has none. */
export function assertPartitioned(assets: readonly AnyAsset[], partition: readonly string[] = []): void {
  const whole = partition.length === 0 ? undefined : assets.find(({ kind }) => kind === 'frame')
  if (whole === undefined) return
  const message = `asset "${whole.name}" is made of whole frames and not of partitions: leave it out of the selection`
  throw new PipelineError('CONFIG_INVALID', message)
}

class GraphCourse<Result> {
  readonly #run: GraphRun<Result>
  readonly #outcomes = new Map<AnyAsset, AssetOutcome<Result>>()
  readonly #running = new Map<AnyAsset, Promise<void>>()

  constructor(run: GraphRun<Result>) {
    this.#run = run
  }

  async finish(): Promise<void> {
    for (;;) {
      this.#skip()
      this.#begin()
      if (this.#running.size === 0) return
      await Promise.race(this.#running.values())
    }
  }

  report(): GraphReport<Result> {
    return { outcomes: new Map([...this.#outcomes].map(([{ name }, outcome]) => [name, outcome])) }
  }

  /** What can't be made any more, because something that it is made of could not. */
  #skip(): void {
    for (const asset of this.#open()) {
      const failed = [...ancestorsOf(asset)].find((other) => this.#outcomes.get(other)?.state === 'failed')
      if (failed !== undefined) this.#outcomes.set(asset, { state: 'skipped', because: failed.name })
    }
  }

  #begin(): void {
    const { signal, maxParallel = 2 } = this.#run
    for (const asset of this.#open()) {
      if (signal.aborted || this.#running.size >= maxParallel) return
      if (this.#isReady(asset)) this.#running.set(asset, this.#make(asset))
    }
  }

  #open(): readonly AnyAsset[] {
    return this.#run.assets.filter((asset) => !this.#outcomes.has(asset) && !this.#running.has(asset))
  }

  /** Also what is further up counts: an asset between them may not be among those that are made. */
  #isReady(asset: AnyAsset): boolean {
    const above = ancestorsOf(asset)
    return this.#run.assets.every((other) => !above.has(other) || this.#outcomes.get(other)?.state === 'made')
  }

  async #make(asset: AnyAsset): Promise<void> {
    try {
      this.#outcomes.set(asset, { state: 'made', result: await this.#call(asset) })
    } catch (error) {
      this.#outcomes.set(asset, { state: 'failed', error })
    } finally {
      this.#running.delete(asset)
    }
  }

  async #call(asset: AnyAsset): Promise<Result> {
    const { signal, partition = [], runPipeline, runFrame } = this.#run
    const context = { signal, partition, upstream: this.#resultsAbove(asset) }
    return asset.kind === 'pipeline' ? await runPipeline(asset, context) : await runFrame(asset, context)
  }

  #resultsAbove(asset: AnyAsset): ReadonlyMap<string, Result> {
    const results = new Map<string, Result>()
    for (const input of upstreamOf(asset)) {
      const outcome = this.#outcomes.get(input)
      if (outcome?.state === 'made') results.set(input.name, outcome.result)
    }
    return results
  }
}
