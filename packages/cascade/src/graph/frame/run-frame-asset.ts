import type { FrameAsset } from '../any-asset.ts'
import type { FrameResult, FrameTask } from './frame-task.ts'

/** How frame assets reach files: the run room gives one over its plans and its commits. */
export interface FrameStore<Result> {
  /** By the keys of its inputs: the files of a source as they are now, those that were committed of an asset. */
  inputsOf(asset: FrameAsset): Promise<FrameTask['inputs']>
  /** Takes the output of the asset, to be made from these files as one part. Whoever gets it closes it. */
  open(asset: FrameAsset, inputs: FrameTask['inputs']): Promise<FrameOpening<Result>>
}

export type FrameOpening<Result> = FrameOutputDone<Result> | FrameOutputOpen<Result>

/** What is committed was made from the same files by the same code. */
export interface FrameOutputDone<Result> {
  readonly state: 'done'
  readonly result: Result
  close(): Promise<void>
}

export interface FrameOutputOpen<Result> {
  readonly state: 'open'
  /** A file that is not there: for the asset's rows. */
  readonly dataPath: string
  /** The error of a run whose place another has taken: its file could not be written then. */
  lost(): Error | undefined
  /** Commits the file that was written, with all that follows from it. */
  commit(written: FrameResult): Promise<Result>
  close(): Promise<void>
}

export interface FrameRun<Result> {
  readonly asset: FrameAsset
  readonly runId: string
  readonly store: FrameStore<Result>
  /** `makeInThread`, or `makeFrameAsset` where the run's own thread has nothing else to do. */
  readonly make: (task: FrameTask, signal: AbortSignal) => Promise<FrameResult>
  readonly signal: AbortSignal
}

/** Makes one frame asset and commits it, or finds that it is made. Rejects with what store and `make` reject with. */
export async function runFrameAsset<Result>({ asset, runId, store, make, signal }: FrameRun<Result>): Promise<Result> {
  const inputs = await store.inputsOf(asset)
  const output = await store.open(asset, inputs)
  try {
    if (output.state === 'done') return output.result
    const task = { asset: asset.name, runId, inputs, dataPath: output.dataPath }
    const written = await make(task, signal).catch((error: unknown) => {
      throw output.lost() ?? error
    })
    return await output.commit(written)
  } finally {
    await output.close()
  }
}
