import { type AppReport, flagOf, type StageReport } from '@redesmyn/worker'
import { formatSize } from '../../run/progress/figures.ts'

/** The report of `cascade check` for people. */
export function checkReport({ app, configFile, config, endpoints, stages }: AppReport): string {
  const lines = [endpoints.length === 0 ? `${app} is sound` : `${app} can be served`]
  if (endpoints.length > 0) lines.push('')
  for (const { path, stages: ordered, hasModels } of endpoints) {
    lines.push(`endpoint  POST ${path} → ${ordered.join(' → ')}${hasModels ? ', with models' : ''}`)
  }
  for (const stage of stages) lines.push('', ...describeStage(stage))
  lines.push('', `config    ${configFile ?? 'no configuration file'}`)
  const set = config.filter(({ source }) => source !== 'default')
  for (const { name, value, source, place } of set) {
    lines.push(`  ${name} ${String(value)}, from ${source === 'given' ? flagOf(name) : place}`)
  }
  lines.push(set.length === 0 ? '  every option has its default' : '  every other option has its default')
  return `${lines.join('\n')}\n`
}

function describeStage(stage: StageReport): readonly string[] {
  const { threads, concurrency, batch, queue } = stage
  return [
    `stage     ${stage.name}`,
    `  input   ${describeColumns(stage.input)}`,
    `  output  ${describeColumns(stage.output)}`,
    `  threads ${threads}, concurrency ${concurrency}`,
    `  batch   up to ${batch.maxRows} rows, waits ${batch.maxDelayMs} ms`,
    `  queue   up to ${queue.maxRows} rows, ${formatSize(queue.maxBytes)}`,
  ]
}

function describeColumns(columns: StageReport['input']): string {
  if (columns === undefined) return 'any columns'
  return columns.map(({ name, type }) => `${name}: ${type}`).join(', ')
}
