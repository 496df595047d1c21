/** An OpenLineage run event, as its 2-0-2 schema has it; of the facets only those that we write. */
export interface RunEvent {
  readonly eventType: 'START' | 'COMPLETE' | 'FAIL' | 'ABORT'
  /** UTC, ISO 8601. */
  readonly eventTime: string
  readonly producer: string
  readonly schemaURL: string
  readonly run: { readonly runId: string; readonly facets: Facets }
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: Facets }
  readonly inputs: readonly InputDataset[]
  readonly outputs: readonly OutputDataset[]
}

export interface Dataset {
  readonly namespace: string
  readonly name: string
  readonly facets: Facets
}

export interface InputDataset extends Dataset {
  readonly inputFacets: Facets
}

export interface OutputDataset extends Dataset {
  readonly outputFacets: Facets
}

export type Facets = Readonly<Record<string, Facet>>

/** What each facet says of itself stands before what it is about. */
export interface Facet extends Readonly<Record<string, unknown>> {
  readonly _producer: string
  readonly _schemaURL: string
}

export const runEventSchema = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent'

/** Versions of the facets' own schemas; ours are named, there is nothing at a URL. */
const facetSchemas = {
  schema: 'https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet',
  version: 'https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet',
  outputStatistics:
    'https://openlineage.io/spec/facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet',
  errorMessage: 'https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet',
  jobType: 'https://openlineage.io/spec/facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet',
  cascade_code: 'urn:redesmyn:cascade:facet:code:1',
  cascade_rows: 'urn:redesmyn:cascade:facet:rows:1',
  cascade_rejects: 'urn:redesmyn:cascade:facet:rejects:1',
} as const

export type FacetName = keyof typeof facetSchemas

/** Who has written the events. */
export function producerOf(version: string): string {
  return `urn:redesmyn:cascade:${version}`
}

/** One facet under its name; none where there is nothing to say. */
export function facet(
  name: FacetName,
  producer: string,
  content: Readonly<Record<string, unknown>> | undefined,
): Facets {
  if (content === undefined) return {}
  return { [name]: { _producer: producer, _schemaURL: facetSchemas[name], ...content } }
}
