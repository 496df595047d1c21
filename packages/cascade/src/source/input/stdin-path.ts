/** The path that stands for the standard input. */
export const stdinPath = '-'

/** An input as messages name it. */
export function inputName(path: string): string {
  return path === stdinPath ? 'stdin' : `"${path}"`
}
