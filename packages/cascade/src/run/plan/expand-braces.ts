/**
 * The texts that a pattern with braces stands for, as a shell expands them: `a{b,c}` and `0{1..7}`. Braces may lie in
 * braces. Numbers keep the zeros that both ends are written with: `{01..12}`. What is no such pattern stands for itself.
 */
export function expandBraces(pattern: string): readonly string[] {
  const group = firstGroup(pattern)
  if (group === undefined) return [pattern]
  const rest = expandBraces(pattern.slice(group.end + 1))
  const inner = pattern.slice(group.start + 1, group.end)
  const choices = rangeOf(inner) ?? group.choices.flatMap(expandBraces)
  const head = pattern.slice(0, group.start)
  return choices.flatMap((choice) => rest.map((tail) => `${head}${choice}${tail}`))
}

interface BraceGroup {
  readonly start: number
  readonly end: number
  readonly choices: readonly string[]
}

/** The first pair of braces that holds a choice or a range. */
function firstGroup(pattern: string): BraceGroup | undefined {
  for (let start = pattern.indexOf('{'); start !== -1; start = pattern.indexOf('{', start + 1)) {
    const group = groupAt(pattern, start)
    if (group !== undefined && (group.choices.length > 1 || rangeOf(group.choices[0]) !== undefined)) return group
  }
  return undefined
}

function groupAt(pattern: string, start: number): BraceGroup | undefined {
  const choices: string[] = []
  let depth = 0
  let from = start + 1
  for (let at = start; at < pattern.length; at++) {
    const sign = pattern[at]
    if (sign === '{') depth++
    if (sign === '}') depth--
    if (depth === 0) return { start, end: at, choices: [...choices, pattern.slice(from, at)] }
    if (sign !== ',' || depth > 1) continue
    choices.push(pattern.slice(from, at))
    from = at + 1
  }
  return undefined
}

function rangeOf(text: string): readonly string[] | undefined {
  const match = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text)
  if (match === null) return undefined
  const [from, to] = [Number(match[1]), Number(match[2])]
  const isPadded = [match[1], match[2]].some((end) => end.length > 1 && end.startsWith('0'))
  const width = isPadded ? Math.max(match[1].length, match[2].length) : 0
  const step = from <= to ? 1 : -1
  const count = Math.abs(to - from) + 1
  return Array.from({ length: count }, (_, index) => String(from + step * index).padStart(width, '0'))
}
