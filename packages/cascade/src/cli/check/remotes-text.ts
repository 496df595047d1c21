import type { RemoteReport } from '../../run/driver/shake-hands.ts'

/** What `cascade check` says of stages that run elsewhere, for people; nothing where there are none. */
export function remotesText(remotes: readonly RemoteReport[]): string {
  if (remotes.length === 0) return ''
  const lines = remotes.map(({ stage, placement, effects, maxRows }) => {
    return `remote    ${stage} over ${placement}: answers and fits; ${effects}, up to ${maxRows} rows a batch`
  })
  return `\n${lines.join('\n')}\n`
}
