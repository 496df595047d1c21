import { PipelineError } from '@redesmyn/core'
import { Command, type Option } from 'commander'
import { assertServed } from '../../deploy/assert-kind.ts'
import { type EcsOptions, type LogPlace, taskDefinition } from '../../deploy/ecs/task-definition.ts'
import type { CommandIo } from '../command-io.ts'
import { jsonText } from '../json-text.ts'
import { numberFlag, textFlag } from './deploy-flag.ts'
import { type DeployFlags, deployFlags, envFlags, imageOf, readTarget } from './deploy-flags.ts'
import { writeDeployment } from './write-deployment.ts'

const defaults = { cpu: 1024, memory: 2048 }

interface EcsFlags extends DeployFlags, Partial<typeof defaults> {
  readonly executionRole?: string
  readonly taskRole?: string
  readonly logGroup?: string
  readonly region?: string
}

const notes = `
The task is for Fargate, with awsvpc: its containers share one network
interface. The stages that run apart listen on ports of localhost, which nobody
outside of the task reaches, and the container that answers calls them there.

The app is loaded to see what it exports. Its path is that in the image. Equal
apps and flags give equal texts.

Examples:
  cascade deploy ecs app.ts --image images.example.org/models:1.0.0
  cascade deploy ecs app.ts --image models:1 --stage score -o task.json
  cascade deploy ecs app.ts --image models:1 --cpu 4096 --memory 8192 \\
    --log-group /models --region eu-central-1
  aws ecs register-task-definition --cli-input-json file://task.json

Exit codes: 0 written, 1 failed, 2 unusable flag or app module, 4 schemas that
do not fit.`

/** `cascade deploy ecs <app>` */
export function ecsCommand(io: CommandIo): Command {
  const command = new Command('ecs')
    .description('write the task definition that serves an app on ECS, a container for each stage that runs apart')
    .argument('<app>', 'the module, with endpoints')
    .addHelpText('after', notes)
  for (const flag of [...deployFlags(), ...ecsFlags()]) command.addOption(flag)
  return command
    .option('--json', 'one JSON object, as it is without')
    .action(async (target: string, flags: EcsFlags) => {
      const options = ecsOptions(flags)
      const letPrint = io.onPrint(io.writeErr)
      const app = await readTarget(target, flags).finally(letPrint)
      assertServed(app)
      await writeDeployment(jsonText(taskDefinition(app, options)), flags.to, io)
    })
}

function ecsFlags(): readonly Option[] {
  return [
    numberFlag('--cpu', {
      default: defaults.cpu,
      min: 256,
      max: 16_384,
      description: 'of the task; 1024 is a processor',
    }),
    numberFlag('--memory', { default: defaults.memory, min: 512, max: 122_880, description: 'of the task, in MiB' }),
    roleFlag('--execution-role', 'role that fetches the image and writes the log'),
    roleFlag('--task-role', 'role of the app itself'),
    textFlag('--log-group', {
      placeholder: '<name>',
      pattern: /^[\w./#-]{1,512}$/,
      accepts: 'the name of a log group',
      description: 'log group of CloudWatch for all containers; needs --region',
    }),
    textFlag('--region', {
      placeholder: '<region>',
      pattern: /^[a-z0-9-]+$/,
      accepts: 'a region such as eu-central-1',
      description: 'region of the log group',
    }),
  ]
}

function roleFlag(flag: string, description: string): Option {
  return textFlag(flag, {
    placeholder: '<arn>',
    pattern: /^arn:[\w-]+:iam::\d{12}:role\/\S+$/,
    accepts: 'the ARN of a role',
    description,
  })
}

function ecsOptions(flags: EcsFlags): EcsOptions {
  const { cpu, memory: memoryMiB } = { ...defaults, ...flags }
  const { name, executionRole, taskRole } = flags
  const [image, env] = [imageOf(flags), envFlags(flags)]
  return { image, name, cpu, memoryMiB, executionRole, taskRole, log: logPlace(flags), env }
}

function logPlace({ logGroup: group, region }: EcsFlags): LogPlace | undefined {
  if (group !== undefined && region !== undefined) return { group, region }
  if (group === undefined && region === undefined) return undefined
  const missing = group === undefined ? '--log-group' : '--region'
  throw new PipelineError('CONFIG_INVALID', `--log-group and --region go together, expected ${missing} too`)
}
