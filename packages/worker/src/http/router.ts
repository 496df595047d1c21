import { type PathParams, PipelineError } from '@redesmyn/core'

export type { PathParams }

/** The part of a path template that routing needs. `match` may throw PARAMETER_INVALID. */
export interface RoutePath {
  readonly text: string
  readonly names: readonly string[]
  match(path: string): PathParams | undefined
}

export type RouteMatch<T> =
  | { readonly kind: 'route'; readonly value: T; readonly params: PathParams }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'not-found' }

interface Route<T> {
  readonly path: RoutePath
  readonly value: T
}

/** All methods of one path. Templates that differ only in the names of their parameters are one path. */
interface Place<T> {
  readonly shape: string
  readonly byMethod: Map<string, Route<T>>
}

const noParams: PathParams = Object.freeze({})
const notFound = Object.freeze({ kind: 'not-found' })

/**
 * Finds what answers a method and a path. Paths match exactly: with and without a trailing slash are two paths. A
 * path without parameters goes before templates, and of two templates the one with the first fixed segment where the
 * other has a parameter. HEAD is answered wherever GET is.
 */
export class Router<T> {
  /** By method, then by path: what nearly every request asks for, without building a key. */
  readonly #fixed = new Map<string, Map<string, RouteMatch<T>>>()
  readonly #fixedPlaces = new Map<string, Place<T>>()
  #templates: readonly Place<T>[] = []

  /** Throws ROUTE_DUPLICATE when the path has a route for this method already. */
  add(method: string, path: RoutePath, value: T): void {
    const place = this.#placeOf(path)
    const taken = place.byMethod.get(method)
    if (taken !== undefined) {
      const details = { method, path: path.text, taken: taken.path.text }
      throw new PipelineError('ROUTE_DUPLICATE', `"${method} ${path.text}" is registered already`, { details })
    }
    place.byMethod.set(method, { path, value })
    if (path.names.length === 0) this.#fixedOf(method).set(path.text, { kind: 'route', value, params: noParams })
  }

  /** Throws PARAMETER_INVALID when the path has the right shape and an unusable parameter. */
  find(method: string, path: string): RouteMatch<T> {
    return this.#fixed.get(method)?.get(path) ?? this.#search(method, path)
  }

  #search(method: string, path: string): RouteMatch<T> {
    const allowed = new Set<string>()
    const fixed = this.#fixedPlaces.get(path)
    for (const place of fixed === undefined ? this.#templates : [fixed, ...this.#templates]) {
      const match = matchPlace(place, method, path)
      if (match?.kind === 'route') return match
      for (const name of match?.kind === 'method-not-allowed' ? match.allow : []) allowed.add(name)
    }
    return allowed.size === 0 ? notFound : { kind: 'method-not-allowed', allow: [...allowed] }
  }

  #fixedOf(method: string): Map<string, RouteMatch<T>> {
    const known = this.#fixed.get(method)
    if (known !== undefined) return known
    const paths = new Map<string, RouteMatch<T>>()
    this.#fixed.set(method, paths)
    return paths
  }

  #placeOf(path: RoutePath): Place<T> {
    const shape = shapeOf(path)
    const known = this.#fixedPlaces.get(shape) ?? this.#templates.find((place) => place.shape === shape)
    if (known !== undefined) return known
    const place: Place<T> = { shape, byMethod: new Map() }
    if (path.names.length === 0) this.#fixedPlaces.set(shape, place)
    else this.#templates = [...this.#templates, place].sort(bySpecificity)
    return place
  }
}

function matchPlace<T>(place: Place<T>, method: string, path: string): RouteMatch<T> | undefined {
  const { byMethod } = place
  const route = byMethod.get(method) ?? (method === 'HEAD' ? byMethod.get('GET') : undefined)
  if (route !== undefined) {
    const params = route.path.match(path)
    return params === undefined ? undefined : { kind: 'route', value: route.value, params }
  }
  const [any] = byMethod.values()
  if (any?.path.match(path) === undefined) return undefined
  return { kind: 'method-not-allowed', allow: allowOf(byMethod) }
}

function allowOf<T>(byMethod: ReadonlyMap<string, Route<T>>): readonly string[] {
  return byMethod.has('GET') && !byMethod.has('HEAD') ? [...byMethod.keys(), 'HEAD'] : [...byMethod.keys()]
}

/** `/a/{x}` and `/a/{y}` have the shape `/a/{}`. */
function shapeOf(path: RoutePath): string {
  return path.names.length === 0 ? path.text : path.text.replace(/\{[^}]*\}/g, '{}')
}

function bySpecificity<T>(one: Place<T>, other: Place<T>): number {
  const [a, b] = [one.shape.split('/'), other.shape.split('/')]
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const difference = vaguenessOf(a[index]) - vaguenessOf(b[index])
    if (difference !== 0) return difference
  }
  return b.length - a.length
}

/** Of a segment: fixed text, text around a parameter, a parameter alone. */
function vaguenessOf(segment = ''): number {
  return segment === '{}' ? 2 : Number(segment.includes('{}'))
}
