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

  /** Once in a process: the app module reads the folder's path when it is first loaded. */
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
    const record = JSON.stringify({ wanted: `${wanted}/artifacts/model` })
    const [status, text] = await new Promise<readonly [number, string]>((resolve, reject) => {
      const options = { port: this.#port, path, method: 'POST', agent: this.#agent }
      const sent = request(options, (response) => {
        let received = ''
        response.setEncoding('utf8').on('data', (part: string) => {
          received += part
        })
        response.on('end', () => resolve([response.statusCode ?? 0, received]))
      })
      sent.on('error', reject).end(record)
    })
    const body = JSON.parse(text)
    return { status, body, code: body.error?.code, message: body.error?.message }
  }

  async inFlightBatches(stage: string): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/metrics`)
    const found = new RegExp(`^cascade_inflight_batches\\{stage="${stage}"\\} (\\d+)$`, 'm').exec(await response.text())
    return Number(found?.[1])
  }

  async metrics(): Promise<string> {
    return await (await fetch(`http://127.0.0.1:${this.#port}/metrics`)).text()
  }

  /** What loaders were called for so far, of one country: stage, slot and path. */
  async loads(country: string): Promise<readonly string[]> {
    const lines = (await readFile(join(this.folder, 'loads.txt'), 'utf8')).split('\n')
    return lines.filter((line) => line.includes(`/models/${country}/`))
  }

  async stop(): Promise<void> {
    this.#agent.destroy()
    await this.#server.stop()
    await rm(this.folder, { recursive: true })
  }
}
