import { createServer, type Server, type Socket } from 'node:net'
import { PipelineError } from '@redesmyn/core'
import { writeFailure } from '../wire/failure-head.ts'
import { FrameWriter } from '../wire/frame-writer.ts'
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
    if (this.#connections.size >= this.#limits.maxConnections) return this.#refuse(socket)
    const { service, clock, log } = this.#parts
    const limits = this.#limits
    const connection = new FrameConnection({
      service,
      input: socket,
      output: socket,
      limits,
      clock,
      kind: 'socket',
    })
    this.#connections.add(connection)
    void connection.closed.then(() => {
      this.#connections.delete(connection)
      const { failure } = connection
      if (failure !== undefined) log.warn({ err: failure, address: this.address }, 'A connection was closed.')
    })
    if (this.#closed !== undefined) connection.leave()
  }

  #refuse(socket: Socket): void {
    const { maxConnections } = this.#limits
    const message = `${maxConnections} connections are open, this process takes no more`
    const head = writeFailure(new PipelineError('QUEUE_FULL', message, { details: { notExecuted: true } }))
    socket.on('error', () => socket.destroy())
    new FrameWriter(socket).send({ kind: 'failed', call: 0, head }, () => socket.destroy())
  }
}
