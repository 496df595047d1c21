/** Flags that are meant for the beginning of a run, not for going on with it. */
const beginning = ['--restart']

/** The command that goes on where these words stopped, as a shell reads it. */
export function commandText(words: readonly string[]): string {
  const kept = words.filter((word) => !beginning.includes(word))
  return ['cascade', ...kept].map(quote).join(' ')
}

function quote(word: string): string {
  return /^[\w@%+=:,./#-]+$/.test(word) && !word.startsWith('#') ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
