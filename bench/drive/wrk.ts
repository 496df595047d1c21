import { execFile, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { sourcePath } from '../contender/place.ts'

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Answers with a status that is not 2xx or 3xx. */
  readonly refused: number
  /** Connections that failed, and requests without an answer. */
  readonly broken: number
}

export interface Load {
  readonly url: string
  readonly bodyPath: string
  readonly contentType: string
  readonly connections: number
  readonly seconds: number
}

export function isWrkAvailable(): boolean {
  return spawnSync('wrk', ['--version'], { stdio: 'ignore' }).error === undefined
}

/** One thread of wrk, held on the last core, so that both sides of a comparison leave it the same room. */
export async function drive(load: Load): Promise<LoadResult> {
  const wrk = [
    ...['wrk', '--threads', '1', '--connections', String(load.connections), '--duration', `${load.seconds}s`],
    ...['--timeout', '10s', '--latency', '--script', sourcePath('drive/post.lua'), load.url],
    ...['--', load.bodyPath, load.contentType],
  ]
  const core = availableParallelism() - 1
  const [command = '', ...args] =
    core > 0 && process.platform === 'linux' ? ['taskset', '-c', String(core), ...wrk] : wrk
  const output = await new Promise<string>((resolve, reject) => {
    execFile(command, args, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(stderr, { cause: error })),
    )
  })
  const line = output.trimEnd().split('\n').at(-1) ?? ''
  const result: LoadResult = JSON.parse(line)
  return result
}
