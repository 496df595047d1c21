import type { Field } from '@redesmyn/core'
import type { ExplainedPlan } from '../../../packages/cascade/dist/run/explain/explained-plan.js'

function float(name: string, isNullable = false): Field {
  return { name, type: { kind: 'float', bits: 64 }, isNullable }
}

const path = (name: string) => `/data/trips/${name}.parquet`

/** The plan of the taxi flow over two files of three parts. */
export function samplePlan(change: Partial<ExplainedPlan> = {}): ExplainedPlan {
  const file = (name: string, rowCount: number) => ({
    path: path(name),
    byteLength: 3 * 1024 ** 2,
    modifiedMs: 0,
    rowCount,
    groups: [{ rowCount, byteLength: 3 * 1024 ** 2 }],
    columns: undefined,
    compression: 'none' as const,
  })
  const part = (index: number, file: number) => ({
    index,
    file,
    range: { kind: 'groups' as const, from: 0, to: 1, firstRow: 0, rowCount: 50_000 },
    partition: {},
  })
  const columns = [float('distance'), float('tip', true)]
  return {
    plan: {
      asset: 'scored',
      codeVersion: 'b3f1',
      input: {
        format: 'parquet',
        options: {},
        root: '/data/trips',
        files: [file('a', 100_000), file('b', 50_000)],
        fields: columns,
      },
      stages: ['featurise', 'score'],
      output: {
        format: 'parquet',
        options: { compression: 'snappy' },
        fields: [float('fare')],
        folder: '/data/out/scored',
        rejectsFolder: '/data/out/rejected',
      },
      batchRows: 65_536,
      partRows: 50_000,
      partBytes: 128 * 1024 ** 2,
      parts: [part(0, 0), part(1, 0), part(2, 1)],
    },
    kind: 'pipeline',
    sources: [
      {
        name: 'trips',
        kind: 'source',
        format: 'parquet',
        files: [file('a', 100_000), file('b', 50_000)],
        fields: columns,
        fileColumns: 12,
        skipsColumns: true,
      },
    ],
    waitsFor: [],
    stages: [
      {
        name: 'featurise',
        placement: 'service',
        isolation: 'thread',
        threads: 2,
        calls: 0,
        effects: 'pure',
        delivery: 'at-most-once',
        input: columns,
        output: [float('features')],
      },
      {
        name: 'score',
        placement: 'service',
        isolation: 'thread',
        threads: 0,
        calls: 0,
        effects: 'pure',
        delivery: 'at-most-once',
        input: [float('features')],
        output: [float('fare')],
      },
    ],
    publish: 'part',
    rejects: { maxRows: Number.POSITIVE_INFINITY, maxRatio: 0.01 },
    windows: {
      budgetBytes: 600 * 1024 ** 2,
      parts: 2,
      maxBatches: 12,
      batchBudgetBytes: 380 * 1024 ** 2,
      isTight: false,
      terms: [
        { name: 'the process', bytes: 104 * 1024 ** 2 },
        { name: '4 batches', bytes: 16 * 1024 ** 2 },
      ],
    },
    openParts: [1, 2],
    resume: { state: 'resumed', committedParts: 1 },
    ...change,
  }
}
