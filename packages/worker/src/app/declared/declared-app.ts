import {
  app,
  type App,
  type Endpoint,
  endpoint,
  type ObjectSchema,
  pipe,
  PipelineError,
  type Stage,
  stage,
} from '@redesmyn/core'
import type { Declaration, DeclaredEndpoint, PlainObject } from './declaration.ts'
import { replaceReferences } from './references.ts'
import { toColumnSchema } from './to-column-schema.ts'

/**
 * Makes of a declaration what code would have made: the same stages, endpoints and app, by the same functions, which
 * check all that a file may have wrong. `values` has what each reference stands for. Throws CONFIG_INVALID.
 */
export function declaredApp(declaration: Declaration, values: PlainObject, file: string): App {
  const resolve = (text: string): unknown => {
    if (values[text] !== undefined) return values[text]
    throw new PipelineError('CONFIG_INVALID', `"${text}" of ${file} is not exported there`)
  }
  const declared = (given: unknown) => replaceReferences(given, resolve)
  const stages = new Map(
    Object.entries(declaration.stages).map(([name, options]) => [name, declareStage(name, options, declared)]),
  )
  const endpoints = declaration.endpoints.map((one) => declareEndpoint(one, stages, declared))
  const shared = { use: declared(declaration.use), provide: declared(declaration.provide) }
  // `app` looks at each of them: they come from a file.
  return app({ endpoints, ...shared } as Parameters<typeof app>[0])
}

type Declared = (given: unknown) => unknown

function declareStage(name: string, { input, output, ...options }: PlainObject, declared: Declared): Stage {
  const schemas = {
    ...(input !== undefined && { input: toColumnSchema(declared(input)) }),
    ...(output !== undefined && { output: toColumnSchema(declared(output)) }),
  }
  // `stage` checks every option: nothing of a file has a type before.
  const own = { ...Object(declared(options)), name, ...schemas }
  return stage<ObjectSchema, ObjectSchema>(own)
}

function declareEndpoint(
  { path, stages: names, options }: DeclaredEndpoint,
  stages: ReadonlyMap<string, Stage>,
  declared: Declared,
): Endpoint {
  const [first, ...rest] = names.flatMap((name) => stages.get(name) ?? [])
  const served = rest.length === 0 ? first : rest.reduce((pipeline, next) => pipeline.to(next), pipe(first))
  return endpoint(path, served, Object(declared(options)))
}
