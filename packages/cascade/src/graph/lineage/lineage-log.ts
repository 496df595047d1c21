import { createHash } from 'node:crypto'
import { describeType, toErrorData } from '@redesmyn/core'
import type { DatasetFacts, MadeFacts, MakingFacts } from './lineage-facts.ts'
import {
  type Dataset,
  facet,
  type Facets,
  type OutputDataset,
  producerOf,
  type RunEvent,
  runEventSchema,
} from './run-event.ts'

export interface LineageParts {
  /** Takes one event, without a line break. */
  readonly write: (line: string) => void
  /** UTC, ISO 8601. */
  readonly isoTime: () => string
  /** Of the jobs: the app, for instance its package's name. */
  readonly namespace: string
  /** Of this package. */
  readonly version: string
}

/** Files of this machine, in OpenLineage's naming of data sets. */
const fileNamespace = 'file'

/** Tells the making of assets as OpenLineage run events: one START each, and one COMPLETE, FAIL or ABORT. */
export class LineageLog {
  readonly #parts: LineageParts
  readonly #producer: string

  constructor(parts: LineageParts) {
    this.#parts = parts
    this.#producer = producerOf(parts.version)
  }

  started(making: MakingFacts): void {
    this.#write('START', making, { run: {}, outputs: this.#outputs(making, undefined) })
  }

  made(making: MakingFacts, made: MadeFacts): void {
    const { in: read, out, filtered, rejected, written } = made.rows
    const rows = { in: read, out, filtered, rejected, written }
    this.#write('COMPLETE', making, { run: this.#facet('cascade_rows', rows), outputs: this.#outputs(making, made) })
  }

  /** `aborted`: it was stopped and can be gone on with. */
  failed(making: MakingFacts, thrown: unknown, kind: 'failed' | 'aborted'): void {
    const { code, message, stack } = toErrorData(thrown, 'INTERNAL')
    const run = this.#facet('errorMessage', {
      message: `${code}: ${message}`,
      programmingLanguage: 'JavaScript',
      ...(stack !== undefined && { stackTrace: stack }),
    })
    this.#write(kind === 'failed' ? 'FAIL' : 'ABORT', making, { run, outputs: this.#outputs(making, undefined) })
  }

  #write(eventType: RunEvent['eventType'], making: MakingFacts, told: EventFacets): void {
    const { namespace, isoTime, write } = this.#parts
    const { runId, asset, codeVersion } = making
    const jobType = { processingType: 'BATCH', integration: 'CASCADE', jobType: 'ASSET' }
    const event: RunEvent = {
      eventType,
      eventTime: isoTime(),
      producer: this.#producer,
      schemaURL: runEventSchema,
      run: {
        runId: uuidOf(runId, asset),
        facets: { ...this.#facet('cascade_code', { runId, codeVersion }), ...told.run },
      },
      job: { namespace, name: asset, facets: this.#facet('jobType', jobType) },
      inputs: making.inputs.map((input) => ({ ...this.#dataset(input, input.version), inputFacets: {} })),
      outputs: told.outputs,
    }
    write(JSON.stringify(event))
  }

  /** The asset's rows, and those that were rejected. */
  #outputs(making: MakingFacts, made: MadeFacts | undefined): readonly OutputDataset[] {
    const { output, rejectsFolder } = making
    const statistics = made && { rowCount: made.rows.written, size: made.byteLength, fileCount: made.fileCount }
    const own = this.#dataset(output, made?.version ?? output.version)
    const outputs = [{ ...own, outputFacets: this.#facet('outputStatistics', statistics) }]
    if (rejectsFolder === undefined) return outputs
    const rejected = made && { rowCount: made.rows.rejected }
    const facets = this.#facet('cascade_rejects', { of: making.asset })
    const rejects = { namespace: fileNamespace, name: rejectsFolder, facets }
    return [...outputs, { ...rejects, outputFacets: this.#facet('outputStatistics', rejected) }]
  }

  #dataset({ folder, fields }: DatasetFacts, version: string | undefined): Dataset {
    const columns = fields.map(({ name, type, isNullable }) => {
      return { name, type: `${describeType(type)}${isNullable ? '?' : ''}` }
    })
    const told = version === undefined ? undefined : { datasetVersion: version }
    const facets = { ...this.#facet('schema', { fields: columns }), ...this.#facet('version', told) }
    return { namespace: fileNamespace, name: folder, facets }
  }

  #facet(name: Parameters<typeof facet>[0], content: Parameters<typeof facet>[2]): Facets {
    return facet(name, this.#producer, content)
  }
}

interface EventFacets {
  readonly run: Facets
  readonly outputs: readonly OutputDataset[]
}

/** The same for the same run of the same asset, in the form of a UUID made of a hash (version 5's). */
function uuidOf(runId: string, asset: string): string {
  const hex = createHash('sha1').update(`${runId}\n${asset}`).digest('hex')
  const variant = ((Number.parseInt(hex[16], 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
