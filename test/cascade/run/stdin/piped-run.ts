import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { Manifest } from '../../../../packages/cascade/dist/run/commit/manifest.js'
import { cascadeBin } from '../whole/flow-folder.ts'

const app = fileURLToPath(new URL('arrow-flow.ts', import.meta.url))

/** `cascade run` of an asset that reads Arrow, with a pipe on each side; ended when the test is. */
export class PipedRun {
  readonly child: ChildProcess & { readonly stdin: NonNullable<ChildProcess['stdin']> }
  stdout = ''
  stderr = ''
  readonly #closed: Promise<unknown>

  constructor(asset: string, flags: readonly string[]) {
    const words = ['run', `${app}#${asset}`, '--input', '-', '--quiet', ...flags]
    const child = spawn(process.execPath, [cascadeBin, ...words], { stdio: ['pipe', 'pipe', 'pipe'] })
    // What fails early leaves whoever writes to it without a reader.
    child.stdin.on('error', () => undefined)
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (this.stdout += piece))
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (this.stderr += piece))
    this.child = child
    this.#closed = once(child, 'close')
    onTestFinished(() => void child.kill('SIGKILL'))
  }

  /** Resident memory of the process at its highest so far. */
  get peakBytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8')
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024
  }

  /** Once it is all taken. */
  async write(bytes: Uint8Array): Promise<void> {
    if (!this.child.stdin.write(bytes)) await Promise.race([once(this.child.stdin, 'drain'), this.#closed])
  }

  async end(bytes: Uint8Array = new Uint8Array(0)): Promise<{ readonly code: number | null; readonly stderr: string }> {
    this.child.stdin.end(bytes)
    await this.#closed
    return { code: this.child.exitCode, stderr: this.stderr }
  }
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'piped-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** What is in the data files of an output, in the order of its manifest. */
export function dataOf(output: string): Buffer {
  const { files }: Manifest = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8'))
  return Buffer.concat(files.map(({ name }) => readFileSync(join(output, name))))
}
