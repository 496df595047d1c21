import type { Contender } from './contender.ts'
import { sourcePath } from './place.ts'
import { findPython } from './python.ts'

const needs = {
  imports: ['mosec', 'numpy', 'onnxruntime'],
  packages: ['mosec==0.9.8', 'numpy==2.4.6', 'onnxruntime==1.31.1'],
  variable: 'MOSEC_PYTHON',
}

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
  const python = findPython(needs)
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
