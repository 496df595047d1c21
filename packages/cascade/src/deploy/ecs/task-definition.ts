import { PipelineError } from '@redesmyn/core'
import { type EnvVariable, serveCommand, serverEnv, stageCommand, type StagePlace } from '../container-command.ts'
import type { ServedApp } from '../deployed-app.ts'
import { checkLabel, labelOf, nameOf } from '../object-name.ts'
import { stopSeconds } from '../stop-time.ts'
import { checkFargateSize } from './fargate-size.ts'

/** What a task is told beside the app. */
export interface EcsOptions {
  readonly image: string
  /** Of the family and of the container that answers; undefined: after the app. */
  readonly name: string | undefined
  /** Of the whole task: 1024 to a processor. */
  readonly cpu: number
  readonly memoryMiB: number
  readonly executionRole: string | undefined
  readonly taskRole: string | undefined
  readonly log: LogPlace | undefined
  readonly env: readonly EnvVariable[]
}

/** Where CloudWatch keeps what containers write. */
export interface LogPlace {
  readonly group: string
  readonly region: string
}

/** The input of `RegisterTaskDefinition`, as far as it is written here. */
export interface TaskDefinition {
  readonly family: string
  readonly containerDefinitions: readonly object[]
  readonly [field: string]: unknown
}

/** The first stage that runs apart listens there, the next on the port behind it. */
const firstStagePort = 8081

/** Fargate waits no longer, whatever a container asks for. */
const longestStopSeconds = 120

/**
 * One task: a container that answers requests and one for each stage that runs apart. With `awsvpc` they share one network
 * interface, so that they reach each other at localhost and nobody else does. Throws CONFIG_INVALID for a size that there
 * is not, for a name that cannot be, and for a longer drain than Fargate waits.
 */
export function taskDefinition(app: ServedApp, options: EcsOptions): TaskDefinition {
  const { cpu, memoryMiB, executionRole, taskRole } = options
  checkFargateSize(cpu, memoryMiB)
  const name = nameOf(app, options.name)
  return {
    family: name,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: String(cpu),
    memory: String(memoryMiB),
    ...(executionRole !== undefined && { executionRoleArn: executionRole }),
    ...(taskRole !== undefined && { taskRoleArn: taskRole }),
    containerDefinitions: containers(app, options, name),
  }
}

function containers(app: ServedApp, options: EcsOptions, name: string): readonly object[] {
  const { port, drainMs, stagesApart } = app
  const ports = portsOf(app)
  const stages = stagesApart.map((stage, index) => ({ stage, name: checkLabel(labelOf(stage)), port: ports[index] }))
  const places = stages.map(({ stage, port: own }): StagePlace => {
    return { stage, placement: 'container', url: `http://localhost:${own}` }
  })
  assertApart([name, ...stages.map((stage) => stage.name)])
  const shared = { stopTimeout: stopTimeout(drainMs), options }
  return [
    ...stages.map(({ stage, name: own, port: stagePort }) =>
      container(own, {
        ...shared,
        command: stageCommand(app, stage, `http://127.0.0.1:${stagePort}`),
        environment: serverEnv({ drainMs }, options.env),
        port: stagePort,
      }),
    ),
    {
      ...container(name, {
        ...shared,
        command: serveCommand(app, places),
        environment: serverEnv({ port, drainMs }, options.env),
        port,
      }),
      portMappings: [{ name: 'http', containerPort: port, protocol: 'tcp' }],
      // Stopping goes the other way round: stages end once nobody calls them any more.
      ...(stages.length > 0 && {
        dependsOn: stages.map((stage) => ({ containerName: stage.name, condition: 'HEALTHY' })),
      }),
    },
  ]
}

interface ContainerParts {
  readonly command: readonly string[]
  readonly environment: readonly EnvVariable[]
  readonly port: number
  readonly stopTimeout: number
  readonly options: EcsOptions
}

/** Each is essential: without a stage its callers are of no use, so the task is replaced as a whole. */
function container(name: string, { command, environment, port, stopTimeout, options }: ContainerParts): object {
  const { image, log } = options
  const [entry, ...words] = command
  return {
    name,
    image,
    essential: true,
    // In place of the image's own, which might stand between the command and its signals.
    entryPoint: [entry],
    command: words,
    environment,
    healthCheck: {
      command: ['CMD', 'node', '-e', askScript(port)],
      interval: 10,
      timeout: 5,
      retries: 3,
      startPeriod: 120,
    },
    stopTimeout,
    ...(log !== undefined && {
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': log.group, 'awslogs-region': log.region, 'awslogs-stream-prefix': name },
      },
    }),
  }
}

/** An image that holds Node need not hold anything else that asks. It listens once every stage is warm. */
function askScript(port: number): string {
  return `fetch('http://127.0.0.1:${port}/livez').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`
}

/** Without the port of the container that answers. */
function portsOf({ port, stagesApart }: ServedApp): readonly number[] {
  const ports = Array.from({ length: stagesApart.length + 1 }, (_, index) => firstStagePort + index)
  return ports.filter((own) => own !== port)
}

function stopTimeout(drainMs: number): number {
  const seconds = stopSeconds(drainMs)
  if (seconds <= longestStopSeconds) return seconds
  const longestMs = drainMs - (seconds - longestStopSeconds) * 1000
  const message = `Fargate ends a container after ${longestStopSeconds} s, expected --drain-ms of ${longestMs} at most, got ${drainMs}`
  throw new PipelineError('CONFIG_INVALID', message)
}

function assertApart(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw new PipelineError('CONFIG_INVALID', `two containers would be named "${twice}", expected another --name`)
}
