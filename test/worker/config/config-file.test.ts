import { join } from 'node:path'
import { readConfigFile, Server } from '@redesmyn/worker'
import { afterEach, describe, expect, test } from 'vitest'
import { ConfigFolder } from './config-folder.ts'

const folders: ConfigFolder[] = []

function folderWith(files: Readonly<Record<string, string>>): ConfigFolder {
  const folder = new ConfigFolder(files)
  folders.push(folder)
  return folder
}

afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove()
})

describe('a configuration file', () => {
  test('M124 a flag wins over the environment, that over the file, and that over the default', () => {
    const { app } = folderWith({ 'cascade.config.yaml': 'port: 1\ndrainMs: 2\nbodyTimeoutMs: 3\n' })

    const { config } = new Server({ app, port: 9 }, { CASCADE_PORT: '8', CASCADE_DRAIN_MS: '7' })

    expect(config).toMatchObject({ port: 9, drainMs: 7, bodyTimeoutMs: 3, requestTimeoutMs: 3000 })
  })

  test.each([
    ['cascade.config.yaml', 'maxBodyBytes: 1MiB\nlogLevel: warn\n'],
    ['cascade.config.yml', 'maxBodyBytes: "1048576"\nlogLevel: warn # quiet\n'],
    ['cascade.config.json', '{"maxBodyBytes": 1048576, "logLevel": "warn"}'],
  ])('%s beside the app is found, sizes written as on the command line', (name, text) => {
    const { app } = folderWith({ [name]: text })

    expect(new Server({ app }, {}).config).toMatchObject({ maxBodyBytes: 1024 ** 2, logLevel: 'warn' })
  })

  test('one that is named is read in place of the one beside the app', () => {
    const { app, path } = folderWith({ 'cascade.config.yaml': 'port: 1', 'other.yaml': 'port: 2' })

    expect(new Server({ app, config: join(path, 'other.yaml') }, {}).config.port).toBe(2)
    expect(new Server({ app }, { CASCADE_CONFIG: join(path, 'other.yaml') }).config.port).toBe(2)
    expect(() => new Server({ app, config: join(path, 'nowhere.yaml') }, {})).toThrow('there is no configuration file')
  })

  test('an empty one says nothing', () => {
    const { app } = folderWith({ 'cascade.config.yaml': '# nothing yet\n' })

    expect(new Server({ app }, {}).config.port).toBe(8000)
  })

  test.each([
    ['port: 99999', 'cascade.config.yaml: port must be a whole number from 0 to 65535, got 99999'],
    ['port: 8KiB', 'cascade.config.yaml: port must be a whole number from 0 to 65535, got "8KiB"'],
    ['frontEnd: nginx', 'cascade.config.yaml: frontEnd must be one of auto, uws, http, got "nginx"'],
    ['prot: 1', 'cascade.config.yaml: "prot" is not an option of the server, did you mean "port"?'],
    ['stage: {}', '"stage" is not an option of the server, did you mean "stages"?'],
    ['config: a.yaml', 'cascade.config.yaml: a configuration file cannot name another one'],
    ['port: 1\nport: 2', 'cascade.config.yaml cannot be read: Map keys must be unique at line 2'],
    ['port: [1', 'cascade.config.yaml cannot be read: '],
    ['- port', 'cascade.config.yaml must hold options by name'],
    ['stages: 4', 'cascade.config.yaml: stages must be stages by name, got 4'],
    ['stages: { exp: 4 }', 'cascade.config.yaml: stages.exp must be options by name, got 4'],
    ['sidecars: { command: a }', 'cascade.config.yaml: sidecars must be a list of processes'],
    ['sidecars: [{ args: [] }]', 'cascade.config.yaml: sidecars[0].command must be a text that is not empty'],
    ['sidecars: [{ command: a, args: [1] }]', 'cascade.config.yaml: sidecars[0].args must be a list of texts, got [1]'],
    ['sidecars: [{ command: a, cwd: b }]', 'cascade.config.yaml: sidecars[0]: "cwd" is no part of a sidecar'],
  ])('M78 %j is refused with the place of the value', (text, message) => {
    const { app } = folderWith({ 'cascade.config.yaml': text })

    expect(() => new Server({ app }, {})).toThrow(message)
    expect(() => new Server({ app }, {})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })

  test('two of them beside an app are refused', () => {
    const { app } = folderWith({ 'cascade.config.yaml': '', 'cascade.config.json': '{}' })

    expect(() => new Server({ app }, {})).toThrow('"cascade.config.yaml" and "cascade.config.json" both lie in')
  })

  test('sizes of stages may have a suffix, and names are kept as they are', () => {
    const { path } = folderWith({
      'x.yaml': 'stages:\n  score: { queue: { maxBytes: 1KiB }, batch: { columnBytes: { text: 2KiB } } }\n',
    })

    expect(readConfigFile(join(path, 'x.yaml')).stages).toEqual([
      {
        place: 'x.yaml: stages.score',
        stage: 'score',
        options: { queue: { maxBytes: 1024 }, batch: { columnBytes: { text: 2048 } } },
      },
    ])
  })
})
