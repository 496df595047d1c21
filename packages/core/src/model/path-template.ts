import { PipelineError } from '../errors/pipeline-error.ts'

/** Values of a path's parameters by name, decoded. */
export type PathParams = Readonly<Record<string, string>>

/** What stands between two slashes: fixed text, or one parameter that text may stand around. */
type Segment =
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly prefix: string; readonly suffix: string }

/**
 * A path with parameters, as endpoints are mounted at and as artifacts lie at: `/iris/{run_id}/{model_id}`.
 * A parameter stands for text within one segment, never for none and never for a slash.
 */
export class PathTemplate {
  readonly text: string
  /** Of the parameters, in order. */
  readonly names: readonly string[]
  readonly #segments: readonly Segment[]

  /** Throws CONFIG_INVALID for what is no path, and for a parameter that is unnamed or named twice. */
  constructor(text: string) {
    this.text = text
    this.#segments = splitPath(text).map((segment) => parseSegment(segment, text))
    this.names = this.#segments.flatMap((segment) => (segment.kind === 'parameter' ? [segment.name] : []))
    const twice = this.names.find((name, index) => this.names.indexOf(name) !== index)
    if (twice !== undefined) throw invalidTemplate(text, `has the parameter "${twice}" twice`)
  }

  /**
   * The parameters of a path as it was sent, each percent-decoded once; undefined when the path is another one.
   * Throws PARAMETER_INVALID for a value that is not UTF-8, that holds a slash or NUL, or that is `.` or `..`.
   */
  match(path: string): PathParams | undefined {
    return this.#values(path, decodeValue)
  }

  /** The values that `fill` made this path of; undefined for another path. */
  read(filled: string): PathParams | undefined {
    return this.#values(filled, (_, text) => text)
  }

  /** How many segments a path of this template has. */
  get depth(): number {
    return this.#segments.length
  }

  /** Whether a path may have this text, which is not percent-encoded, as its segment of this number. For stores that list. */
  takes(segment: number, text: string): boolean {
    return segment < this.#segments.length && fits(this.#segments[segment], text) && text !== '.' && text !== '..'
  }

  /** The path for these values, not percent-encoded. Throws PARAMETER_INVALID for one that is missing or unusable. */
  fill(params: PathParams): string {
    return this.#segments.map((segment) => `/${fillSegment(segment, params)}`).join('')
  }

  #values(path: string, valueOf: (name: string, text: string) => string): PathParams | undefined {
    const parts = splitPath(path)
    const segments = this.#segments
    if (parts.length !== segments.length || !segments.every((segment, index) => fits(segment, parts[index]))) {
      return undefined
    }
    // Entries, because assigning a parameter named __proto__ would set the prototype.
    return Object.fromEntries(
      segments.flatMap((segment, index) =>
        segment.kind === 'parameter' ? [[segment.name, valueOf(segment.name, innerText(segment, parts[index]))]] : [],
      ),
    )
  }
}

/** Throws CONFIG_INVALID; see `PathTemplate`. */
export function parsePathTemplate(text: string): PathTemplate {
  return new PathTemplate(text)
}

/** `/a/b/` has the segments `a`, `b` and an empty one: with and without the last slash are two paths. */
function splitPath(path: string): readonly string[] {
  return path.slice(1).split('/')
}

function parseSegment(segment: string, template: string): Segment {
  if (!template.startsWith('/')) throw invalidTemplate(template, 'does not start with "/"')
  if (segment === '.' || segment === '..') throw invalidTemplate(template, `has the segment "${segment}"`)
  const parts = /^(?<prefix>[^{}]*)\{(?<name>[A-Za-z_]\w*)\}(?<suffix>[^{}]*)$/.exec(segment)?.groups
  if (parts !== undefined) return { kind: 'parameter', name: parts.name, prefix: parts.prefix, suffix: parts.suffix }
  if (!/[{}]/.test(segment)) return { kind: 'fixed', text: segment }
  throw invalidTemplate(template, `has the segment "${segment}", a segment holds one {name} of letters, digits and _`)
}

function invalidTemplate(template: string, problem: string): PipelineError {
  return new PipelineError('CONFIG_INVALID', `the path "${template}" ${problem}`)
}

function fits(segment: Segment, part: string): boolean {
  if (segment.kind === 'fixed') return part === segment.text
  const { prefix, suffix } = segment
  return part.length > prefix.length + suffix.length && part.startsWith(prefix) && part.endsWith(suffix)
}

function innerText({ prefix, suffix }: Segment & { readonly kind: 'parameter' }, part: string): string {
  return part.slice(prefix.length, part.length - suffix.length)
}

function decodeValue(name: string, encoded: string): string {
  let value: string
  try {
    value = decodeURIComponent(encoded)
  } catch (cause) {
    throw new PipelineError('PARAMETER_INVALID', `the parameter "${name}" is not percent-encoded UTF-8`, { cause })
  }
  return checkValue(name, value)
}

function fillSegment(segment: Segment, params: PathParams): string {
  if (segment.kind === 'fixed') return segment.text
  const { name, prefix, suffix } = segment
  if (!Object.hasOwn(params, name)) throw new PipelineError('PARAMETER_INVALID', `the parameter "${name}" is missing`)
  return `${prefix}${checkValue(name, params[name])}${suffix}`
}

/** A value that became part of a path must not lead out of its segment. */
function checkValue(name: string, value: string): string {
  if (value !== '' && value !== '.' && value !== '..' && !/[/\0]/.test(value)) return value
  const problem = value === '' ? 'is empty' : 'holds a slash or NUL, or is "." or ".."'
  throw new PipelineError('PARAMETER_INVALID', `the parameter "${name}" ${problem}`, { details: { parameter: name } })
}
