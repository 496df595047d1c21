import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { SeededRandom } from '../../fuzz/seeded-random.ts'

export type FaultName = 'throws' | 'late' | 'ends' | 'killed' | 'away'

const lateMs = 200

/** What may befall a batch. A stage elsewhere will add what befalls its calls. */
const faults: Readonly<Record<FaultName, () => void | Promise<void>>> = {
  throws: () => {
    throw new Error('a bad moment')
  },
  late: () => new Promise((resolve) => setTimeout(resolve, lateMs)),
  /** The thread ends itself. */
  ends: () => process.exit(7),
  /** As the kernel does it where memory is short: for a process of the stage's own. */
  killed: () => void process.kill(process.pid, 'SIGKILL'),
  /** What a stage is told that asks somebody else: for one that asks again. */
  away: () => {
    throw new PipelineError('HANDOFF_FAILED', 'the other side is away')
  },
}

export interface Trouble {
  readonly stage: string
  readonly seed: number
  /** Of all batches, those that something befalls. */
  readonly share: number
  /** One of these, each as often as it stands here. */
  readonly kinds: readonly FaultName[]
  /** Every fault leaves a file here, which keeps it from coming twice. */
  readonly marks: string
}

/** Brings on a batch what its seed says, once: whoever runs it again has no trouble with it. */
export async function trouble({ stage, seed, share, kinds, marks }: Trouble, firstId: number): Promise<void> {
  const random = new SeededRandom(seed * 7919 + firstId * 31 + stage.length)
  if (random.next() >= share) return
  const kind = random.pick(kinds)
  if (isFirst(join(marks, `${kind}-${stage}-${firstId}`))) await faults[kind]()
}

function isFirst(mark: string): boolean {
  try {
    closeSync(openSync(mark, 'wx'))
    return true
  } catch {
    return false
  }
}
