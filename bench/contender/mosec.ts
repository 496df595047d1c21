import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Contender } from './contender.ts'
import { sourcePath } from './place.ts'

const packages = ['mosec==0.9.8', 'numpy==2.4.6', 'onnxruntime==1.31.1']
const venv = sourcePath('.venv')

export interface MosecSetting {
  readonly cell: 'exp' | 'echo' | 'records' | 'mlp' | 'mlp-bytes' | 'bytes' | 'two-stages' | 'tensor-hop' | 'stream'
  /** 1: unbatched. */
  readonly maxBatch: number
  readonly maxWaitMs: number
  readonly env?: Readonly<Record<string, string>>
}

/** Mosec in a Python of its own: `MOSEC_PYTHON`, or a virtual environment that is made once beside this folder. */
export function mosec(name: string, setting: MosecSetting): Contender {
  const { cell, maxBatch, maxWaitMs, env } = setting
  const python = findPython()
  return {
    name,
    command: python ?? 'python3',
    args: (port) => [
      sourcePath('servers/mosec_server.py'),
      ...['--address', '127.0.0.1', '--port', String(port), '--log-level', 'warning', '--timeout', '10000'],
    ],
    env: { CELL: cell, MAX_BATCH: String(maxBatch), MAX_WAIT_MS: String(maxWaitMs), ...env },
    metricsPath: '/metrics',
    missing: python === undefined ? 'mosec cannot be imported or installed' : undefined,
  }
}

function findPython(): string | undefined {
  const given = process.env['MOSEC_PYTHON']
  if (given !== undefined && given !== '') return canImport(given) ? given : undefined
  const python = `${venv}/bin/python`
  if (!existsSync(python)) install(python)
  return canImport(python) ? python : undefined
}

function canImport(python: string): boolean {
  return spawnSync(python, ['-c', 'import mosec, numpy, onnxruntime'], { stdio: 'ignore' }).status === 0
}

function install(python: string): void {
  console.error('Installing mosec into bench/.venv …')
  const made = spawnSync('python3', ['-m', 'venv', venv], { stdio: 'ignore' })
  if (made.status !== 0) return
  spawnSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
    stdio: ['ignore', 2, 2],
  })
}
