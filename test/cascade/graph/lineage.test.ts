import { column, PipelineError, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import type { MadeFacts, MakingFacts } from '../../../packages/cascade/dist/graph/lineage/lineage-facts.js'
import { LineageLog } from '../../../packages/cascade/dist/graph/lineage/lineage-log.js'

// What OpenLineage's schema 2-0-2 asks of a run event, and what the schemas of the facets that we write ask of them.
const text = Type.String()
const uri = Type.String({ format: 'uri' })
const base = { _producer: uri, _schemaURL: uri }
const open = { additionalProperties: true }
const anyFacets = Type.Record(text, Type.Object(base, open))
const schemaFacet = Type.Object(
  { ...base, fields: Type.Array(Type.Object({ name: text, type: Type.Optional(text) }, open)) },
  open,
)
const versionFacet = Type.Object({ ...base, datasetVersion: text }, open)
const statisticsFacet = Type.Object(
  { ...base, rowCount: Type.Integer(), size: Type.Optional(Type.Integer()), fileCount: Type.Optional(Type.Integer()) },
  open,
)
const errorFacet = Type.Object(
  { ...base, message: text, programmingLanguage: text, stackTrace: Type.Optional(text) },
  open,
)
const jobTypeFacet = Type.Object(
  { ...base, processingType: text, integration: text, jobType: Type.Optional(text) },
  open,
)
const dataset = {
  namespace: text,
  name: text,
  facets: Type.Optional(
    Type.Intersect([
      anyFacets,
      Type.Object({ schema: Type.Optional(schemaFacet), version: Type.Optional(versionFacet) }, open),
    ]),
  ),
}
const outputFacets = Type.Intersect([
  anyFacets,
  Type.Object({ outputStatistics: Type.Optional(statisticsFacet) }, open),
])
const runEvent = Compile(
  Type.Object(
    {
      eventType: Type.Enum(['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER']),
      eventTime: Type.String({ format: 'date-time' }),
      producer: uri,
      schemaURL: uri,
      run: Type.Object(
        {
          runId: Type.String({ format: 'uuid' }),
          facets: Type.Intersect([anyFacets, Type.Object({ errorMessage: Type.Optional(errorFacet) }, open)]),
        },
        open,
      ),
      job: Type.Object(
        {
          namespace: text,
          name: text,
          facets: Type.Intersect([anyFacets, Type.Object({ jobType: Type.Optional(jobTypeFacet) }, open)]),
        },
        open,
      ),
      inputs: Type.Array(Type.Object({ ...dataset, inputFacets: Type.Optional(anyFacets) }, open)),
      outputs: Type.Array(Type.Object({ ...dataset, outputFacets: Type.Optional(outputFacets) }, open)),
    },
    open,
  ),
)

const Trip = Type.Object({ zone: Type.String(), fare: Type.Optional(column.float32()) })
const { fields } = stage({ name: 's', input: Trip, output: Trip, handler: (batch) => batch.rows() }).input ?? {}

const making: MakingFacts = {
  runId: '20261121-120000-abcdef',
  asset: 'rides',
  codeVersion: 'c0ffee',
  inputs: [
    { folder: '/data/trips', fields: fields ?? [], version: 'v1' },
    { folder: '/data/zones', fields: fields ?? [], version: undefined },
  ],
  output: { folder: '/data/out/rides', fields: fields ?? [], version: undefined },
  rejectsFolder: '/data/out/rides/_rejected',
}
const made: MadeFacts = {
  rows: { in: 10, out: 7, filtered: 1, rejected: 2, written: 7 },
  byteLength: 4096,
  fileCount: 3,
  version: 'v2',
}

/** The events of what a test tells. */
function eventsOf(tell: (log: LineageLog) => void): readonly ReturnType<typeof JSON.parse>[] {
  const lines: string[] = []
  tell(
    new LineageLog({
      write: (line) => void lines.push(line),
      isoTime: () => '2026-11-21T12:00:00.000Z',
      namespace: 'trips-app',
      version: '0.1.0',
    }),
  )
  return lines.map((line) => JSON.parse(line))
}

test('C99 events of beginning, success and failure keep the schema of OpenLineage', () => {
  const events = eventsOf((log) => {
    log.started(making)
    log.made(making, made)
    log.failed(making, new PipelineError('SINK_FAILED', 'the disk is full'), 'failed')
    log.failed(making, new PipelineError('RUN_INTERRUPTED', 'stopped'), 'aborted')
  })

  expect(events.map(({ eventType }) => eventType)).toEqual(['START', 'COMPLETE', 'FAIL', 'ABORT'])
  for (const event of events) expect(runEvent.Errors(event)).toEqual([])
  expect(new Set(events.map(({ run }) => run.runId)).size).toBe(1)
  expect(events[0].schemaURL).toBe('https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent')
})

test('the check of events would notice one that is wrong', () => {
  const [event] = eventsOf((log) => log.started(making))

  expect(runEvent.Check({ ...event, run: { ...event.run, runId: 'run-1' } })).toBe(false)
  expect(runEvent.Check({ ...event, eventTime: 'noon' })).toBe(false)
  expect(runEvent.Check({ ...event, outputs: [{ name: 'x' }] })).toBe(false)
})

test('C99 events name the inputs, the output and where rejected rows are', () => {
  const [begun, ended] = eventsOf((log) => {
    log.started(making)
    log.made(making, made)
  })

  const names = (list: readonly { namespace: string; name: string }[]) => list.map(({ name }) => name)
  expect(names(begun.inputs)).toEqual(['/data/trips', '/data/zones'])
  expect(names(begun.outputs)).toEqual(['/data/out/rides', '/data/out/rides/_rejected'])
  expect(ended.outputs[0].outputFacets.outputStatistics).toMatchObject({ rowCount: 7, size: 4096, fileCount: 3 })
  expect(ended.outputs[1].outputFacets.outputStatistics).toMatchObject({ rowCount: 2 })
  expect(ended.outputs[0].facets.schema.fields).toEqual([
    { name: 'zone', type: 'utf8' },
    { name: 'fare', type: 'float32?' },
  ])
})

test('R144 events tell run, versions of inputs and code, and row counts', () => {
  const [event] = eventsOf((log) => log.made(making, made))

  expect(event.job).toMatchObject({ namespace: 'trips-app', name: 'rides' })
  expect(event.run.facets.cascade_code).toMatchObject({ runId: making.runId, codeVersion: 'c0ffee' })
  expect(event.run.facets.cascade_rows).toMatchObject({ in: 10, out: 7, filtered: 1, rejected: 2, written: 7 })
  expect(event.inputs[0].facets.version).toMatchObject({ datasetVersion: 'v1' })
  expect(event.outputs[0].facets.version).toMatchObject({ datasetVersion: 'v2' })
})

test('C99 a failure tells its code and what happened', () => {
  const [event] = eventsOf((log) => log.failed(making, new PipelineError('SINK_FAILED', 'the disk is full'), 'failed'))

  expect(event.run.facets.errorMessage).toMatchObject({
    message: 'SINK_FAILED: the disk is full',
    programmingLanguage: 'JavaScript',
  })
})
