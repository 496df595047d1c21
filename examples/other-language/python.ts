import { spawnSync } from 'node:child_process'

/** The interpreter that has pyarrow: `PYTHON`, or else the one of the path. */
export const python = process.env.PYTHON ?? 'python3'

export function hasPyarrow(): boolean {
  return spawnSync(python, ['-c', 'import pyarrow'], { stdio: 'ignore' }).status === 0
}
