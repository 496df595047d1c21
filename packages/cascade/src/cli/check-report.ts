import type { AppReport, StageReport } from '@redesmyn/worker'

/** The report of `cascade check` for people. */
export function checkReport({ app, endpoints, stages }: AppReport): string {
  const lines = [`${app} can be served`, '']
  for (const { path, stages: ordered, hasModels } of endpoints) {
    lines.push(`endpoint  POST ${path} → ${ordered.join(' → ')}${hasModels ? ', with models' : ''}`)
  }
  for (const stage of stages) lines.push('', ...describeStage(stage))
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
    `  queue   up to ${queue.maxRows} rows, ${queue.maxBytes} bytes`,
  ]
}

function describeColumns(columns: StageReport['input']): string {
  if (columns === undefined) return 'any columns'
  return columns.map(({ name, type }) => `${name}: ${type}`).join(', ')
}
