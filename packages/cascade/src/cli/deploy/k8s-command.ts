import { Command, Option } from 'commander'
import type { K8sOptions, VolumeClaim } from '../../deploy/k8s/k8s-options.ts'
import { k8sManifests } from '../../deploy/k8s/k8s-manifests.ts'
import { manifestList, manifestsYaml } from '../../deploy/k8s/manifests-text.ts'
import type { CommandIo } from '../command-io.ts'
import { jsonText } from '../json-text.ts'
import { listFlag, numberFlag, textFlag } from './deploy-flag.ts'
import { type DeployFlags, deployFlags, envFlags, imageOf, readTarget } from './deploy-flags.ts'
import { k8sNotes } from '../../deploy/k8s/k8s-notes.ts'
import { writeDeployment } from './write-deployment.ts'

interface K8sFlags extends DeployFlags, Partial<typeof defaults> {
  readonly namespace?: string
  readonly parallelism?: number
  readonly output?: string
  readonly volume?: readonly VolumeClaim[]
  readonly insecure?: true
}

const defaults: Pick<K8sOptions, 'replicas' | 'shards' | 'retries' | 'cpu' | 'memory'> = {
  replicas: 2,
  shards: 1,
  retries: 4,
  cpu: '2',
  memory: '2Gi',
}

const notes = `
Of an app with endpoints it writes a Deployment whose pods drain before they
end, and a Service; of an asset an Indexed Job with a pod for each shard, and a
Job that commits, suspended until the shards have ended. Stages that run apart
have a Deployment and a Service each.

The app is loaded to see what it exports. Its path, and that of --output, are
those in the image. Equal apps and flags give equal texts.

Examples:
  cascade deploy k8s app.ts --image images.example.org/models:1.0.0
  cascade deploy k8s app.ts --image models:1 --stage score --insecure
  cascade deploy k8s flow.ts#scored --image models:1 --shards 16 \\
    --volume trips:/srv/data -o scored.yaml
  cascade deploy k8s app.ts --image models:1 --json | kubectl apply -f -

Exit codes: 0 written, 1 failed, 2 unusable flag or app module, 4 schemas that
do not fit.`

/** `cascade deploy k8s <app>` */
export function k8sCommand(io: CommandIo): Command {
  const command = new Command('k8s')
    .description('write the manifests that serve an app, or run an asset in shards, on Kubernetes')
    .argument('<app>', 'the module, and after # an asset of it: flow.ts#scored')
    .addHelpText('after', notes)
  for (const flag of [...deployFlags(), ...k8sFlags()]) command.addOption(flag)
  return command
    .option('--json', 'one JSON object, a List, in place of YAML')
    .action(async (target: string, flags: K8sFlags) => {
      const options = k8sOptions(flags)
      const letPrint = io.onPrint(io.writeErr)
      const app = await readTarget(target, flags).finally(letPrint)
      const manifests = k8sManifests(app, options)
      const text = flags.json ? jsonText(manifestList(manifests)) : await manifestsYaml(manifests, k8sNotes(manifests))
      await writeDeployment(text, flags.to, io)
    })
}

const quantity = /^\d+(\.\d+)?([munkMGTPE]|[KMGTPE]i)?$/

function k8sFlags(): readonly Option[] {
  return [
    textFlag('--namespace', {
      placeholder: '<name>',
      pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      accepts: 'lower-case letters, digits and "-"',
      description: 'namespace of the objects, in place of the one that they are applied to',
    }),
    numberFlag('--replicas', { default: defaults.replicas, min: 0, max: 10_000, description: 'pods of a Deployment' }),
    numberFlag('--shards', {
      default: defaults.shards,
      min: 1,
      max: 99_999,
      description: "shares of a run's parts, a pod each",
    }),
    numberFlag('--parallelism', { min: 1, max: 99_999, description: 'shards at once, in place of all' }),
    numberFlag('--retries', {
      default: defaults.retries,
      min: 0,
      max: 1000,
      description: 'how often a shard is begun again after a failure that may pass',
    }),
    textFlag('--output', {
      placeholder: '<folder>',
      pattern: /^[^\s-]\S*$/,
      accepts: 'a folder',
      description: "folder of the run, in place of the asset's own",
    }),
    textFlag('--cpu', {
      placeholder: '<quantity>',
      pattern: quantity,
      accepts: 'a quantity such as 2 or 500m',
      description: 'processors that a pod asks for',
      default: defaults.cpu,
    }),
    textFlag('--memory', {
      placeholder: '<quantity>',
      pattern: quantity,
      accepts: 'a quantity such as 2Gi',
      description: 'memory that a pod asks for, and may have',
      default: defaults.memory,
    }),
    listFlag('--volume', {
      placeholder: '<claim:path>',
      accepts: 'a claim and a folder such as trips:/srv/data',
      description: 'a persistent volume claim, and the folder of every container where it is',
      read: readVolume,
    }),
    new Option('--insecure', 'stages that run apart may be called in plain HTTP: needed where there are some'),
  ]
}

function readVolume(text: string): VolumeClaim | undefined {
  const [, claim, path] = /^([a-z0-9][a-z0-9-]*):(\/[^\s:]+)$/.exec(text) ?? []
  return claim === undefined || path === undefined ? undefined : { claim, path }
}

function k8sOptions(flags: K8sFlags): K8sOptions {
  const { name, parallelism, output, volume: volumes = [], insecure: isInsecure = false } = flags
  const { replicas, shards, retries, cpu, memory } = { ...defaults, ...flags }
  const image = imageOf(flags)
  const objects = { image, name, namespace: flags.namespace, env: envFlags(flags), volumes, isInsecure }
  return { ...objects, replicas, shards, parallelism, retries, output, cpu, memory }
}
