// A run of its own, for tests that kill or stop it between two changes on disk. Told by the first message, it answers
// with how it ended.
import { writeFile } from 'node:fs/promises'
import { nodeFiles } from '../../../../packages/cascade/dist/run/commit/durable-files.js'
import { openOutput } from '../../../../packages/cascade/dist/run/commit/open-output.js'
import { selectParts } from '../../../../packages/cascade/dist/run/plan/select-parts.js'

/** Real time, without keeping the process alive. */
const clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    const timer = setTimeout(() => action(), delayMs).unref()
    return () => clearTimeout(timer)
  },
  endOfTurn: (action) => void setImmediate(() => action()),
}

process.once('message', ({ plan, options, signal, atStep, rowsOfPart }) => {
  const steps = { count: 0 }
  void run(plan, { ...options, files: counted(nodeFiles(), steps, { signal, atStep }) }, rowsOfPart)
    .then((outcome) => ({ outcome }))
    .catch((error) => ({ code: error.code, message: error.message }))
    .then((ended) => process.send({ ...ended, stepCount: steps.count }, () => process.disconnect()))
})

async function run(plan, options, rowsOfPart) {
  const selected = selectParts(plan.parts, { shard: options.shard })
  const output = await openOutput(plan, { ...options, selected, clock, isoTime: () => '', onLost: () => undefined })
  try {
    for (const part of output.openParts) {
      const attempt = output.beginPart(part)
      const ids = Array.from({ length: rowsOfPart }, (_, row) => part.index * rowsOfPart + row)
      const text = ids.map((id) => `${JSON.stringify({ id })}\n`).join('')
      await writeFile(attempt.dataPath, text, { flush: true }).catch((error) => {
        throw output.lost() ?? error
      })
      const rows = { in: rowsOfPart, out: rowsOfPart, filtered: 0, rejected: 0, written: rowsOfPart }
      await output.commit(attempt, { data: { rowCount: rowsOfPart, byteLength: text.length }, rows })
    }
    return await output.finish()
  } finally {
    await output.close()
  }
}

/** Sends the process a signal before one of its changes. */
function counted(files, steps, { signal, atStep }) {
  const counting = Object.entries(files).map(([name, change]) => [
    name,
    (...args) => {
      if (++steps.count === atStep) process.kill(process.pid, signal)
      return change(...args)
    },
  ])
  return Object.fromEntries(counting)
}
