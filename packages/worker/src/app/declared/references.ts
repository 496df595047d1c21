/** `./handlers.ts#exp`: an export of a file beside the declaration; without `#…` the default one. */
const reference = /^(\.{1,2}\/[^#]+\.[cm]?[jt]sx?)(?:#([\w$]+))?$/

export interface Reference {
  readonly text: string
  readonly file: string
  readonly name: string
}

/** The references anywhere in a value, each once. */
export function findReferences(value: unknown): readonly Reference[] {
  const found = new Map<string, Reference>()
  visit(value, (text) => {
    const match = reference.exec(text)
    if (match !== null) found.set(text, { text, file: match[1] ?? '', name: match[2] ?? 'default' })
  })
  return [...found.values()]
}

/** The same value with what `resolve` gives in the place of each reference. */
export function replaceReferences(value: unknown, resolve: (text: string) => unknown): unknown {
  if (typeof value === 'string') return reference.test(value) ? resolve(value) : value
  if (Array.isArray(value)) return value.map((item) => replaceReferences(item, resolve))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceReferences(inner, resolve)]))
}

function visit(value: unknown, onText: (text: string) => void): void {
  if (typeof value === 'string') onText(value)
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) visit(inner, onText)
}
