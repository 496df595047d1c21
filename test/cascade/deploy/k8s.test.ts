import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { envOf, optionNames } from '@redesmyn/worker'
import { afterEach, describe, expect, test } from 'vitest'
import { appPath, CascadeProcess, runCascade } from '../cascade-process.ts'
import { runOver } from '../cli/memory-io.ts'
import { scriptedDriver } from '../cli/scripted-driver.ts'
import { assertSchema } from '../schema-of-json.ts'
import { containerOf, listOf, type Manifest, manifestsOf, withStrayFields } from './manifests.ts'
import { targetPath } from './target-path.ts'

const image = ['--image', 'images.example.org/models:1.0.0']
const folders: string[] = []

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'))
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

async function deployed(...words: readonly string[]): Promise<readonly Manifest[]> {
  const { code, stdout, stderr } = await runOver(scriptedDriver(), ['deploy', 'k8s', ...words, ...image])
  expect([code, stderr]).toEqual([0, ''])
  return manifestsOf(stdout)
}

/** Without the machine's own folders. */
function relativeText(text: string): string {
  return text.replaceAll(appPath(''), 'apps/')
}

describe('cascade deploy k8s of an asset', () => {
  test('C105 --shards 16 writes an Indexed Job whose shards are given up for good at 2, 3, 4 and 7', async () => {
    const [run, commit, ...others] = await deployed(targetPath('numbers-flow.ts#scored'), '--shards', '16')

    expect(others).toEqual([])
    expect([run.kind, run.metadata.name]).toEqual(['Job', 'scored'])
    expect(run.spec).toMatchObject({
      completionMode: 'Indexed',
      completions: 16,
      parallelism: 16,
      backoffLimitPerIndex: 4,
      podFailurePolicy: {
        rules: [
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailIndex', onExitCodes: { containerName: 'run', operator: 'In', values: [2, 3, 4, 7] } },
        ],
      },
      template: { spec: { restartPolicy: 'Never' } },
    })
    expect(containerOf(run).name).toBe('run')
    expect([commit.kind, commit.metadata.name, commit.spec.suspend]).toEqual(['Job', 'scored-commit', true])
  })

  test('C105 what the pods are told, each with its index, makes the whole output and commits it', {
    timeout: 60_000,
  }, async () => {
    const folder = newFolder()
    for (const file of [0, 1, 2]) writeFileSync(join(folder, `${file}.ndjson`), `{"id":${file},"x":${file}}\n`)
    const output = join(folder, 'out')
    const target = targetPath('numbers-flow.ts#scored')
    const [run, commit] = await deployed(target, '--shards', '3', '--output', output)

    const env = { CASCADE_RUN_INPUT: join(folder, '*.ndjson') }
    const codes = await Promise.all(
      [0, 1, 2].map(async (index) => {
        const [, ...words] = containerOf(run).command
        // What the cluster does with a command before it starts a pod.
        const told = words.map((word) => word.replaceAll('$(JOB_COMPLETION_INDEX)', String(index)))
        return (await runCascade(told, env)).code
      }),
    )
    const [program, ...words] = containerOf(commit).command
    const committed = await runCascade([...words, '--json'])

    expect(codes).toEqual([0, 0, 0])
    expect(program).toBe('node_modules/.bin/cascade')
    expect(committed.code).toBe(0)
    expect(JSON.parse(committed.stdout)).toMatchObject({ outcome: 'completed', partCount: 3, rows: { in: 3, out: 3 } })
  })

  test('the whole in one pod commits by itself', async () => {
    const jobs = await deployed(targetPath('numbers-flow.ts#scored'))

    expect(jobs.map(({ metadata }) => metadata.name)).toEqual(['scored'])
    expect(jobs[0].spec.completions).toBe(1)
    expect(containerOf(jobs[0]).command.slice(-1)).toEqual([targetPath('numbers-flow.ts#scored')])
  })

  test('flags say namespace, parallelism, retries, volumes and variables', async () => {
    const flags = ['--namespace', 'ml', '--parallelism', '4', '--retries', '9', '--volume', 'trips:/srv/trips']
    const jobs = await deployed(targetPath('numbers-flow.ts#scored'), '--shards', '8', ...flags, '--env', 'A=b=c')

    for (const job of jobs) {
      expect(job.metadata.namespace).toBe('ml')
      expect(containerOf(job)).toMatchObject({
        env: [{ name: 'A', value: 'b=c' }],
        volumeMounts: [{ name: 'trips', mountPath: '/srv/trips' }],
      })
      expect(job.spec.template.spec).toMatchObject({
        volumes: [{ name: 'trips', persistentVolumeClaim: { claimName: 'trips' } }],
      })
    }
    expect(jobs[0].spec).toMatchObject({ parallelism: 4, backoffLimitPerIndex: 9 })
  })
})

describe('cascade deploy k8s of an app that is served', () => {
  test('C105 each stage behind a placement has a Deployment and a Service, and the others reach it there', async () => {
    const manifests = await deployed(appPath('placed.ts'), '--insecure')

    const named = (name: string) => manifests.filter(({ metadata }) => metadata.name === name)
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment placed-score-it',
      'Service placed-score-it',
      'Deployment placed-round',
      'Service placed-round',
      'Deployment placed',
      'Service placed',
    ])
    const [stage, stageService] = named('placed-score-it')
    const [server, serverService] = named('placed')
    expect(containerOf(stage).command.slice(3)).toEqual([
      '--stage',
      'score_it',
      '--listen',
      'http://0.0.0.0:8081',
      '--insecure',
    ])
    expect(containerOf(stage).ports).toEqual([{ name: 'http', containerPort: 8081 }])
    expect(stageService.spec.ports).toEqual([{ name: 'http', port: 8081, targetPort: 'http' }])
    expect(containerOf(server).command.slice(3)).toEqual([
      '--place',
      'score_it=host:http://placed-score-it:8081',
      '--place',
      'round=host:http://placed-round:8081',
    ])
    expect(serverService.spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }])
    for (const [deployment, service] of [
      [stage, stageService],
      [server, serverService],
    ]) {
      expect(deployment.spec.selector).toEqual({ matchLabels: service.spec.selector })
      expect(deployment.spec.template.metadata.labels).toMatchObject(service.spec.selector ?? {})
    }
  })

  test('a stage that is asked for has its own too, and the rest stays together', async () => {
    const manifests = await deployed(targetPath('numbers-flow.ts#scored'), '--stage', 'double', '--insecure')

    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Deployment scored-double',
      'Service scored-double',
      'Job scored',
    ])
    expect(containerOf(manifests[2]).command.slice(3)).toEqual(['--place', 'double=host:http://scored-double:8081'])
  })

  test('a pod has time to be withdrawn and to drain before it is killed, whatever the drain takes', async () => {
    for (const drainMs of [0, 30_000, 95_500]) {
      const [{ spec }] = await deployed(appPath('exp.ts'), '--drain-ms', String(drainMs))
      const { terminationGracePeriodSeconds, containers } = spec.template.spec
      const [, pauseSeconds] = containers[0].lifecycle?.preStop.exec.command ?? []

      expect(containers[0].env).toContainEqual({ name: 'CASCADE_DRAIN_MS', value: String(drainMs) })
      expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(Number(pauseSeconds) + Math.ceil(drainMs / 1000) + 5)
    }
  })

  test('port and drain time are those of the configuration file where no flag says them', async () => {
    const folder = mkdtempSync(join(appPath('..'), 'app-'))
    folders.push(folder)
    writeFileSync(join(folder, 'app.ts'), readFileSync(appPath('exp.ts')))
    writeFileSync(join(folder, 'cascade.config.yaml'), 'port: 9000\ndrainMs: 60000\n')

    const [{ spec }, service] = await deployed(join(folder, 'app.ts'))

    expect(spec.template.spec.containers[0].ports).toEqual([{ name: 'http', containerPort: 9000 }])
    expect(spec.template.spec.terminationGracePeriodSeconds).toBe(75)
    expect(service.spec.ports?.[0].port).toBe(80)
  })

  test('a profile says where stages run, and the containers are told of it', async () => {
    const folder = mkdtempSync(join(appPath('..'), 'app-'))
    folders.push(folder)
    writeFileSync(join(folder, 'app.ts'), readFileSync(appPath('placed.ts')))
    const places = 'place:\n  score_it: service\nprofiles:\n  near:\n    place:\n      round: service\n'
    writeFileSync(join(folder, 'cascade.config.yaml'), places)

    const withoutProfile = await deployed(join(folder, 'app.ts'), '--insecure')
    const near = await deployed(join(folder, 'app.ts'), '--profile', 'near')

    expect(withoutProfile.map(({ metadata }) => metadata.name)).toEqual(['app-round', 'app-round', 'app', 'app'])
    expect(near.map(({ metadata }) => metadata.name)).toEqual(['app', 'app'])
    expect(containerOf(near[0]).env).toContainEqual({ name: 'CASCADE_PROFILE', value: 'near' })
  })

  test('what its container is told starts a server that answers its probes', async () => {
    const [deployment] = await deployed(appPath('exp.ts'))
    const { command, env = [], ...container } = containerOf(deployment)

    const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]))
    // Any port, or two runs of this test would meet.
    const server = new CascadeProcess(command.slice(1), { ...variables, CASCADE_PORT: '0' })
    const url = (await server.url()).replace('0.0.0.0', '127.0.0.1')
    const paths = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const
    const statuses = await Promise.all(
      paths.map(async (probe) => (await fetch(`${url}${container[probe].httpGet.path}`)).status),
    )
    server.kill('SIGTERM')

    expect(statuses).toEqual([200, 200, 200])
    expect((await server.ended).code).toBe(0)
    expect(Object.keys(variables).filter((name) => !optionNames.map(envOf).includes(name))).toEqual([])
  })
})

describe('the text of cascade deploy k8s', () => {
  test('C105 is the same every time, as it was when it was looked at', async () => {
    const flags = ['--insecure', '--namespace', 'ml', '--volume', 'models:/srv/models']
    const words = ['deploy', 'k8s', appPath('placed.ts'), ...image, ...flags]

    const [first, second] = await Promise.all([runCascade(words), runCascade(words)])

    expect([first.code, first.stderr]).toEqual([0, ''])
    expect(first.stdout).toBe(second.stdout)
    await expect(relativeText(first.stdout)).toMatchFileSnapshot('./golden/placed.yaml')
  })

  test.each(['placed.ts', 'numbers-flow.ts#scored'])(
    'C15 C105 --json of %s keeps the schema, which knows every field, and YAML says the same',
    async (app) => {
      const words = ['deploy', 'k8s', targetPath(app), ...image, '--volume', 'trips:/srv/trips', '--env', 'A=1']
      const flags = app.includes('#') ? ['--shards', '16'] : ['--insecure']

      const [yaml, json] = await Promise.all([
        runCascade([...words, ...flags]),
        runCascade([...words, ...flags, '--json']),
      ])

      const list: unknown = JSON.parse(json.stdout)
      assertSchema('k8s-manifests', list)
      expect(listOf(manifestsOf(yaml.stdout))).toEqual(list)
      const stray = withStrayFields(list)
      expect(stray.length).toBeGreaterThan(30)
      for (const other of stray) expect(() => assertSchema('k8s-manifests', other)).toThrow()
    },
  )

  test('-o writes a file and nothing to stdout', async () => {
    const to = join(newFolder(), 'exp.yaml')

    const written = await runCascade(['deploy', 'k8s', appPath('exp.ts'), ...image, '-o', to])
    const printed = await runCascade(['deploy', 'k8s', appPath('exp.ts'), ...image])

    expect([written.code, written.stdout, written.stderr]).toEqual([0, '', `wrote ${to}\n`])
    expect(readFileSync(to, 'utf8')).toBe(printed.stdout)
  })

  test("has no field that the cluster's own tool does not know", async ({ skip }) => {
    skip(spawnSync('kubectl', ['version', '--client']).status !== 0, 'kubectl is not installed')

    const flow = targetPath('numbers-flow.ts#scored')
    const manifests = [
      ...(await deployed(appPath('placed.ts'), '--insecure')),
      ...(await deployed(flow, '--shards', '16')),
    ]

    for (const manifest of manifests.filter(({ kind }) => kind !== 'Service')) {
      // It reads the object into its own types, which drop what they do not have, and writes it again.
      const args = ['set', 'env', '--local', '-f', '-', '-o', 'json', 'ADDED=1']
      const { stdout } = spawnSync('kubectl', args, { input: JSON.stringify(manifest), encoding: 'utf8' })
      const { env: _, ...container } = containerOf(manifest)
      expect(JSON.parse(stdout)).toMatchObject({
        ...manifest,
        spec: {
          ...manifest.spec,
          template: { ...manifest.spec.template, spec: { ...manifest.spec.template.spec, containers: [container] } },
        },
      })
    }
  })
})

test.each([
  [['exp.ts'], 'an image must be given'],
  [['exp.ts', '--image', '--json'], '--image must be the name of an image'],
  [['exp.ts', ...image, '--stage', 'epx'], 'the app has no stage "epx", did you mean "exp"?'],
  [['placed.ts', ...image], '"score_it", "round" would be called in plain HTTP over the network of the cluster'],
  [['exp.ts', ...image, '--profile', 'split'], 'there is no profile "split"'],
  [
    ['exp.ts', ...image, '--name', 'My_App'],
    'a name must be lower-case letters, digits and "-", 63 at most, got "My_App"',
  ],
  [['exp.ts', ...image, '--cpu', 'two'], '--cpu must be a quantity such as 2 or 500m, got "two"'],
  [['exp.ts', ...image, '--env', 'CASCADE_PORT=1'], '--env cannot set CASCADE_PORT: --port says it'],
  [['exp.ts', ...image, '--env', '1=2'], '--env must be a variable such as'],
  [['exp.ts', ...image, '--volume', 'trips'], '--volume must be a claim and a folder'],
  [['exp.ts', ...image, '--port', '0'], '--port must be a whole number from 1 to 65535, got "0"'],
  [['exp.ts', ...image, '-o', '/nowhere/at/all.yaml'], '-o must be a file that can be written'],
  [['exp.ts#scored', ...image], 'there is no asset "scored"'],
  [['numbers-flow.ts', ...image], 'the app exports no endpoint, but assets: expected'],
  [['numbers-flow.ts#scroed', ...image], 'there is no asset "scroed", did you mean "scored"?'],
  [['numbers-flow.ts#scored', ...image, '--shards', '0'], '--shards must be a whole number from 1 to 99999, got "0"'],
])('C14 deploy k8s %j ends with 2: %s', async ([app, ...flags], message) => {
  const { code, stdout, stderr } = await runOver(scriptedDriver(), ['deploy', 'k8s', targetPath(app), ...flags])

  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
  expect(stderr).toContain('next:  correct it; cascade deploy k8s --help lists every option with its range')
})

test.each([
  ['rides', 'one function over all rows', '"rides" is made by one function over all rows: it has no shards'],
  ['rides,cheap', 'several functions', 'shards are those of one asset, got "cheap", "rides": write the jobs of each'],
])('C14 shards of %s, which is made by %s, are refused with 2', async (asset, _, message) => {
  const app = fileURLToPath(new URL('../graph/apps/zones.ts', import.meta.url))
  const words = ['deploy', 'k8s', `${app}#${asset}`, ...image]

  const shared = await runOver(scriptedDriver(), [...words, '--shards', '2'])
  const whole = await runOver(scriptedDriver(), [...words, '--name', 'whole'])

  expect([shared.code, shared.stdout]).toEqual([2, ''])
  expect(shared.stderr).toContain(message)
  expect(whole.code).toBe(0)
})
