import { Command } from 'commander'
import type { CommandIo } from '../command-io.ts'
import { ecsCommand } from './ecs-command.ts'
import { k8sCommand } from './k8s-command.ts'

const notes = `
Nothing is sent anywhere: what is written is for "kubectl apply" and "aws ecs".

Examples:
  cascade deploy k8s app.ts --image images.example.org/models:1.0.0
  cascade deploy k8s flow.ts#scored --image models:1 --shards 16
  cascade deploy ecs app.ts --image models:1 --stage score
  cascade deploy k8s --help

Exit codes: 0 written, 1 failed, 2 unusable flag or app module, 4 schemas that
do not fit.`

/** `cascade deploy`: a command for each kind of place. */
export function deployCommand(io: CommandIo): Command {
  return new Command('deploy')
    .description('write what runs an app in containers: for Kubernetes, or for ECS')
    .addHelpText('after', notes)
    .addCommand(k8sCommand(io))
    .addCommand(ecsCommand(io))
}
