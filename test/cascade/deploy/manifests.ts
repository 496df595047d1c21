import { parseAllDocuments } from 'yaml'

/** The parts of a manifest that the tests read. */
export interface Manifest {
  readonly kind: 'Deployment' | 'Job' | 'Service'
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec: {
    readonly selector?: Readonly<Record<string, unknown>>
    readonly ports?: readonly { readonly port: number; readonly targetPort: string }[]
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: {
        readonly terminationGracePeriodSeconds?: number
        readonly containers: readonly [Container]
      }
    }
    readonly [field: string]: unknown
  }
}

export interface Container {
  readonly name: string
  readonly image: string
  readonly command: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly lifecycle?: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } }
  readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string } }
}

/** The documents of a YAML text. */
export function manifestsOf(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document): Manifest => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS()
  })
}

/** Of the only pod's only container. */
export function containerOf({ spec }: Manifest): Container {
  return spec.template.spec.containers[0]
}

/** What the cluster's tool makes of a List. */
export function listOf(items: readonly Manifest[]): object {
  return { apiVersion: 'v1', kind: 'List', items }
}

/** The same value with one more field, once for each object in it. */
export function withStrayFields(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  const changed = Array.isArray(value) ? [] : [{ ...value, stray: 1 }]
  const inside = Object.entries(value).flatMap(([key, own]) =>
    withStrayFields(own).map((other) =>
      Array.isArray(value)
        ? value.map((one, index) => (String(index) === key ? other : one))
        : { ...value, [key]: other },
    ),
  )
  return [...changed, ...inside]
}
