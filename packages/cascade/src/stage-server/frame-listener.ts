import { createServer, type Server, type Socket } from 'node:net'
import { PipelineError } from '@redesmyn/core'
import { socketPathOf } from '../wire/socket-path.ts'
import { FrameConnection } from './frame-connection.ts'
import { defaultFrameLimits, type FrameLimits } from './frame-limits.ts'
import { listenOnFile, type SocketFile } from './socket-file.ts'
import type { ListenerParts, StageListener } from './stage-listener.ts'

/** What a frame listener takes of the parts of all listeners: the file's mode is the security of a socket. */
export type FrameListenerParts = Pick<ListenerParts, 'service' | 'clock' | 'log'>

/** Serves frames on a Unix socket: `unix:/run/score.sock`, mode 0600, gone when the listener is closed or the process ends. */
export async function openFrameListener(
  address: URL,
  parts: FrameListenerParts,
  limits: FrameLimits = defaultFrameLimits,
): Promise<StageListener> {
  const path = socketPathOf(address)
  const listener = new FrameListener(`unix:${path}`, parts, limits)
  await listener.open(path)
  return listener
}

class FrameListener implements StageListener {
  readonly address: string
  readonly #parts: FrameListenerParts
  readonly #limits: FrameLimits
  readonly #server: Server
  readonly #connections = new Set<FrameConnection>()
  #file: SocketFile | undefined
  #closed: Promise<void> | undefined
  readonly #onExit = () => this.#file?.remove()

  constructor(address: string, parts: FrameListenerParts, limits: FrameLimits) {
    this.address = address
    this.#parts = parts
    this.#limits = limits
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket))
  }

  async open(path: string): Promise<void> {
    this.#file = await listenOnFile(this.#server, path)
    this.#server.on('error', (err) => this.#parts.log.error({ err, address: this.address }, 'Listener failed.'))
    process.once('exit', this.#onExit)
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    this.#closed ??= this.#stopListening()
    for (const connection of this.#connections) {
      if (mode === 'abort') connection.destroy()
      else connection.leave()
    }
    return this.#closed
  }

  /** The file goes first: whoever looks for the stage from now on looks elsewhere. */
  async #stopListening(): Promise<void> {
    this.#file?.remove()
    process.off('exit', this.#onExit)
    // Resolves when the last connection has ended.
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()))
    await Promise.all(Array.from(this.#connections, ({ closed }) => closed))
  }

  #accept(socket: Socket): void {
    const { service, clock, log } = this.#parts
    const limits = this.#limits
    const connection = new FrameConnection({ service, input: socket, output: socket, limits, clock, kind: 'socket' })
    if (this.#connections.size >= limits.maxConnections) connection.refuse(tooMany(limits.maxConnections))
    this.#connections.add(connection)
    void connection.closed.then(() => {
      this.#connections.delete(connection)
      const { failure } = connection
      if (failure !== undefined) log.warn({ err: failure, address: this.address }, 'A connection was closed.')
    })
    if (this.#closed !== undefined) connection.leave()
  }
}

function tooMany(maxConnections: number): PipelineError {
  return new PipelineError('QUEUE_FULL', `${maxConnections} connections are open, this process takes no more`, {
    details: { notExecuted: true },
  })
}
