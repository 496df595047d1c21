import { endpoint, type Isolation, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const isolations: readonly Isolation[] = ['thread', 'child']

/** Ways to go. Kept by the module, so that the collector cannot help. */
const kept: unknown[] = []
const deaths: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(3),
  abort: () => process.abort(),
  segv: () => process.kill(process.pid, 'SIGSEGV'),
  array() {
    for (;;) kept.push([Math.random(), Math.random(), Math.random(), Math.random()])
  },
  map() {
    const map = new Map<number, number>()
    kept.push(map)
    for (;;) map.set(Math.random(), Math.random())
  },
  fill() {
    for (;;) kept.push(new Array<number>(1 << 20).fill(Math.random()))
  },
  later: () => void setTimeout(() => process.exit(4), 100),
  reject: () => void Promise.reject(new Error('nobody listens')),
  loop() {
    for (;;);
  },
}

const mortal = (isolation: Isolation, threads: number) =>
  stage({
    name: `mortal-${isolation}-${threads}`,
    isolation,
    threads,
    maxHeapMiB: 64,
    batch: { maxRows: 1 },
    input: Type.Object({ by: Type.String(), sleepMs: Type.Optional(Type.Number()) }),
    output: Type.Object({ pid: Type.Number(), slot: Type.Number() }),
    async handler(batch, context) {
      const [{ by, sleepMs }] = batch.rows()
      deaths[by]?.()
      await new Promise((resolve) => setTimeout(resolve, sleepMs ?? 0))
      return [{ pid: process.pid, slot: context.slot }]
    },
  })

export default isolations.flatMap((isolation) =>
  [1, 2].map((threads) => endpoint(`/${isolation}/${threads}`, mortal(isolation, threads))),
)
