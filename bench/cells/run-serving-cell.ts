import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LoopContender } from '../contender/node-contenders.ts'
import { builtPath } from '../contender/place.ts'
import { measureSide, type Sample } from '../drive/measure-side.ts'
import { ServerProcess } from '../drive/server-process.ts'
import { isWrkAvailable } from '../drive/wrk.ts'
import type { Effort } from './effort.ts'
import type { CellOutcome, Pairing, Round } from './outcome.ts'
import type { ServingCell, Side } from './serving-cell.ts'

/** The subject beside each peer in turn, A B A B, at every number of connections. */
export async function runServingCell(cell: ServingCell, effort: Effort): Promise<CellOutcome> {
  const started = { name: cell.name, title: cell.title, pairings: [], skipped: [], failed: [], passed: [] }
  if (!isWrkAvailable()) return { ...started, skipped: [`${cell.name}: wrk is not installed`] }
  const folder = await mkdtemp(join(tmpdir(), 'redesmyn-bench-'))
  const run = new ServingRun(cell, effort, folder)
  try {
    return await run.run()
  } finally {
    await rm(folder, { recursive: true })
  }
}

class ServingRun {
  readonly #cell: ServingCell
  readonly #effort: Effort
  readonly #folder: string
  readonly #pairings: Pairing[] = []
  readonly #passed: string[] = []
  readonly #failed: string[] = []
  readonly #skipped: string[] = []

  constructor(cell: ServingCell, effort: Effort, folder: string) {
    this.#cell = cell
    this.#effort = effort
    this.#folder = folder
  }

  async run(): Promise<CellOutcome> {
    const { name, title, subject, peers, loops } = this.#cell
    await this.#withServer(subject, async (server) => {
      for (const peer of peers)
        await this.#attempt(peer.contender.name, peer.contender.missing, () => this.#againstServer(server, peer))
      for (const loop of loops) await this.#attempt(loop.name, undefined, () => this.#againstLoop(server, loop))
    }).catch((error: unknown) => this.#fail(subject.contender.name, error))
    return { name, title, pairings: this.#pairings, passed: this.#passed, failed: this.#failed, skipped: this.#skipped }
  }

  async #attempt(peer: string, missing: string | undefined, compare: () => Promise<void>): Promise<void> {
    if (missing !== undefined) {
      this.#skipped.push(`${this.#cell.name}: ${peer}: ${missing}`)
      return
    }
    console.error(`${this.#cell.name}: ${this.#cell.subject.contender.name} beside ${peer} …`)
    await compare().then(
      () => this.#passed.push(`${this.#cell.name}: ${peer}`),
      (error: unknown) => this.#fail(peer, error),
    )
  }

  async #againstServer(server: ServerProcess, peer: Side): Promise<void> {
    await this.#withServer(peer, async (other) => {
      for (const connections of this.#connections()) {
        const rounds: Round[] = []
        for (let round = 0; round < this.#effort.rounds; round++) {
          const theirs = await this.#measure(other, peer, connections)
          const ours = await this.#measure(server, this.#cell.subject, connections)
          rounds.push({ ours, theirs, ratio: ours.perSecond / theirs.perSecond })
        }
        this.#pairings.push({ connections, peer: peer.contender.name, rounds })
      }
    })
  }

  async #againstLoop(server: ServerProcess, loop: LoopContender): Promise<void> {
    for (const connections of this.#connections()) {
      const rounds: Round[] = []
      for (let round = 0; round < this.#effort.rounds; round++) {
        const perSecond = await this.#runLoop(loop)
        const ours = await this.#measure(server, this.#cell.subject, connections)
        rounds.push({ ours, theirs: { perSecond }, ratio: ours.perSecond / perSecond })
      }
      this.#pairings.push({ connections, peer: loop.name, rounds })
    }
  }

  async #runLoop(loop: LoopContender): Promise<number> {
    const args = [
      builtPath(`servers/${loop.file}.js`),
      String(this.#effort.seconds),
      this.#bodyPath(this.#cell.subject),
    ]
    const env = { ...process.env, ...loop.env }
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    const { perSecond }: { perSecond: number } = JSON.parse(stdout)
    return perSecond / loop.unitsPerRequest
  }

  async #measure(server: ServerProcess, side: Side, connections: number): Promise<Sample> {
    return measureSide(server, side.work, {
      connections,
      seconds: this.#effort.seconds,
      bodyPath: this.#bodyPath(side),
    })
  }

  /** Starts, warms up, and stops in the end whatever happens. */
  async #withServer(side: Side, use: (server: ServerProcess) => Promise<void>): Promise<void> {
    await writeFile(this.#bodyPath(side), side.work.body)
    const server = await ServerProcess.start(side.contender, side.work)
    try {
      await measureSide(server, side.work, { connections: 64, seconds: 1, bodyPath: this.#bodyPath(side) })
      await use(server)
    } finally {
      await server.stop()
    }
  }

  #connections(): readonly number[] {
    const all = this.#cell.connections
    return this.#effort.isShort ? all.slice(0, 1) : all
  }

  #bodyPath(side: Side): string {
    return join(this.#folder, side.contender.name.replace(/\W+/g, '-'))
  }

  #fail(peer: string, error: unknown): void {
    this.#failed.push(`${this.#cell.name}: ${peer}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
