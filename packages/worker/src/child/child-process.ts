import { type ChildProcess, spawn } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Clock } from '@redesmyn/core'
import type { SlotHost } from '../thread/slot-host.ts'
import { heapFlags } from '../thread/thread-heaps.ts'
import type { FromChild, ToChild } from './child-protocol.ts'
import { FrameReader } from './frame-reader.ts'
import { lifeLineFd, messageFd } from './pipes.ts'
import { writeFrame } from './write-frame.ts'

const entry = fileURLToPath(import.meta.resolve('#child-entry'))
const stderrFd = 2
/** After the exit nothing more is written: what is still in the pipe is read by then. */
const readGraceMs = 20

export interface SlotProcessParts {
  readonly host: SlotHost
  readonly clock: Clock
  readonly onMessage: (message: FromChild, body: Uint8Array) => void
}

/** A child process with the two pipes that join it to the server. What it prints goes where the server's log goes. */
export class SlotProcess {
  /** How it ended, in words; once it has exited and all that it had written is read. Never rejects. */
  readonly ended: Promise<string>
  readonly #child: ChildProcess
  readonly #messages: Duplex
  readonly #lifeLine: Duplex

  constructor({ host, clock, onMessage }: SlotProcessParts) {
    this.#child = spawn(process.execPath, [...nodeFlags(process.execArgv, host), entry], {
      env: { ...process.env, ...host.env },
      // Its output is no data of ours: the server's stdout belongs to whoever started the server.
      stdio: ['ignore', stderrFd, stderrFd, 'pipe', 'pipe'],
      windowsHide: true,
    })
    this.#messages = pipeOf(this.#child, messageFd)
    this.#lifeLine = pipeOf(this.#child, lifeLineFd)
    // A frame is what this module's twin in the child has written.
    const reader = new FrameReader((head, body) => onMessage(head as FromChild, body))
    this.#messages.on('data', (chunk: Buffer) => reader.push(chunk))
    this.ended = this.#watch(clock)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  send(message: ToChild, pieces: readonly Uint8Array[] = []): void {
    if (this.#messages.writable) writeFrame(this.#messages, message, pieces, () => undefined)
  }

  /** Asks it to end: it does as soon as it looks. */
  close(): void {
    this.#messages.end()
    this.#lifeLine.end()
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  async #watch(clock: Clock): Promise<string> {
    const closed = new Promise<void>((resolve) => void this.#messages.once('close', resolve))
    // A pipe that breaks says what the exit says too.
    for (const pipe of [this.#messages, this.#lifeLine]) pipe.on('error', () => undefined)
    // Without its pipe a process is of no use, whatever it still does.
    void closed.then(() => this.kill())
    const how = await new Promise<string>((resolve) => {
      this.#child.once('error', (error) => resolve(`it could not be started: ${error.message}`))
      this.#child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : String(signal)))
    })
    await Promise.race([closed, new Promise<void>((resolve) => void clock.after(readGraceMs, resolve))])
    this.#messages.destroy()
    this.#lifeLine.destroy()
    return how
  }
}

function pipeOf({ stdio }: ChildProcess, fd: number): Duplex {
  // Extra pipes of a child are sockets, readable and writable; their type says so less well.
  return stdio[fd] as Duplex
}

/** Flags that the server's own process was started with hold for its children, but those that are about one process. */
function nodeFlags(own: readonly string[], { maxHeapMiB }: SlotHost): readonly string[] {
  const isInline = own.some((flag) => /^(-[ep]|-pe|--eval|--print)\b/.test(flag))
  const shared = isInline
    ? []
    : own.filter((flag) => !/^--(inspect|watch|test|input-type|cpu-prof|heap-prof)/.test(flag))
  const flags = [...shared, ...heapFlags(shared)]
  return maxHeapMiB === undefined ? flags : [...flags, `--max-old-space-size=${maxHeapMiB}`]
}
