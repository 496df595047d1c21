import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { appPath, CascadeProcess, runCascade } from '../cascade-process.ts'
import { runOver } from '../cli/memory-io.ts'
import { scriptedDriver } from '../cli/scripted-driver.ts'
import { assertSchema } from '../schema-of-json.ts'
import { withStrayFields } from './manifests.ts'
import { targetPath } from './target-path.ts'

/** The parts of a task definition that the tests read. */
interface Task {
  readonly family: string
  readonly networkMode: string
  readonly containerDefinitions: readonly {
    readonly name: string
    readonly entryPoint: readonly string[]
    readonly command: readonly string[]
    readonly environment: readonly { readonly name: string; readonly value: string }[]
    readonly healthCheck: { readonly command: readonly string[] }
    readonly stopTimeout: number
    readonly portMappings?: readonly { readonly containerPort: number }[]
    readonly dependsOn?: readonly object[]
  }[]
}

const image = ['--image', 'images.example.org/models:1.0.0']
const everyFlag = [
  ...['--execution-role', 'arn:aws:iam::123456789012:role/execution', '--log-group', '/models'],
  ...['--task-role', 'arn:aws:iam::123456789012:role/models', '--region', 'eu-central-1', '--env', 'A=1'],
]

async function deployed(...words: readonly string[]): Promise<Task> {
  const { code, stdout, stderr } = await runOver(scriptedDriver(), ['deploy', 'ecs', ...words, ...image])
  expect([code, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

describe('cascade deploy ecs', () => {
  test('C106 stages are containers that share localhost, and are placed by URLs of it', async () => {
    const { networkMode, containerDefinitions } = await deployed(appPath('placed.ts'))

    const [score, round, server] = containerDefinitions
    expect(networkMode).toBe('awsvpc')
    expect(containerDefinitions.map(({ name }) => name)).toEqual(['score-it', 'round', 'placed'])
    expect(score.command.slice(2)).toEqual(['--stage', 'score_it', '--listen', 'http://127.0.0.1:8081'])
    expect(round.command.slice(2)).toEqual(['--stage', 'round', '--listen', 'http://127.0.0.1:8082'])
    expect(server.command.slice(2)).toEqual([
      '--place',
      'score_it=container:http://localhost:8081',
      '--place',
      'round=container:http://localhost:8082',
    ])
    expect(server.dependsOn).toEqual([
      { containerName: 'score-it', condition: 'HEALTHY' },
      { containerName: 'round', condition: 'HEALTHY' },
    ])
    // Nobody outside of the task reaches a stage.
    expect(containerDefinitions.map(({ portMappings }) => portMappings?.[0].containerPort)).toEqual([
      undefined,
      undefined,
      8000,
    ])
  })

  test('C106 the text is the same every time, as it was when it was looked at', async () => {
    const words = ['deploy', 'ecs', appPath('placed.ts'), ...image, ...everyFlag]

    const [first, second] = await Promise.all([runCascade(words), runCascade(words)])

    expect([first.code, first.stderr]).toEqual([0, ''])
    expect(first.stdout).toBe(second.stdout)
    const text = first.stdout.replaceAll(appPath(''), 'apps/')
    await expect(text).toMatchFileSnapshot('./golden/placed-task.json')
  })

  test('C15 C106 --json is that text, and keeps the schema, which knows every field', async () => {
    const words = ['deploy', 'ecs', appPath('placed.ts'), ...image, ...everyFlag]

    const [plain, json] = await Promise.all([runCascade(words), runCascade([...words, '--json'])])

    const task: unknown = JSON.parse(json.stdout)
    assertSchema('ecs-task-definition', task)
    expect(json.stdout).toBe(plain.stdout)
    const stray = withStrayFields(task)
    expect(stray.length).toBeGreaterThan(15)
    for (const other of stray) expect(() => assertSchema('ecs-task-definition', other)).toThrow()
  })

  test('a stage keeps away from the port of the endpoints', async () => {
    const { containerDefinitions } = await deployed(appPath('placed.ts'), '--port', '8081')

    expect(containerDefinitions[2].command.slice(2)).toEqual([
      '--place',
      'score_it=container:http://localhost:8082',
      '--place',
      'round=container:http://localhost:8083',
    ])
  })

  test('an app whose stages stay together is one container, with time to drain', async () => {
    const { containerDefinitions } = await deployed(appPath('exp.ts'), '--drain-ms', '60000')

    expect(containerDefinitions).toHaveLength(1)
    expect(containerDefinitions[0]).not.toHaveProperty('dependsOn')
    expect(containerDefinitions[0].stopTimeout).toBeGreaterThanOrEqual(65)
  })

  test('its health check tells a server that answers from one that does not', async () => {
    const [{ entryPoint, command, environment, healthCheck }] = (await deployed(appPath('exp.ts'))).containerDefinitions
    const [kind, , ...words] = healthCheck.command

    const variables = Object.fromEntries(environment.map(({ name, value }) => [name, value]))
    const server = new CascadeProcess(command, { ...variables, CASCADE_PORT: '0' })
    const { port } = new URL(await server.url())
    const ask = () => {
      const script = words.map((word) => word.replace(':8000/', `:${port}/`))
      return spawnSync(process.execPath, script).status
    }
    const whileServing = ask()
    server.kill('SIGTERM')
    await server.ended

    expect([kind, entryPoint]).toEqual(['CMD', ['node_modules/.bin/cascade']])
    expect(words.join(' ')).toContain(':8000/livez')
    expect([whileServing, ask()]).toEqual([0, 1])
  })
})

test.each([
  [['numbers-flow.ts#scored', ...image], 'only endpoints can be deployed so, got the asset "scored"'],
  [['exp.ts', ...image, '--cpu', '1000'], '--cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384, got 1000'],
  [
    ['exp.ts', ...image, '--cpu', '4096'],
    'with --cpu 4096 a task has --memory 8192 to 30720 in steps of 1024, got 2048',
  ],
  [
    ['exp.ts', ...image, '--cpu', '256', '--memory', '1536'],
    'with --cpu 256 a task has --memory 512 to 1024 in steps of 512 or 2048, got 1536',
  ],
  [
    ['exp.ts', ...image, '--drain-ms', '120000'],
    'Fargate ends a container after 120 s, expected --drain-ms of 110000 at most, got 120000',
  ],
  [['exp.ts', ...image, '--region', 'eu-central-1'], '--log-group and --region go together, expected --log-group too'],
  [['exp.ts', ...image, '--task-role', 'me'], '--task-role must be the ARN of a role, got "me"'],
  [
    ['exp.ts', ...image, '--name', 'exp', '--stage', 'exp'],
    'two containers would be named "exp", expected another --name',
  ],
])('C14 deploy ecs %j ends with 2: %s', async ([app, ...flags], message) => {
  const { code, stdout, stderr } = await runOver(scriptedDriver(), ['deploy', 'ecs', targetPath(app), ...flags])

  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
  expect(stderr).toContain('next:  correct it; cascade deploy ecs --help lists every option with its range')
})
