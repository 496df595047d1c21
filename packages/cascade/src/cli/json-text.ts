/** What `--json` prints: one object, its schema under schemas/. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
