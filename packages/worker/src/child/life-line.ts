import { Socket } from 'node:net'
import { lifeLineFd } from './pipes.ts'

/** For a process that looks at its messages to end by itself. */
const graceMs = 1000

/**
 * Runs in a thread of its own beside a stage, and ends the process when the server is gone: the stage's thread may be
 * in a loop or in native code, and never look.
 */
const lifeLine = new Socket({ fd: lifeLineFd, readable: true, writable: false })
lifeLine.on('error', () => undefined)
lifeLine.once('close', () => setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs))
lifeLine.resume()
