/** What the user wrote and cannot be, as far as the remedy depends on it. */
export interface Mistake {
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
  /** The command line, without the program's name. */
  readonly words: readonly string[]
}

/** What to do about CONFIG_INVALID: `--help` explains options, and nothing else. */
export function stepOfMistake({ message, details, words }: Mistake): string {
  const [command = 'serve', target = ''] = words
  if (command === 'deploy' || 'option' in details || /(?:^|[\s(])--[a-z]|\bCASCADE_[A-Z]/.test(message)) {
    return `correct it; cascade ${helpedCommand(words)} --help lists every option with its range`
  }
  if ('pattern' in details) {
    const orGiven = command === 'check' ? '' : ', or name other files with --input'
    return `correct the path that the source names${orGiven}`
  }
  if ('known' in details) return `cascade check ${target.replace(/#.*/, '')} tells what the module exports`
  if ('isUnbegun' in details && command === 'retry-rejects') return `make it first: cascade run ${target}`
  if ('isUnbegun' in details) return 'give the folder that the asset is written to: its "to", or what --output was'
  if (isUnresolved(details)) return 'install what is missing with npm, or correct the import'
  if ('problems' in details) return 'correct the module, then give the same command again'
  return 'correct it, then give the same command again'
}

/** `deploy` has commands of its own. */
function helpedCommand([command = 'serve', own = '']: readonly string[]): string {
  return command === 'deploy' && !own.startsWith('-') ? `deploy ${own}` : command
}

function isUnresolved({ problems }: Mistake['details']): boolean {
  return Array.isArray(problems) && problems.some((problem) => String(problem).includes('Could not resolve'))
}
