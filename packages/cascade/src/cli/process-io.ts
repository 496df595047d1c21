import { systemClock } from '@redesmyn/worker'
import type { CommandIo } from './command-io.ts'
import { divertWrites } from './divert-writes.ts'

/** The process that the command runs in. */
export function processIo(host: NodeJS.Process): CommandIo {
  const { stdout, stderr, env } = host
  const isErrTerminal = stderr.isTTY === true
  const canMove = isErrTerminal && env.TERM !== 'dumb'
  // Whoever reads may leave before the end, as "head" does: what is written then is lost, and nothing else is.
  for (const stream of [stdout, stderr]) stream.on('error', ignoreBrokenPipe)
  const [writeOut, writeErr] = [stdout.write.bind(stdout), stderr.write.bind(stderr)]
  return {
    writeOut: (text) => void writeOut(text),
    writeErr: (text) => void writeErr(text),
    onPrint(listener) {
      const releases = [stdout, stderr].map((stream) => divertWrites(stream, listener))
      return () => {
        for (const release of releases) release()
      }
    },
    isErrTerminal,
    errSize: () => (canMove ? { columns: stderr.columns || 80, rows: stderr.rows || 24 } : undefined),
    hasColor: canMove && (env.NO_COLOR ?? '') === '',
    env,
    isoTime: () => new Date().toISOString(),
    clock: systemClock(),
    onStopSignal(listener) {
      const signals = ['SIGINT', 'SIGTERM'] as const
      const listeners = signals.map((signal) => () => listener(signal))
      for (const [index, signal] of signals.entries()) host.on(signal, listeners[index])
      return () => {
        for (const [index, signal] of signals.entries()) host.off(signal, listeners[index])
      }
    },
    abandon: () => void host.kill(host.pid, 'SIGKILL'),
  }
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}
