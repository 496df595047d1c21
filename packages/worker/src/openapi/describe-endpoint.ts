import { type AnyStage, type Endpoint, parsePathTemplate } from '@redesmyn/core'
import { errorResponseName, errorStatuses } from './describe-errors.ts'
import { examplesOf } from '../app/examples-of.ts'
import { answerMedia, type EndpointMedia, requestMedia } from './endpoint-media.ts'
import { type JsonSchema, toJsonSchema } from './json-schema.ts'

type Content = Readonly<Record<string, object>>

/** What the POST of an endpoint takes and answers. Schemas are there exactly where its stages declare them. */
export function describeEndpoint(endpoint: Endpoint): object {
  const { path, stage, stages, config } = endpoint
  const errors = errorStatuses.map((status) => [
    String(status),
    { $ref: `#/components/responses/${errorResponseName(status)}` },
  ])
  return {
    operationId: operationIdOf(path),
    tags: ['endpoints'],
    summary: stages.map(({ name }) => name).join(' → '),
    description: 'Takes one record, or an array of them; the rows of several requests are served together.',
    parameters: [
      ...parsePathTemplate(path).names.map((name) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      { $ref: '#/components/parameters/RequestId' },
    ],
    requestBody: {
      required: config.emptyBody === 'refuse',
      content: contentOf(requestMedia(endpoint), { schema: requestSchema(stage), ...requestExamples(stage) }),
    },
    responses: {
      '200': {
        description: 'an object for an object, predictions for an array',
        headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' } },
        content: contentOf(answerMedia(endpoint), { schema: responseSchema(endpoint) }),
      },
      ...Object.fromEntries(errors),
    },
  }
}

/** The schemas that `describeEndpoint` refers to, by name. */
export function describeSchemas({ stage, stages, output }: Endpoint): Readonly<Record<string, JsonSchema>> {
  const last = stages[stages.length - 1]
  return {
    ...(stage.input && { [`${stage.name}.input`]: toJsonSchema(stage.input.json) }),
    ...(output && { [`${last.name}.output`]: toJsonSchema(output.json) }),
  }
}

function requestSchema({ name, input }: AnyStage): JsonSchema | undefined {
  if (input === undefined) return undefined
  const record = { $ref: `#/components/schemas/${name}.input` }
  return { oneOf: [record, { type: 'array', items: record }] }
}

function requestExamples(stage: AnyStage): { readonly examples?: object } {
  const examples = examplesOf(stage)
  if (examples.length === 0) return {}
  return { examples: { record: { value: examples[0] }, array: { value: examples } } }
}

function responseSchema({ stages, output, config }: Endpoint): JsonSchema | undefined {
  if (output === undefined) return undefined
  const record = { $ref: `#/components/schemas/${stages[stages.length - 1].name}.output` }
  const [only] = Object.values(toJsonSchema(output.json.properties))
  const item = output.fields.length === 1 && typeof only === 'object' && only !== null ? only : record
  const predictions = config.onInvalid === 'null' ? { oneOf: [item, { type: 'null' }] } : item
  const many = {
    type: 'object',
    required: ['id', 'predictions'],
    properties: { id: { type: 'string' }, predictions: { type: 'array', items: predictions } },
  }
  return { oneOf: [record, many] }
}

/** A media type without a schema stands for itself: where none is declared, or where it does not describe the bytes. */
function contentOf(media: readonly EndpointMedia[], json: { readonly schema: JsonSchema | undefined }): Content {
  const { schema, ...rest } = json
  const described = schema === undefined ? rest : json
  return Object.fromEntries(media.map(({ mediaType, hasSchema }) => [mediaType, hasSchema ? described : {}]))
}

/** `/predictions/{model}` → `post_predictions_model` */
function operationIdOf(path: string): string {
  return `post_${path.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '')}`
}
