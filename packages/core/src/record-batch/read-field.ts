/** One field of a record that came from outside. What every object inherits is never a value: `toString` is missing. */
export function readField(record: unknown, name: string): unknown {
  if (!isRecord(record)) return undefined
  return isInherited(name) && !Object.hasOwn(record, name) ? undefined : record[name]
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Whether every object seems to have this field. */
export function isInherited(name: string): boolean {
  return name in Object.prototype
}
