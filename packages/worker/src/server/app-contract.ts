import type { AnyStage, Endpoint, RecordSchema } from '@redesmyn/core'
import type { LoadedApp } from '../app/load-app.ts'

/**
 * What of an app the main thread relies on, as text by name: schemas, options and paths. Threads of two builds of an
 * app may serve one after the other where it is equal.
 */
export function appContract({ endpoints, stages }: LoadedApp): ReadonlyMap<string, string> {
  return new Map([
    ...Array.from(stages.values(), (stage) => [`stage "${stage.name}"`, stageText(stage)] as const),
    ...endpoints.map((endpoint) => [`endpoint "${endpoint.path}"`, endpointText(endpoint)] as const),
  ])
}

/** The names of what is not as it was. */
export function contractChanges(
  former: ReadonlyMap<string, string>,
  next: ReadonlyMap<string, string>,
): readonly string[] {
  const names = new Set([...former.keys(), ...next.keys()])
  return [...names].filter((name) => former.get(name) !== next.get(name))
}

function stageText({ input, output, config }: AnyStage): string {
  // Only threads look at examples.
  return JSON.stringify([schemaOf(input), schemaOf(output), { ...config, examples: undefined }])
}

function schemaOf(schema: RecordSchema | undefined): unknown {
  return schema && { json: schema.json, columns: schema.fingerprint }
}

function endpointText({ stages, config, models }: Endpoint): string {
  const cache = models && { path: models.path.text, maxEntries: models.maxEntries, maxBytes: models.maxBytes }
  return JSON.stringify([stages.map(({ name }) => name), config, cache])
}
