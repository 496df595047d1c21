import { resolve } from 'node:path'
import { Command } from 'commander'
import type { ShardsReport } from '../../run/shards-report.ts'
import { formatCount, formatNumberOf, formatSize } from '../../run/progress/figures.ts'
import type { CommandParts } from '../command-parts.ts'
import { jsonText } from '../json-text.ts'

const notes = `
Once every shard has ended, this writes the manifest and _SUCCESS, as a run
without shards does by itself. It may be given again.

Examples:
  cascade run flow.ts#scored --shard 1/2 &
  cascade run flow.ts#scored --shard 2/2 &
  wait
  cascade commit out/scored

Exit codes: 0 complete, 1 failed, 2 no run has begun an output there, 5 parts
are missing.`

/** `cascade commit <folder>` */
export function commitCommand({ io, loadDriver }: CommandParts): Command {
  return new Command('commit')
    .description('end a run that was made as shards, once all its parts are there')
    .argument('<folder>', 'the folder that the shards have written to')
    .option('--json', 'print one JSON object on stdout')
    .addHelpText('after', notes)
    .action(async (folder: string, { json }: { readonly json?: true }) => {
      const driver = await loadDriver()
      const report = await driver.commitShards(resolve(folder))
      if (json) io.writeOut(jsonText(report))
      else io.writeErr(shardsText(report))
    })
}

function shardsText({ asset, outcome, partCount, files, rows, folder }: ShardsReport): string {
  const counts = `${formatNumberOf(rows.in, 'row')} in, ${formatCount(rows.written)} written, ${formatCount(rows.rejected)} rejected`
  const lines = [
    outcome === 'completed' ? `${asset}: completed` : `${asset}: it was complete before`,
    `  parts     ${formatCount(partCount)}`,
    `  rows      ${counts}`,
    `  output    ${folder}, ${formatNumberOf(files.count, 'file')}, ${formatSize(files.byteLength)}`,
  ]
  return `${lines.join('\n')}\n`
}
