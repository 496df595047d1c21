import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const cascade = fileURLToPath(new URL('../bin/cascade.js', import.meta.resolve('@redesmyn/cascade')))

export interface FlowEnd {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** What a run says of itself with `--json`, as far as the examples read it. */
export interface FlowReport {
  readonly outcome: string
  /** `committed` counts those that were there before, which are `skipped`, too. */
  readonly parts: { readonly total: number; readonly committed: number; readonly skipped: number }
  readonly rows: { readonly in: number; readonly out: number; readonly rejected: number }
  readonly elapsedMs: number
}

/** An asset made by `cascade run` in a process of its own, as from a shell. */
export class FlowRun {
  readonly ended: Promise<FlowEnd>
  readonly #child: ChildProcess

  /** Of `asset` in `flow`. `inherit`: its progress goes where this process writes its own. */
  constructor(flow: URL, asset: string, flags: readonly string[] = [], stderr: 'pipe' | 'inherit' = 'pipe') {
    const args = [cascade, 'run', `${fileURLToPath(flow)}#${asset}`, ...flags]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', stderr] })
    this.#child = child
    this.ended = endOf(child, readAll(child.stdout), readAll(child.stderr))
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}

/** Runs an asset to its end. Throws with what the command wrote where it did not end well. */
export async function runFlow(
  flow: URL,
  asset: string,
  flags: readonly string[],
  progress: 'pipe' | 'inherit' = 'pipe',
): Promise<FlowReport> {
  const { code, stdout, stderr } = await new FlowRun(flow, asset, [...flags, '--json'], progress).ended
  if (code !== 0) throw new Error(`cascade run ended with ${code}:\n${stderr}`)
  const { assets }: { readonly assets: readonly [FlowReport] } = JSON.parse(stdout)
  return assets[0]
}

async function readAll(stream: Readable | null): Promise<string> {
  return stream === null ? '' : await text(stream)
}

async function endOf(child: ChildProcess, stdout: Promise<string>, stderr: Promise<string>): Promise<FlowEnd> {
  await once(child, 'close')
  return { code: child.exitCode, stdout: await stdout, stderr: await stderr }
}
