/** JSON as it comes. */
type Json = Readonly<Record<string, unknown>>

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
const types = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer']

/** What a document lacks of the OpenAPI 3.1 specification: its required parts, its names, and references that lead nowhere. */
export function findOpenApiFaults(document: Json): readonly string[] {
  const faults: string[] = []
  const expect = (holds: boolean, fault: string) => {
    if (!holds) faults.push(fault)
  }
  const info = at(document, 'info')
  expect(/^3\.1\.\d+$/.test(String(document.openapi)), 'openapi is 3.1.x')
  expect(typeof info.title === 'string' && typeof info.version === 'string', 'info has a title and a version')
  for (const [path, item] of entries(at(document, 'paths'))) {
    expect(path.startsWith('/'), `${path} starts with a slash`)
    for (const [method, operation] of entries(item)) {
      expect(methods.includes(method), `${method} ${path} is a method`)
      faults.push(...operationFaults(`${method} ${path}`, operation, document))
    }
  }
  const ids = operationsOf(document).map(({ operationId }) => operationId)
  expect(new Set(ids).size === ids.length, 'operation ids are unique')
  for (const [kind, parts] of entries(at(document, 'components'))) {
    for (const [name] of entries(parts)) expect(/^[a-zA-Z0-9._-]+$/.test(name), `components.${kind}.${name} is a name`)
  }
  for (const schema of Object.values(at(at(document, 'components'), 'schemas'))) faults.push(...schemaFaults(schema))
  for (const reference of referencesIn(document)) {
    expect(resolve(document, reference) !== undefined, `${reference} leads somewhere`)
  }
  return faults
}

function operationFaults(name: string, operation: Json, document: Json): readonly string[] {
  const faults: string[] = []
  const expect = (holds: boolean, fault: string) => {
    if (!holds) faults.push(`${name}: ${fault}`)
  }
  const parameters = (Array.isArray(operation.parameters) ? operation.parameters : []).map((one: Json) =>
    follow(one, document),
  )
  for (const { name: parameter, in: where, required, schema } of parameters) {
    expect(typeof parameter === 'string' && isObject(schema), 'a parameter has a name and a schema')
    expect(where !== 'path' || required === true, `the path parameter ${String(parameter)} is required`)
  }
  const declared = parameters.filter(({ in: where }) => where === 'path').map((one) => one.name)
  const templated = [...name.matchAll(/\{([^}]+)\}/g)].map(([, parameter]) => parameter)
  expect(JSON.stringify(declared) === JSON.stringify(templated), 'its path parameters are those of its path')
  if (isObject(operation.requestBody)) {
    const content = entries(at(operation.requestBody, 'content'))
    expect(
      content.length > 0 && content.every(([type]) => /^[\w.+-]+\/[\w.+-]+$/.test(type)),
      'its body has media types',
    )
  }
  const responses = entries(at(operation, 'responses'))
  expect(responses.length > 0, 'it has responses')
  for (const [status, response] of responses) {
    expect(/^([1-5]\d\d|default)$/.test(status), `${status} is a status`)
    expect(typeof follow(response, document).description === 'string', `${status} has a description`)
  }
  return faults
}

function schemaFaults(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(schemaFaults)
  if (!isObject(schema)) return []
  const given: readonly unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'null']
  // A property may itself be named "type": then it is a schema, looked at below.
  const wrong = isObject(schema.type) ? [] : given.filter((type) => typeof type !== 'string' || !types.includes(type))
  const inner = Object.entries(schema).flatMap(([key, value]) => (key === 'examples' ? [] : schemaFaults(value)))
  return [...wrong.map((type) => `${JSON.stringify(type)} is a type`), ...inner]
}

export function operationsOf(document: Json): readonly Json[] {
  return entries(at(document, 'paths')).flatMap(([, item]) => entries(item).map(([, operation]) => operation))
}

/** What a reference leads to, or the thing itself. */
export function follow(thing: Json, document: Json): Json {
  if (typeof thing.$ref !== 'string') return thing
  const found = resolve(document, thing.$ref)
  return isObject(found) ? found : {}
}

function resolve(document: Json, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((place, key) => (isObject(place) ? place[key] : undefined), document)
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    return key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner)
  })
}

/** A member that is an object; an empty one where it is none. */
export function at(value: Json, key: string): Json {
  const inner = value[key]
  return isObject(inner) ? inner : {}
}

function entries(value: Json): readonly (readonly [string, Json])[] {
  return Object.entries(value).map(([key, inner]) => [key, isObject(inner) ? inner : {}])
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
