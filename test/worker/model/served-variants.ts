import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Server } from '@redesmyn/worker'

export interface Answer {
  readonly status: number
  readonly body: { readonly value: number; readonly path: string; readonly slot: number; readonly strangers: number }
  /** Of a refusal. */
  readonly code: string | undefined
  readonly message: string | undefined
}

/** `test/apps/variants.ts` behind a real socket, with a model folder of its own. */
export class ServedVariants {
  readonly folder: string
  readonly #server: Server
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 100 })
  readonly #port: number

  private constructor(folder: string, server: Server, port: number) {
    this.folder = folder
    this.#server = server
    this.#port = port
  }

  static async start(): Promise<ServedVariants> {
    const folder = await mkdtemp(join(tmpdir(), 'variants-'))
    await mkdir(join(folder, 'models'))
    await writeFile(join(folder, 'loads.txt'), '')
    process.env.TEST_MODELS = folder
    const app = fileURLToPath(new URL('../../apps/variants.ts', import.meta.url))
    const server = new Server({ app, port: 0, logLevel: 'silent' })
    const { port } = await server.serve()
    return new ServedVariants(folder, server, port)
  }

  /** `model` is a path such as `/US/US-CA`. */
  async put(model: string, content: string): Promise<void> {
    await mkdir(join(this.folder, 'models', model, 'artifacts'), { recursive: true })
    await writeFile(join(this.folder, 'models', model, 'artifacts/model'), content)
  }

  async askOne(country: string, region: string): Promise<Answer> {
    return await this.ask(`/one/${country}/${region}`, `/${country}/${region}`)
  }

  async askTwo(country: string, region: string): Promise<Answer> {
    return await this.ask(`/two/${region}/of/${country}`, `/${country}/${region}`)
  }

  /** The path goes out as it is given: `fetch` would resolve its dots. */
  async ask(path: string, wanted = ''): Promise<Answer> {
    const text = await new Promise<readonly [number, string]>((resolve, reject) => {
      const { agent } = { agent: this.#agent }
      const sent = request({ port: this.#port, path, method: 'POST', agent }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (part: string) => (body += part))
        response.on('end', () => resolve([response.statusCode ?? 0, body]))
      })
      sent.on('error', reject).end(JSON.stringify({ wanted: `${wanted}/artifacts/model` }))
    })
    const body = JSON.parse(text[1])
    return { status: text[0], body, code: body.error?.code, message: body.error?.message }
  }

  /** What loaders were called for so far: stage, slot and path. */
  async loads(): Promise<readonly string[]> {
    return (await readFile(join(this.folder, 'loads.txt'), 'utf8')).split('\n').filter((line) => line !== '')
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    await this.#server.stop()
    await rm(this.folder, { recursive: true })
  }
}
