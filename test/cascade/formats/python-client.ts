import { spawnSync } from 'node:child_process'

/** The interpreter that has pyarrow: `PYTHON`, or else the one of the path. */
const python = process.env.PYTHON ?? 'python3'

/** Whether pyarrow can be imported. */
export function hasPyarrow(): boolean {
  return spawnSync(python, ['-c', 'import pyarrow.parquet'], { stdio: 'ignore' }).status === 0
}

/** What a script prints, as JSON. */
export function runPython(script: string, args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}
