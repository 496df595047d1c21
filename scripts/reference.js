// Writes the reference pages from the tables that the code itself reads; `--check` only says which are stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { errorTable } from '../packages/core/dist/errors/error-table.js'
import { stageDefaults } from '../packages/core/dist/stage/resolve-stage.js'
import { runOptionTable } from '../packages/cascade/dist/run/options/run-option-table.js'
import { runDefaultTextOf, runEnvOf, runFlagOf } from '../packages/cascade/dist/run/options/run-option-text.js'
import { envOf, flagOf, optionTable } from '../packages/worker/dist/config/option-table.js'
import { eventTable } from '../packages/worker/dist/observe/event-table.js'
import { metricTable } from '../packages/worker/dist/observe/metric-table.js'

const pages = {
  'errors.md': errorsPage(),
  'options.md': optionsPage(),
  'metrics.md': metricsPage(),
}

const stale = Object.entries(pages).filter(([name, text]) => readPage(name) !== text)
if (process.argv.includes('--check')) {
  for (const [name] of stale) console.error(`docs/${name} is stale: run "npm run docs"`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  for (const [name, text] of stale) {
    writeFileSync(pathOf(name), text)
    console.error(`wrote docs/${name}`)
  }
}

function errorsPage() {
  const sent = Object.entries(errorTable).filter(([, meaning]) => meaning.http !== null)
  const thrown = Object.entries(errorTable).filter(([, meaning]) => meaning.http === null)
  return page('Errors', [
    'Every failure has one code. An HTTP answer carries it as',
    '`{"error":{"code","message","requestId","details"}}`; in a program it is the `code` of a `PipelineError`.',
    'Retry: the same request may succeed later. Message shown: otherwise the client sees a fixed sentence and the log',
    'has the rest.',
    '',
    '## Sent to clients',
    '',
    table(
      ['Code', 'HTTP', 'gRPC', 'Retry', 'Message shown', 'When'],
      sent.map(([code, { http, grpc, isRetryable, isExposed, when }]) => {
        return [`\`${code}\``, http, grpc, isRetryable ? 'yes' : 'no', isExposed ? 'yes' : 'no', when]
      }),
    ),
    '',
    '## Thrown while defining or starting',
    '',
    table(
      ['Code', 'When'],
      thrown.map(([code, { when }]) => [`\`${code}\``, when]),
    ),
  ])
}

function optionsPage() {
  return page('Options', [
    '## Of a server',
    '',
    'A flag of `cascade serve` wins over the environment, that over the [configuration file](configuration.md), and that',
    'over the default. In code the same options are given to `serve(import.meta, options)` and `new Server(options)` by',
    'their name, and in the file by their name too.',
    '',
    table(
      ['Name', 'Flag', 'Environment', 'Default', 'Accepts', 'Meaning'],
      Object.entries(optionTable).map(([name, spec]) => [
        `\`${name}\``,
        `\`${flagOf(name)}\``,
        `\`${envOf(name)}\``,
        spec.default === undefined ? '' : `\`${String(spec.default)}\``,
        spec.accepts,
        spec.description,
      ]),
    ),
    '',
    '## Of a run',
    '',
    'A flag of `cascade run` wins over the environment, that over the section `run` of the',
    '[configuration file](configuration.md), and that over the default. What has no variable is meant for one run: only a',
    'flag can say it. Where there is no default, the asset says it, or else there is no limit. See [runs](runs.md).',
    '',
    table(
      ['Name', 'Flag', 'Environment', 'Default', 'Accepts', 'Meaning'],
      Object.entries(runOptionTable).map(([name, spec]) => [
        `\`${name}\``,
        `\`${runFlagOf(name)}\``,
        runEnvOf(name) === undefined ? '' : `\`${runEnvOf(name)}\``,
        runDefaultTextOf(name) === undefined ? '' : `\`${runDefaultTextOf(name)}\``,
        spec.accepts,
        spec.description,
      ]),
    ),
    '',
    '## Of a stage',
    '',
    'Defaults of what `stage({ … })` leaves out.',
    '',
    table(
      ['Option', 'Default'],
      Object.entries(stageDefaults).map(([name, value]) => [`\`${stageOptionName(name)}\``, `\`${value}\``]),
    ),
  ])
}

/** `queueMaxRows` → `queue.maxRows`, `maxRows` → `batch.maxRows` */
function stageOptionName(name) {
  if (name.startsWith('queueMax')) return `queue.m${name.slice('queueM'.length)}`
  return /^m(in|ax)/.test(name) ? `batch.${name}` : name
}

function metricsPage() {
  return page('Metrics and events', [
    '## Metrics',
    '',
    '`GET /metrics` answers in the Prometheus text format.',
    '',
    table(
      ['Name', 'Type', 'Labels', 'Meaning'],
      Object.entries(metricTable).map(([name, { type, labels, help }]) => {
        return [`\`${name}\``, type, labels.map((label) => `\`${label}\``).join(', '), help]
      }),
    ),
    '',
    '## Events',
    '',
    'What a server logs, beside what handlers log: one line an event, `event` its name.',
    '',
    table(
      ['Event', 'Level', 'Message'],
      Object.entries(eventTable).map(([name, { level, message }]) => [`\`${name}\``, level, message]),
    ),
  ])
}

function page(title, lines) {
  return [
    `# ${title}`,
    '',
    '<!-- Generated by "npm run docs": change the table in the code, not this page. -->',
    '',
    ...lines,
    '',
  ].join('\n')
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function readPage(name) {
  try {
    return readFileSync(pathOf(name), 'utf8')
  } catch {
    return undefined
  }
}

function pathOf(name) {
  return fileURLToPath(new URL(`../docs/${name}`, import.meta.url))
}
